//! Handing on: what rests on somebody who goes is somebody else's in the same unit: pods and places among
//! their deputies, shifts, families, talks. What they have of alerts is passed on by the room of alerts.

use std::time::Duration;

use serde_json::json;

use super::matching::{self, MatchError};
use super::standing::Going;
use super::{HandoverError, queries, record};
use crate::base::ids::{AccountId, PodId};
use crate::care::accounts::directory::Account;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::audit::{self, Line};
use crate::care::pods::rota::Shift;
use crate::care::pods::rota::actions::{self as rota, Due};
use crate::care::pods::supervisors;
use crate::care::reminders::keeping;
use crate::db::{Answer, Tx, View};

/// Whoever stands in for a suspended mentor does so for four weeks, unless it is said otherwise of a talk.
const STAND_IN: Duration = Duration::from_hours(28 * 24);

/// Passes on what rests on somebody who goes.
pub(super) fn hand_on(
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
            check_heir(tx, caller, account, going.replacement)
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

/// Whoever takes over from a social worker or a manager is another active one.
pub(super) fn check_heir(
    view: &mut impl View,
    caller: &Caller,
    account: &Account,
    heir: Option<AccountId>,
) -> Result<(), HandoverError> {
    let Some(heir) = heir else {
        return Ok(());
    };
    let is_active = queries::is_active(view.conn(), caller.authority_id, heir, account.role)?;
    if heir != account.id && is_active {
        return Ok(());
    }
    let wrong = if account.role == Role::ServiceManager {
        "is no other active service manager here"
    } else {
        "is no other active supervising social worker here"
    };
    Err(HandoverError::Field(REPLACEMENT, wrong))
}

/// Somebody's shifts go to whoever takes over, as far as that one could hold them; the others end. Gives those
/// that begin now.
///
/// # Errors
/// If it cannot be stored.
pub(super) fn hand_on_shifts(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (shifts, heir): (&[Shift], Option<AccountId>),
) -> Answer<Vec<Due>> {
    let mut begun = Vec::new();
    for shift in shifts {
        match heir_of_shift(tx, shift, heir)? {
            Some(heir) => begun.extend(rota::hand_over(tx, caller, (shift, heir))?),
            None => rota::end_one(tx, caller, shift)?,
        }
    }
    Ok(begun)
}

/// Who would hold what is left of a shift.
pub(super) fn heir_of_shift(
    view: &mut impl View,
    shift: &Shift,
    heir: Option<AccountId>,
) -> Answer<Option<AccountId>> {
    match heir {
        Some(heir) if rota::could_hold(view, shift, heir)? => Ok(Some(heir)),
        _ => Ok(None),
    }
}

/// Every pod keeps somebody who answers for it. Whoever is named takes over, also somebody's place among the
/// deputies; otherwise the pod's first deputy does when its supervisor leaves, and the deputies cover while one
/// is suspended.
fn hand_on_pods(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account: &Account,
    (going, to): (&Going, Status),
) -> Result<(), HandoverError> {
    check_heir(tx, caller, account, going.replacement)?;
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
        let Some(heir) = pod.heir((going.replacement, to)) else {
            continue;
        };
        let (deed, detail) = if pod.passes_charge_on() {
            supervisors::put_in_charge(tx, (pod.id, heir))?;
            let detail = json!({ "supervising_social_worker_id": heir });
            ("pod.supervisor_put", detail)
        } else {
            queries::put_in_place_of(tx.conn(), pod.id, (account.id, heir))?;
            let detail = json!({ "from": account.id, "to": heir });
            ("pod.deputy_replaced", detail)
        };
        let line = Line {
            deed,
            subject: "pod",
            subject_id: Some(pod.id.into()),
            about: None,
            detail,
            reason: Some(going.reason.clone()),
        };
        audit::actions::record(tx, caller, &line)?;
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
    keeping::look_to_those_of(tx, account.id)?;
    let detail = json!({ "to": heir, "families": families });
    Ok(record(
        tx,
        caller,
        ("families.reallocated", account.id),
        (detail, None),
    )?)
}

/// A pod that somebody supervises or covers, and who else does.
#[derive(Debug, Clone)]
pub(super) struct PodAtStake {
    pub(super) id: PodId,
    pub(super) name: String,
    pub(super) supervised_by_them: bool,
    /// Another active person supervises it.
    pub(super) has_other_supervisor: bool,
    /// The other active people who cover it, in order.
    pub(super) active_deputies: Vec<AccountId>,
}

impl PodAtStake {
    pub(super) fn is_attended_without_them(&self) -> bool {
        self.has_other_supervisor || !self.active_deputies.is_empty()
    }

    /// Whether somebody is to be put in charge of it, and not in a place among its deputies.
    fn passes_charge_on(&self) -> bool {
        self.supervised_by_them || !self.is_attended_without_them()
    }

    /// Who takes their place in it, if somebody does.
    pub(super) fn heir(&self, (named, to): (Option<AccountId>, Status)) -> Option<AccountId> {
        match (named, to) {
            (Some(heir), _) => Some(heir),
            (None, Status::Departed) if self.passes_charge_on() => {
                self.active_deputies.first().copied()
            }
            (None, _) => None,
        }
    }
}
