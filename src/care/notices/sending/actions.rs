//! What the worker does: makes sendings of calls, begins tries, notes what came of them.

use super::{
    CODES_TRIED_FOR, Call, Channel, Due, Ended, LEASE, LETTERS_APART, Letter, Outcome,
    PRESSING_LETTERS_APART, State, Target, Try, Ways, What, back_off, patience, queries, ringing,
};
use crate::base::ids::{AccountId, DeviceId, SendingId};
use crate::base::time::Moment;
use crate::care::accounts::email;
use crate::care::accounts::invitations::by_mail;
use crate::care::contact_plans::actions::reach;
use crate::care::contact_plans::{Reach, Ring};
use crate::care::notices::push;
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// A device takes no pushes any more: told to its owner, and of staff to their managers.
pub const PUSH_ENDED: Event = "device.push_ended";

/// Who is to be called now, the most urgent first, and when somebody is next.
///
/// # Errors
/// If the question fails.
pub fn calls(view: &mut impl View, most: i64) -> Answer<(Vec<Call>, Option<Moment>)> {
    let now = view.now();
    let due = queries::calls(view.conn(), now, most)?;
    let next = queries::next_call(view.conn(), now)?;
    Ok((due, next))
}

/// Makes sendings of these calls, each only if it is still as it was seen. Whoever has seen
/// everything by themselves meanwhile is left alone, unless it presses. A family member whose phone may
/// not ring now is called when it may. Says how many were taken or put off.
///
/// Whoever has a verified address gets a letter, where one can be sent, beside the push if it presses,
/// and where there is no device for a push; for what does not press, once an hour. Whoever has neither
/// is rung if it presses; everybody else when their time to answer has run out ([`ringing::ring_up`]).
///
/// # Errors
/// If it cannot be stored; then none was taken.
pub fn call(tx: &mut Tx<'_>, calls: &[Call], ways: Ways) -> Answer<usize> {
    let mut taken: usize = 0;
    // Of several people the heads are taken in order, as everywhere.
    let mut calls = calls.to_vec();
    calls.sort_unstable_by_key(|call| call.account_id);
    for call in &calls {
        let ring = ring(tx, call.account_id)?;
        if let Ring::From(later) = ring {
            let is_put_off = queries::put_off_call(tx.conn(), call, later)?;
            taken = taken.saturating_add(usize::from(is_put_off));
            continue;
        }
        let Some(has_seen_all) = queries::take_call(tx.conn(), call)? else {
            continue;
        };
        taken = taken.saturating_add(1);
        if ring == Ring::Never || (has_seen_all && call.urgency <= Urgency::Usual) {
            continue;
        }
        let devices = push::queries::of_account(tx.conn(), call.account_id)?;
        let has_mailbox = queries::mailbox(tx.conn(), call.account_id)?.is_some();
        let has_number = queries::has_number(tx.conn(), call.account_id)?;
        if devices.is_empty() && !has_mailbox && !has_number {
            queries::has_no_channel(tx.conn(), call.account_id)?;
        }
        let has_device = !devices.is_empty();
        for device in devices {
            send(tx, call, (Channel::Push, device.into()))?;
        }
        let gets_letters = ways.mail && has_mailbox;
        if gets_letters && is_worth_a_letter(tx, call, has_device)? {
            send(tx, call, (Channel::Email, call.account_id.into()))?;
        }
        if ways.phone && has_number && !gets_letters && !has_device {
            ringing::ring(tx, call)?;
        }
    }
    Ok(taken)
}

/// Letters do not take each other's place as pushes do, so somebody who presses a button for an hour
/// must not fill a mailbox, nor have the mail server shut us out: one in a minute, unless it is more
/// urgent than the one before.
fn is_worth_a_letter(tx: &mut Tx<'_>, call: &Call, has_device: bool) -> Answer<bool> {
    let presses = call.urgency >= Urgency::Pressing;
    let apart = if presses {
        PRESSING_LETTERS_APART
    } else {
        LETTERS_APART
    };
    let lately = tx.now().minus(apart);
    let written = queries::was_called_by(tx.conn(), call, (Channel::Email, lately))?;
    Ok((presses || !has_device) && !written)
}

/// Sends somebody a code, at once.
///
/// # Errors
/// If it cannot be stored.
pub(in crate::care::notices) fn write(
    tx: &mut Tx<'_>,
    account_id: AccountId,
    (what, place): (What, queries::Place),
) -> Answer<()> {
    let now = tx.now();
    let letter = Call {
        account_id,
        due_at: now,
        urgency: Urgency::Pressing,
    };
    let times = (now, now.plus(CODES_TRIED_FOR));
    queries::insert(tx.conn(), (SendingId::new(), what), &letter, (place, times))?;
    tx.wake_workers();
    Ok(())
}

/// Whether somebody's phone may be rung now. Only families say when.
fn ring(tx: &mut Tx<'_>, who: AccountId) -> Answer<Ring> {
    let now = tx.now();
    let reach = reach(tx, who)?;
    Ok(reach.map_or(Ring::Now(None), |reach| reach.ring(now)))
}

/// A sending that waits already becomes as urgent as the call; else there is a new one.
pub(super) fn send(tx: &mut Tx<'_>, call: &Call, place: queries::Place) -> Answer<()> {
    let now = tx.now();
    let give_up_at = now.plus(patience(call.urgency));
    let times = (now, give_up_at);
    if queries::bring_forward(tx.conn(), call, place, times)? {
        return Ok(());
    }
    let new = (SendingId::new(), What::Notice);
    queries::insert(tx.conn(), new, call, (place, times))
}

/// Whether anything has reached somebody since a moment: they have looked into the app, or a push
/// service has taken a push for a device of theirs. That it took one is no proof, but there is none.
///
/// # Errors
/// If the question fails.
pub fn was_reached(view: &mut impl View, who: AccountId, since: Moment) -> Answer<bool> {
    Ok(queries::has_seen_since(view.conn(), who, since)?
        || queries::was_pushed_since(view.conn(), who, since)?)
}

/// Which sendings are due now, the most urgent first, and when one is next. A node that sends no mail, or
/// rings nobody, leaves that to those that do until it is too late.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, (most, ways): (i64, Ways)) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    let due = queries::due(view.conn(), now, (most, ways))?;
    let next = queries::next_due(view.conn(), now)?;
    Ok((due, next))
}

/// What has been due longest, for operators.
#[derive(Debug, Clone, Copy)]
pub struct OldestDue {
    /// The call.
    pub call: Option<Moment>,
    /// The try.
    pub tried: Option<Moment>,
}

/// What has been due longest, or is due first.
///
/// # Errors
/// If the store fails.
pub fn oldest_due(view: &mut impl View) -> Answer<OldestDue> {
    Ok(OldestDue {
        call: queries::first_call(view.conn())?,
        tried: queries::first_due(view.conn())?,
    })
}

/// Begins a try of each of these, if it is still due and nobody else has begun it: from now on it is
/// ours for [`LEASE`]. What is too late or has nowhere to go any more ends.
///
/// # Errors
/// If it cannot be stored; then none was begun.
pub fn begin(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<Vec<Try>> {
    let now = tx.now();
    let leased_until = now.plus(LEASE);
    let mut begun = Vec::new();
    for due in dues {
        if !queries::take(tx.conn(), *due, leased_until)? {
            continue;
        }
        let Some(found) = queries::found(tx.conn(), due.id)? else {
            queries::end(tx.conn(), due.id, State::Cancelled)?;
            continue;
        };
        let reach = reach(tx, found.account_id)?;
        let Some(target) = target(tx, &found, reach.is_some())? else {
            lose(tx, (due.id, &found), State::Cancelled)?;
            continue;
        };
        let ring_until = match ring_for(now, &found, reach.as_ref()) {
            Ring::Now(until) => until,
            Ring::From(later) => {
                // It is not late for what was held back for them.
                let give_up_at = later.plus(patience(found.urgency));
                queries::put_off(tx.conn(), *due, (later, give_up_at))?;
                continue;
            }
            Ring::Never => {
                queries::end(tx.conn(), due.id, State::Cancelled)?;
                continue;
            }
        };
        if found.give_up_at <= now {
            tracing::warn!(sending.id = %due.id, "somebody was not called in time");
            lose(tx, (due.id, &found), State::Expired)?;
            continue;
        }
        let number = due.tries.saturating_add(1);
        queries::insert_try(tx.conn(), (due.id, number), target.channel(), now)?;
        begun.push(Try {
            sending: due.id,
            number,
            leased_until,
            give_up_at: found.give_up_at,
            urgency: found.urgency,
            ring_until,
            account_id: found.account_id,
            language: found.language,
            target,
        });
    }
    Ok(begun)
}

/// Ends a sending that is tried no more; whoever it was for may be rung instead.
fn lose(tx: &mut Tx<'_>, (id, found): (SendingId, &queries::Found), state: State) -> Answer<()> {
    queries::end(tx.conn(), id, state)?;
    if found.what != What::Notice || found.channel == Channel::Phone {
        return Ok(());
    }
    let failed = (found.account_id, found.urgency, found.give_up_at);
    ringing::ring_instead(tx, id, failed)
}

/// Whether a sending may go out now. A text is not put off: what is not safe now has no use later. The code
/// that verifies a number was asked for with the phone in hand.
fn ring_for(now: Moment, found: &queries::Found, reach: Option<&Reach>) -> Ring {
    let Some(reach) = reach else {
        return Ring::Now(None);
    };
    let may = match (found.channel, found.what) {
        (Channel::Phone, What::Verification) => !reach.is_stopped(),
        (Channel::Phone, _) => reach.may_text(now),
        (Channel::Push | Channel::Email, _) => return reach.ring(now),
    };
    if may { Ring::Now(None) } else { Ring::Never }
}

/// Where a sending goes now: nowhere, if the device was signed out, the place forgotten, or the code
/// is good for nothing any more.
fn target(tx: &mut Tx<'_>, found: &queries::Found, is_family: bool) -> Answer<Option<Target>> {
    match found.channel {
        Channel::Push => queries::device(tx.conn(), found.place.into()),
        Channel::Email => {
            let Some(to) = found.email.clone() else {
                return Ok(None);
            };
            let letter = match found.what {
                What::Notice if found.email_is_verified => Letter::Notice,
                What::Notice => return Ok(None),
                What::WayBack => {
                    let id = found.place.into();
                    if !by_mail::is_open(tx, id)? {
                        return Ok(None);
                    }
                    Letter::WayBack(by_mail::code(tx.keys(), id))
                }
                What::Verification => {
                    let whose = (found.account_id, to.as_str());
                    Letter::Verification(email::code(tx.keys(), whose, found.made_at))
                }
            };
            Ok(Some(Target::Mail { to, letter }))
        }
        Channel::Phone => Ok(ringing::target(tx, found, is_family)),
    }
}

/// Notes what came of a try. What was cancelled, or brought forward while it was under way, stays as
/// it is.
///
/// # Errors
/// If it cannot be stored; then the try is made again once its lease has run out.
pub fn end(tx: &mut Tx<'_>, tried: &Try, ended: Ended) -> Answer<()> {
    let now = tx.now();
    let next = match ended.outcome {
        Outcome::Accepted => Err(State::Accepted),
        Outcome::Refused => Err(State::Failed),
        Outcome::Gone => Err(State::Gone),
        Outcome::Begun
        | Outcome::Busy
        | Outcome::TimedOut
        | Outcome::Unreachable
        | Outcome::Fault => {
            let wait = back_off(tried.urgency, tried.number, ended.retry_after);
            let at = now.plus(wait);
            if at < tried.give_up_at {
                Ok(at)
            } else {
                Err(State::Expired)
            }
        }
    };
    let has_failed = tried.target.is_notice() && next != Err(State::Accepted);
    if has_failed {
        // The head is taken before its sendings, here as by whoever stops them.
        queries::take_head(tx.conn(), tried.account_id)?;
    }
    queries::end_try(tx.conn(), tried, ended, now)?;
    if ended.outcome == Outcome::Gone {
        forget(tx, tried)?;
    }
    if queries::go_on(tx.conn(), tried, next)? && has_failed {
        let failed = (tried.account_id, tried.urgency, tried.give_up_at);
        ringing::ring_instead(tx, tried.sending, failed)?;
    }
    Ok(())
}

/// The push service says that a place is gone: it is forgotten, and whoever has to know is told.
fn forget(tx: &mut Tx<'_>, tried: &Try) -> Answer<()> {
    let Target::Push { subscription, .. } = &tried.target else {
        return Ok(());
    };
    let Some(device) = queries::device_of(tx.conn(), *subscription)? else {
        return Ok(());
    };
    push::queries::delete(tx.conn(), *subscription)?;
    tell_of_end(tx, tried.account_id, (tried.account_id, device));
    for manager in queries::managers_of_staff(tx.conn(), tried.account_id)? {
        tell_of_end(tx, manager, (tried.account_id, device));
    }
    Ok(())
}

fn tell_of_end(tx: &mut Tx<'_>, to: AccountId, (of, device): (AccountId, DeviceId)) {
    tx.tell(Telling {
        to,
        event: PUSH_ENDED,
        subject: device.into(),
        subject_seq: 0,
        detail: Some(serde_json::json!({ "account_id": of }).to_string()),
        urgency: Urgency::Quiet,
    });
}
