//! From where somebody has signed in before.
//!
//! A stranger who guesses at somebody's password from many addresses makes everybody wait who tries that
//! e-mail, but not from where its owner has signed in before: only what is guessed *there* counts there.
//! Kept is a MAC of account and network address, for ninety days after it was seen last; it says nothing
//! to whoever reads the database.

use std::time::Duration;

use super::queries;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::db::{Answer, Tx, View};

/// So long a place is known after somebody signed in from there last.
const KNOWN_FOR: Duration = Duration::from_hours(90 * 24);

fn mark(view: &impl View, account: AccountId, address: &str) -> [u8; 32] {
    let parts = [account.as_bytes().as_slice(), address.as_bytes()];
    view.keys().derive("known place", &parts)
}

/// Whether somebody has signed in from this network address before.
///
/// # Errors
/// If the question fails.
pub(super) fn is_known(tx: &mut Tx<'_>, account: AccountId, address: &str) -> Answer<bool> {
    let mark = mark(tx, account, address);
    let since = too_old(tx);
    queries::place_seen_at(tx.conn(), account, &mark).map(|seen| seen.is_some_and(|at| at > since))
}

/// Somebody has just signed in from here.
///
/// # Errors
/// If it cannot be stored.
pub(super) fn note(tx: &mut Tx<'_>, account: AccountId, address: &str) -> Answer<()> {
    let (mark, now) = (mark(tx, account, address), tx.now());
    queries::note_place(tx.conn(), account, &mark, now)
}

/// Places seen before this are known no more.
pub(super) fn too_old(view: &impl View) -> Moment {
    view.now().minus(KNOWN_FOR)
}
