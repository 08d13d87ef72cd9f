//! Who was told of an alert, when, and why.

use diesel::dsl::{exists, max};
use diesel::prelude::*;

use crate::base::ids::{AccountId, AlertId};
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::care::alerts::Alert;
use crate::db::schema::{accounts, alert_exclusions, alert_tellings};
use crate::db::{Answer, Conn, Tx, View, both};

/// Records that somebody was told.
pub(in crate::care::alerts) fn add_telling(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (to, why): (AccountId, &str),
) -> Answer<()> {
    add_tellings(tx, alert, (&[to], why))
}

/// Records that these people were told, in this order: of a hundred at once, as of one.
pub(in crate::care::alerts) fn add_tellings(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (people, why): (&[AccountId], &str),
) -> Answer<()> {
    if people.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let last: Option<i32> = alert_tellings::table
        .filter(alert_tellings::alert_id.eq(alert.id))
        .select(max(alert_tellings::seq))
        .first(tx.conn())?;
    let numbers = last.unwrap_or(0).saturating_add(1)..;
    let rows: Vec<_> = numbers
        .zip(people)
        .map(|(seq, to)| {
            (
                alert_tellings::alert_id.eq(alert.id),
                alert_tellings::seq.eq(seq),
                alert_tellings::account_id.eq(to),
                alert_tellings::step.eq(alert.step),
                alert_tellings::why.eq(why),
                alert_tellings::at.eq(now),
            )
        })
        .collect();
    both!(tx.conn(), conn => diesel::insert_into(alert_tellings::table)
        .values(&rows)
        .execute(conn))?;
    Ok(())
}

/// Everybody who was told of an alert, with when last; those who may not act now left out.
pub(in crate::care::alerts) fn told(
    conn: &mut Conn,
    alert: AlertId,
) -> Answer<Vec<(AccountId, Moment)>> {
    let told: Vec<(AccountId, Option<Moment>)> = alert_tellings::table
        .inner_join(accounts::table.on(accounts::id.eq(alert_tellings::account_id)))
        .filter(alert_tellings::alert_id.eq(alert))
        .filter(accounts::status.eq(Status::Active))
        .group_by(alert_tellings::account_id)
        .select((alert_tellings::account_id, max(alert_tellings::at)))
        .load(conn)?;
    Ok(told
        .into_iter()
        .filter_map(|(who, at)| Some((who, at?)))
        .collect())
}

/// When somebody was last told of an alert for this reason.
pub(in crate::care::alerts) fn last_told(
    conn: &mut Conn,
    (alert, who): (AlertId, AccountId),
    why: &'static str,
) -> Answer<Option<Moment>> {
    Ok(alert_tellings::table
        .filter(alert_tellings::alert_id.eq(alert))
        .filter(alert_tellings::account_id.eq(who))
        .filter(alert_tellings::why.eq(why))
        .select(max(alert_tellings::at))
        .first(conn)?)
}

/// Whether somebody was told of an alert for one of these reasons.
pub(in crate::care::alerts) fn was_told(
    conn: &mut Conn,
    (alert, who): (AlertId, AccountId),
    reasons: &[&'static str],
) -> Answer<bool> {
    let tellings = alert_tellings::table
        .filter(alert_tellings::alert_id.eq(alert))
        .filter(alert_tellings::account_id.eq(who))
        .filter(alert_tellings::why.eq_any(reasons.to_vec()));
    Ok(diesel::select(exists(tellings)).get_result(conn)?)
}

/// Everybody who was told of an alert at this step or later, may act now and is not left out of it.
pub(in crate::care::alerts) fn told_since(
    conn: &mut Conn,
    (alert, step): (AlertId, i32),
) -> Answer<Vec<AccountId>> {
    let left_out = alert_exclusions::table
        .filter(alert_exclusions::alert_id.eq(alert))
        .select(alert_exclusions::account_id);
    Ok(alert_tellings::table
        .inner_join(accounts::table.on(accounts::id.eq(alert_tellings::account_id)))
        .filter(alert_tellings::alert_id.eq(alert))
        .filter(alert_tellings::step.ge(step))
        .filter(accounts::status.eq(Status::Active))
        .filter(alert_tellings::account_id.ne_all(left_out))
        .select(alert_tellings::account_id)
        .distinct()
        .load(conn)?)
}
