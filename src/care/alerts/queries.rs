//! Questions about alerts and about those who answer for them.

use std::collections::BTreeSet;

use diesel::dsl::{count_star, exists, max, min};
use diesel::prelude::*;

use super::history::{Deed, deeds};
use super::ladder::{People, Person};
use super::{Alert, Mark, Source, State};
use crate::base::ids::{AccountId, AlertId, AuthorityId, FamilyId, PodId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::words::{Category, Severity};
use crate::db::schema::{
    accounts, alert_deeds, alert_exclusions, alert_occurrences, alert_tellings, alerts, families,
    pod_deputies, pods,
};
use crate::db::{Answer, Conn, Error, Tx, View};

/// Where a family member belongs.
pub(super) fn place_of(
    conn: &mut Conn,
    family_member: AccountId,
) -> Answer<Option<(AuthorityId, PodId, FamilyId)>> {
    Ok(accounts::table
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(accounts::id.eq(family_member))
        .select((families::authority_id, families::pod_id, families::id))
        .first(conn)
        .optional()?)
}

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

pub(super) fn exclude(conn: &mut Conn, alert: AlertId, people: &BTreeSet<AccountId>) -> Answer<()> {
    for person in people {
        diesel::insert_into(alert_exclusions::table)
            .values((
                alert_exclusions::alert_id.eq(alert),
                alert_exclusions::account_id.eq(person),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub(super) fn excluded(conn: &mut Conn, alert: AlertId) -> Answer<BTreeSet<AccountId>> {
    let people: Vec<AccountId> = alert_exclusions::table
        .filter(alert_exclusions::alert_id.eq(alert))
        .select(alert_exclusions::account_id)
        .load(conn)?;
    Ok(people.into_iter().collect())
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

/// The first occurrence of each severity since `since`.
pub(super) fn first_of_each_severity_since(
    conn: &mut Conn,
    alert: AlertId,
    since: Moment,
) -> Answer<Vec<(Severity, Moment)>> {
    let found: Vec<(Severity, Option<Moment>)> = alert_occurrences::table
        .filter(alert_occurrences::alert_id.eq(alert))
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

/// The decision that waits for a second person: the last proposal since the alert was last raised.
pub(super) fn proposal(conn: &mut Conn, alert: AlertId) -> Answer<Option<(AccountId, Moment)>> {
    let mut names = deeds::RAISINGS.to_vec();
    names.push(deeds::DECISION_PROPOSED);
    let last: Option<(String, Option<AccountId>, Moment)> = alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert))
        .filter(alert_deeds::deed.eq_any(names))
        .order(alert_deeds::seq.desc())
        .select((alert_deeds::deed, alert_deeds::actor_id, alert_deeds::at))
        .first(conn)
        .optional()?;
    Ok(last
        .filter(|(deed, _, _)| deed == deeds::DECISION_PROPOSED)
        .and_then(|(_, actor, at)| Some((actor?, at))))
}

/// Records that somebody was told.
pub(super) fn add_telling(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (to, why): (AccountId, &str),
) -> Answer<()> {
    let now = tx.now();
    let last: Option<i32> = alert_tellings::table
        .filter(alert_tellings::alert_id.eq(alert.id))
        .select(max(alert_tellings::seq))
        .first(tx.conn())?;
    diesel::insert_into(alert_tellings::table)
        .values((
            alert_tellings::alert_id.eq(alert.id),
            alert_tellings::seq.eq(last.unwrap_or(0).saturating_add(1)),
            alert_tellings::account_id.eq(to),
            alert_tellings::step.eq(alert.step),
            alert_tellings::why.eq(why),
            alert_tellings::at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Everybody who was told of an alert, with when last; those who may not act now left out.
pub(super) fn told(conn: &mut Conn, alert: AlertId) -> Answer<Vec<(AccountId, Moment)>> {
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

/// Whether somebody was told of an alert for one of these reasons.
pub(super) fn was_told(
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

/// How many open alerts somebody was told of, and how serious the worst is.
pub(super) fn waiting_for(conn: &mut Conn, who: AccountId) -> Answer<(i64, Option<Severity>)> {
    let mine = alert_tellings::table
        .filter(alert_tellings::account_id.eq(who))
        .select(alert_tellings::alert_id);
    let by_severity: Vec<(Severity, i64)> = alerts::table
        .filter(alerts::state.eq(State::Open))
        .filter(alerts::id.eq_any(mine))
        .group_by(alerts::severity)
        .select((alerts::severity, count_star()))
        .load(conn)?;
    let count = by_severity.iter().map(|(_, count)| count).sum();
    Ok((
        count,
        by_severity.iter().map(|(severity, _)| *severity).max(),
    ))
}

/// Everybody who could be told, before anybody is left out.
pub(super) fn people(conn: &mut Conn, alert: &Alert) -> Answer<People> {
    type Row = (AccountId, Status);
    let person = |(id, status): Row| Person {
        id,
        is_active: status == Status::Active,
    };
    let supervisor: Option<Row> = pods::table
        .inner_join(
            accounts::table.on(pods::supervising_social_worker_id.eq(accounts::id.nullable())),
        )
        .filter(pods::id.eq(alert.pod_id))
        .select((accounts::id, accounts::status))
        .first(conn)
        .optional()?;
    let deputies: Vec<Row> = pod_deputies::table
        .inner_join(accounts::table.on(accounts::id.eq(pod_deputies::account_id)))
        .filter(pod_deputies::pod_id.eq(alert.pod_id))
        .order(pod_deputies::position)
        .select((accounts::id, accounts::status))
        .load(conn)?;
    let mut of_role = |role: Role| -> Answer<Vec<Row>> {
        Ok(accounts::table
            .filter(accounts::authority_id.eq(alert.authority_id))
            .filter(accounts::role.eq(role))
            .filter(accounts::status.eq(Status::Active))
            .order(accounts::id)
            .select((accounts::id, accounts::status))
            .load(conn)?)
    };
    let (managers, everyone) = (
        of_role(Role::ServiceManager)?,
        of_role(Role::SupervisingSocialWorker)?,
    );
    Ok(People {
        supervisor: supervisor.map(person),
        deputies: deputies.into_iter().map(person).collect(),
        managers: managers.into_iter().map(person).collect(),
        everyone: everyone.into_iter().map(person).collect(),
    })
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

/// When something is due next.
pub(super) fn next_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(alerts::table
        .filter(alerts::next_due_at.is_not_null())
        .select(min(alerts::next_due_at))
        .first(conn)?)
}

pub(super) fn find(conn: &mut Conn, id: AlertId) -> Answer<Option<Alert>> {
    Ok(alerts::table.find(id).first(conn).optional()?)
}

pub(super) fn is_excluded(conn: &mut Conn, alert: AlertId, who: AccountId) -> Answer<bool> {
    Ok(diesel::select(exists(alert_exclusions::table.find((alert, who)))).get_result(conn)?)
}

/// Whether somebody supervises a pod or is a deputy on it.
pub(super) fn answers_for(conn: &mut Conn, pod: PodId, who: AccountId) -> Answer<bool> {
    let supervises = pods::table
        .filter(pods::id.eq(pod))
        .filter(pods::supervising_social_worker_id.eq(who));
    let deputises = pod_deputies::table
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(pod_deputies::account_id.eq(who));
    Ok(diesel::select(exists(supervises)).get_result::<bool>(conn)?
        || diesel::select(exists(deputises)).get_result::<bool>(conn)?)
}

pub(super) fn practitioner_of(conn: &mut Conn, family: FamilyId) -> Answer<Option<AccountId>> {
    Ok(families::table
        .find(family)
        .select(families::family_practitioner_id)
        .first::<Option<AccountId>>(conn)
        .optional()?
        .flatten())
}

/// A person's name as others see it.
pub(super) fn display_name(conn: &mut Conn, who: AccountId) -> Answer<String> {
    Ok(accounts::table
        .find(who)
        .select(accounts::display_name)
        .first(conn)?)
}

/// Whether somebody may be handed an alert: a social worker or manager of the authority who may
/// act now.
pub(super) fn may_take_over(
    conn: &mut Conn,
    authority: AuthorityId,
    who: AccountId,
) -> Answer<bool> {
    let takers = accounts::table
        .filter(accounts::id.eq(who))
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::status.eq(Status::Active))
        .filter(accounts::role.eq_any([Role::SupervisingSocialWorker, Role::ServiceManager]));
    Ok(diesel::select(exists(takers)).get_result(conn)?)
}
