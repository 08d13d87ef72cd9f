//! Questions about what waits for whom, and who is to be told of it again.

use std::collections::BTreeSet;
use std::time::Duration;

use diesel::dsl::{exists, min, not};
use diesel::prelude::*;

use crate::base::ids::{AccountId, AuthorityId};
use crate::base::time::Moment;
use crate::care::alerts::State;
use crate::care::words::Severity;
use crate::db::schema::{accounts, alert_exclusions, alert_repeats, alert_tellings, alerts};
use crate::db::{Answer, Conn, both};

/// Puts these people down to be told so long after they last were, or leaves them down as they are.
pub(in crate::care::alerts) fn note(
    conn: &mut Conn,
    people: &BTreeSet<AccountId>,
    apart: Duration,
) -> Answer<()> {
    let apart = i64::try_from(apart.as_micros()).unwrap_or(0);
    let known: Vec<AccountId> = alert_repeats::table
        .filter(alert_repeats::account_id.eq_any(people.clone()))
        .select(alert_repeats::account_id)
        .load(conn)?;
    for who in people.iter().filter(|who| !known.contains(who)) {
        let row = (
            alert_repeats::account_id.eq(who),
            alert_repeats::told_at.eq(Moment::ZERO),
        );
        both!(&mut *conn, conn => diesel::insert_into(alert_repeats::table)
            .values(row)
            .on_conflict(alert_repeats::account_id)
            .do_nothing()
            .execute(conn))?;
    }
    diesel::update(alert_repeats::table)
        .filter(alert_repeats::account_id.eq_any(people.clone()))
        .filter(alert_repeats::due_at.is_null())
        .set(alert_repeats::due_at.eq((alert_repeats::told_at + apart).nullable()))
        .execute(conn)?;
    Ok(())
}

pub(in crate::care::alerts) fn due(
    conn: &mut Conn,
    now: Moment,
    most: i64,
) -> Answer<Vec<AccountId>> {
    Ok(alert_repeats::table
        .filter(alert_repeats::due_at.le(now))
        .order((alert_repeats::due_at, alert_repeats::account_id))
        .limit(most)
        .select(alert_repeats::account_id)
        .load(conn)?)
}

pub(in crate::care::alerts) fn next_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(alert_repeats::table
        .filter(alert_repeats::due_at.is_not_null())
        .select(min(alert_repeats::due_at))
        .first(conn)?)
}

/// Claims somebody who is due, unless another node was first.
pub(in crate::care::alerts) fn claim(conn: &mut Conn, who: AccountId, now: Moment) -> Answer<bool> {
    let rows = diesel::update(alert_repeats::table.find(who))
        .filter(alert_repeats::due_at.le(now))
        .set((
            alert_repeats::due_at.eq(None::<Moment>),
            alert_repeats::told_at.eq(now),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Brings who is due forward by so many microseconds.
pub(in crate::care::alerts) fn bring_forward(conn: &mut Conn, micros: i64) -> Answer<()> {
    diesel::update(alert_repeats::table)
        .set((
            alert_repeats::due_at.eq(alert_repeats::due_at - Some(micros)),
            alert_repeats::told_at.eq(alert_repeats::told_at - micros),
        ))
        .execute(conn)?;
    Ok(())
}

/// The tellings of an alert, a row of `alerts`, to somebody.
#[diesel::dsl::auto_type]
fn tellings_to(who: AccountId) -> _ {
    alert_tellings::table
        .filter(alert_tellings::account_id.eq(who))
        .filter(alert_tellings::alert_id.eq(alerts::id))
}

/// Why somebody is left out of an alert, a row of `alerts`, if they are.
#[diesel::dsl::auto_type]
fn exclusion_of(who: AccountId) -> _ {
    alert_exclusions::table
        .filter(alert_exclusions::account_id.eq(who))
        .filter(alert_exclusions::alert_id.eq(alerts::id))
}

fn authority_of(conn: &mut Conn, who: AccountId) -> Answer<AuthorityId> {
    Ok(accounts::table
        .find(who)
        .select(accounts::authority_id)
        .first(conn)?)
}

/// How many open alerts somebody was told of and may still see. It goes through what is open in their
/// authority, however much they have been told of in their time.
pub(in crate::care::alerts) fn waiting_for(conn: &mut Conn, who: AccountId) -> Answer<i64> {
    let authority = authority_of(conn, who)?;
    Ok(alerts::table
        .filter(alerts::authority_id.eq(authority))
        .filter(alerts::state.eq(State::Open))
        .filter(exists(tellings_to(who)))
        .filter(not(exists(exclusion_of(who))))
        .count()
        .get_result(conn)?)
}

/// How serious the worst of them is: without counting those behind it.
pub(in crate::care::alerts) fn worst_waiting_for(
    conn: &mut Conn,
    who: AccountId,
) -> Answer<Option<Severity>> {
    let authority = authority_of(conn, who)?;
    for severity in [Severity::Immediate, Severity::Urgent, Severity::Watch] {
        let waiting = alerts::table
            .filter(alerts::authority_id.eq(authority))
            .filter(alerts::state.eq(State::Open))
            .filter(alerts::severity.eq(severity))
            .filter(exists(tellings_to(who)))
            .filter(not(exists(exclusion_of(who))));
        if diesel::select(exists(waiting)).get_result(conn)? {
            return Ok(Some(severity));
        }
    }
    Ok(None)
}
