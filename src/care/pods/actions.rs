//! What is done with pods.

use super::{Pod, queries, supervisors};
use crate::base::ids::{AccountId, PodId};
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::who::queries::covers;
use crate::db::{self, Tx, View};

/// At most so many deputies cover one pod.
pub const MOST_DEPUTIES: usize = 20;

/// Why something was not done with a pod.
#[derive(Debug, thiserror::Error)]
pub enum PodError {
    /// Only a service manager may.
    #[error("not allowed")]
    NotAllowed,
    /// The pod does not exist, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The name is taken.
    #[error("taken")]
    NameTaken,
    /// This id was used before for another shift.
    #[error("this id was used before")]
    IdUsed,
    /// There are as many of these ahead as can be looked after.
    #[error("{0}")]
    TooMany(&'static str),
    /// A person named is not who they should be.
    #[error("{0} {1}")]
    Field(String, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Makes a pod.
///
/// # Errors
/// If the caller is no manager or the name is taken.
pub fn make(tx: &mut Tx<'_>, caller: &Caller, (name, area): (&str, &str)) -> Result<Pod, PodError> {
    check_manager(caller)?;
    if queries::name_is_taken(tx.conn(), caller.authority_id, name)? {
        return Err(PodError::NameTaken);
    }
    let pod = Pod {
        id: PodId::new(),
        authority_id: caller.authority_id,
        name: name.to_owned(),
        area: area.to_owned(),
        supervising_social_worker_id: None,
        deputies: Vec::new(),
        created_at: tx.now(),
    };
    queries::insert(tx.conn(), &pod)?;
    audit::actions::record(tx, caller, &line("pod.made", &pod, serde_json::json!({})))?;
    Ok(pod)
}

/// Every pod the caller may see: managers all of their authority, others their own.
///
/// # Errors
/// If the caller's role sees no pods.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    (after, limit): (Option<PodId>, i64),
) -> Result<Vec<Pod>, PodError> {
    let now = view.now();
    match caller.role {
        Role::ServiceManager => Ok(queries::list(
            view.conn(),
            caller.authority_id,
            None,
            (after, limit),
        )?),
        Role::SupervisingSocialWorker | Role::FamilyPractitioner => Ok(queries::list(
            view.conn(),
            caller.authority_id,
            Some((caller.account_id, caller.pod_id, now)),
            (after, limit),
        )?),
        Role::PeerMentor | Role::FamilyMember => Err(PodError::NotAllowed),
    }
}

/// Puts a supervising social worker in charge of a pod.
///
/// # Errors
/// If the person is no active supervising social worker of this authority.
pub fn put_supervisor(
    tx: &mut Tx<'_>,
    caller: &Caller,
    pod_id: PodId,
    account_id: AccountId,
) -> Result<Pod, PodError> {
    check_manager(caller)?;
    find(tx, caller, pod_id)?;
    check_is_supervisor(tx, caller, account_id, "/account_id")?;
    supervisors::put_in_charge(tx, (pod_id, account_id))?;
    let pod = find(tx, caller, pod_id)?;
    let detail = serde_json::json!({ "supervising_social_worker_id": account_id });
    audit::actions::record(tx, caller, &line("pod.supervisor_put", &pod, detail))?;
    tx.wake_workers();
    Ok(pod)
}

/// Names who covers for a pod's supervisor, in order.
///
/// # Errors
/// If one of them is no active supervising social worker of this authority, is named twice, or
/// supervises the pod.
pub fn put_cover(
    tx: &mut Tx<'_>,
    caller: &Caller,
    pod_id: PodId,
    deputies: &[AccountId],
) -> Result<Pod, PodError> {
    check_manager(caller)?;
    let pod = find(tx, caller, pod_id)?;
    for (place, deputy) in deputies.iter().enumerate() {
        let pointer = format!("/deputies/{place}");
        if deputies.iter().take(place).any(|earlier| earlier == deputy) {
            return Err(PodError::Field(pointer, "is named twice"));
        }
        if pod.supervising_social_worker_id == Some(*deputy) {
            return Err(PodError::Field(pointer, "supervises this pod"));
        }
        check_is_supervisor(tx, caller, *deputy, &pointer)?;
    }
    queries::set_deputies(tx.conn(), pod_id, deputies)?;
    let pod = find(tx, caller, pod_id)?;
    let detail = serde_json::json!({ "deputies": deputies });
    audit::actions::record(tx, caller, &line("pod.cover_put", &pod, detail))?;
    tx.wake_workers();
    Ok(pod)
}

/// Finds a pod of the caller's authority.
///
/// # Errors
/// If there is none.
pub fn find(view: &mut impl View, caller: &Caller, pod_id: PodId) -> Result<Pod, PodError> {
    queries::pod(view.conn(), caller.authority_id, pod_id)?.ok_or(PodError::NotFound)
}

/// Whether the caller answers for a pod as its supervisor, one of its deputies, or by a shift now.
///
/// # Errors
/// If the store fails.
pub fn supervises(
    view: &mut impl View,
    caller: &Caller,
    pod_id: PodId,
) -> Result<Option<Supervises>, db::Error> {
    if caller.role != Role::SupervisingSocialWorker {
        return Ok(None);
    }
    let now = view.now();
    let Some(pod) = queries::pod(view.conn(), caller.authority_id, pod_id)? else {
        return Ok(None);
    };
    Ok(
        if pod.supervising_social_worker_id == Some(caller.account_id) {
            Some(Supervises::AsSupervisor)
        } else if pod.deputies.contains(&caller.account_id)
            || covers(view.conn(), (caller.account_id, pod_id), now)?
        {
            Some(Supervises::AsDeputy)
        } else {
            None
        },
    )
}

/// In which way somebody answers for a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supervises {
    /// As its supervising social worker.
    AsSupervisor,
    /// As one who covers.
    AsDeputy,
}

pub(super) fn check_manager(caller: &Caller) -> Result<(), PodError> {
    if caller.role == Role::ServiceManager {
        Ok(())
    } else {
        Err(PodError::NotAllowed)
    }
}

pub(super) fn check_is_supervisor(
    tx: &mut Tx<'_>,
    caller: &Caller,
    account_id: AccountId,
    pointer: &str,
) -> Result<(), PodError> {
    if queries::is_active_supervisor(tx.conn(), caller.authority_id, account_id)? {
        Ok(())
    } else {
        let wrong = "is no active supervising social worker here";
        Err(PodError::Field(pointer.to_owned(), wrong))
    }
}

fn line(deed: &'static str, pod: &Pod, detail: serde_json::Value) -> Line {
    Line {
        deed,
        subject: "pod",
        subject_id: Some(pod.id.into()),
        about: None,
        detail,
        reason: None,
    }
}
