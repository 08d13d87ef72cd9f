//! Questions about logged calls.

use diesel::dsl::{exists, max};
use diesel::prelude::*;

use super::{Call, Said};
use crate::base::ids::{AccountId, AlertId, CallId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::agencies::Agency;
use crate::care::alerts::Alert;
use crate::care::alerts::reading::Part;
use crate::db::schema::alert_calls as calls;
use crate::db::{Answer, Conn, Error, Tx, View};

/// A call as its row says.
#[derive(Debug, Queryable)]
pub(super) struct Row {
    pub(super) alert_id: AlertId,
    pub(super) seq: i32,
    pub(super) id: CallId,
    pub(super) by_id: AccountId,
    pub(super) agency: Agency,
    pub(super) called_at: Moment,
    pub(super) recorded_at: Moment,
    words: Vec<u8>,
}

fn place<'a>(alert: &Alert, row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        authority: alert.authority_id,
        column: "alert_calls.words",
        row,
    }
}

/// What somebody's client logged before under this id.
pub(super) fn of_client(conn: &mut Conn, who: AccountId, id: CallId) -> Answer<Option<Row>> {
    Ok(calls::table
        .filter(calls::by_id.eq(who))
        .filter(calls::id.eq(id))
        .first(conn)
        .optional()?)
}

/// The number of the next call about an alert this unit has taken.
pub(super) fn next_seq(conn: &mut Conn, alert: AlertId) -> Answer<i32> {
    let last: Option<i32> = calls::table
        .filter(calls::alert_id.eq(alert))
        .select(max(calls::seq))
        .first(conn)?;
    Ok(last.unwrap_or(0).saturating_add(1))
}

pub(super) fn insert(tx: &mut Tx<'_>, alert: &Alert, call: &Call) -> Answer<()> {
    let words = serde_json::to_string(&call.words)
        .map_err(|_not_json| Error::Corrupt("the words of a call cannot be written"))?;
    let seq = call.seq.to_be_bytes();
    let words = tx.seal_words(place(alert, &[alert.id.as_bytes(), &seq]), &words)?;
    diesel::insert_into(calls::table)
        .values((
            calls::alert_id.eq(alert.id),
            calls::seq.eq(call.seq),
            calls::id.eq(call.id),
            calls::by_id.eq(call.by.id),
            calls::agency.eq(call.agency),
            calls::called_at.eq(call.called_at),
            calls::recorded_at.eq(call.recorded_at),
            calls::words.eq(words),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The words of a call.
pub(super) fn words(view: &impl View, alert: &Alert, row: &Row) -> Answer<Said> {
    let seq = row.seq.to_be_bytes();
    let words = view.open_words(place(alert, &[alert.id.as_bytes(), &seq]), &row.words)?;
    serde_json::from_str(&words)
        .map_err(|_not_said| Error::Corrupt("the words of a call cannot be read"))
}

pub(super) fn list(conn: &mut Conn, alert: AlertId, (after, limit): Part) -> Answer<Vec<Row>> {
    Ok(calls::table
        .filter(calls::alert_id.eq(alert))
        .filter(calls::seq.gt(after))
        .order(calls::seq)
        .limit(limit)
        .load(conn)?)
}

pub(super) fn was_called(
    conn: &mut Conn,
    (alert, agency): (AlertId, Agency),
    since: Moment,
) -> Answer<bool> {
    let made = calls::table
        .filter(calls::alert_id.eq(alert))
        .filter(calls::agency.eq(agency))
        .filter(calls::called_at.ge(since));
    Ok(diesel::select(exists(made)).get_result(conn)?)
}
