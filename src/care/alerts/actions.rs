//! What people do with an alert: have it, hand it over, look at it, open it again.
//!
//! Each verb takes the alert's row first, so of two people at once exactly one is first, and what
//! was due for it is due no more.

use serde_json::json;

use super::calling::{self, why};
use super::history::{Deed, deeds, events};
use super::responder::{Responder, Sight};
use super::{Alert, Run, State, escalation, queries, raising};
use crate::base::ids::{AccountId, AlertId};
use crate::care::accounts::Caller;
use crate::care::agencies::Agency;
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Named {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    #[schema(example = "Priya Sharma")]
    pub display_name: String,
}

/// Why something was not done with an alert.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// It does not exist for this person.
    #[error("no such alert")]
    NotFound,
    /// They may know of it, but not act on it; or they are not qualified to decide.
    #[error("not allowed")]
    NotAllowed,
    /// Somebody else has it.
    #[error("somebody else has it")]
    AlreadyHeld(Named),
    /// It must be acknowledged first.
    #[error("nobody has it yet")]
    NotAcknowledged,
    /// Something is in it that the holder has not been shown.
    #[error("something in it has not been looked at")]
    NotSeen,
    /// Nobody has logged a call to this agency since it was last raised.
    #[error("nobody has called the agency")]
    NotCalled(Agency),
    /// It is closed.
    #[error("it is closed")]
    Closed,
    /// It is open already.
    #[error("it is open already")]
    Open,
    /// The same worry has been raised again since; that alert is the one to work on.
    #[error("a newer alert about the same is not closed")]
    AnotherIsOpen,
    /// Only its holder may hand it over.
    #[error("only its holder may hand it over")]
    NotHolder,
    /// This person cannot take it.
    #[error("this person cannot take it")]
    NoSuchTaker,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Takes an alert as its responder.
pub(super) fn respond(tx: &mut Tx<'_>, caller: &Caller, id: AlertId) -> Result<Responder, NotDone> {
    match Responder::take(tx, caller, id)? {
        Sight::Whole(responder) => Ok(*responder),
        Sight::Outline(_) => Err(NotDone::NotAllowed),
        Sight::Nothing => Err(NotDone::NotFound),
    }
}

/// "I have it": the climb stops and the decision clock starts. The first wins; the person it is
/// being handed to takes it over with its clocks as they are. The holder's own second time changes
/// nothing.
///
/// # Errors
/// Names who has it, if somebody else does.
pub fn acknowledge(tx: &mut Tx<'_>, caller: &Caller, id: AlertId) -> Result<(), NotDone> {
    let me = caller.account_id;
    // Before the alert, in the order in which a suspension takes them.
    if !queries::hold_active(tx.conn(), me)? {
        return Err(NotDone::NotAllowed);
    }
    let mut alert = respond(tx, caller, id)?.into_alert();
    match (alert.state, alert.holder_id) {
        (State::Closed, _) => return Err(NotDone::Closed),
        (State::Open, _) => {
            let now = tx.now();
            alert.hold(me, now);
            let detail = json!({"step": alert.step, "decide_by": alert.decide_by});
            queries::record(tx, &alert, &Deed::by(me, deeds::ACKNOWLEDGED, detail))?;
        }
        (State::Acknowledged, Some(holder)) if holder == me => {
            // The answer shows its words once more.
            return Ok(note_reading(tx, caller, &alert)?);
        }
        (State::Acknowledged, _) if alert.handed_to_id == Some(me) => {
            let detail = json!({"from": alert.holder_id});
            alert.holder_id = Some(me);
            alert.handed_to_id = None;
            alert.show_anew();
            escalation::reckon_next_due(tx, &mut alert)?;
            queries::record(tx, &alert, &Deed::by(me, deeds::TAKEN_OVER, detail))?;
        }
        (State::Acknowledged, holder) => {
            let id = holder.ok_or(db::Error::Corrupt("an acknowledged alert has no holder"))?;
            return Err(NotDone::AlreadyHeld(queries::name(tx.conn(), id)?));
        }
    }
    queries::keep(tx.conn(), &alert)?;
    let by = json!({"by": me});
    let mut heard = calling::tell_all_who_heard(tx, &alert, events::ACKNOWLEDGED, (&[], &by))?;
    heard.push(me);
    calling::stop_calling(tx, &alert, heard)?;
    if !queries::told(tx.conn(), id)?
        .iter()
        .any(|(who, _)| *who == me)
    {
        queries::add_telling(tx, &alert, (me, why::HOLDER))?;
    }
    tx.wake_workers();
    Ok(())
}

/// Notes in the audit that somebody was shown an alert's words.
fn note_reading(tx: &mut Tx<'_>, caller: &Caller, alert: &Alert) -> Answer<()> {
    let line = Line {
        deed: "alert.read",
        subject: "alert",
        subject_id: Some(alert.id.into()),
        about: Some(alert.family_member_id),
        detail: json!({"occurrences": alert.occurrence_count, "state": alert.state}),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}

/// Asks somebody to take the alert. The giver has it until the taker acknowledges it; no clock
/// moves. Whoever does not answer in time is asked again.
///
/// # Errors
/// If the caller does not have it, or the taker cannot take it.
pub fn hand_over(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AlertId,
    taker: AccountId,
) -> Result<(), NotDone> {
    let mut alert = respond(tx, caller, id)?.into_alert();
    match alert.state {
        State::Open => return Err(NotDone::NotAcknowledged),
        State::Closed => return Err(NotDone::Closed),
        State::Acknowledged if alert.holder_id != Some(caller.account_id) => {
            return Err(NotDone::NotHolder);
        }
        State::Acknowledged => {}
    }
    let may_take = taker != caller.account_id
        && queries::may_take_over(tx.conn(), alert.authority_id, taker)?
        && !queries::is_excluded(tx.conn(), id, taker)?;
    if !may_take {
        return Err(NotDone::NoSuchTaker);
    }
    if alert.handed_to_id == Some(taker) {
        // The answer shows its words once more.
        return Ok(note_reading(tx, caller, &alert)?);
    }
    alert.handed_to_id = Some(taker);
    let deed = Deed::by(caller.account_id, deeds::HANDED_OVER, json!({"to": taker}));
    queries::record(tx, &alert, &deed)?;
    queries::add_telling(tx, &alert, (taker, why::HANDED_OVER))?;
    let from = json!({"from": caller.account_id});
    calling::tell(tx, &alert, (taker, events::HANDED_OVER), from);
    escalation::reckon_next_due(tx, &mut alert)?;
    queries::keep(tx.conn(), &alert)?;
    tx.wake_workers();
    Ok(())
}

/// Opens an alert again: a closed one, or one whose holder cannot go on with it. It climbs from the
/// first rung.
///
/// # Errors
/// If it is open, or the same worry has a newer alert that is not closed.
pub fn reopen(tx: &mut Tx<'_>, caller: &Caller, id: AlertId, reason: &str) -> Result<(), NotDone> {
    let mut alert = respond(tx, caller, id)?.into_alert();
    match alert.state {
        State::Open => return Err(NotDone::Open),
        State::Closed if queries::take_by_fold_key(tx.conn(), &alert.fold_key)?.is_some() => {
            return Err(NotDone::AnotherIsOpen);
        }
        State::Closed | State::Acknowledged => {}
    }
    let mut deed = Deed::by(
        caller.account_id,
        deeds::REOPENED,
        json!({"was": alert.state}),
    );
    deed.words = Some(reason.to_owned());
    queries::record(tx, &alert, &deed)?;
    raising::climb_anew(tx, &mut alert, events::REOPENED)?;
    queries::keep(tx.conn(), &alert)?;
    tx.wake_workers();
    Ok(())
}

/// Notes that the holder has been shown a run of occurrences. Once that makes all of them, what came
/// since they last looked is seen. Anybody else's look changes nothing, and so does a run before
/// which something was left out.
///
/// # Errors
/// If it cannot be stored.
pub fn see(tx: &mut Tx<'_>, caller: &Caller, id: AlertId, run: Run) -> Result<(), NotDone> {
    let mut alert = respond(tx, caller, id)?.into_alert();
    if !alert.is_news_to(caller.account_id, run) {
        return Ok(());
    }
    alert.seen_seq = run.1.min(alert.occurrence_count);
    if alert.is_seen() {
        alert.unseen_since = None;
        let detail = json!({"occurrences": alert.seen_seq});
        let deed = Deed::by(caller.account_id, deeds::SEEN, detail);
        queries::record(tx, &alert, &deed)?;
    }
    escalation::reckon_next_due(tx, &mut alert)?;
    queries::keep(tx.conn(), &alert)?;
    Ok(())
}

/// Takes every alert from somebody who can no longer answer: what they had climbs again from the
/// first rung, at once.
///
/// # Errors
/// If it cannot be stored.
pub fn let_go(tx: &mut Tx<'_>, who: AccountId) -> Answer<()> {
    for id in queries::held_by(tx.conn(), who)? {
        let_go_of(tx, id, who)?;
    }
    tx.wake_workers();
    Ok(())
}

/// The same of one alert; nothing if they do not hold it.
pub(super) fn let_go_of(tx: &mut Tx<'_>, id: AlertId, who: AccountId) -> Answer<()> {
    let Some(mut alert) = queries::take(tx.conn(), id)? else {
        return Ok(());
    };
    if alert.state != State::Acknowledged || alert.holder_id != Some(who) {
        return Ok(());
    }
    let deed = Deed::of_itself(deeds::LET_GO, json!({"holder": who}));
    queries::record(tx, &alert, &deed)?;
    raising::climb_anew(tx, &mut alert, events::RAISED_AGAIN)?;
    queries::keep(tx.conn(), &alert)?;
    Ok(())
}
