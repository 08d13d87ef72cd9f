//! Standing: whether somebody may act. Suspending, lifting a suspension, leaving, being qualified.
//!
//! It takes effect on their next request, because every unit looks the caller up anew, and closes
//! their live sockets at once. What they still send is held (see `conversations`).

use std::collections::BTreeSet;

use super::forecast::watching::look_soon;
use super::{HandoverError, handing_on, matching, queries, record, shifts};
use crate::base::ids::{AccountId, PodId};
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::directory::{self, Account};
use crate::care::accounts::invitations::second_person::are_two;
use crate::care::accounts::invitations::withdraw_all_of;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::alerts::connections::are_connected;
use crate::care::alerts::following::call_whoever_answers_now;
use crate::care::alerts::passing;
use crate::care::pods::actions as pods;
use crate::care::pods::rota::actions as rota;
use crate::care::pods::supervisors;
use crate::care::pods::swaps::actions as swaps;
use crate::care::reminders::keeping;
use crate::db::{Tx, View};

/// Somebody is to be suspended or to leave.
#[derive(Debug, Clone)]
pub struct Going {
    /// Who.
    pub account_id: AccountId,
    /// Why, in words for the audit.
    pub reason: String,
    /// Who takes over what rests on them.
    pub replacement: Option<AccountId>,
}

/// Suspends somebody: they may not act until it is lifted.
///
/// # Errors
/// If the caller may not, or something would be left without anybody.
pub fn suspend(tx: &mut Tx<'_>, caller: &Caller, going: &Going) -> Result<Account, HandoverError> {
    let account = check(tx, caller, going.account_id)?;
    if account.status != Status::Active {
        return Err(HandoverError::WrongState("the account is not active"));
    }
    check_distance(tx, caller, &account)?;
    go(tx, caller, &account, (going, Status::Suspended))
}

/// Lifts a suspension.
///
/// # Errors
/// If the caller may not, or the account is not suspended.
pub fn lift(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AccountId,
    reason: Option<&str>,
) -> Result<Account, HandoverError> {
    let account = check(tx, caller, id)?;
    if account.status != Status::Suspended {
        return Err(HandoverError::WrongState("the account is not suspended"));
    }
    check_distance(tx, caller, &account)?;
    lifted(tx, caller, &account, reason)
}

/// Lets somebody go for good. Their matches end, so that their families' next words reach a person.
///
/// # Errors
/// If the caller may not, or something would be left without anybody.
pub fn depart(tx: &mut Tx<'_>, caller: &Caller, going: &Going) -> Result<Account, HandoverError> {
    let account = check(tx, caller, going.account_id)?;
    if account.status == Status::Departed {
        return Err(HandoverError::WrongState("they have left already"));
    }
    check_distance(tx, caller, &account)?;
    let gone = go(tx, caller, &account, (going, Status::Departed))?;
    matching::end_all_of(tx, caller, account.id)?;
    Ok(gone)
}

/// Passes on what rests on somebody, lets them go, and calls whoever answers in their place to the
/// alerts that nobody has yet: all in one unit, so that nothing is nobody's for a second.
fn go(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    (going, to): (&Going, Status),
) -> Result<Account, HandoverError> {
    let now = tx.now();
    let resting = queries::pods_resting_on(tx.conn(), account)?;
    let shifts = rota::held_by(tx, account.id)?;
    let attended = shifts.iter().filter(|shift| shift.contains(now));
    let pods: BTreeSet<PodId> = resting
        .iter()
        .map(|pod| pod.id)
        .chain(attended.map(|shift| shift.pod_id))
        .collect();
    let coming = shifts.iter().map(|shift| shift.pod_id);
    let touched: BTreeSet<PodId> = pods.iter().copied().chain(coming).collect();
    for pod in &touched {
        queries::hold_pod(tx.conn(), *pod)?;
    }
    handing_on::hand_on(tx, caller, account, (going, to))?;
    // Whoever may not act now covers nothing any more, also once a suspension is lifted.
    let begun = handing_on::hand_on_shifts(tx, caller, (&shifts, going.replacement))?;
    swaps::end_all_of(tx, account.id)?;
    withdraw_all_of(tx, caller, account.id)?;
    if account.role == Role::SupervisingSocialWorker {
        look_soon(tx, caller.authority_id)?;
    }
    let gone = take_away(tx, caller, account, (to, going))?;
    for due in begun {
        shifts::turn(tx, due)?;
    }
    for pod in pods {
        call_whoever_answers_now(tx, pod)?;
    }
    Ok(gone)
}

/// Marks a manager as a qualified social worker, or takes the mark away. Nobody marks themselves, nor whom they
/// may be themselves: one has let the other in lately, or both were by the same person.
///
/// # Errors
/// If the caller is no other manager, or no second person to them where they are to be marked, or the account is no manager's.
pub fn put_qualified(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, qualified): (AccountId, bool),
) -> Result<Account, HandoverError> {
    if caller.role != Role::ServiceManager || caller.account_id == id {
        return Err(HandoverError::NotAllowed);
    }
    let account = directory::find(tx, caller, id)?;
    if account.role != Role::ServiceManager {
        let wrong = "only a service manager is marked as qualified";
        return Err(HandoverError::WrongState(wrong));
    }
    if qualified && !are_two(tx, caller.account_id, id)? {
        return Err(HandoverError::NotTwoPeople);
    }
    queries::set_qualified(tx.conn(), id, qualified)?;
    let detail = serde_json::json!({ "qualified": qualified });
    record(tx, caller, ("account.qualified_put", id), (detail, None))?;
    Ok(Account {
        qualified,
        ..account
    })
}

fn check(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<Account, HandoverError> {
    check_role(caller)?;
    take_turns(tx, caller)?;
    whom_they_may_send_away(tx, caller, id)
}

fn check_role(caller: &Caller) -> Result<(), HandoverError> {
    match caller.role {
        Role::ServiceManager | Role::SupervisingSocialWorker => Ok(()),
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => {
            Err(HandoverError::NotAllowed)
        }
    }
}

/// A manager for anybody; a supervising social worker, or whoever covers, for their pod's mentors.
pub(super) fn whom_they_may_send_away(
    view: &mut impl View,
    caller: &Caller,
    id: AccountId,
) -> Result<Account, HandoverError> {
    check_role(caller)?;
    let account = directory::find(view, caller, id)?;
    if caller.role == Role::ServiceManager {
        return Ok(account);
    }
    let pod = account.pod_id.filter(|_| account.role == Role::PeerMentor);
    let supervised = match pod {
        Some(pod) => pods::supervises(view, caller, pod)?.is_some(),
        None => false,
    };
    if supervised {
        Ok(account)
    } else {
        Err(HandoverError::NotAllowed)
    }
}

/// No supervisor suspends, or takes back, whom they are close to. Asked last: where there is nothing to
/// do, everybody hears the same.
fn check_distance(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
) -> Result<(), HandoverError> {
    let is_close = caller.role == Role::SupervisingSocialWorker
        && are_connected(tx, caller.account_id, account.id)?;
    if is_close {
        return Err(HandoverError::NotAllowed);
    }
    Ok(())
}

fn lifted(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    reason: Option<&str>,
) -> Result<Account, HandoverError> {
    set_status(tx, account, Status::Active)?;
    supervisors::go_on(tx, account.id)?;
    let detail = serde_json::json!({ "role": account.role });
    let deed = "account.suspension_lifted";
    record(tx, caller, (deed, account.id), (detail, reason))?;
    tx.wake(account.id);
    Ok(Account {
        status: Status::Active,
        ..account.clone()
    })
}

fn set_status(tx: &mut Tx<'_>, account: &Account, to: Status) -> Result<(), HandoverError> {
    if queries::set_status(tx.conn(), account.id, (account.status, to))? {
        Ok(())
    } else {
        Err(HandoverError::WrongState("somebody else was first"))
    }
}

/// Takes somebody's standing away. What they had is somebody else's, or climbs again: no alert is left with
/// somebody who cannot answer.
fn take_away(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    (to, going): (Status, &Going),
) -> Result<Account, HandoverError> {
    set_status(tx, account, to)?;
    supervisors::stop(tx, account.id)?;
    // How much that is is told to nobody here: whoever sends them away may not know of all of it.
    passing::pass_all_on(tx, (account.id, going.replacement))?;
    keeping::look_to_those_of(tx, account.id)?;
    let deed = if to == Status::Departed {
        "account.departed"
    } else {
        "account.suspended"
    };
    let detail = serde_json::json!({
        "role": account.role, "replacement_account_id": going.replacement,
    });
    record(
        tx,
        caller,
        (deed, account.id),
        (detail, Some(&going.reason)),
    )?;
    tx.wake(account.id);
    Ok(Account {
        status: to,
        ..account.clone()
    })
}
