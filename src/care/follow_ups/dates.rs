//! What is to be done about a date: a family member asked for another time, or nobody keeps it any more.
//!
//! Each stands in the lists until a person has done something: the date is moved or cancelled, or somebody
//! says how they have seen to it. What the family member answers later ends nothing: whoever keeps the date
//! has yet to look.

use super::actions::begin;
use super::{Reasons, queries};
use crate::base::civil::Civil;
use crate::base::ids::{AccountId, AuthorityId, DateId, FollowUpId};
use crate::db::{Answer, Tx, View};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// They asked for another time than this one.
    Change(Civil),
    /// Nobody keeps it any more.
    Keeper,
}

/// A date about which something is to be done.
#[derive(Debug, Clone, Copy)]
pub struct OfDate {
    /// Of which authority.
    pub authority_id: AuthorityId,
    /// With whom.
    pub family_member_id: AccountId,
    /// Which.
    pub date_id: DateId,
    /// What.
    pub about: About,
    /// Whether they may not act who asked for it: then no mentor sees it.
    pub is_held: bool,
}

/// Opens a follow-up of a date, unless the same is open, and tells these people of it.
///
/// # Errors
/// If the store fails.
pub fn ask(tx: &mut Tx<'_>, of: &OfDate, readers: &[AccountId]) -> Answer<()> {
    if queries::is_asked(tx.conn(), of)? {
        return Ok(());
    }
    let (asks_change, starts) = match of.about {
        About::Change(starts) => (true, Some(starts)),
        About::Keeper => (false, None),
    };
    let new = queries::New {
        id: FollowUpId::new(),
        authority_id: of.authority_id,
        family_member_id: of.family_member_id,
        check_in_id: None,
        date: Some((of.date_id, starts)),
        reasons: Reasons {
            asks_change,
            is_unattended: !asks_change,
            ..Reasons::default()
        },
        is_held: of.is_held,
    };
    begin(tx, &new, readers)
}

/// Which of what is to be done about a date has been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done<'a> {
    /// It is at another time, or not at all: whatever was asked.
    Moved,
    /// One of its occurrences is, which goes by these times.
    MovedOne(&'a [Civil]),
    /// Somebody keeps it.
    Kept,
}

/// Ends what has been done about a date.
///
/// # Errors
/// If the store fails.
pub fn done(tx: &mut Tx<'_>, date: DateId, what: Done<'_>) -> Answer<()> {
    let now = tx.now();
    match what {
        Done::Moved => queries::end_change(tx.conn(), (date, None), now),
        Done::MovedOne(times) => queries::end_change(tx.conn(), (date, Some(times)), now),
        Done::Kept => queries::end_unattended(tx.conn(), date, now),
    }
}
