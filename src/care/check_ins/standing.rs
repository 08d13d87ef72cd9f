//! Which answer stands where one was put right: the newest correction, at the time of the first answer. A
//! correction says how it was then; it is no check-in of its own.
//!
//! What is held is none of a mentor's business, not even by its shadow: for whoever may not see it the
//! newest answer stands that is not held, if there is one.

use crate::base::ids::{AccountId, CheckInId};
use crate::base::time::Moment;

/// One answer on the scale: the first of its check-in, or a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) id: CheckInId,
    pub(super) scale: i32,
    pub(super) is_held: bool,
}

/// A check-in with what has put it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) family_member_id: AccountId,
    /// The id of the first answer.
    first: CheckInId,
    /// When that was stored.
    pub(super) at: Moment,
    /// All of it, the newest last.
    versions: Vec<Version>,
}

impl Answered {
    /// What stands, for whoever sees what is held or does not.
    pub(super) fn stands(&self, shows_held: bool) -> Option<Version> {
        let mut newest = self.versions.iter().rev();
        newest
            .find(|version| shows_held || !version.is_held)
            .copied()
    }
}

/// Adds an answer to those before it; what belongs to one check-in comes one after the other.
pub(super) fn add(
    all: &mut Vec<Answered>,
    (family_member_id, first, at): (AccountId, CheckInId, Moment),
    version: Version,
) {
    match all.last_mut() {
        Some(last) if (last.family_member_id, last.first) == (family_member_id, first) => {
            last.versions.push(version);
        }
        _ => all.push(Answered {
            family_member_id,
            first,
            at,
            versions: vec![version],
        }),
    }
}
