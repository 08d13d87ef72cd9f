//! Questions about stops.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{Stop, words_of};
use crate::base::ids::{AccountId, AuthorityId, ContactStopId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::db::schema::{accounts, contact_stops as stops};
use crate::db::{Answer, Conn, Tx, View};

const WHY: &str = "contact_stops.why";
const ENDED_WHY: &str = "contact_stops.ended_why";

/// The stop that holds for a family member, if one does.
pub(in super::super) fn open_of(
    view: &mut impl View,
    (authority, member): (AuthorityId, AccountId),
) -> Answer<Option<Stop>> {
    type Row = (ContactStopId, Moment, (AccountId, String), Vec<u8>);
    let row: Option<Row> = stops::table
        .inner_join(accounts::table.on(accounts::id.eq(stops::by_id)))
        .filter(stops::family_member_id.eq(member))
        .filter(stops::ended_at.is_null())
        .select((
            stops::id,
            stops::at,
            (accounts::id, accounts::display_name),
            stops::why,
        ))
        .first(view.conn())
        .optional()?;
    let Some((id, since, by, sealed)) = row else {
        return Ok(None);
    };
    let key = [id.as_bytes().as_slice()];
    let why = view.open_words(words_of(authority, (WHY, &key)), &sealed)?;
    Ok(Some(Stop {
        id,
        since,
        by,
        why: Some(why),
    }))
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, why): (AccountId, &str),
) -> Answer<()> {
    let id = ContactStopId::new();
    let key = [id.as_bytes().as_slice()];
    let why = tx.seal_words(words_of(caller.authority_id, (WHY, &key)), why)?;
    let now = tx.now();
    diesel::insert_into(stops::table)
        .values((
            stops::id.eq(id),
            stops::authority_id.eq(caller.authority_id),
            stops::family_member_id.eq(member),
            stops::by_id.eq(caller.account_id),
            stops::at.eq(now),
            stops::why.eq(why),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends the stop that holds, if one does.
pub(super) fn end(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, why): (AccountId, &str),
) -> Answer<bool> {
    let open: Option<ContactStopId> = stops::table
        .filter(stops::family_member_id.eq(member))
        .filter(stops::ended_at.is_null())
        .select(stops::id)
        .first(tx.conn())
        .optional()?;
    let Some(id) = open else {
        return Ok(false);
    };
    let key = [id.as_bytes().as_slice()];
    let why = tx.seal_words(words_of(caller.authority_id, (ENDED_WHY, &key)), why)?;
    let now = tx.now();
    let rows = diesel::update(stops::table.find(id))
        .filter(stops::ended_at.is_null())
        .set((
            stops::ended_by.eq(caller.account_id),
            stops::ended_at.eq(now),
            stops::ended_why.eq(why),
        ))
        .execute(tx.conn())?;
    Ok(rows == 1)
}

/// With whom of these all contact is stopped.
pub(super) fn stopped_of(conn: &mut Conn, members: &[AccountId]) -> Answer<BTreeSet<AccountId>> {
    let found: Vec<AccountId> = stops::table
        .filter(stops::family_member_id.eq_any(members.to_vec()))
        .filter(stops::ended_at.is_null())
        .select(stops::family_member_id)
        .load(conn)?;
    Ok(found.into_iter().collect())
}
