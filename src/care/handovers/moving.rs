//! Moving: a mentor or practitioner changes pod, a family changes pod. One unit each.
//!
//! A match is between two people and outlives a move of either: the family keeps its mentor until
//! somebody ends the match. Whoever supervises the family's pod reads their conversation.

use super::handing_on::hand_on_families;
use super::{HandoverError, queries, record};
use crate::base::ids::{AccountId, FamilyId, PodId};
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::directory::{self, Account};
use crate::care::accounts::invitations::{withdraw_all_of, withdraw_into};
use crate::care::accounts::{Caller, Role, Status};
use crate::care::alerts::following::follow_family;
use crate::care::audit::{self, Line};
use crate::care::families::Family;
use crate::care::families::actions as families;
use crate::care::reminders::keeping;
use crate::db::{Tx, View};

/// Moves a mentor or practitioner to another pod. A practitioner's families stay and go to the
/// replacement.
///
/// # Errors
/// If the caller is no manager, the pod is unknown, or families would be left without a
/// practitioner.
pub fn move_account(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, pod): (AccountId, PodId),
    replacement: Option<AccountId>,
) -> Result<Account, HandoverError> {
    check_manager(caller)?;
    take_turns(tx, caller)?;
    let account = directory::find(tx, caller, id)?;
    if !matches!(account.role, Role::PeerMentor | Role::FamilyPractitioner) {
        let wrong = "only mentors and practitioners work in one pod";
        return Err(HandoverError::WrongState(wrong));
    }
    if account.status == Status::Departed {
        return Err(HandoverError::WrongState("they have left"));
    }
    if queries::attended(tx.conn(), caller.authority_id, pod)?.is_none() {
        return Err(HandoverError::Field("/pod_id", "is not known here"));
    }
    if account.pod_id == Some(pod) {
        return Ok(account);
    }
    if account.role == Role::FamilyPractitioner {
        hand_on_families(tx, caller, &account, replacement)?;
        // They were codes into families that are theirs no more.
        withdraw_all_of(tx, caller, id)?;
    } else if replacement.is_some() {
        let wrong = "is only for practitioners: a mentor keeps their matches";
        return Err(HandoverError::Field("/replacement_account_id", wrong));
    }
    queries::set_pod(tx.conn(), id, pod)?;
    let detail = serde_json::json!({ "from": account.pod_id, "to": pod });
    record(tx, caller, ("account.moved", id), (detail, None))?;
    tx.wake(id);
    Ok(Account {
        pod_id: Some(pod),
        ..account
    })
}

/// Moves a family, with all its members, to another pod that has somebody who answers for it. Codes into it
/// by those who may not make any now are good for nothing.
///
/// # Errors
/// If the caller is no manager, or the pod or the practitioner does not fit.
pub fn move_family(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, pod): (FamilyId, PodId),
    practitioner: Option<AccountId>,
) -> Result<Family, HandoverError> {
    check_manager(caller)?;
    take_turns(tx, caller)?;
    let family = families::find(tx, caller, id)?.ok_or(HandoverError::NotFound)?;
    match queries::attended(tx.conn(), caller.authority_id, pod)? {
        None => return Err(HandoverError::Field("/pod_id", "is not known here")),
        Some(false) => {
            return Err(HandoverError::Field(
                "/pod_id",
                "has nobody who answers for it",
            ));
        }
        Some(true) => {}
    }
    if let Some(practitioner) = practitioner {
        let place = (Role::FamilyPractitioner, Some(pod));
        if !queries::works_in(tx.conn(), practitioner, place)? {
            let wrong = "is no active practitioner of this pod";
            return Err(HandoverError::Field("/family_practitioner_id", wrong));
        }
    }
    for member in queries::move_family(tx.conn(), id, (pod, practitioner))? {
        tx.wake(member);
        keeping::look_to_those_with(tx, member)?;
    }
    withdraw_into(tx, caller, id)?;
    follow_family(tx, id, pod)?;
    let line = Line {
        deed: "family.moved",
        subject: "family",
        subject_id: Some(id.into()),
        about: None,
        detail: serde_json::json!({ "from": family.pod_id, "to": pod }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)?;
    tx.wake_workers();
    Ok(Family {
        pod_id: pod,
        family_practitioner_id: practitioner,
        ..family
    })
}

fn check_manager(caller: &Caller) -> Result<(), HandoverError> {
    if caller.role == Role::ServiceManager {
        Ok(())
    } else {
        Err(HandoverError::NotAllowed)
    }
}
