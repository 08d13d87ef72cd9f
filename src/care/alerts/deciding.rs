//! Deciding: the only way an alert closes, by a qualified person, with an outcome and a rationale.
//!
//! "No concern" about something immediate, or about a possible allegation, is too much for one
//! person: the first who says it has proposed it, and the alert closes when a second, different
//! qualified person says the same of the same occurrences. Whoever may be the first under another
//! account is no second, nor are two whom somebody has let in who is left out of it: their saying so is a
//! proposal too.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::actions::{NotDone, respond};
use super::calling;
use super::history::{Deed, deeds, events};
use super::work::chasing;
use super::{
    Alert, Kind, Outcome, State, asking, calls, connections, escalation, false_alarms, queries,
};
use crate::base::ids::AlertId;
use crate::care::accounts::Caller;
use crate::care::accounts::invitations::second_person::{are_two, behind_both};
use crate::care::agencies::Agency;
use crate::care::words::Severity;
use crate::db::{Tx, View};

/// What came of deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// The alert is closed.
    Closed,
    /// A second qualified person must say the same.
    AwaitingSecondPerson,
}

/// What a qualified person says of an alert as it stands: two of them must say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Proposal {
    /// What should come of it.
    outcome: Outcome,
    /// How many occurrences it had then.
    occurrences: i32,
}

/// What was decided, as the history keeps it.
pub(super) fn outcome_of(detail: &str) -> Option<Outcome> {
    let said: Proposal = serde_json::from_str(detail).ok()?;
    Some(said.outcome)
}

/// Decides what comes of an alert.
///
/// # Errors
/// If the caller is not qualified, nobody has it yet, its holder has not been shown all of it, it is said
/// to be handed over, or the allegations officer told, and nobody has called, or it is closed.
pub fn decide(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AlertId,
    (outcome, rationale): (Outcome, &str),
) -> Result<Decided, NotDone> {
    let mut alert = respond(tx, caller, id)?.into_alert();
    check(tx, caller, &alert, outcome)?;
    let same = Proposal {
        outcome,
        occurrences: alert.occurrence_count,
    };
    // The same about the same: another outcome is another proposal, and so is one from before
    // something new came in.
    let proposer = queries::proposal(tx.conn(), id)?
        .filter(|(_, proposed)| *proposed == same)
        .map(|(who, _)| who);
    let is_second = match proposer {
        Some(who) => {
            let me = caller.account_id;
            let excluded = queries::excluded(tx.conn(), id)?;
            are_two(tx, who, me)?
                && !connections::are_connected(tx, who, me)?
                && !excluded.contains(&who)
                && behind_both(tx, who, me)?.is_disjoint(&excluded)
        }
        None => false,
    };
    let needs_second = is_too_much_for_one(&alert, outcome) && !is_second;
    let (name, decided) = if needs_second {
        (deeds::DECISION_PROPOSED, Decided::AwaitingSecondPerson)
    } else {
        (deeds::DECIDED, Decided::Closed)
    };
    let mut deed = Deed::by(caller.account_id, name, json!(same));
    deed.words = Some(rationale.to_owned());
    queries::record(tx, &alert, &deed)?;
    let mut heard = Vec::new();
    match decided {
        Decided::AwaitingSecondPerson if proposer.is_none() => {
            asking::a_second_person(tx, &mut alert, caller.account_id)?;
            escalation::reckon_next_due(tx, &mut alert)?;
            tx.wake_workers();
        }
        Decided::AwaitingSecondPerson => {}
        Decided::Closed => {
            let now = tx.now();
            alert.close(now);
            false_alarms::count(tx, &alert, outcome)?;
            chasing::refer(tx, &alert, (caller.account_id, outcome))?;
            let by = json!({"by": caller.account_id, "outcome": outcome});
            heard = calling::tell_all_who_heard(tx, &alert, events::CLOSED, (&[], &by))?;
            heard.push(caller.account_id);
        }
    }
    queries::keep(tx.conn(), &alert)?;
    calling::stop_calling(tx, &alert, heard)?;
    Ok(decided)
}

fn check(tx: &mut Tx<'_>, caller: &Caller, alert: &Alert, outcome: Outcome) -> Result<(), NotDone> {
    if !caller.is_qualified() {
        return Err(NotDone::NotAllowed);
    }
    match alert.state {
        State::Open => return Err(NotDone::NotAcknowledged),
        State::Closed => return Err(NotDone::Closed),
        State::Acknowledged => {}
    }
    if !alert.is_seen() {
        return Err(NotDone::NotSeen);
    }
    // An e-mail or a form is no handover: somebody must have spoken with them.
    let agency = if outcome == Outcome::EdtHandover {
        Agency::Edt
    } else if outcome == Outcome::Lado {
        Agency::Lado
    } else {
        return Ok(());
    };
    if calls::was_called(tx, alert, agency)? {
        Ok(())
    } else {
        Err(NotDone::NotCalled(agency))
    }
}

/// "No concern" about something immediate; to let an allegation go; and to keep a possible one within
/// the team, which may be about the very person who decides: the words do not always say which worker is
/// meant. What takes it to somebody outside is never too much for one.
fn is_too_much_for_one(alert: &Alert, outcome: Outcome) -> bool {
    let is_allegation = alert.kind == Kind::Allegation || alert.possible_allegation;
    match outcome {
        Outcome::NoConcern => alert.severity == Severity::Immediate || is_allegation,
        Outcome::Advice => is_allegation,
        Outcome::CinReview | Outcome::StepDownEarlyHelp => alert.possible_allegation,
        Outcome::StepUpCp
        | Outcome::StrategyDiscussion
        | Outcome::Police
        | Outcome::Lado
        | Outcome::EdtHandover => false,
    }
}
