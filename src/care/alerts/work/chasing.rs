//! Chasing: what has to be done about an alert and has not been done is told again, and up.
//!
//! The first time its owner is told, or whoever has the alert; the next working day the first rung of the
//! ladder too, which for the owner's own is the managers; from then on all of them, each working day. Of an
//! allegation of which the allegations officer does not know yet everybody hears one step earlier. Nobody
//! who is excluded is told anything. It never stops by itself.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Kind, queries};
use crate::base::ids::{AccountId, ActionId, AlertId};
use crate::base::time::Moment;
use crate::care::agencies::Agency;
use crate::care::alerts::history::{Deed, deeds, events};
use crate::care::alerts::ladder::{Ladder, Person, Rung};
use crate::care::alerts::{Alert, Outcome, queries as alerts};
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// Another agency has so many working days to say what it decided on a referral, and the allegations
/// officer is to be informed within as many: Working Together to Safeguard Children (2023), and the
/// procedures of the authorities.
const PATIENCE_DAYS: u32 = 1;

/// The owner, among the reasons for a telling.
const OWNER: &str = "owner";

/// An action seen to be due: about which alert, which, and how often it had been told.
pub type Due = (AlertId, ActionId, i32);

/// An allegation was raised: the allegations officer is to be informed of it.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care::alerts) fn inform_lado(tx: &mut Tx<'_>, alert: &Alert) -> Answer<()> {
    let row = queries::New {
        id: ActionId::new(),
        kind: Kind::InformLado,
        agency: Some(Agency::Lado),
        owner: None,
        what: None,
        made_by: None,
        due_at: alert.policy().working_days_after(tx.now(), PATIENCE_DAYS),
    };
    queries::insert(tx, alert, &row)
}

/// Somebody has told the allegations officer: they have logged the call.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care::alerts) fn lado_informed(
    tx: &mut Tx<'_>,
    alert: &Alert,
    by: AccountId,
) -> Answer<()> {
    let open = queries::open_about(tx.conn(), (alert.id, Kind::InformLado), Agency::Lado)?;
    for id in open {
        queries::end(tx, alert, id, (by, None))?;
        let detail = json!({"action": id, "agency": Agency::Lado});
        alerts::record(tx, alert, &Deed::by(by, deeds::ACTION_DONE, detail))?;
    }
    Ok(())
}

/// A decision refers the matter to another agency: its answer is awaited by whoever decided, one answer
/// from each agency at a time.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care::alerts) fn refer(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (by, outcome): (AccountId, Outcome),
) -> Answer<()> {
    let Some(agency) = outcome.refers_to() else {
        return Ok(());
    };
    let open = queries::open_about(tx.conn(), (alert.id, Kind::AwaitDecision), agency)?;
    if !open.is_empty() {
        return Ok(());
    }
    let row = queries::New {
        id: ActionId::new(),
        kind: Kind::AwaitDecision,
        agency: Some(agency),
        owner: Some(by),
        what: None,
        made_by: Some(by),
        due_at: alert.policy().working_days_after(tx.now(), PATIENCE_DAYS),
    };
    queries::insert(tx, alert, &row)?;
    let detail = json!({"agency": agency, "action": row.id, "due_at": row.due_at});
    alerts::record(tx, alert, &Deed::by(by, deeds::REFERRED, detail))?;
    tx.wake_workers();
    Ok(())
}

/// What is due now, the oldest first, and when the next one will be.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    let due = queries::due(view.conn(), now, most)?;
    let next = queries::next_due(view.conn())?;
    Ok((due, next))
}

/// Tells of each of these, if it is still due and nobody else has told of it. Says of how many.
///
/// # Errors
/// If it cannot be stored; then nobody was told.
pub fn chase(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let now = tx.now();
    let mut done: usize = 0;
    for &(alert, action, times) in dues {
        let Some(alert) = alerts::take(tx.conn(), alert)? else {
            continue;
        };
        let again = alert.policy().working_days_after(now, PATIENCE_DAYS);
        let Some(row) = queries::claim(tx.conn(), (action, times), (now, again))? else {
            continue;
        };
        tell_again(tx, &alert, (&row, times))?;
        done = done.saturating_add(1);
    }
    Ok(done)
}

fn tell_again(tx: &mut Tx<'_>, alert: &Alert, (row, times): (&queries::Row, i32)) -> Answer<()> {
    let told = whom(tx, alert, (row, times))?;
    if told.is_empty() {
        tracing::error!(
            alert.id = %alert.id,
            "operations paged: nobody can be told that something about this alert is overdue"
        );
    }
    let urgency = match row.kind {
        Kind::InformLado | Kind::AwaitDecision => Urgency::Pressing,
        Kind::Agreed => Urgency::Usual,
    };
    for (&to, &why) in &told {
        if why != OWNER {
            alerts::add_telling(tx, alert, (to, why))?;
        }
        let news = (events::ACTION_OVERDUE, urgency);
        tell(tx, alert, to, ((row.id, row.kind), news));
    }
    let people: Vec<AccountId> = told.into_keys().collect();
    let detail = json!({"action": row.id, "agency": row.agency, "told": people});
    alerts::record(tx, alert, &Deed::of_itself(deeds::ACTION_OVERDUE, detail))
}

/// Who is told, each with the reason, when it has been told `times` times.
fn whom(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (row, times): (&queries::Row, i32),
) -> Answer<BTreeMap<AccountId, &'static str>> {
    let now = tx.now();
    let excluded = alerts::excluded(tx.conn(), alert.id)?;
    let people = alerts::people(tx.conn(), alert, now)?;
    let level = match row.kind {
        Kind::InformLado => times.saturating_add(1),
        Kind::Agreed | Kind::AwaitDecision => times,
    };
    let mut told = BTreeMap::new();
    if let Some(owner) = row.owner_id.or(alert.holder_id)
        && !excluded.contains(&owner)
        && queries::active_role(tx.conn(), alert.authority_id, owner)?.is_some()
    {
        told.insert(owner, OWNER);
    }
    if level == 0 && !told.is_empty() {
        return Ok(told);
    }
    let before = told.len();
    let ladder = Ladder::for_alert(alert.kind, &people, &excluded);
    if let Some((_, rung, first)) = ladder.climb(0).reached {
        for person in first {
            told.entry(person).or_insert(rung.as_str());
        }
    }
    if level > 1 || told.len() == before {
        let may = |person: &&Person| person.is_active && !excluded.contains(&person.id);
        for person in people.managers.iter().filter(may) {
            told.entry(person.id).or_insert(Rung::Managers.as_str());
        }
    }
    Ok(told)
}

/// Tells one person of an action: which, never a word of it.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    alert: &Alert,
    to: AccountId,
    ((id, kind), (event, urgency)): ((ActionId, Kind), (Event, Urgency)),
) {
    let detail = json!({"alert_id": alert.id, "action_id": id, "action_kind": kind});
    tx.tell(Telling {
        to,
        event,
        subject: alert.id.into(),
        subject_seq: 0,
        detail: Some(detail.to_string()),
        urgency,
    });
}

/// The clock was ahead by so many microseconds: what is to be done comes so much earlier.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care::alerts) fn bring_forward(tx: &mut Tx<'_>, micros: i64) -> Answer<()> {
    queries::bring_forward(tx.conn(), micros)
}

/// When what is due first is due.
///
/// # Errors
/// If the question fails.
pub(in crate::care::alerts) fn oldest_due(view: &mut impl View) -> Answer<Option<Moment>> {
    queries::next_due(view.conn())
}
