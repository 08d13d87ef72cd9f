//! Carrying: whoever is left out of an alert about somebody that is not closed is left out of what worries us
//! about the same person next: the next cry for help must not reach the accused first.
//!
//! What one person says must not silence a child. So it is carried only as long as whoever has said it may act,
//! a mentor only while they are with the child; and of a manager only where another manager has said it. What
//! nobody said, but the words themselves, is always carried. If it is not carried why somebody is left out,
//! nobody is who is left out because of them.

use std::collections::BTreeSet;

use super::connections::Why;
use super::queries::{self, Reason, Said};
use crate::base::ids::AccountId;
use crate::care::accounts::Role;
use crate::db::{Answer, Tx, View};

/// Whom a new worry leaves out for the sake of others.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// Those who are implicated, left out by hand, or close to such.
    pub(super) left_out: Said,
    /// Those whom one of them has let in.
    pub(super) let_in: BTreeSet<AccountId>,
}

/// Whom a new worry about somebody leaves out for the sake of others that are not closed. Mentors are on no
/// ladder, and read no alert.
pub(super) fn carried(tx: &mut Tx<'_>, about: AccountId) -> Answer<Carried> {
    let reasons = queries::left_out_about(tx.conn(), about)?;
    let mut found = Carried::default();
    for of_one in reasons.chunk_by(|one, next| one.alert == next.alert) {
        let mut standing = Vec::new();
        for reason in of_one.iter().filter(|reason| reason.why >= Why::ByHand) {
            if stands(tx, about, reason)? {
                standing.push(reason);
            }
        }
        if standing.is_empty() {
            continue;
        }
        let close = of_one.iter().filter(|one| one.why == Why::Connected);
        let on_ladders = |reason: &&Reason| reason.role != Role::PeerMentor;
        for reason in standing.into_iter().chain(close).filter(on_ladders) {
            let said = found.left_out.entry(reason.who).or_insert(reason.by);
            // Two who say the same are nobody alone.
            if *said != reason.by {
                *said = None;
            }
        }
        let let_in = of_one.iter().filter(|one| one.why == Why::LetIn);
        found
            .let_in
            .extend(let_in.filter(on_ladders).map(|one| one.who));
    }
    Ok(found)
}

/// Whether what somebody has said of somebody counts for what comes next.
fn stands(tx: &mut Tx<'_>, about: AccountId, reason: &Reason) -> Answer<bool> {
    let Some(by) = reason.by else {
        return Ok(true);
    };
    match queries::active_role(tx.conn(), by)? {
        None => Ok(false),
        Some(Role::ServiceManager) => Ok(true),
        Some(_) if reason.role == Role::ServiceManager => Ok(false),
        Some(Role::PeerMentor) => {
            let now = tx.now();
            queries::is_with(tx.conn(), (by, about), now)
        }
        Some(Role::SupervisingSocialWorker | Role::FamilyPractitioner | Role::FamilyMember) => {
            Ok(true)
        }
    }
}
