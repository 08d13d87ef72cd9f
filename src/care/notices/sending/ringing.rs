//! Ringing people up: the second channel. Somebody who has not answered in time is called on their telephone
//! too; a push service that takes every push may have reached nobody.
//!
//! A family member is never rung. One who has agreed to it gets a text that says nothing, where what they were
//! reminded of reached no device of theirs.
//!
//! That the other side has taken it means nothing more than that, here as everywhere.

use std::collections::BTreeMap;

use super::actions::send;
use super::queries::{self, Way};
use super::{
    Call, Channel, LETTERS_APART, Letter, PRESSING_LETTERS_APART, State, Target, What, patience,
};
use crate::base::ids::{AccountId, SendingId};
use crate::base::time::Moment;
use crate::care::accounts::phone;
use crate::care::contact_plans::actions::reach;
use crate::care::notices::push;
use crate::db::{Answer, Tx, Urgency, View};

/// Rings up those of these people who have a verified number, each as urgently as it says: their time to
/// answer has run out. Nobody is rung more than once a minute, however many alerts wait for them, unless
/// it grows more urgent. A node that rings nobody leaves it to those that do.
///
/// # Errors
/// If it cannot be stored.
pub fn ring_up(tx: &mut Tx<'_>, people: &BTreeMap<AccountId, Urgency>) -> Answer<()> {
    let now = tx.now();
    let numbered = queries::with_numbers(tx.conn(), people.keys().copied().collect())?;
    for (&account_id, &urgency) in people.iter().filter(|(who, _)| numbered.contains(who)) {
        let call = Call {
            account_id,
            due_at: now,
            urgency,
        };
        ring(tx, &call)?;
    }
    Ok(())
}

/// Tries every way in which somebody can be called outside the open app, whatever they have seen: so that a way
/// that leads nowhere shows before it is needed. Each says the one plain sentence; somebody who was called in a
/// way within the last minute is not called so again.
///
/// # Errors
/// If it cannot be stored.
pub fn try_every_way(tx: &mut Tx<'_>, account_id: AccountId) -> Answer<()> {
    let now = tx.now();
    let call = Call {
        account_id,
        due_at: now,
        urgency: Urgency::Usual,
    };
    // The head is taken before its sendings, as by whoever stops them.
    queries::take_head(tx.conn(), account_id)?;
    for device in push::queries::of_account(tx.conn(), account_id)? {
        send(tx, &call, (Channel::Push, device.into()))?;
    }
    let has_mailbox = queries::mailbox(tx.conn(), account_id)?.is_some();
    let has_number = queries::has_number(tx.conn(), account_id)?;
    let lately = now.minus(PRESSING_LETTERS_APART);
    for (has_it, channel) in [(has_mailbox, Channel::Email), (has_number, Channel::Phone)] {
        if has_it && !queries::was_called_by(tx.conn(), &call, (channel, lately))? {
            send(tx, &call, (channel, account_id.into()))?;
        }
    }
    tx.wake_workers();
    Ok(())
}

/// Rings somebody up if it presses, unless they were just now.
pub(super) fn ring(tx: &mut Tx<'_>, call: &Call) -> Answer<()> {
    let lately = tx.now().minus(PRESSING_LETTERS_APART);
    if call.urgency < Urgency::Pressing
        || queries::was_called_by(tx.conn(), call, (Channel::Phone, lately))?
    {
        return Ok(());
    }
    tx.wake_workers();
    send(tx, call, (Channel::Phone, call.account_id.into()))
}

/// Knocks: sends a family member the one text, if they have agreed to it, have a number and it is safe now.
/// Not more often than once an hour, and not after the moment at which it has no use any more.
///
/// # Errors
/// If it cannot be stored.
pub fn knock(tx: &mut Tx<'_>, who: AccountId, until: Moment) -> Answer<()> {
    let now = tx.now();
    let may = reach(tx, who)?.is_some_and(|reach| reach.may_text(now));
    if !may || until <= now || !queries::has_number_for_texts(tx.conn(), who)? {
        return Ok(());
    }
    let call = Call {
        account_id: who,
        due_at: now,
        urgency: Urgency::Usual,
    };
    let lately = now.minus(LETTERS_APART);
    if queries::was_called_by(tx.conn(), &call, (Channel::Phone, lately))? {
        return Ok(());
    }
    tx.wake_workers();
    let place = (Channel::Phone, who.into());
    let new = (SendingId::new(), What::Notice);
    queries::insert(tx.conn(), new, &call, (place, (now, until)))
}

/// A push or a letter was not taken. Whoever it was for is rung in its place if it presses and one way of
/// the same call has come to nothing for good, unless another was taken or has yet to be tried. Which
/// sending, whom it calls, how urgently, and until when.
pub(super) fn ring_instead(
    tx: &mut Tx<'_>,
    id: SendingId,
    (account_id, urgency, give_up_at): (AccountId, Urgency, Moment),
) -> Answer<()> {
    if urgency < Urgency::Pressing || !queries::has_number(tx.conn(), account_id)? {
        return Ok(());
    }
    // Of two ways that fail at the same moment the second sees that the first has failed.
    queries::take_head(tx.conn(), account_id)?;
    let call = Call {
        account_id,
        due_at: tx.now(),
        urgency,
    };
    let called_at = give_up_at.minus(patience(urgency));
    let ways = queries::ways_of(tx.conn(), &call, (id, called_at))?;
    let is_lost = |way: &Way| !matches!(way.state, State::Due | State::Accepted);
    let may_reach = |way: &Way| {
        way.channel == Channel::Phone
            || way.state == State::Accepted
            || (way.state == State::Due && !way.has_failed)
    };
    if ways.iter().any(may_reach) || !ways.iter().any(is_lost) {
        return Ok(());
    }
    ring(tx, &call)
}

/// Which number is rung, and what is said there: a notice at the verified one alone, a code at the one
/// that is to be. A family member gets a text, and no word that would give them away.
pub(super) fn target(tx: &Tx<'_>, found: &queries::Found, is_family: bool) -> Option<Target> {
    let (to, letter) = match found.what {
        What::Notice if is_family => (found.phone.clone()?, Letter::Knock),
        What::Notice => (found.phone.clone()?, Letter::Notice),
        What::Verification => {
            let to = found.phone_asked.clone()?;
            let whose = (found.account_id, to.as_str());
            let code = phone::code(tx.keys(), whose, found.made_at);
            let letter = if is_family {
                Letter::BareCode(code)
            } else {
                Letter::Verification(code)
            };
            (to, letter)
        }
        What::WayBack => return None,
    };
    Some(Target::Phone { to, letter })
}
