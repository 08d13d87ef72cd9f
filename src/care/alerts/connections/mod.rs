//! Connections: who is so close to whom (partners, relatives, friends) that what implicates one keeps the
//! other out of it too: neither is called, reads or decides.
//!
//! A manager marks them, who is neither of the two nor connected with either; the two learn nothing of it,
//! not even from the audit. It reaches one step and no further: the friend of a friend is not meant. Ended, it
//! counts for what is raised from then on and gives nobody an alert back.

mod queries;

use std::collections::BTreeSet;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde_json::json;

use super::actions::Named;
use super::leaving_out::leave_out_of;
use super::queries::Said;
use crate::base::ids::{AccountId, ConnectionId};
use crate::base::time::Moment;
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::invitations::second_person::{COUNTS_FOR, let_in_by};
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::db::columns::text_column;
use crate::db::{self, Answer, Tx, View};
pub(super) use queries::hold;

/// Somebody has at most so many connections at a time.
pub const MOST: usize = 50;

/// Why somebody is left out of an alert, the weightiest reason last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Why {
    /// Somebody who is left out of it has let them in, or given them their account back, since shortly before
    /// it was raised, or somebody whom they let in has.
    LetIn,
    /// Either of the two below, in another alert about the same person.
    Elsewhere,
    /// They are connected with somebody who is implicated in it.
    Connected,
    /// Whoever answers for it has said so.
    ByHand,
    /// They are implicated in it.
    Implicated,
}

text_column!(Why {
    Implicated = "implicated",
    Connected = "connected",
    Elsewhere = "elsewhere",
    ByHand = "by_hand",
    LetIn = "let_in",
});

/// Why connections were not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// Only managers mark them.
    #[error("not allowed")]
    NotAllowed,
    /// There is none, or it is not for this caller.
    #[error("not found")]
    NotFound,
    /// This manager used the id before for another connection.
    #[error("the id was used before")]
    IdUsed,
    /// The two are marked already.
    #[error("they are marked already")]
    Marked,
    /// It has ended.
    #[error("it has ended")]
    Ended,
    /// They have as many as there can be.
    #[error("they have too many")]
    TooMany,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A connection, seen from one of the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its id.
    pub id: ConnectionId,
    /// Whose.
    pub account_id: AccountId,
    /// With whom.
    pub with: Named,
    /// Who marked it.
    pub marked_by: AccountId,
    /// When.
    pub marked_at: Moment,
    /// When it ended, if it has.
    pub ended_at: Option<Moment>,
}

/// Everybody who is connected with one of these people now, but these people themselves.
///
/// # Errors
/// If the question fails.
pub(super) fn with(
    view: &mut impl View,
    people: &BTreeSet<AccountId>,
) -> Answer<BTreeSet<AccountId>> {
    if people.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut found = BTreeSet::new();
    for (_, one, other) in queries::open_of(view.conn(), people)? {
        found.extend([one, other]);
    }
    Ok(found.difference(people).copied().collect())
}

/// The same, each with the one who marked them.
///
/// # Errors
/// If the question fails.
pub(super) fn marked(view: &mut impl View, people: &BTreeSet<AccountId>) -> Answer<Said> {
    let mut found = Said::new();
    if people.is_empty() {
        return Ok(found);
    }
    for (one, other, by) in queries::markers_of(view.conn(), people)? {
        for who in [one, other] {
            let said = found.entry(who).or_insert(Some(by));
            if *said != Some(by) {
                *said = None;
            }
        }
    }
    found.retain(|who, _| !people.contains(who));
    Ok(found)
}

/// Whether two people are connected now.
///
/// # Errors
/// If the question fails.
pub fn are_connected(view: &mut impl View, one: AccountId, other: AccountId) -> Answer<bool> {
    Ok(with(view, &BTreeSet::from([one]))?.contains(&other))
}

/// Somebody's connections that have not ended, the first marked first. To a manager who is one of the
/// two, those of others: they learn nothing of their own.
///
/// # Errors
/// If they are not for the caller.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    account: AccountId,
) -> Result<Vec<Connection>, ConnectionError> {
    check_who(view, caller, account)?;
    let mut found = Vec::new();
    for (id, one, other) in queries::open_of(view.conn(), &BTreeSet::from([account]))? {
        let with = if one == account { other } else { one };
        if with != caller.account_id {
            found.extend(queries::find(view.conn(), id, account)?);
        }
    }
    Ok(found)
}

/// A connection that is to be marked.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// The id its client gave it.
    pub id: ConnectionId,
    /// Of the two, one.
    pub account_id: AccountId,
    /// And the other.
    pub with: AccountId,
    /// Why, for the audit.
    pub reason: String,
}

/// Marks two people as connected: from now on what implicates one keeps the other out, what there is already
/// too. True if it is new; the same again gives the first.
///
/// # Errors
/// If it is not the caller's to mark, or they are marked already.
pub fn mark(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewConnection,
) -> Result<(Connection, bool), ConnectionError> {
    check(tx, caller, new.account_id)?;
    take_turns(tx, caller)?;
    let is_fit = new.with != new.account_id && queries::is_helper(tx.conn(), caller, new.with)?;
    if !is_fit {
        let wrong = "must be another worker or mentor of this authority";
        return Err(ConnectionError::Field("/account_id", wrong));
    }
    check(tx, caller, new.with)?;
    let pair = (new.account_id.min(new.with), new.account_id.max(new.with));
    match queries::by_id(tx.conn(), new.id)? {
        Some(stored) if stored.pair == pair && stored.marked_by == caller.account_id => {
            let shown = queries::find(tx.conn(), new.id, new.account_id)?;
            return Ok((shown.ok_or(ConnectionError::NotFound)?, false));
        }
        Some(_) => return Err(ConnectionError::IdUsed),
        None => {}
    }
    let both = BTreeSet::from([new.account_id, new.with]);
    let open = queries::open_of(tx.conn(), &both)?;
    if open.iter().any(|(_, one, other)| (*one, *other) == pair) {
        return Err(ConnectionError::Marked);
    }
    let has_most = |who| {
        open.iter()
            .filter(|(_, one, other)| *one == who || *other == who)
            .count()
            >= MOST
    };
    if both.iter().any(|who| has_most(*who)) {
        return Err(ConnectionError::TooMany);
    }
    // Whoever raises an alert in which one of them is implicated waits for this, or this for them.
    hold(tx.conn(), &both)?;
    queries::insert(tx, caller, (new.id, pair))?;
    leave_out(tx, caller, (new.account_id, new.with))?;
    leave_out(tx, caller, (new.with, new.account_id))?;
    record(tx, caller, ("connection.marked", pair), &new.reason)?;
    let shown = queries::find(tx.conn(), new.id, new.account_id)?;
    Ok((shown.ok_or(ConnectionError::NotFound)?, true))
}

/// Ends a connection. Who was left out because of it stays left out of what there is.
///
/// # Errors
/// If it is not the caller's to end, or has ended.
pub fn end(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, reason): (ConnectionId, &str),
) -> Result<Connection, ConnectionError> {
    if caller.role != Role::ServiceManager {
        return Err(ConnectionError::NotAllowed);
    }
    take_turns(tx, caller)?;
    let stored = queries::by_id(tx.conn(), id)?.ok_or(ConnectionError::NotFound)?;
    let (one, other) = stored.pair;
    check(tx, caller, one)?;
    check(tx, caller, other)?;
    if !queries::end(tx, caller, id)? {
        return Err(ConnectionError::Ended);
    }
    record(tx, caller, ("connection.ended", stored.pair), reason)?;
    let shown = queries::find(tx.conn(), id, one)?;
    shown.ok_or(ConnectionError::NotFound)
}

/// For managers who are not this person, nor connected with them: others are told there is nobody.
fn check(view: &mut impl View, caller: &Caller, account: AccountId) -> Result<(), ConnectionError> {
    check_who(view, caller, account)?;
    if are_connected(view, caller.account_id, account)? {
        return Err(ConnectionError::NotFound);
    }
    Ok(())
}

/// For managers, about another worker or mentor of their authority.
fn check_who(
    view: &mut impl View,
    caller: &Caller,
    account: AccountId,
) -> Result<(), ConnectionError> {
    if caller.role != Role::ServiceManager {
        return Err(ConnectionError::NotAllowed);
    }
    if caller.account_id != account && queries::is_helper(view.conn(), caller, account)? {
        Ok(())
    } else {
        Err(ConnectionError::NotFound)
    }
}

/// Leaves somebody out of everything in which the other one is implicated, and whoever they have let in. What
/// those had climbs again.
fn leave_out(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (implicated, who): (AccountId, AccountId),
) -> Answer<()> {
    for (id, raised_at) in queries::in_which_implicated(tx.conn(), implicated)? {
        leave_out_of(tx, id, (who, Why::Connected, Some(caller.account_id)))?;
        let since = raised_at.minus(COUNTS_FOR);
        for let_in in let_in_by(tx, &BTreeSet::from([who]), since)? {
            leave_out_of(tx, id, (let_in, Why::LetIn, None))?;
        }
    }
    tx.wake(who);
    tx.wake_workers();
    Ok(())
}

/// Somebody has let a worker in, or given them their account back: they are left out of everything of which
/// whoever did so is.
///
/// # Errors
/// If it cannot be stored.
pub fn follow(tx: &mut Tx<'_>, (by, who): (AccountId, AccountId)) -> Answer<()> {
    // Whoever raises an alert of which the one who let them in is left out waits for this, or this for them.
    hold(tx.conn(), &BTreeSet::from([by]))?;
    for id in queries::left_out_of(tx.conn(), by)? {
        leave_out_of(tx, id, (who, Why::LetIn, None))?;
    }
    tx.wake_workers();
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (deed, (one, other)): (&'static str, (AccountId, AccountId)),
    reason: &str,
) -> Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(one.into()),
        about: Some(one),
        detail: json!({ "with": other }),
        reason: Some(reason.to_owned()),
    };
    audit::actions::record(tx, caller, &line)
}
