//! Leaving somebody out of an alert that is there already: whoever answers for it has learnt that they are a
//! part of it, or so close to it that they must not know.
//!
//! From then on the alert does not exist for them, nor for whoever is marked as connected with them: they are
//! called no more, and what they had climbs. They learn nothing of it. A social worker leaves no manager out:
//! somebody above must be able to see what they do; a manager may leave another one out. Nobody makes themselves
//! the only one who is called.

use std::collections::BTreeSet;

use serde_json::json;

use super::actions::{NotDone, let_go_of, respond};
use super::connections::{self, Why};
use super::history::{Deed, deeds};
use super::queries::Said;
use super::{Alert, State, calling, following, queries, raising, widening};
use crate::base::ids::{AccountId, AlertId};
use crate::care::accounts::invitations::second_person::{COUNTS_FOR, let_in_by};
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// Why nobody was left out.
#[derive(Debug, thiserror::Error)]
pub enum NotLeftOut {
    /// The alert is not theirs to act on.
    #[error("not done")]
    Alert(#[from] NotDone),
    /// This person cannot be left out by the caller.
    #[error("{0}")]
    Person(&'static str),
    /// Nobody would be called for it beside the caller, and those they have let in.
    #[error("nobody beside the caller would be left")]
    Alone,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Leaves somebody who works or mentors here out of an alert, and whoever is connected with them. Those who are
/// left out already stay so.
///
/// # Errors
/// If the caller may not act on the alert, this person is not theirs to leave out, or nobody would be called beside
/// the caller.
pub fn leave_out(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AlertId,
    (who, reason): (AccountId, &str),
) -> Result<(), NotLeftOut> {
    // Whoever raises what implicates them, or marks them as connected, waits for this unit, or this one for them.
    connections::hold(tx.conn(), &BTreeSet::from([who]))?;
    let alert = respond(tx, caller, id)?.into_alert();
    let role = queries::role_of(tx.conn(), alert.authority_id, who)?;
    let wrong = match role {
        None | Some(Role::FamilyMember) => "must be a worker or mentor of this authority",
        Some(_) if who == caller.account_id => {
            "is yourself: hand the alert over, and ask a manager"
        }
        Some(Role::ServiceManager) if caller.role != Role::ServiceManager => {
            "is a service manager: only another one may leave them out"
        }
        Some(_) => "",
    };
    if !wrong.is_empty() {
        return Err(NotLeftOut::Person(wrong));
    }
    let close = connections::marked(tx, &BTreeSet::from([who]))?;
    let mut all: BTreeSet<AccountId> = close.keys().copied().collect();
    all.insert(who);
    let let_in = let_in_by(tx, &all, alert.raised_at.minus(COUNTS_FOR))?;
    if widening::would_leave_alone(tx, &alert, (caller.account_id, &(&all | &let_in)))? {
        return Err(NotLeftOut::Alone);
    }
    record(tx, caller, &alert, (who, reason))?;
    leave_out_of(tx, id, (who, Why::ByHand, Some(caller.account_id)))?;
    for (one, by) in close {
        leave_out_of(tx, id, (one, Why::Connected, by))?;
        tx.wake(one);
    }
    for one in let_in {
        leave_out_of(tx, id, (one, Why::LetIn, None))?;
        tx.wake(one);
    }
    tx.wake(who);
    tx.wake_workers();
    Ok(())
}

fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    alert: &Alert,
    (who, reason): (AccountId, &str),
) -> Answer<()> {
    let deed = Deed {
        words: Some(reason.to_owned()),
        ..Deed::by(
            caller.account_id,
            deeds::LEFT_OUT,
            json!({"account_id": who}),
        )
    };
    queries::record(tx, alert, &deed)?;
    let line = Line {
        deed: "alert.left_out",
        subject: "alert",
        subject_id: Some(alert.id.into()),
        about: Some(alert.family_member_id),
        detail: json!({"account_id": who}),
        reason: Some(reason.to_owned()),
    };
    audit::actions::record(tx, caller, &line)
}

/// Leaves one person out of one alert. What they had climbs again, and whoever comes next is called.
pub(super) fn leave_out_of(
    tx: &mut Tx<'_>,
    id: AlertId,
    (who, why, by): (AccountId, Why, Option<AccountId>),
) -> Answer<()> {
    let Some(mut alert) = queries::take(tx.conn(), id)? else {
        return Ok(());
    };
    let said = Said::from([(who, by)]);
    let news = queries::exclude_as(tx.conn(), id, (&said, why))?;
    if news.is_empty() || alert.state == State::Closed {
        return Ok(());
    }
    let folded_by = queries::folded_by(tx.conn(), id)?;
    let key = raising::fold_key((alert.family_member_id, alert.kind), &folded_by);
    if key != alert.fold_key && queries::take_by_fold_key(tx.conn(), &key)?.is_none() {
        alert.fold_key = key;
    }
    alert.handed_to_id = alert.handed_to_id.filter(|taker| *taker != who);
    queries::keep(tx.conn(), &alert)?;
    calling::stop_calling(tx, &alert, vec![who])?;
    let_go_of(tx, id, who)?;
    following::call_if_open(tx, id)?;
    match queries::take(tx.conn(), id)? {
        // Whoever has it already calls nobody, and must not be the only one who could see it.
        Some(held) if held.state == State::Acknowledged => {
            widening::left_out_now(tx, &held)?;
        }
        Some(_) | None => {}
    }
    Ok(())
}
