//! Questions about wrong tries, and about the places from which people have signed in.

use diesel::prelude::*;

use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::db::schema::{known_places, wrong_tries};
use crate::db::{Answer, Conn, both};

/// Tries, when the last one was, until when the next is not looked at. Locks the row, so that two
/// tries at the same moment are counted one after the other.
pub(in crate::care::accounts) fn known_tries(
    conn: &mut Conn,
    key: &[u8],
    now: Moment,
) -> Answer<(i32, Moment, Moment)> {
    let row = (
        wrong_tries::key.eq(key),
        wrong_tries::tries.eq(0),
        wrong_tries::last_at.eq(now),
        wrong_tries::blocked_until.eq(Moment::ZERO),
    );
    let known = both!(conn, conn => diesel::insert_into(wrong_tries::table)
        .values(row)
        .on_conflict(wrong_tries::key)
        .do_update()
        .set(wrong_tries::tries.eq(wrong_tries::tries))
        .returning((
            wrong_tries::tries,
            wrong_tries::last_at,
            wrong_tries::blocked_until,
        ))
        .get_result(conn))?;
    Ok(known)
}

pub(in crate::care::accounts) fn set_wrong_tries(
    conn: &mut Conn,
    key: &[u8],
    (tries, last, until): (i32, Moment, Moment),
) -> Answer<()> {
    diesel::update(wrong_tries::table.find(key))
        .set((
            wrong_tries::tries.eq(tries),
            wrong_tries::last_at.eq(last),
            wrong_tries::blocked_until.eq(until),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in crate::care::accounts) fn forget_wrong_tries(conn: &mut Conn, key: &[u8]) -> Answer<()> {
    diesel::delete(wrong_tries::table.find(key)).execute(conn)?;
    Ok(())
}

/// Forgets some counts that would start over anyway, and places that are known no more; says how many.
pub(in crate::care::accounts) fn forget_old(
    conn: &mut Conn,
    (tries, places): (Moment, Moment),
    most: i64,
) -> Answer<usize> {
    let keys: Vec<Vec<u8>> = wrong_tries::table
        .filter(wrong_tries::last_at.le(tries))
        .limit(most)
        .select(wrong_tries::key)
        .load(conn)?;
    let mut forgotten = diesel::delete(wrong_tries::table)
        .filter(wrong_tries::key.eq_any(keys))
        .filter(wrong_tries::last_at.le(tries))
        .execute(conn)?;
    forgotten += diesel::delete(known_places::table)
        .filter(known_places::seen_at.le(places))
        .execute(conn)?;
    Ok(forgotten)
}

/// When somebody was seen at a place last.
pub(in crate::care::accounts) fn place_seen_at(
    conn: &mut Conn,
    account: AccountId,
    place: &[u8],
) -> Answer<Option<Moment>> {
    Ok(known_places::table
        .filter(known_places::account_id.eq(account))
        .filter(known_places::place.eq(place))
        .select(known_places::seen_at)
        .first(conn)
        .optional()?)
}

/// Notes that somebody was seen at a place.
pub(in crate::care::accounts) fn note_place(
    conn: &mut Conn,
    account: AccountId,
    place: &[u8],
    now: Moment,
) -> Answer<()> {
    let row = (
        known_places::account_id.eq(account),
        known_places::place.eq(place),
        known_places::seen_at.eq(now),
    );
    both!(conn, conn => diesel::insert_into(known_places::table)
        .values(row)
        .on_conflict((known_places::account_id, known_places::place))
        .do_update()
        .set(known_places::seen_at.eq(now))
        .execute(conn))?;
    Ok(())
}
