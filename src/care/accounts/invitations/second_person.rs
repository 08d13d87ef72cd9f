//! Whether a second person is one: what is too much for one manager alone must not be done by one who
//! holds two accounts.
//!
//! Whoever makes a code can accept it themselves. So for a month whoever was let in, or given their
//! account back, by somebody's code is not a second person to them, nor to whoever let *them* in, and so
//! on; nor the other way round. Two managers whom the same person let in are no two people either. A
//! manager made from the command line, and a code that was mailed to the person, are nobody's doing.
//!
//! Must be asked wherever a second person is asked for, by this one function. Where somebody must not know of
//! what is decided, [`behind_both`] must be asked too: whoever they let in are no two people there, whatever
//! they work as.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::queries;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status, queries as accounts};
use crate::db::{Answer, View};

/// So long somebody's code counts.
pub const COUNTS_FOR: Duration = Duration::from_hours(30 * 24);

/// Who let whom in.
type LetIn = BTreeMap<AccountId, BTreeSet<AccountId>>;

/// Whether somebody is a second person to somebody else of their authority.
///
/// # Errors
/// If the question fails.
pub fn are_two(view: &mut impl View, first: AccountId, second: AccountId) -> Answer<bool> {
    if first == second {
        return Ok(false);
    }
    let by = let_in(view, first)?;
    let (of_first, of_second) = (behind(&by, first), behind(&by, second));
    if of_first.contains(&second) || of_second.contains(&first) {
        return Ok(false);
    }
    let mut are_managers = true;
    for person in [first, second] {
        let account = accounts::by_id(view.conn(), person)?;
        are_managers &= account.is_some_and(|account| account.role == Role::ServiceManager);
    }
    Ok(!are_managers || of_first.is_disjoint(&of_second))
}

/// Everybody who may stand behind both of two people.
///
/// # Errors
/// If the question fails.
pub fn behind_both(
    view: &mut impl View,
    first: AccountId,
    second: AccountId,
) -> Answer<BTreeSet<AccountId>> {
    let by = let_in(view, first)?;
    let (of_first, of_second) = (behind(&by, first), behind(&by, second));
    Ok(of_first.intersection(&of_second).copied().collect())
}

/// The workers whom one of these people of an authority has let in since a moment, or given their account
/// back, or somebody whom they let in, …; but these people themselves.
///
/// # Errors
/// If the question fails.
pub fn let_in_by(
    view: &mut impl View,
    people: &BTreeSet<AccountId>,
    since: Moment,
) -> Answer<BTreeSet<AccountId>> {
    let Some(&one) = people.first() else {
        return Ok(BTreeSet::new());
    };
    let mut of = LetIn::new();
    for (who, whom) in queries::let_in_since(view.conn(), one, since)? {
        of.entry(who).or_default().insert(whom);
    }
    let all: BTreeSet<AccountId> = people.iter().flat_map(|who| behind(&of, *who)).collect();
    Ok(&all - people)
}

/// Whether what a manager asked for, and somebody else has to agree to, still counts: they may still act.
///
/// # Errors
/// If the question fails.
pub fn counts_still(view: &mut impl View, first: AccountId) -> Answer<bool> {
    let account = accounts::by_id(view.conn(), first)?;
    Ok(account.is_some_and(|account| {
        account.role == Role::ServiceManager && account.status == Status::Active
    }))
}

/// By whom the workers of somebody's authority were let in while it counts.
fn let_in(view: &mut impl View, one: AccountId) -> Answer<LetIn> {
    let since = view.now().minus(COUNTS_FOR);
    let mut by = LetIn::new();
    for (who, whom) in queries::let_in_since(view.conn(), one, since)? {
        by.entry(whom).or_default().insert(who);
    }
    Ok(by)
}

/// Everybody who may stand behind an account: whoever let its owner in, whoever let those in, … Asked of whom
/// somebody has let in, everybody they may stand behind.
fn behind(by: &LetIn, who: AccountId) -> BTreeSet<AccountId> {
    let mut all = BTreeSet::from([who]);
    let mut open = vec![who];
    while let Some(next) = open.pop() {
        let others = by.get(&next).into_iter().flatten();
        open.extend(others.copied().filter(|other| all.insert(*other)));
    }
    all
}
