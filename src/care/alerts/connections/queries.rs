//! Questions about connections.

use std::collections::BTreeSet;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::{Connection, Why};
use crate::base::ids::{AccountId, AlertId, ConnectionId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::queries::name;
use crate::db::schema::{accounts, alert_exclusions, alerts, connections};
use crate::db::{Answer, Conn, Tx, View};

/// A connection and its two people.
pub(super) type Pair = (ConnectionId, AccountId, AccountId);

/// The connections of these people that have not ended, the first marked first.
pub(super) fn open_of(conn: &mut Conn, people: &BTreeSet<AccountId>) -> Answer<Vec<Pair>> {
    let these: Vec<AccountId> = people.iter().copied().collect();
    let of_them = connections::one_id
        .eq_any(these.clone())
        .or(connections::other_id.eq_any(these));
    Ok(connections::table
        .filter(connections::ended_at.is_null())
        .filter(of_them)
        .order((connections::marked_at, connections::id))
        .select((connections::id, connections::one_id, connections::other_id))
        .load(conn)?)
}

/// The connections of these people that have not ended: the two, and who marked them.
pub(super) fn markers_of(
    conn: &mut Conn,
    people: &BTreeSet<AccountId>,
) -> Answer<Vec<(AccountId, AccountId, AccountId)>> {
    let these: Vec<AccountId> = people.iter().copied().collect();
    let of_them = connections::one_id
        .eq_any(these.clone())
        .or(connections::other_id.eq_any(these));
    Ok(connections::table
        .filter(connections::ended_at.is_null())
        .filter(of_them)
        .select((
            connections::one_id,
            connections::other_id,
            connections::marked_by,
        ))
        .load(conn)?)
}

/// A connection as it was marked.
pub(super) struct Stored {
    pub(super) pair: (AccountId, AccountId),
    pub(super) marked_by: AccountId,
}

pub(super) fn by_id(conn: &mut Conn, id: ConnectionId) -> Answer<Option<Stored>> {
    let found: Option<(AccountId, AccountId, AccountId)> = connections::table
        .find(id)
        .select((
            connections::one_id,
            connections::other_id,
            connections::marked_by,
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(one, other, marked_by)| Stored {
        pair: (one, other),
        marked_by,
    }))
}

/// A connection as one of the two would see it.
pub(super) fn find(
    conn: &mut Conn,
    id: ConnectionId,
    account_id: AccountId,
) -> Answer<Option<Connection>> {
    type Row = (AccountId, AccountId, AccountId, Moment, Option<Moment>);
    let found: Option<Row> = connections::table
        .find(id)
        .select((
            connections::one_id,
            connections::other_id,
            connections::marked_by,
            connections::marked_at,
            connections::ended_at,
        ))
        .first(conn)
        .optional()?;
    let Some((one, other, marked_by, marked_at, ended_at)) = found else {
        return Ok(None);
    };
    let with = name(conn, if one == account_id { other } else { one })?;
    Ok(Some(Connection {
        id,
        account_id,
        with,
        marked_by,
        marked_at,
        ended_at,
    }))
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, (one, other)): (ConnectionId, (AccountId, AccountId)),
) -> Answer<()> {
    let now = tx.now();
    diesel::insert_into(connections::table)
        .values((
            connections::id.eq(id),
            connections::authority_id.eq(caller.authority_id),
            connections::one_id.eq(one),
            connections::other_id.eq(other),
            connections::marked_by.eq(caller.account_id),
            connections::marked_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// False if it has ended before.
pub(super) fn end(tx: &mut Tx<'_>, caller: &Caller, id: ConnectionId) -> Answer<bool> {
    let now = tx.now();
    let rows = diesel::update(connections::table.find(id))
        .filter(connections::ended_at.is_null())
        .set((
            connections::ended_by.eq(Some(caller.account_id)),
            connections::ended_at.eq(Some(now)),
        ))
        .execute(tx.conn())?;
    Ok(rows == 1)
}

/// Whether somebody works or mentors in the caller's authority.
pub(super) fn is_helper(conn: &mut Conn, caller: &Caller, who: AccountId) -> Answer<bool> {
    let helpers = accounts::table
        .find(who)
        .filter(accounts::authority_id.eq(caller.authority_id))
        .filter(accounts::role.ne(Role::FamilyMember));
    Ok(diesel::select(exists(helpers)).get_result(conn)?)
}

/// Makes whoever else does the same for one of these people wait until this unit ends.
pub(in crate::care::alerts) fn hold(conn: &mut Conn, people: &BTreeSet<AccountId>) -> Answer<()> {
    for who in people {
        diesel::update(accounts::table.find(who))
            .set(accounts::display_name.eq(accounts::display_name))
            .execute(conn)?;
    }
    Ok(())
}

/// Every alert in which somebody is implicated, or of which they were left out by hand, the closed ones
/// too, and when it was raised.
pub(super) fn in_which_implicated(
    conn: &mut Conn,
    who: AccountId,
) -> Answer<Vec<(AlertId, Moment)>> {
    Ok(alert_exclusions::table
        .inner_join(alerts::table.on(alerts::id.eq(alert_exclusions::alert_id)))
        .filter(alert_exclusions::account_id.eq(who))
        .filter(alert_exclusions::why.eq_any([Why::Implicated, Why::ByHand]))
        .order(alerts::id)
        .select((alerts::id, alerts::raised_at))
        .load(conn)?)
}

/// Every alert of which somebody is left out, the closed ones too.
pub(super) fn left_out_of(conn: &mut Conn, who: AccountId) -> Answer<Vec<AlertId>> {
    Ok(alert_exclusions::table
        .filter(alert_exclusions::account_id.eq(who))
        .order(alert_exclusions::alert_id)
        .select(alert_exclusions::alert_id)
        .load(conn)?)
}
