//! Rhythm: when a family member is asked how things are, and what comes of it.
//!
//! A rhythm is set by whoever works with them: an RFC 5545 rule in civil time with their own zone, and
//! a window in which to answer. Each time they are asked is one row. A check-in that comes in the
//! window answers it; one that does not is a miss, and a person's work until they have been heard from.
//! Three misses in a row of a family that usually answers raise a concern. Silence never reads as fine.
//!
//! The family sees when they are asked and no more: no count, no row of days, no praise for answering.

pub mod actions;
pub(super) mod answering;
pub mod due;
mod missing;
mod queries;
pub mod reading;

use std::time::Duration;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::Serialize;

use crate::base::civil::{Civil, Zone};
use crate::base::ids::{AccountId, CheckInId};
use crate::base::recurrence::Rule;
use crate::base::time::Moment;
use crate::db::Event;
use crate::db::columns::text_column;

/// Nobody has longer than a week to answer.
pub const MOST_WINDOW_HOURS: i32 = 7 * 24;
/// What they have if nothing is said.
pub const USUAL_WINDOW_HOURS: i32 = 24;

/// The family member is asked how things are.
pub const CHECK_IN_DUE: Event = "check_in.due";
/// The family member's app learns that they are asked at another time, or not any more; so do their
/// practitioner and whoever supervises their pod, unless they did it.
pub const RHYTHM_CHANGED: Event = "check_in.rhythm_changed";

/// When somebody is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// From when on, and at which time of day.
    pub starts: Civil,
    /// By the clocks of this zone.
    pub zone: Zone,
    /// On which days.
    pub rule: Rule,
    /// How long they have to answer.
    pub window_hours: i32,
}

impl Rhythm {
    /// When they are asked next after a moment.
    #[must_use]
    pub fn next(&self, after: Moment) -> Option<Civil> {
        self.rule
            .first(self.starts, |time| time.at(self.zone) > after)
    }

    /// When they are asked after one of the times they are.
    #[must_use]
    pub fn after(&self, one: Civil) -> Option<Civil> {
        self.rule.after(one)
    }

    /// How long they have to answer.
    #[must_use]
    pub fn window(&self) -> Duration {
        Duration::from_hours(u64::try_from(self.window_hours).unwrap_or(0))
    }
}

/// What stands about somebody's rhythm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Whose.
    pub family_member_id: AccountId,
    /// How often it has been set; whoever sets it anew names the one they have seen. 0 if never.
    pub version: i32,
    /// The one that holds; none if it was ended, or never set.
    pub rhythm: Option<Rhythm>,
    /// When they are asked next.
    pub next_at: Option<Moment>,
    /// They have been asked, and may answer until then.
    pub answer_by: Option<Moment>,
    /// The latest times they were asked, the newest first; not for the family.
    pub asks: Option<Vec<Ask>>,
}

/// A time somebody was to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// As it was said; its name among the times they are asked.
    pub starts: Civil,
    /// What became of it.
    pub state: AskState,
    /// When they were asked.
    pub asked_at: Option<Moment>,
    /// The check-in that answered it.
    pub check_in_id: Option<CheckInId>,
}

/// What became of a time somebody was to be asked.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, AsExpression, FromSqlRow, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum AskState {
    /// It waits for its time.
    Due,
    /// They were asked, and may still answer.
    Open,
    /// They have checked in.
    Answered,
    /// They were asked, and did not answer in time.
    Missed,
    /// The service was not there in time to ask, or to hear an answer.
    Late,
    /// There was no safe moment to ask.
    NotSafe,
    /// The family member may not act, or the family is not worked with any more.
    NotActive,
    /// All contact with them was stopped.
    Stopped,
    /// They are asked at other times by now, or not at all.
    Changed,
}

text_column!(AskState {
    Due = "due",
    Open = "open",
    Answered = "answered",
    Missed = "missed",
    Late = "late",
    NotSafe = "not_safe",
    NotActive = "not_active",
    Stopped = "stopped",
    Changed = "changed",
});
