//! Questions about alerts.

mod exclusions;
mod people;
mod reasons;
pub(super) mod repeats;
mod tellings;

use std::collections::BTreeSet;

use diesel::dsl::{count_star, max, min, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::deciding::Proposal;
use super::history::{Deed, deeds};
use super::{Alert, Mark, Source, State};
use crate::base::ids::{AccountId, AlertId, FamilyId, PodId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::words::{Category, Severity};
pub(super) use crate::db::schema::alerts;
use crate::db::schema::{alert_deeds, alert_exclusions, alert_occurrences};
use crate::db::{Answer, Conn, Error, Tx, View};

pub(super) use exclusions::{excluded, folded_by, is_excluded, is_left_out_about, lying_in};
pub(super) use people::{
    answers_for, has_done, hold_active, may_take_over, name, names, people, place_of,
    practitioner_of, role_of,
};
pub(super) use reasons::{
    Reason, Said, active_role, exclude_as, is_with, left_out_about, reasons_of, take_back,
};
pub(super) use tellings::{add_telling, add_tellings, last_told, told, told_since, was_told};

/// Takes the alert into which this worry folds, if it is not closed: its row is this unit's until
/// the unit ends.
pub(super) fn take_by_fold_key(conn: &mut Conn, key: &[u8]) -> Answer<Option<Alert>> {
    Ok(diesel::update(
        alerts::table
            .filter(alerts::fold_key.eq(key))
            .filter(alerts::state.ne(State::Closed)),
    )
    .set(alerts::occurrence_count.eq(alerts::occurrence_count))
    .returning(alerts::all_columns)
    .get_result(conn)
    .optional()?)
}

/// Takes one alert: its row is this unit's until the unit ends, so the first taker wins.
pub(super) fn take(conn: &mut Conn, id: AlertId) -> Answer<Option<Alert>> {
    Ok(diesel::update(alerts::table.find(id))
        .set(alerts::occurrence_count.eq(alerts::occurrence_count))
        .returning(alerts::all_columns)
        .get_result(conn)
        .optional()?)
}

/// The alerts about a family that are not closed, whoever may know of them.
pub(super) fn not_closed_about(conn: &mut Conn, family: FamilyId) -> Answer<Vec<AlertId>> {
    Ok(alerts::table
        .filter(alerts::family_id.eq(family))
        .filter(alerts::state.ne(State::Closed))
        .select(alerts::id)
        .load(conn)?)
}

/// Claims the step that was seen to be due, if it still is and nobody else has claimed it.
pub(super) fn claim(
    conn: &mut Conn,
    (id, step): (AlertId, i32),
    now: Moment,
) -> Answer<Option<Alert>> {
    let seen = alerts::table
        .filter(alerts::id.eq(id))
        .filter(alerts::step.eq(step))
        .filter(alerts::next_due_at.le(now));
    Ok(diesel::update(seen)
        .set(alerts::step.eq(alerts::step + 1))
        .returning(alerts::all_columns)
        .get_result(conn)
        .optional()?)
}

pub(super) fn insert(conn: &mut Conn, alert: &Alert) -> Answer<()> {
    diesel::insert_into(alerts::table)
        .values(alert)
        .execute(conn)?;
    Ok(())
}

/// Writes back an alert this unit has taken.
pub(super) fn keep(conn: &mut Conn, alert: &Alert) -> Answer<()> {
    diesel::update(alerts::table.find(alert.id))
        .set(alert)
        .execute(conn)?;
    Ok(())
}

/// One occurrence, about to be written.
pub(super) struct NewOccurrence<'a> {
    pub(super) alert: AlertId,
    pub(super) seq: i32,
    pub(super) source: Source,
    pub(super) severity: Severity,
    pub(super) category: Category,
    pub(super) marks: &'a [Mark],
}

pub(super) fn add_occurrence(tx: &mut Tx<'_>, new: &NewOccurrence<'_>) -> Answer<()> {
    let now = tx.now();
    let findings = serde_json::to_string(new.marks)
        .map_err(|_why| Error::Corrupt("findings cannot be written"))?;
    diesel::insert_into(alert_occurrences::table)
        .values((
            alert_occurrences::alert_id.eq(new.alert),
            alert_occurrences::seq.eq(new.seq),
            alert_occurrences::source.eq(new.source.kind),
            alert_occurrences::source_author_id.eq(new.source.author_id),
            alert_occurrences::source_id.eq(new.source.id),
            alert_occurrences::severity.eq(new.severity),
            alert_occurrences::category.eq(new.category),
            alert_occurrences::findings.eq(findings),
            alert_occurrences::at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The first occurrence of each severity since `since` that the holder has not been shown.
pub(super) fn first_unseen_of_each_severity(
    conn: &mut Conn,
    alert: &Alert,
    since: Moment,
) -> Answer<Vec<(Severity, Moment)>> {
    let found: Vec<(Severity, Option<Moment>)> = alert_occurrences::table
        .filter(alert_occurrences::alert_id.eq(alert.id))
        .filter(alert_occurrences::seq.gt(alert.seen_seq))
        .filter(alert_occurrences::at.ge(since))
        .group_by(alert_occurrences::severity)
        .select((alert_occurrences::severity, min(alert_occurrences::at)))
        .load(conn)?;
    Ok(found
        .into_iter()
        .filter_map(|(severity, at)| Some((severity, at?)))
        .collect())
}

/// Where the words of a deed are sealed to.
pub(super) fn deed_row(seq: i32) -> [u8; 4] {
    seq.to_be_bytes()
}

/// Appends a line to the history of an alert this unit has taken.
pub(super) fn record(tx: &mut Tx<'_>, alert: &Alert, deed: &Deed) -> Answer<()> {
    let now = tx.now();
    let last: Option<i32> = alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert.id))
        .select(max(alert_deeds::seq))
        .first(tx.conn())?;
    let seq = last.unwrap_or(0).saturating_add(1);
    let row = deed_row(seq);
    let words = deed
        .words
        .as_deref()
        .map(|words| tx.seal_words(words_place(alert, &[alert.id.as_bytes(), &row]), words))
        .transpose()?;
    diesel::insert_into(alert_deeds::table)
        .values((
            alert_deeds::alert_id.eq(alert.id),
            alert_deeds::seq.eq(seq),
            alert_deeds::deed.eq(deed.deed),
            alert_deeds::actor_id.eq(deed.actor),
            alert_deeds::at.eq(now),
            alert_deeds::detail.eq(deed.detail.to_string()),
            alert_deeds::words.eq(words),
        ))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn words_place<'a>(alert: &Alert, row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        authority: alert.authority_id,
        column: "alert_deeds.words",
        row,
    }
}

/// When a deed of these names was last done.
pub(super) fn last_done(
    conn: &mut Conn,
    alert: AlertId,
    names: &[&'static str],
) -> Answer<Option<Moment>> {
    Ok(alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert))
        .filter(alert_deeds::deed.eq_any(names.to_vec()))
        .select(max(alert_deeds::at))
        .first(conn)?)
}

/// When it was first said since the alert was last raised what should come of it.
pub(super) fn first_proposed(conn: &mut Conn, alert: AlertId) -> Answer<Option<Moment>> {
    let raised = last_done(conn, alert, deeds::RAISINGS)?;
    Ok(alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert))
        .filter(alert_deeds::deed.eq(deeds::DECISION_PROPOSED))
        .filter(alert_deeds::at.ge(raised.unwrap_or(Moment::ZERO)))
        .select(min(alert_deeds::at))
        .first(conn)?)
}

/// The decision that waits for a second person: the last proposal since the alert was last raised, if it counts still.
pub(super) fn proposal(conn: &mut Conn, alert: AlertId) -> Answer<Option<(AccountId, Proposal)>> {
    let names = [deeds::RAISINGS, &[deeds::DECISION_PROPOSED]].concat();
    let last: Option<(String, Option<AccountId>, String)> = alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert))
        .filter(alert_deeds::deed.eq_any(names))
        .order(alert_deeds::seq.desc())
        .select((
            alert_deeds::deed,
            alert_deeds::actor_id,
            alert_deeds::detail,
        ))
        .first(conn)
        .optional()?;
    let proposed = last
        .filter(|(deed, _, _)| deed == deeds::DECISION_PROPOSED)
        .and_then(|(_, actor, detail)| Some((actor?, serde_json::from_str(&detail).ok()?)));
    match proposed {
        Some((who, said)) if people::may_decide(conn, who)? => Ok(Some((who, said))),
        Some(_) | None => Ok(None),
    }
}

/// Which of these alerts somebody has.
pub(super) fn held_among(conn: &mut Conn, ids: Vec<AlertId>) -> Answer<BTreeSet<AlertId>> {
    let held: Vec<AlertId> = alerts::table
        .filter(alerts::id.eq_any(ids))
        .filter(alerts::state.eq(State::Acknowledged))
        .select(alerts::id)
        .load(conn)?;
    Ok(held.into_iter().collect())
}

/// What is due now, urgent first. The names of the severities sort from the most serious down.
pub(super) fn due(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<(AlertId, i32)>> {
    Ok(alerts::table
        .filter(alerts::next_due_at.le(now))
        .order((alerts::severity, alerts::next_due_at, alerts::id))
        .limit(most)
        .select((alerts::id, alerts::step))
        .load(conn)?)
}

/// Brings what is due for alerts that are not closed forward by so many microseconds.
pub(super) fn bring_forward(conn: &mut Conn, micros: i64) -> Answer<usize> {
    Ok(diesel::update(alerts::table)
        .filter(alerts::state.ne(State::Closed))
        .set((
            alerts::acknowledge_by.eq(alerts::acknowledge_by - micros),
            alerts::acknowledged_at.eq(alerts::acknowledged_at - Some(micros)),
            alerts::decide_by.eq(alerts::decide_by - Some(micros)),
            alerts::unseen_since.eq(alerts::unseen_since - Some(micros)),
            alerts::next_due_at.eq(alerts::next_due_at - Some(micros)),
        ))
        .execute(conn)?)
}

/// When something is due next.
pub(super) fn next_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(alerts::table
        .filter(alerts::next_due_at.is_not_null())
        .select(min(alerts::next_due_at))
        .first(conn)?)
}

/// How many alerts are not closed. Written out, so that SQLite sees that its index of these fits.
pub(super) fn count_not_closed(conn: &mut Conn) -> Answer<Vec<(State, Severity, i64)>> {
    Ok(alerts::table
        .filter(sql::<Bool>("state <> 'closed'"))
        .group_by((alerts::state, alerts::severity))
        .select((alerts::state, alerts::severity, count_star()))
        .load(conn)?)
}

pub(super) fn find(conn: &mut Conn, id: AlertId) -> Answer<Option<Alert>> {
    Ok(alerts::table.find(id).first(conn).optional()?)
}

/// What somebody has and has not decided.
pub(super) fn held_by(conn: &mut Conn, who: AccountId) -> Answer<Vec<AlertId>> {
    Ok(alerts::table
        .filter(alerts::holder_id.eq(who))
        .filter(alerts::state.eq(State::Acknowledged))
        .order(alerts::id)
        .select(alerts::id)
        .load(conn)?)
}

/// The alerts about a family that are not closed.
pub(super) fn not_closed_of_family(conn: &mut Conn, family: FamilyId) -> Answer<Vec<AlertId>> {
    Ok(alerts::table
        .filter(alerts::family_id.eq(family))
        .filter(alerts::state.ne(State::Closed))
        .order(alerts::id)
        .select(alerts::id)
        .load(conn)?)
}

pub(super) fn move_closed(conn: &mut Conn, family: FamilyId, pod: PodId) -> Answer<()> {
    diesel::update(alerts::table)
        .filter(alerts::family_id.eq(family))
        .filter(alerts::state.eq(State::Closed))
        // Another pod's ladder: it is climbed from its first rung.
        .set((alerts::pod_id.eq(pod), alerts::rung.eq(0)))
        .execute(conn)?;
    Ok(())
}

/// How many alerts of a pod nobody has yet, but those from which somebody is excluded.
pub(super) fn count_open_in_pod(conn: &mut Conn, (pod, who): (PodId, AccountId)) -> Answer<i64> {
    let hidden = alert_exclusions::table
        .filter(alert_exclusions::account_id.eq(who))
        .select(alert_exclusions::alert_id);
    Ok(alerts::table
        .filter(alerts::pod_id.eq(pod))
        .filter(alerts::state.eq(State::Open))
        .filter(alerts::id.ne_all(hidden))
        .count()
        .get_result(conn)?)
}

/// The most serious of these, and of those the one that waits longest. The names of the severities sort from the
/// most serious down.
pub(super) fn first_open_in_pod(
    conn: &mut Conn,
    (pod, who): (PodId, AccountId),
    most: i64,
) -> Answer<Vec<AlertId>> {
    let hidden = alert_exclusions::table
        .filter(alert_exclusions::account_id.eq(who))
        .select(alert_exclusions::alert_id);
    Ok(alerts::table
        .filter(alerts::pod_id.eq(pod))
        .filter(alerts::state.eq(State::Open))
        .filter(alerts::id.ne_all(hidden))
        .order((alerts::severity, alerts::raised_at, alerts::id))
        .limit(most)
        .select(alerts::id)
        .load(conn)?)
}

/// The alerts of a pod that nobody has yet.
pub(super) fn open_in_pod(conn: &mut Conn, pod: PodId) -> Answer<Vec<AlertId>> {
    Ok(alerts::table
        .filter(alerts::pod_id.eq(pod))
        .filter(alerts::state.eq(State::Open))
        .order(alerts::id)
        .select(alerts::id)
        .load(conn)?)
}
