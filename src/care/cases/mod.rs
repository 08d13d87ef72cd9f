//! Cases: each one period of service for a family, from the day it is opened until the day it ends.
//!
//! What happens to a case is an event with its day and who recorded it: it was opened, it moved to
//! another tier of need, it was closed with an outcome. No event is ever changed: what was recorded
//! wrongly is put right, or withdrawn, by another event that names it. How a case stands is reckoned
//! from its events and kept nowhere. A family has one open case at most, and its cases never overlap; a
//! case that follows another is a re-referral of it. While a family's last case is closed they are
//! asked for no check-in and reminded of no date; what worries us about them goes on as it was.
//!
//! The practitioner of the family, who supervises or covers its pod, and managers open a case; to move
//! it to another tier, to close it and to correct it are decisions, and only qualified people's.

pub mod actions;
mod course;
mod queries;
pub mod reading;

use chrono::NaiveDate;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

pub use course::{Course, StepChange};

use crate::base::ids::{CaseEventId, CaseId, FamilyId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::db::columns::text_column;

/// A rationale has at most so many characters.
pub const MOST_RATIONALE: usize = 2000;
/// A case has at most so many events.
pub const MOST_EVENTS: usize = 100;
/// A family has at most so many cases.
pub const MOST_CASES: usize = 50;

/// A tier of need, the lowest first.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Tier {
    /// Early help, or family help below section 17.
    EarlyHelp,
    /// Child in need: section 17 of the Children Act 1989.
    Cin,
    /// Child protection: section 47, an enquiry or a plan.
    Cp,
}

text_column!(Tier { EarlyHelp = "early_help", Cin = "cin", Cp = "cp" });

/// Who asked that the family be helped.
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
pub enum ReferredBy {
    /// They themselves, relatives or neighbours.
    Family,
    /// A school or nursery.
    School,
    /// A health service.
    Health,
    /// The police.
    Police,
    /// A landlord or the housing office.
    Housing,
    /// Another service of the council.
    Council,
    /// Anybody else.
    Other,
}

text_column!(ReferredBy {
    Family = "family",
    School = "school",
    Health = "health",
    Police = "police",
    Housing = "housing",
    Council = "council",
    Other = "other",
});

/// How a case ended.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
#[schema(as = CaseOutcome)]
pub enum Outcome {
    /// What was agreed on has been done.
    Closure,
    /// No further action: nothing was begun, or the family wants no help.
    Nfa,
    /// Early help goes on with them.
    StepDownEarlyHelp,
    /// Child protection goes on with them.
    StepUpCp,
    /// Another authority goes on with them.
    Transfer,
}

text_column!(Outcome {
    Closure = "closure",
    Nfa = "nfa",
    StepDownEarlyHelp = "step_down_early_help",
    StepUpCp = "step_up_cp",
    Transfer = "transfer",
});

/// What kind of event it is.
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
#[schema(as = CaseEventKind)]
pub enum EventKind {
    /// The case was opened.
    Opened,
    /// It moved to another tier.
    StepChange,
    /// It was closed.
    Closed,
    /// An event before was recorded wrongly.
    Corrected,
}

text_column!(EventKind {
    Opened = "opened",
    StepChange = "step_change",
    Closed = "closed",
    Corrected = "corrected",
});

/// What an event says: all that belongs to its kind; a correction, what it puts right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts {
    /// On which day it happened.
    pub on: Option<NaiveDate>,
    /// To which tier: of an opening and a step change.
    pub tier: Option<Tier>,
    /// Who asked for it: of an opening.
    pub referred_by: Option<ReferredBy>,
    /// With which outcome: of a closing.
    pub outcome: Option<Outcome>,
}

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseEvent {
    /// Its id; the opening has the case's own.
    pub id: CaseEventId,
    /// What kind it is.
    pub kind: EventKind,
    /// What it says.
    pub facts: Facts,
    /// Which event it corrects, if it corrects one.
    pub corrects: Option<CaseEventId>,
    /// Whether that one is withdrawn: it did not happen.
    pub is_withdrawn: bool,
    /// Why, in the words of whoever recorded it.
    pub rationale: Option<String>,
    /// Who recorded it.
    pub by: Named,
    /// When they did.
    pub at: Moment,
}

/// A case with its events, in the order they were recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// Whose it is.
    pub family_id: FamilyId,
    /// What happened.
    pub events: Vec<CaseEvent>,
}

/// How a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The case.
    pub case: Case,
    /// What has come of it; nothing if its opening was withdrawn.
    pub course: Option<Course>,
    /// The case of the family before it.
    pub re_referral_of: Option<CaseId>,
}
