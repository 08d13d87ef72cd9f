//! What happens to an alert by itself when its time has come: it steps up, is opened again because
//! its holder did not look, its holder is reminded of a decision that is overdue, or whoever was asked
//! about it is asked again. It never closes by itself, and there is no last step. Whoever has had their
//! time is called on their second channel, whatever it was that they have not answered.

use std::time::Duration;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::calling::{self, News, why};
use super::history::{Deed, deeds, events};
use super::work::chasing;
use super::{Alert, State, asking, queries, raising, repeats};
use crate::base::ids::{AccountId, AlertId};
use crate::base::time::Moment;
use crate::care::notices::sending::ringing::ring_up;
use crate::db::{Answer, Tx, View};

/// A step that was seen to be due: which alert, and at which step it stood.
pub type Due = (AlertId, i32);

/// What is due now, urgent first, and when something is due next.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    let due = queries::due(view.conn(), now, most)?;
    let next = queries::next_due(view.conn())?;
    Ok((due, next))
}

/// Steps these alerts, each only if its step is still due and nobody else has taken it. People who
/// are to be told again are noted and told in a unit of their own ([`repeats`]), which holds up no step, and
/// whoever has not answered in time is rung up. Says how many did.
///
/// # Errors
/// If it cannot be stored; then none has stepped.
pub fn step_up(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let now = tx.now();
    let mut stepped: usize = 0;
    let (mut again, mut late) = (BTreeSet::new(), BTreeMap::new());
    for &due in dues {
        let Some(mut alert) = queries::claim(tx.conn(), due, now)? else {
            continue;
        };
        let presses = calling::on_the_late(alert.severity);
        let people = match alert.state {
            State::Open => {
                let people = calling::whose_time_is_up(tx, &alert)?;
                again.extend(nobody_answered(tx, &mut alert)?);
                people
            }
            State::Acknowledged => somebody_is_late(tx, &mut alert)?,
            State::Closed => {
                alert.next_due_at = None;
                Vec::new()
            }
        };
        for person in people {
            let most = late.entry(person).or_insert(presses);
            *most = presses.max(*most);
        }
        queries::keep(tx.conn(), &alert)?;
        stepped = stepped.saturating_add(1);
    }
    repeats::note(tx, &again)?;
    ring_up(tx, &late)?;
    Ok(stepped)
}

fn nobody_answered(tx: &mut Tx<'_>, alert: &mut Alert) -> Answer<Vec<AccountId>> {
    let from = if alert.unreachable {
        0
    } else {
        alert.next_rung()
    };
    alert.next_due_at = Some(alert.clocks().step.after(tx.now()));
    let called = calling::call(tx, alert, from, News::Waits)?;
    let detail = json!({"step": alert.step, "rung": alert.rung, "told": called.people});
    queries::record(tx, alert, &Deed::of_itself(deeds::STEPPED_UP, detail))?;
    Ok(called.again)
}

/// The holder has not looked at what is new, or has not decided, or whoever was asked to take it or to
/// decide with them has not answered. Gives those whose time is up.
fn somebody_is_late(tx: &mut Tx<'_>, alert: &mut Alert) -> Answer<Vec<AccountId>> {
    let now = tx.now();
    if see_by(tx, alert)?.is_some_and(|by| by <= now) {
        let holder = alert.holder_id;
        queries::record(tx, alert, &Deed::of_itself(deeds::NOT_SEEN, json!({})))?;
        raising::raise_again(tx, alert)?;
        return Ok(holder.into_iter().collect());
    }
    let mut late = Vec::new();
    let reminded = reminded_at(tx, alert)?;
    if decide_by(alert, reminded).is_some_and(|by| by <= now) {
        if reminded.is_some() {
            late = calling::whose_time_is_up(tx, alert)?;
        }
        late.extend(alert.holder_id);
        decision_is_overdue(tx, alert)?;
    }
    late.extend(asking::again(tx, alert)?);
    reckon_next_due(tx, alert)?;
    Ok(late)
}

fn decision_is_overdue(tx: &mut Tx<'_>, alert: &mut Alert) -> Answer<()> {
    let news = News::Told(events::DECISION_OVERDUE);
    let called = calling::call(tx, alert, alert.next_rung(), news)?;
    if let Some(holder) = alert.holder_id
        && !called.people.contains(&holder)
    {
        queries::add_telling(tx, alert, (holder, why::HOLDER))?;
        calling::tell(tx, alert, (holder, events::DECISION_OVERDUE), json!({}));
    }
    let detail = json!({"rung": alert.rung, "told": called.people});
    queries::record(tx, alert, &Deed::of_itself(deeds::DECISION_OVERDUE, detail))
}

/// The clock was ahead by `by` and is put right: what is due for alerts that are not closed comes so
/// much earlier. Says how many there are.
///
/// # Errors
/// If it cannot be stored.
pub fn bring_forward(tx: &mut Tx<'_>, by: Duration) -> Answer<usize> {
    let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    tx.wake_workers();
    chasing::bring_forward(tx, micros)?;
    queries::repeats::bring_forward(tx.conn(), micros)?;
    queries::bring_forward(tx.conn(), micros)
}

/// When the holder must have looked at what came since they last did, or at all of it, if it was passed on to
/// them without their saying that they have it.
fn see_by(tx: &mut Tx<'_>, alert: &Alert) -> Answer<Option<Moment>> {
    let Some(since) = alert.unseen_since else {
        return Ok(None);
    };
    let unseen = queries::first_unseen_of_each_severity(tx.conn(), alert, since)?;
    let passed_on = queries::last_done(tx.conn(), alert.id, &[deeds::PASSED_ON])?;
    let passed_on = passed_on.filter(|at| *at >= since);
    let policy = alert.policy();
    let now = tx.now();
    Ok(unseen
        .into_iter()
        .chain(passed_on.map(|at| (alert.severity, at)))
        .map(|(severity, at)| policy.clocks(severity).acknowledge.after(at.min(now)))
        .min())
}

/// When the holder was last reminded of a decision that is overdue. What a clock that was ahead wrote is
/// taken as of now.
fn reminded_at(tx: &mut Tx<'_>, alert: &Alert) -> Answer<Option<Moment>> {
    let now = tx.now();
    let reminded = queries::last_done(tx.conn(), alert.id, &[deeds::DECISION_OVERDUE])?;
    Ok(reminded
        .filter(|at| Some(*at) >= alert.acknowledged_at)
        .map(|at| at.min(now)))
}

/// When the holder must have decided, or is reminded again: counted from the reminder before, so that
/// looking at the alert puts nothing off.
fn decide_by(alert: &Alert, reminded: Option<Moment>) -> Option<Moment> {
    match reminded {
        Some(at) => Some(alert.clocks().step.after(at)),
        None => alert.decide_by,
    }
}

/// Sets what is due next for an alert that somebody has: to see, to decide, or to answer what they are
/// asked, whichever is first.
pub(super) fn reckon_next_due(tx: &mut Tx<'_>, alert: &mut Alert) -> Answer<()> {
    let reminded = reminded_at(tx, alert)?;
    let decide = decide_by(alert, reminded);
    let see = see_by(tx, alert)?;
    let answer = asking::answer_by(tx, alert)?;
    alert.next_due_at = [decide, see, answer].into_iter().flatten().min();
    Ok(())
}
