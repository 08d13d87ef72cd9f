//! Check-ins: how things are, on a scale, in a few words, and whether somebody makes them feel
//! unsafe.
//!
//! The scale is no risk score and nothing is reckoned from it. The answer about safety never goes
//! to the mentor, in no view, event or shadow of one: whoever is asked must be able to answer.

pub mod actions;
mod following;
pub mod history;
pub mod parts;
mod queries;
pub mod rhythm;
mod standing;
pub mod standstill;
pub mod templates;
pub mod trend;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, AuthorityId, CheckInId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::safeguarding::Screened;
use crate::care::words::Severity;
use crate::db::Event;
use crate::db::columns::text_column;
use parts::Parts;
use templates::TemplateRef;

/// The top of the scale.
pub const MOST_SCALE: i32 = 10;
/// The mentor and the practitioner are told that there is a check-in.
pub const CHECK_IN_CREATED: Event = "check_in.created";

/// "Is anyone making you feel unsafe?"
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Safety {
    /// Somebody does: raises an alert at once.
    Yes,
    /// Nobody does.
    No,
    /// Seen by a person the same day.
    NotSure,
    /// Seen by a person the same day.
    RatherNotSay,
}

text_column!(Safety {
    Yes = "yes",
    No = "no",
    NotSure = "not_sure",
    RatherNotSay = "rather_not_say",
});

impl Safety {
    /// How soon a person must see this answer, if one must, and the name it has as a finding.
    #[must_use]
    pub const fn worry(self) -> Option<(&'static str, Severity)> {
        match self {
            Self::Yes => Some(("someone_makes_me_unsafe.yes", Severity::Immediate)),
            Self::NotSure => Some(("someone_makes_me_unsafe.not_sure", Severity::Urgent)),
            Self::RatherNotSay => {
                Some(("someone_makes_me_unsafe.rather_not_say", Severity::Urgent))
            }
            Self::No => None,
        }
    }
}

/// A check-in as it is handed in.
#[derive(Debug, Clone)]
pub struct NewCheckIn {
    /// The id its client made for it.
    pub id: CheckInId,
    /// 0 to 10; 10 is "my best hopes are happening".
    pub scale: i32,
    /// What they say in words.
    pub parts: Parts,
    /// Whether they want to be contacted.
    pub wants_contact: bool,
    /// Whether anyone makes them feel unsafe.
    pub someone_makes_me_unsafe: Option<Safety>,
    /// In which words they were asked, if their client says so.
    pub template: Option<TemplateRef>,
    /// The check-in of theirs that this one stands in place of.
    pub corrects: Option<CheckInId>,
    /// What screening said of the words before the unit.
    pub screened: Option<Screened>,
}

/// A check-in as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckIn {
    /// Whose.
    pub family_member_id: AccountId,
    /// Its id.
    pub id: CheckInId,
    /// 0 to 10.
    pub scale: i32,
    /// What they say in words.
    pub parts: Parts,
    /// Whether they want to be contacted.
    pub wants_contact: bool,
    /// Whether anyone makes them feel unsafe. Not for the mentor.
    pub someone_makes_me_unsafe: Option<Safety>,
    /// In which words they were asked, if their client says so.
    pub template: Option<TemplateRef>,
    /// The check-in of theirs that this one stands in place of. That one stays as it was.
    pub corrects: Option<CheckInId>,
    /// When it was stored.
    pub received_at: Moment,
    /// Whether its author might not act then: it is kept and heeded, and no mentor ever sees it.
    pub is_held: bool,
}

/// Where the words of a check-in are sealed to.
fn words_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "check_ins.better",
        row,
    }
}
