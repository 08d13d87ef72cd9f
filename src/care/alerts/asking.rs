//! Asking: whoever has an alert has asked somebody to take it, or a second qualified person to decide with
//! them.
//!
//! Whoever was asked has as long to answer as there is for the alert itself. Then they are told again, and
//! rung, and for a second person the next rung is asked too; and again after each step, until it is
//! answered. The holder has the alert all the while, and their clock to decide goes on.

use serde_json::json;

use super::calling::{self, News};
use super::history::{Deed, deeds, events};
use super::{Alert, queries};
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::db::{Answer, Tx, View};

/// Tells those who have heard of it and the next rung that somebody must look at it with whoever has
/// proposed what should come of it.
pub(super) fn a_second_person(
    tx: &mut Tx<'_>,
    alert: &mut Alert,
    proposer: AccountId,
) -> Answer<Vec<AccountId>> {
    let news = News::Told(events::SECOND_PERSON_NEEDED);
    let mut told = calling::call(tx, alert, alert.next_rung(), news)?.people;
    let but = [told.as_slice(), &[proposer]].concat();
    let nothing = (but.as_slice(), &json!({}));
    told.extend(calling::tell_all_who_heard(
        tx,
        alert,
        events::SECOND_PERSON_NEEDED,
        nothing,
    )?);
    Ok(told)
}

/// When whoever was asked must have answered, or is asked again.
pub(super) fn answer_by(tx: &mut Tx<'_>, alert: &Alert) -> Answer<Option<Moment>> {
    let take = take_by(tx, alert)?;
    let agree = agree_by(tx, alert)?;
    Ok([take, agree].into_iter().flatten().min())
}

/// Asks those again who have not answered in time, and gives them: they are rung up.
pub(super) fn again(tx: &mut Tx<'_>, alert: &mut Alert) -> Answer<Vec<AccountId>> {
    let now = tx.now();
    let mut late = Vec::new();
    if take_by(tx, alert)?.is_some_and(|by| by <= now)
        && let Some(taker) = alert.handed_to_id
    {
        let from = json!({"from": alert.holder_id});
        calling::tell(tx, alert, (taker, events::HANDED_OVER), from);
        let detail = json!({"to": taker});
        queries::record(tx, alert, &Deed::of_itself(deeds::HANDOVER_WAITS, detail))?;
        late.push(taker);
    }
    if agree_by(tx, alert)?.is_some_and(|by| by <= now)
        && let Some((proposer, _)) = queries::proposal(tx.conn(), alert.id)?
    {
        let asked = queries::told_since(tx.conn(), (alert.id, 0))?;
        late.extend(asked.into_iter().filter(|who| *who != proposer));
        let told = a_second_person(tx, alert, proposer)?;
        let detail = json!({"rung": alert.rung, "told": told});
        queries::record(
            tx,
            alert,
            &Deed::of_itself(deeds::SECOND_PERSON_WAITS, detail),
        )?;
    }
    Ok(late)
}

/// When whoever was asked to take it must have; nothing where nobody was, or they may not any more.
fn take_by(tx: &mut Tx<'_>, alert: &Alert) -> Answer<Option<Moment>> {
    let Some(taker) = alert.handed_to_id else {
        return Ok(None);
    };
    if !queries::may_take_over(tx.conn(), alert.authority_id, taker)? {
        return Ok(None);
    }
    let asked = queries::last_done(tx.conn(), alert.id, &[deeds::HANDED_OVER])?;
    by(tx, alert, (asked, deeds::HANDOVER_WAITS))
}

/// When a second person must have said what they think.
fn agree_by(tx: &mut Tx<'_>, alert: &Alert) -> Answer<Option<Moment>> {
    if queries::proposal(tx.conn(), alert.id)?.is_none() {
        return Ok(None);
    }
    // Saying the same once more puts nothing off.
    let asked = queries::first_proposed(tx.conn(), alert.id)?;
    by(tx, alert, (asked, deeds::SECOND_PERSON_WAITS))
}

/// The time to answer, counted from when it was asked, or asked again for the last time. What a clock
/// that was ahead wrote is taken as of now.
fn by(
    tx: &mut Tx<'_>,
    alert: &Alert,
    (asked, again): (Option<Moment>, &'static str),
) -> Answer<Option<Moment>> {
    let now = tx.now();
    let clocks = alert.clocks();
    let again = queries::last_done(tx.conn(), alert.id, &[again])?.filter(|at| Some(*at) >= asked);
    Ok(match again {
        Some(at) => Some(clocks.step.after(at.min(now))),
        None => asked.map(|at| clocks.acknowledge.after(at.min(now))),
    })
}
