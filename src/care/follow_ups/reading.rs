//! Which follow-ups are open for somebody.

use uuid::Uuid;

use super::{Entry, FollowUp, queries};
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::db::{Answer, Rx, View};

/// Which part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Only those after this one: since when, and its id.
    pub after: Option<(Moment, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

/// The open follow-ups of those whom the caller works with, the oldest first: a mentor's own talks, a
/// practitioner's families, the pods somebody supervises or covers, and for a manager what has gone to managers.
///
/// # Errors
/// If the store fails.
pub fn list(rx: &mut Rx<'_>, caller: &Caller, listing: &Listing) -> Answer<Vec<FollowUp>> {
    queries::open(rx, caller, listing)
}

/// What is still to be followed up of these family members. Whether somebody may know is asked elsewhere.
///
/// # Errors
/// If the store fails.
pub fn open_of(view: &mut impl View, members: &[AccountId]) -> Answer<Vec<Entry>> {
    queries::open_of(view.conn(), members)
}
