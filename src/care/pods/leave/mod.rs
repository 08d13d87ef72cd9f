//! Leave: when a supervising social worker is away.
//!
//! Whoever is on leave is on for no pod, neither as its supervisor nor by a shift: an alert does not
//! wait for them. They keep their rights, and on the later rungs, where everybody is called, they are
//! called too.

pub mod actions;
mod queries;

use std::time::Duration;

use crate::base::ids::{AccountId, AuthorityId, LeaveId};
use crate::base::time::Moment;

/// No leave is longer, or ends further ahead.
pub const LONGEST: Duration = Duration::from_hours(366 * 24);
/// Nobody has more leaves that are not over.
pub const MOST_LEAVES: i64 = 50;

/// A leave: from one moment until before another.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Leave {
    /// Its id, made by the client.
    pub id: LeaveId,
    /// Whose authority's.
    pub authority_id: AuthorityId,
    /// Who is away.
    pub account_id: AccountId,
    /// From when.
    pub from: Moment,
    /// Until before when, as it was made.
    pub until: Moment,
    /// Until before when it really is.
    pub over: Moment,
    /// Who made it.
    pub made_by: AccountId,
    /// When.
    pub made_at: Moment,
    /// When it was ended early, if it was.
    pub ended_at: Option<Moment>,
    /// When it begins or is over next by itself; none once it is over.
    pub next_due: Option<Moment>,
}

impl Leave {
    /// Whether whoever has it is away at this moment.
    #[must_use]
    pub fn contains(&self, at: Moment) -> bool {
        self.from <= at && at < self.over
    }
}

/// A leave to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLeave {
    /// Its id.
    pub id: LeaveId,
    /// From when; none: from now.
    pub from: Option<Moment>,
    /// Until before when.
    pub until: Moment,
}

/// What is wrong with the times of a leave that is made now: the field, and what.
fn wrong_times(
    (from, until): (Moment, Moment),
    now: Moment,
) -> Option<(&'static str, &'static str)> {
    if from < now {
        Some(("/from", "must not be in the past"))
    } else if until <= from {
        Some(("/until", "must be later than it begins"))
    } else if until.since(now) > LONGEST {
        Some(("/until", "must be at most 366 days ahead"))
    } else {
        None
    }
}
