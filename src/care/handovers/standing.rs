//! Standing: whether somebody may act. Suspending, lifting a suspension, leaving, being qualified.
//!
//! It takes effect on their next request, because every unit looks the caller up anew, and closes
//! their live sockets at once. What they still send is held (see `conversations`).

use std::collections::BTreeSet;
use std::time::Duration;

use super::forecast::watching::look_soon;
use super::matching::MatchError;
use super::{HandoverError, matching, queries, record};
use crate::base::ids::{AccountId, PodId};
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::directory::{self, Account};
use crate::care::accounts::invitations::withdraw_all_of;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::alerts::actions as alerts;
use crate::care::alerts::connections::are_connected;
use crate::care::alerts::following::call_whoever_answers_now;
use crate::care::audit::{self, Line};
use crate::care::pods::actions as pods;
use crate::care::pods::rota::actions as rota;
use crate::care::pods::supervisors;
use crate::care::pods::swaps::actions as swaps;
use crate::db::{Tx, View};

/// Whoever stands in for a suspended mentor does so for four weeks, unless it is said otherwise of a talk.
const STAND_IN: Duration = Duration::from_hours(28 * 24);

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
    put(tx, caller, &account, (Status::Active, reason))
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
/// alerts that nobody has yet.
fn go(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    (going, to): (&Going, Status),
) -> Result<Account, HandoverError> {
    let now = tx.now();
    let resting = queries::pods_resting_on(tx.conn(), account)?;
    let on_now = rota::held_by(tx, account.id)?
        .into_iter()
        .filter(|shift| shift.contains(now))
        .map(|shift| shift.pod_id);
    let pods: BTreeSet<PodId> = resting.iter().map(|pod| pod.id).chain(on_now).collect();
    for pod in &pods {
        queries::hold_pod(tx.conn(), *pod)?;
    }
    hand_on(tx, caller, account, (going, to))?;
    // Whoever may not act now covers nothing any more, also once a suspension is lifted.
    rota::end_all_of(tx, caller, account.id)?;
    swaps::end_all_of(tx, account.id)?;
    withdraw_all_of(tx, caller, account.id)?;
    if account.role == Role::SupervisingSocialWorker {
        look_soon(tx, caller.authority_id)?;
    }
    let gone = put(tx, caller, account, (to, Some(&going.reason)))?;
    for pod in pods {
        call_whoever_answers_now(tx, pod)?;
    }
    Ok(gone)
}

/// Marks a manager as a qualified social worker, or takes the mark away. Nobody marks themselves.
///
/// # Errors
/// If the caller is no other manager, or the account is no manager's.
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
    queries::set_qualified(tx.conn(), id, qualified)?;
    let detail = serde_json::json!({ "qualified": qualified });
    record(tx, caller, ("account.qualified_put", id), (detail, None))?;
    Ok(Account {
        qualified,
        ..account
    })
}

/// A manager for anybody; a supervising social worker, or whoever covers, for their pod's mentors.
fn check(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<Account, HandoverError> {
    if !matches!(
        caller.role,
        Role::ServiceManager | Role::SupervisingSocialWorker
    ) {
        return Err(HandoverError::NotAllowed);
    }
    take_turns(tx, caller)?;
    let account = directory::find(tx, caller, id)?;
    if caller.role == Role::ServiceManager {
        return Ok(account);
    }
    let pod = account.pod_id.filter(|_| account.role == Role::PeerMentor);
    let supervised = match pod {
        Some(pod) => pods::supervises(tx, caller, pod)?.is_some(),
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

/// Passes on what rests on somebody who goes.
fn hand_on(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    (going, to): (&Going, Status),
) -> Result<(), HandoverError> {
    match account.role {
        Role::ServiceManager => {
            let others = queries::other_active_managers(tx.conn(), account)?;
            if account.status == Status::Active && others == 0 {
                return Err(HandoverError::LastManager);
            }
            no_replacement(going)
        }
        Role::SupervisingSocialWorker => hand_on_pods(tx, caller, account, (going, to)),
        // While a practitioner is suspended, whoever is nearest in the pod answers, unless somebody is named.
        Role::FamilyPractitioner if to == Status::Departed || going.replacement.is_some() => {
            hand_on_families(tx, caller, account, going.replacement)
        }
        Role::PeerMentor if to == Status::Suspended => hand_on_talks(tx, caller, account, going),
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => no_replacement(going),
    }
}

fn no_replacement(going: &Going) -> Result<(), HandoverError> {
    if going.replacement.is_some() {
        let wrong = "is not for this role: nothing rests on them";
        return Err(HandoverError::Field(REPLACEMENT, wrong));
    }
    Ok(())
}

const REPLACEMENT: &str = "/replacement_account_id";

/// Every pod keeps somebody who answers for it. Whoever is named takes over; otherwise the pod's
/// first deputy does when its supervisor leaves, and the deputies cover while one is suspended.
fn hand_on_pods(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    (going, to): (&Going, Status),
) -> Result<(), HandoverError> {
    if let Some(heir) = going.replacement {
        let fits = heir != account.id
            && queries::is_active(tx.conn(), caller.authority_id, heir, account.role)?;
        if !fits {
            let wrong = "is no other active supervising social worker here";
            return Err(HandoverError::Field(REPLACEMENT, wrong));
        }
    }
    let pods = queries::pods_resting_on(tx.conn(), account)?;
    let unattended: Vec<PodId> = pods
        .iter()
        .filter(|pod| !pod.is_attended_without_them())
        .map(|pod| pod.id)
        .collect();
    if going.replacement.is_none() && !unattended.is_empty() {
        return Err(HandoverError::Unattended(unattended));
    }
    for pod in &pods {
        let left = pod.supervised_by_them || !pod.is_attended_without_them();
        let heir = match (going.replacement, to) {
            (Some(heir), _) if left => Some(heir),
            (None, Status::Departed) if left => pod.active_deputies.first().copied(),
            _ => None,
        };
        if let Some(heir) = heir {
            supervisors::put_in_charge(tx, (pod.id, heir))?;
            let line = Line {
                deed: "pod.supervisor_put",
                subject: "pod",
                subject_id: Some(pod.id.into()),
                about: None,
                detail: serde_json::json!({ "supervising_social_worker_id": heir }),
                reason: Some(going.reason.clone()),
            };
            audit::actions::record(tx, caller, &line)?;
        }
    }
    if to == Status::Departed {
        queries::remove_from_covers(tx.conn(), account.id)?;
    }
    tx.wake_workers();
    Ok(())
}

/// Another mentor of the pod stands in for one who is suspended, in each of their talks at once: the
/// families see who is there for them now, and until when.
fn hand_on_talks(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    going: &Going,
) -> Result<(), HandoverError> {
    let Some(heir) = going.replacement else {
        return Ok(());
    };
    let wrong = HandoverError::Field(REPLACEMENT, "is no other active mentor of this pod");
    if heir == account.id
        || !queries::works_in(tx.conn(), heir, (Role::PeerMentor, account.pod_id))?
    {
        return Err(wrong);
    }
    let until = tx.now().plus(STAND_IN);
    match matching::cover_all_of(tx, caller, (account.id, heir), until) {
        Ok(()) => Ok(()),
        Err(MatchError::Store(fault)) => Err(fault.into()),
        Err(_) => Err(wrong),
    }
}

/// A practitioner's families go to another one of the pod.
pub(super) fn hand_on_families(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    heir: Option<AccountId>,
) -> Result<(), HandoverError> {
    let families = queries::families_of_practitioner(tx.conn(), account.id)?;
    let Some(heir) = heir else {
        return if families == 0 {
            Ok(())
        } else {
            Err(HandoverError::FamiliesAllocated(families))
        };
    };
    let fits = heir != account.id
        && queries::works_in(tx.conn(), heir, (Role::FamilyPractitioner, account.pod_id))?;
    if !fits {
        let wrong = "is no other active practitioner of this pod";
        return Err(HandoverError::Field(REPLACEMENT, wrong));
    }
    queries::reallocate(tx.conn(), account.id, heir)?;
    let detail = serde_json::json!({ "to": heir, "families": families });
    Ok(record(
        tx,
        caller,
        ("families.reallocated", account.id),
        (detail, None),
    )?)
}

fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    (to, reason): (Status, Option<&str>),
) -> Result<Account, HandoverError> {
    if !queries::set_status(tx.conn(), account.id, (account.status, to))? {
        return Err(HandoverError::WrongState("somebody else was first"));
    }
    if to == Status::Active {
        supervisors::go_on(tx, account.id)?;
    } else {
        supervisors::stop(tx, account.id)?;
        // What they had taken climbs again: no alert is left with somebody who cannot answer.
        alerts::let_go(tx, account.id)?;
    }
    let deed = match to {
        Status::Active => "account.suspension_lifted",
        Status::Suspended => "account.suspended",
        Status::Departed => "account.departed",
    };
    let detail = serde_json::json!({ "role": account.role });
    record(tx, caller, (deed, account.id), (detail, reason))?;
    tx.wake(account.id);
    Ok(Account {
        status: to,
        ..account.clone()
    })
}

/// A pod that somebody supervises or covers, and who else does.
#[derive(Debug, Clone)]
pub(super) struct PodAtStake {
    pub(super) id: PodId,
    pub(super) supervised_by_them: bool,
    /// Another active person supervises it.
    pub(super) has_other_supervisor: bool,
    /// The other active people who cover it, in order.
    pub(super) active_deputies: Vec<AccountId>,
}

impl PodAtStake {
    fn is_attended_without_them(&self) -> bool {
        self.has_other_supervisor || !self.active_deputies.is_empty()
    }
}
