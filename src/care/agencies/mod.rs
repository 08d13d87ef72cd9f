//! Agencies: whom a worker telephones outside the service, and what to say there.
//!
//! Out of hours that is the emergency duty team (`edt`), by day the front door; about somebody of the
//! service the allegations officer (`lado`). Managers keep the numbers with the hours and the script, for
//! the whole authority or for one area of it, and verify them as help lines are verified: a wrong number on
//! a bad night is worse than none. Families never see these; help lines are for them.

pub mod actions;
mod queries;

use chrono::NaiveDate;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::AgencyLineId;
use crate::db::columns::text_column;

/// At most so many lines for one authority: a list that nobody can take in helps nobody.
pub const MOST_LINES: i64 = 50;

/// An agency outside the service.
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
pub enum Agency {
    /// The emergency duty team: answers out of hours, by telephone.
    Edt,
    /// The day team that takes referrals.
    FrontDoor,
    /// The allegations officer of the authority.
    Lado,
    /// The police.
    Police,
}

text_column!(Agency {
    Edt = "edt",
    FrontDoor = "front_door",
    Lado = "lado",
    Police = "police",
});

/// A number of an agency, and what to say there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyLine {
    /// Its id.
    pub id: AgencyLineId,
    /// What it says.
    pub said: NewAgencyLine,
    /// Whether it was last verified too long ago.
    pub overdue: bool,
}

/// A number of an agency as a manager writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAgencyLine {
    /// Which agency answers.
    pub agency: Agency,
    /// The area it is for, as its pods write it; none: the whole authority.
    pub area: Option<String>,
    /// Who answers.
    pub name: String,
    /// The number to call.
    pub number: String,
    /// When somebody answers, in words.
    pub hours: String,
    /// What to say and to ask for, read out by whoever calls.
    pub script: String,
    /// The day on which it was verified.
    pub verified_on: NaiveDate,
}
