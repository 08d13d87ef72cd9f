//! Questions about reading hours.

use diesel::prelude::*;

use super::{Hours, HoursRow};
use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::db::schema::{accounts, reading_hours};
use crate::db::{Answer, Conn, Error, Tx, View};

type Columns = (
    reading_hours::windows,
    reading_hours::zone,
    reading_hours::answer_within,
);
const COLUMNS: Columns = (
    reading_hours::windows,
    reading_hours::zone,
    reading_hours::answer_within,
);

/// The hours of those of these people who have said any, or for whom they were set.
///
/// # Errors
/// If the question fails.
pub fn of(conn: &mut Conn, ids: &[AccountId]) -> Answer<Vec<(AccountId, Hours)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(AccountId, HoursRow)> = reading_hours::table
        .filter(reading_hours::peer_mentor_id.eq_any(ids))
        .select((reading_hours::peer_mentor_id, COLUMNS))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, row)| Ok((id, row.hours()?)))
        .collect()
}

/// A mentor's hours, and when they were said.
pub(super) fn one(conn: &mut Conn, mentor: AccountId) -> Answer<Option<(Hours, Moment)>> {
    let row: Option<(HoursRow, Moment)> = reading_hours::table
        .find(mentor)
        .select((COLUMNS, reading_hours::said_at))
        .first(conn)
        .optional()?;
    row.map(|(row, at)| Ok((row.hours()?, at))).transpose()
}

/// Where a mentor works.
#[derive(Debug, Clone, Copy, Queryable)]
pub(super) struct Works {
    pub(super) pod_id: Option<PodId>,
}

/// Where a mentor of an authority works; nothing if they are none.
pub(super) fn mentor(
    conn: &mut Conn,
    authority: AuthorityId,
    id: AccountId,
) -> Answer<Option<Works>> {
    Ok(accounts::table
        .find(id)
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::PeerMentor))
        .select((accounts::pod_id,))
        .first(conn)
        .optional()?)
}

pub(super) fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (mentor, hours): (AccountId, &Hours),
) -> Answer<()> {
    let windows = serde_json::to_string(&hours.windows)
        .map_err(|_never| Error::Corrupt("reading hours are no JSON"))?;
    let now = tx.now();
    let says = (
        reading_hours::windows.eq(windows),
        reading_hours::zone.eq(hours.zone.name()),
        reading_hours::answer_within.eq(i32::try_from(hours.answer_within).unwrap_or(i32::MAX)),
        reading_hours::said_by.eq(caller.account_id),
        reading_hours::said_at.eq(now),
    );
    let conn = tx.conn();
    let rows = diesel::update(reading_hours::table.find(mentor))
        .set(says.clone())
        .execute(conn)?;
    if rows == 0 {
        diesel::insert_into(reading_hours::table)
            .values((reading_hours::peer_mentor_id.eq(mentor), says))
            .execute(conn)?;
    }
    Ok(())
}
