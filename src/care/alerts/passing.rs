//! Passing on: somebody who has alerts can no longer answer, and somebody else has them in the same moment.
//!
//! Whoever takes over has said nothing yet, so they have as long to look as there is to take an alert; if
//! they do not, it is open again and climbs. All who heard of the alert are told who has been given it, and
//! not that anybody has acknowledged it. By when it must be decided stays. Whoever is left out of an
//! alert takes nothing over, and neither does whoever may not act: then it climbs at once.

use serde_json::json;

use super::actions::let_go_of;
use super::calling::{self, why};
use super::history::{Deed, deeds, events};
use super::responder::{Responder, Sight};
use super::{Alert, State, escalation, queries, work};
use crate::base::ids::{AccountId, AlertId};
use crate::care::accounts::Caller;
use crate::db::{Answer, Tx, View};

/// What somebody has, as far as the caller may know of it, and who would have it then.
///
/// # Errors
/// If the question fails.
pub fn held_by(
    view: &mut impl View,
    caller: &Caller,
    (who, heir): (AccountId, Option<AccountId>),
) -> Answer<Vec<(Alert, Option<AccountId>)>> {
    let mut held = Vec::new();
    for id in queries::held_by(view.conn(), who)? {
        if let Sight::Whole(responder) = Responder::look(view, caller, id)? {
            let alert = responder.into_alert();
            let goes_to = heir_of(view, &alert, heir)?;
            held.push((alert, goes_to));
        }
    }
    Ok(held)
}

/// Passes everything that somebody has to somebody else, what is to be done too, or lets it climb where
/// nobody is named or they may not have it.
///
/// # Errors
/// If it cannot be stored.
pub fn pass_all_on(tx: &mut Tx<'_>, (who, heir): (AccountId, Option<AccountId>)) -> Answer<()> {
    for id in queries::held_by(tx.conn(), who)? {
        pass_on(tx, id, (who, heir))?;
    }
    if let Some(heir) = heir {
        work::pass_on(tx, (who, heir))?;
    }
    tx.wake_workers();
    Ok(())
}

fn heir_of(
    view: &mut impl View,
    alert: &Alert,
    heir: Option<AccountId>,
) -> Answer<Option<AccountId>> {
    let Some(heir) = heir else {
        return Ok(None);
    };
    let may_have = queries::may_take_over(view.conn(), alert.authority_id, heir)?
        && !queries::is_excluded(view.conn(), alert.id, heir)?;
    Ok(may_have.then_some(heir))
}

fn pass_on(
    tx: &mut Tx<'_>,
    id: AlertId,
    (who, heir): (AccountId, Option<AccountId>),
) -> Answer<()> {
    let Some(mut alert) = queries::take(tx.conn(), id)? else {
        return Ok(());
    };
    if alert.state != State::Acknowledged || alert.holder_id != Some(who) {
        return Ok(());
    }
    let Some(heir) = heir_of(tx, &alert, heir)? else {
        return let_go_of(tx, id, who);
    };
    let now = tx.now();
    alert.holder_id = Some(heir);
    alert.handed_to_id = alert.handed_to_id.filter(|taker| *taker != heir);
    alert.seen_seq = 0;
    alert.unseen_since.get_or_insert(now);
    let detail = json!({"from": who, "to": heir});
    queries::record(tx, &alert, &Deed::of_itself(deeds::PASSED_ON, detail))?;
    queries::add_telling(tx, &alert, (heir, why::HANDED_OVER))?;
    escalation::reckon_next_due(tx, &mut alert)?;
    queries::keep(tx.conn(), &alert)?;
    calling::tell(tx, &alert, (heir, events::PASSED_ON), json!({"from": who}));
    let hands = json!({"from": who, "to": heir});
    calling::tell_all_who_heard(tx, &alert, events::PASSED, (&[heir, who], &hands))?;
    Ok(())
}
