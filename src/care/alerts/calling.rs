//! Calling people to an alert: climbs to the next rung on which somebody stands and tells them.
//!
//! Whoever hears of an alert, or of its being raised again, for the first time is told on its own,
//! at once. Whoever has heard before is told how many wait for them ([`repeats`](super::repeats)), once
//! however many alerts step. An excluded person is on no rung and is told nothing. Where that leaves
//! nobody, or one person alone who has said so, some are called after all ([`widening`]).

use serde_json::{Value, json};

use super::history::{Deed, deeds, events};
use super::ladder::{Ladder, Rung};
use super::{Alert, queries, widening};
use crate::base::ids::{AccountId, AlertId};
use crate::care::notices::sending::stopping::{self, Unseen};
use crate::care::words::Severity;
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// Reasons for a telling, beside the names of the rungs.
pub(super) mod why {
    /// They were told when it was raised, and it was raised again.
    pub(in crate::care::alerts) const RAISED_AGAIN: &str = "raised_again";
    /// They hold it, something new came, and they were called for it.
    pub(in crate::care::alerts) const OCCURRED: &str = "occurred";
    /// They hold it and the decision is overdue.
    pub(in crate::care::alerts) const HOLDER: &str = "holder";
    /// They are asked to take it.
    pub(in crate::care::alerts) const HANDED_OVER: &str = "handed_over";
}

/// What the people of a rung are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// This, each on its own.
    Told(Event),
    /// That an alert waits: on its own if it is news to them, else counted with what waits.
    Waits,
}

/// Whom a call has reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Called {
    /// Those on the rung.
    pub(super) people: Vec<AccountId>,
    /// Those among them who had heard before and are to be told how many wait.
    pub(super) again: Vec<AccountId>,
}

/// Calls the next rung at or after `from`; notes empty rungs, and a whole round with nobody.
pub(super) fn call(tx: &mut Tx<'_>, alert: &mut Alert, from: usize, news: News) -> Answer<Called> {
    let excluded = widening::left_out_now(tx, alert)?;
    let now = tx.now();
    let people = queries::people(tx.conn(), alert, now)?;
    let climb = Ladder::for_alert(alert.kind, &people, &excluded).climb(from);
    for (number, rung) in &climb.skipped {
        let detail = json!({"rung": rung.as_str(), "number": number});
        queries::record(tx, alert, &Deed::of_itself(deeds::RUNG_EMPTY, detail))?;
    }
    let Some((number, rung, people)) = climb.reached else {
        alert.unreachable = true;
        tracing::error!(
            alert.id = %alert.id,
            "operations paged: nobody on the whole ladder can be reached for this alert"
        );
        let detail = json!({"rungs": climb.skipped.len()});
        queries::record(tx, alert, &Deed::of_itself(deeds::UNREACHABLE, detail))?;
        return Ok(Called::default());
    };
    alert.rung = i32::try_from(number).unwrap_or(0);
    alert.unreachable = false;
    let again = tell_rung(tx, alert, (rung, &people), news)?;
    Ok(Called { people, again })
}

/// Tells the managers at once too, but those who have been told: the words point at a worker without
/// saying at whom, and it may be the very person on the first rung.
pub(super) fn tell_managers(
    tx: &mut Tx<'_>,
    alert: &Alert,
    event: Event,
    but: &[AccountId],
) -> Answer<()> {
    let now = tx.now();
    let excluded = queries::excluded(tx.conn(), alert.id)?;
    let managers = queries::people(tx.conn(), alert, now)?.managers;
    let told: Vec<AccountId> = managers
        .into_iter()
        .filter(|person| person.is_active && !excluded.contains(&person.id))
        .map(|person| person.id)
        .filter(|id| !but.contains(id))
        .collect();
    tell_rung(tx, alert, (Rung::Managers, &told), News::Told(event))?;
    Ok(())
}

/// Those who were told of an alert at its last step and have had their time: before the next rung is
/// called, so that it is not among them. They are called on their second channel.
pub(super) fn whose_time_is_up(tx: &mut Tx<'_>, alert: &Alert) -> Answer<Vec<AccountId>> {
    // Claiming the step has counted it already.
    queries::told_since(tx.conn(), (alert.id, alert.step.saturating_sub(1)))
}

fn tell_rung(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (rung, people): (Rung, &[AccountId]),
    news: News,
) -> Answer<Vec<AccountId>> {
    let raised = queries::last_done(tx.conn(), alert.id, deeds::RAISINGS)?;
    let told = queries::told(tx.conn(), alert.id)?;
    queries::add_tellings(tx, alert, (people, rung.as_str()))?;
    let mut again = Vec::new();
    for &person in people {
        let heard = told
            .iter()
            .find(|(who, _)| *who == person)
            .map(|(_, at)| *at);
        match (news, heard) {
            // Whoever has not heard of it hears of it as new.
            (News::Told(events::RAISED_AGAIN) | News::Waits, None) => {
                tell(tx, alert, (person, events::OPENED), json!({}));
            }
            (News::Told(event), _) => tell(tx, alert, (person, event), json!({})),
            (News::Waits, Some(at)) if Some(at) < raised => {
                tell(tx, alert, (person, events::RAISED_AGAIN), json!({}));
            }
            (News::Waits, Some(_)) => again.push(person),
        }
    }
    Ok(again)
}

/// How much news of an alert presses: as its severity says, where somebody has to do something.
fn urgency(event: Event, severity: Severity) -> Urgency {
    match event {
        events::ACKNOWLEDGED | events::PASSED | events::CLOSED => Urgency::Quiet,
        _ => how_much(severity),
    }
}

/// How much it presses on somebody who has not answered in time: whatever it is about, a text at least.
pub(super) fn on_the_late(severity: Severity) -> Urgency {
    how_much(severity).max(Urgency::Pressing)
}

pub(super) const fn how_much(severity: Severity) -> Urgency {
    match severity {
        Severity::Immediate => Urgency::Now,
        Severity::Urgent => Urgency::Pressing,
        Severity::Watch => Urgency::Usual,
    }
}

/// Tells the holder of an alert that something new came to it. They are called for it as for the alert
/// itself, but no more than once in each of its steps: for what comes sooner they are called softly if they
/// have looked meanwhile, and else not once more. That they have not looked has a clock of its own.
pub(super) fn tell_holder_of_new(tx: &mut Tx<'_>, alert: &Alert, holder: AccountId) -> Answer<()> {
    let now = tx.now();
    let called = queries::last_told(tx.conn(), (alert.id, holder), why::OCCURRED)?
        .filter(|at| Some(*at) >= alert.acknowledged_at);
    let step = alert.clocks().step;
    let urgency = match called {
        Some(at) if step.after(at) > now && alert.unseen_since.is_some() => Urgency::Quiet,
        Some(at) if step.after(at) > now => Urgency::Usual,
        _ => {
            queries::add_telling(tx, alert, (holder, why::OCCURRED))?;
            how_much(alert.severity)
        }
    };
    let seq = json!({"occurrence": alert.occurrence_count});
    tell_as(tx, alert, (holder, events::OCCURRED, urgency), seq);
    Ok(())
}

/// Tells one person something about an alert: facts only, never a word, never a name.
pub(super) fn tell(tx: &mut Tx<'_>, alert: &Alert, (to, event): (AccountId, Event), more: Value) {
    let urgency = urgency(event, alert.severity);
    tell_as(tx, alert, (to, event, urgency), more);
}

fn tell_as(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (to, event, urgency): (AccountId, Event, Urgency),
    more: Value,
) {
    let mut detail = json!({
        "alert_id": alert.id,
        "kind": alert.kind,
        "state": alert.state,
        "severity": alert.severity,
        "family_member_id": alert.family_member_id,
        "step": alert.step,
    });
    if let (Value::Object(facts), Value::Object(more)) = (&mut detail, more) {
        facts.extend(more);
    }
    tx.tell(Telling {
        to,
        event,
        subject: alert.id.into(),
        subject_seq: 0,
        detail: Some(detail.to_string()),
        urgency,
    });
}

/// Tells everybody who has heard of an alert something new about it, but those left out.
pub(super) fn tell_all_who_heard(
    tx: &mut Tx<'_>,
    alert: &Alert,
    event: Event,
    (but, more): (&[AccountId], &Value),
) -> Answer<Vec<AccountId>> {
    let excluded = queries::excluded(tx.conn(), alert.id)?;
    let heard: Vec<AccountId> = queries::told(tx.conn(), alert.id)?
        .into_iter()
        .map(|(who, _)| who)
        .filter(|who| !but.contains(who) && !excluded.contains(who))
        .collect();
    for &person in &heard {
        tell(tx, alert, (person, event), more.clone());
    }
    Ok(heard)
}

/// Stops calling these people outside the app for an alert that somebody has now, or that is closed: what
/// else they are called for goes on, as urgently as that is.
pub(super) fn stop_calling(
    tx: &mut Tx<'_>,
    alert: &Alert,
    mut people: Vec<AccountId>,
) -> Answer<()> {
    people.sort_unstable();
    people.dedup();
    for who in people {
        if let Some(pending) = stopping::pending(tx, who)? {
            let left = what_is_left(tx, (alert.id, who), &pending.unseen)?;
            stopping::call_only_for(tx, &pending, left)?;
        }
    }
    Ok(())
}

/// How much presses what somebody is called for beside an alert: other alerts that nobody has, what is
/// new about those that somebody has, what is to be done, and whatever else they have not seen.
fn what_is_left(
    tx: &mut Tx<'_>,
    (but, who): (AlertId, AccountId),
    unseen: &[Unseen],
) -> Answer<Urgency> {
    let worst = queries::repeats::worst_waiting_for(tx.conn(), who)?;
    let subjects = unseen
        .iter()
        .map(|one| AlertId::from(one.subject))
        .collect();
    let held = queries::held_among(tx.conn(), subjects)?;
    let is_left = |one: &&Unseen| {
        let alert = AlertId::from(one.subject);
        match one.event.as_str() {
            events::ACTION_GIVEN | events::ACTION_OVERDUE => true,
            // Of these the worst is known.
            events::OPENED | events::RAISED_AGAIN | events::REOPENED | events::WAITING => false,
            event if event.starts_with("alert.") => alert != but && held.contains(&alert),
            _ => true,
        }
    };
    let others = unseen.iter().filter(is_left).map(|one| one.urgency);
    let most = others.chain(worst.map(how_much)).max();
    Ok(most.unwrap_or(Urgency::Quiet))
}
