//! Questions behind the figures.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::Times;
use super::waits::{Step, Steps};
use crate::base::ids::{AccountId, AlertId, AuthorityId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::deciding::outcome_of;
use crate::care::alerts::history::deeds;
use crate::care::alerts::{Kind, Outcome, State};
use crate::care::words::Severity;
use crate::db::schema::{alert_deeds, alert_exclusions, alerts, pods};
use crate::db::{Answer, Conn, Error};

/// So many alerts are asked about at once.
const AT_ONCE: usize = 500;

pub(super) fn supervised_by(conn: &mut Conn, who: AccountId) -> Answer<Vec<PodId>> {
    Ok(pods::table
        .filter(pods::supervising_social_worker_id.eq(who))
        .select(pods::id)
        .load(conn)?)
}

pub(super) fn is_of(conn: &mut Conn, authority: AuthorityId, pod: PodId) -> Answer<bool> {
    let theirs = pods::table
        .find(pod)
        .filter(pods::authority_id.eq(authority));
    Ok(diesel::select(exists(theirs)).get_result(conn)?)
}

/// The alerts raised in a span, of these pods or of the whole authority, but those from which the caller is
/// excluded.
pub(super) fn raised(
    conn: &mut Conn,
    caller: &Caller,
    (from, until): (Moment, Moment),
    of: Option<&[PodId]>,
) -> Answer<Vec<Times>> {
    let hidden = alert_exclusions::table
        .filter(alert_exclusions::account_id.eq(caller.account_id))
        .select(alert_exclusions::alert_id);
    let mut found = alerts::table
        .filter(alerts::authority_id.eq(caller.authority_id))
        .filter(alerts::raised_at.ge(from))
        .filter(alerts::raised_at.lt(until))
        .filter(alerts::kind.ne(Kind::Unread))
        .filter(alerts::id.ne_all(hidden))
        .select((
            alerts::id,
            alerts::family_member_id,
            alerts::severity,
            alerts::raised_at,
        ))
        .into_boxed();
    if let Some(pods) = of {
        found = found.filter(alerts::pod_id.eq_any(pods.to_vec()));
    }
    let rows: Vec<(AlertId, AccountId, Severity, Moment)> = found.load(conn)?;
    let times = |(id, family_member_id, severity, raised_at)| Times {
        id,
        family_member_id,
        severity,
        raised_at,
    };
    Ok(rows.into_iter().map(times).collect())
}

/// With which outcome each of these alerts was decided last, of those that are closed.
pub(super) fn outcomes(conn: &mut Conn, alerts: &[Times]) -> Answer<BTreeMap<AlertId, Outcome>> {
    let mut all = BTreeMap::new();
    for some in alerts.chunks(AT_ONCE) {
        let ids: Vec<AlertId> = some.iter().map(|alert| alert.id).collect();
        let rows: Vec<(AlertId, String)> = alert_deeds::table
            .inner_join(alerts::table.on(alerts::id.eq(alert_deeds::alert_id)))
            .filter(alert_deeds::alert_id.eq_any(ids))
            .filter(alert_deeds::deed.eq(deeds::DECIDED))
            .filter(alerts::state.eq(State::Closed))
            .order((alert_deeds::alert_id, alert_deeds::seq))
            .select((alert_deeds::alert_id, alert_deeds::detail))
            .load(conn)?;
        for (id, detail) in rows {
            let decided = outcome_of(&detail).ok_or(Error::Corrupt("alert_deeds.detail"))?;
            all.insert(id, decided);
        }
    }
    Ok(all)
}

/// What was done to each of these alerts, as far as it begins or ends a wait.
pub(super) fn steps(conn: &mut Conn, alerts: &[Times]) -> Answer<Steps> {
    let ends = [deeds::ACKNOWLEDGED, deeds::DECIDED];
    let names: Vec<&str> = deeds::RAISINGS.iter().copied().chain(ends).collect();
    let mut all = Steps::new();
    for some in alerts.chunks(AT_ONCE) {
        let ids: Vec<AlertId> = some.iter().map(|alert| alert.id).collect();
        let rows: Vec<(AlertId, String, Moment, String)> = alert_deeds::table
            .filter(alert_deeds::alert_id.eq_any(ids))
            .filter(alert_deeds::deed.eq_any(&names))
            .order((alert_deeds::alert_id, alert_deeds::seq))
            .select((
                alert_deeds::alert_id,
                alert_deeds::deed,
                alert_deeds::at,
                alert_deeds::detail,
            ))
            .load(conn)?;
        for (id, deed, at, detail) in rows {
            all.entry(id).or_default().push((step(&deed, &detail), at));
        }
    }
    Ok(all)
}

fn step(deed: &str, detail: &str) -> Step {
    match deed {
        deeds::ACKNOWLEDGED => Step::Acknowledged,
        deeds::DECIDED => Step::Decided,
        _ => {
            let told = serde_json::from_str::<Worse>(detail);
            Step::Raised(told.ok().and_then(|told| told.severity))
        }
    }
}

/// How serious an alert is from a deed on, where the deed says so.
#[derive(serde::Deserialize)]
struct Worse {
    severity: Option<Severity>,
}
