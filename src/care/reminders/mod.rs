//! Dates: what is agreed with a family member, when, and the reminders of it.
//!
//! A date is made by the member's mentor, the practitioner of the family or the supervisor of the
//! pod. It is kept in civil time with its zone. What it said before a change is kept, and a change is
//! made only by somebody who has seen what it says now. One occurrence can be moved or cancelled alone. The family member answers "I can come" or
//! "change it", in their words if they like: those are screened like every text, and taken also
//! where the date has changed meanwhile.

pub mod actions;
pub mod due;
pub mod keeping;
pub mod occurrences;
mod queries;
pub mod reached;
pub mod reading;
pub mod replying;
pub mod schedule;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::civil::Civil;
use crate::base::ids::{AccountId, AuthorityId, DateId, DateReplyId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::Role;
use crate::db::Event;
use crate::db::columns::text_column;
use schedule::Schedule;
use schedule::course::{Course, Exception};

/// What a date is, and where, have at most so many characters each.
pub const MOST_WORDS: usize = 200;
/// A note to a reply has at most so many characters.
pub const MOST_NOTE: usize = 1000;
/// A family member has at most so many dates that are not over.
pub const MOST_OPEN: i64 = 100;
/// A date is shown with what became of so many of its latest reminders.
pub const MOST_REMINDED: i64 = 5;
/// A date takes at most a day.
pub const MOST_MINUTES: i32 = 24 * 60;
/// Nobody is reminded earlier than a week before.
pub const MOST_BEFORE: i32 = 7 * 24 * 60;

/// The family member is told of a new date.
pub const DATE_CREATED: Event = "date.created";
/// The family member is told that a date says something else now.
pub const DATE_CHANGED: Event = "date.changed";
/// The family member is told that a date will not be.
pub const DATE_CANCELLED: Event = "date.cancelled";
/// Whoever keeps a date is told that there is an answer.
pub const DATE_REPLIED: Event = "date.replied";
/// The family member is reminded of a date.
pub const REMINDER_DUE: Event = "reminder.due";
/// Whoever answers for the family is told that nobody keeps a date any more.
pub const DATE_UNATTENDED: Event = "date.unattended";

/// Whether a date will be.
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
pub enum State {
    /// It will.
    On,
    /// It will not.
    Cancelled,
}

text_column!(State { On = "on", Cancelled = "cancelled" });

/// What a family member says to a date.
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
pub enum Answer {
    /// "I can come."
    CanCome,
    /// "Change it."
    ChangeIt,
}

text_column!(Answer { CanCome = "can_come", ChangeIt = "change_it" });

/// What a date says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it is.
    pub what: String,
    /// Where.
    pub place: Option<String>,
    /// When.
    pub schedule: Schedule,
    /// How long before it the family member is reminded; not at all if nothing is said.
    pub remind_minutes_before: Option<i32>,
}

impl Plan {
    /// Its words as they are screened and sealed: what it is, and on the next line where.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.place {
            Some(place) => format!("{}\n{place}", self.what),
            None => self.what.clone(),
        }
    }

    /// Takes words apart again: neither part holds a line break.
    fn of_words(words: &str) -> (String, Option<String>) {
        match words.split_once('\n') {
            Some((what, place)) => (what.to_owned(), Some(place.to_owned())),
            None => (words.to_owned(), None),
        }
    }
}

/// Somebody of the staff, as a family sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keeper {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
    /// What they are.
    pub role: Role,
}

/// A date as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Date {
    /// Its id.
    pub id: DateId,
    /// With whom.
    pub family_member_id: AccountId,
    /// How often it has been said anew; whoever changes it names the one they have seen.
    pub version: i32,
    /// Whether it will be.
    pub state: State,
    /// What it says.
    pub plan: Plan,
    /// Who made it.
    pub made_by: Keeper,
    /// Who said last what it says now.
    pub said_by: AccountId,
    /// And when.
    pub said_at: Moment,
    /// What was said of single occurrences of it.
    pub exceptions: Vec<Exception>,
    /// The newest answer to the next time it is, or if there is none the newest of all.
    pub reply: Option<Reply>,
    /// What became of its latest reminders, the newest first: for the staff alone.
    pub reminded: Option<Vec<Reminded>>,
}

/// What became of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminded {
    /// Of which time of the date.
    pub starts: Civil,
    /// What it came to.
    pub outcome: due::Outcome,
    /// When.
    pub at: Moment,
}

impl Date {
    /// When it is, with what was said of single occurrences.
    #[must_use]
    pub fn course(&self) -> Course {
        Course::new(self.plan.schedule, self.exceptions.clone())
    }
}

/// An answer to a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its id.
    pub id: DateReplyId,
    /// To which date.
    pub date_id: DateId,
    /// To which version of it; of an answer that is shown, the newest that has left the occurrence as it was
    /// answered.
    pub version: i32,
    /// To which occurrence.
    pub starts: Civil,
    /// What they say.
    pub answer: Answer,
    /// In their words.
    pub note: Option<String>,
    /// When it was stored.
    pub received_at: Moment,
    /// Whether its author might not act then: it is kept and heeded, and no mentor ever sees it.
    pub is_held: bool,
}

/// Where the words of a version are sealed to.
fn words_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "date_versions.words",
        row,
    }
}

/// Where the note of a reply is sealed to.
fn note_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "date_replies.note",
        row,
    }
}
