//! Leaving somebody out of an alert that is there already: whoever answers for it has learnt that they are a
//! part of it, or so close to it that they must not know.
//!
//! From then on the alert does not exist for them, nor for whoever is marked as connected with them: they are
//! called no more, and what they had climbs. They learn nothing of it. A social worker leaves no manager out:
//! somebody above must be able to see what they do; a manager may leave another one out.

use std::collections::BTreeSet;

use serde_json::json;

use super::actions::{NotDone, let_go_of, respond};
use super::connections::{self, Why};
use super::history::{Deed, deeds};
use super::{State, calling, following, queries, raising};
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
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Leaves somebody who works or mentors here out of an alert, and whoever is connected with them. Those who are
/// left out already stay so.
///
/// # Errors
/// If the caller may not act on the alert, or this person is not theirs to leave out.
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
    let deed = Deed {
        words: Some(reason.to_owned()),
        ..Deed::by(
            caller.account_id,
            deeds::LEFT_OUT,
            json!({"account_id": who}),
        )
    };
    queries::record(tx, &alert, &deed)?;
    let line = Line {
        deed: "alert.left_out",
        subject: "alert",
        subject_id: Some(id.into()),
        about: Some(alert.family_member_id),
        detail: json!({"account_id": who}),
        reason: Some(reason.to_owned()),
    };
    audit::actions::record(tx, caller, &line)?;
    let close = connections::with(tx, &BTreeSet::from([who]))?;
    leave_out_of(tx, id, (who, Why::ByHand))?;
    let since = alert.raised_at.minus(COUNTS_FOR);
    let mut all = close.clone();
    all.insert(who);
    let let_in = let_in_by(tx, &all, since)?;
    for one in close {
        leave_out_of(tx, id, (one, Why::Connected))?;
        tx.wake(one);
    }
    for one in let_in {
        leave_out_of(tx, id, (one, Why::LetIn))?;
        tx.wake(one);
    }
    tx.wake(who);
    tx.wake_workers();
    Ok(())
}

/// Leaves one person out of one alert. What they had climbs again, and whoever comes next is called.
pub(super) fn leave_out_of(
    tx: &mut Tx<'_>,
    id: AlertId,
    (who, why): (AccountId, Why),
) -> Answer<()> {
    let Some(mut alert) = queries::take(tx.conn(), id)? else {
        return Ok(());
    };
    let news = queries::exclude(tx.conn(), id, (&BTreeSet::from([who]), why))?;
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
    following::call_if_open(tx, id)
}
