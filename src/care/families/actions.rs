//! What is done with families.

use super::{Family, queries};
use crate::base::ids::{AccountId, FamilyId, PodId};
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::pods::actions::{self as pods, PodError};
use crate::db::{self, Tx, View};

/// Why something was not done with a family.
#[derive(Debug, thiserror::Error)]
pub enum FamilyError {
    /// This role may not.
    #[error("not allowed")]
    NotAllowed,
    /// It does not exist, or not for this caller.
    #[error("not found")]
    NotFound,
    /// A field names something that does not exist or does not fit.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// The reference is taken.
    #[error("taken")]
    ReferenceTaken,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A family to be made.
#[derive(Debug, Clone)]
pub struct NewFamily {
    /// The pod that will work with it.
    pub pod_id: PodId,
    /// The council's own reference.
    pub reference: String,
    /// The allocated practitioner, if known.
    pub family_practitioner_id: Option<AccountId>,
}

/// Makes a family: a manager in any pod, a practitioner in their own.
///
/// # Errors
/// If the caller may not, the pod is unknown, or the reference is taken.
pub fn make(tx: &mut Tx<'_>, caller: &Caller, new: &NewFamily) -> Result<Family, FamilyError> {
    match caller.role {
        Role::ServiceManager => {}
        Role::FamilyPractitioner if caller.pod_id == Some(new.pod_id) => {}
        Role::FamilyPractitioner => return Err(unknown_pod()),
        Role::FamilyMember | Role::PeerMentor | Role::SupervisingSocialWorker => {
            return Err(FamilyError::NotAllowed);
        }
    }
    match pods::find(tx, caller, new.pod_id) {
        Ok(_) => {}
        Err(PodError::Store(fault)) => return Err(fault.into()),
        Err(_) => return Err(unknown_pod()),
    }
    if let Some(practitioner) = new.family_practitioner_id
        && !queries::is_practitioner_of(tx.conn(), practitioner, new.pod_id)?
    {
        let wrong = "is no active practitioner of this pod";
        return Err(FamilyError::Field("/family_practitioner_id", wrong));
    }
    if queries::reference_is_taken(tx.conn(), caller.authority_id, &new.reference)? {
        return Err(FamilyError::ReferenceTaken);
    }
    let family = Family {
        id: FamilyId::new(),
        authority_id: caller.authority_id,
        pod_id: new.pod_id,
        reference: new.reference.clone(),
        family_practitioner_id: new.family_practitioner_id,
        created_at: tx.now(),
    };
    queries::insert(tx.conn(), &family)?;
    let line = Line {
        deed: "family.made",
        subject: "family",
        subject_id: Some(family.id.into()),
        about: None,
        detail: serde_json::json!({ "pod_id": family.pod_id }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)?;
    Ok(family)
}

/// Finds a family of the caller's authority, whoever in it the caller is. Not a right to read it.
///
/// # Errors
/// If the store fails.
pub fn find(
    view: &mut impl View,
    caller: &Caller,
    id: FamilyId,
) -> Result<Option<Family>, db::Error> {
    queries::family(view.conn(), caller.authority_id, id)
}

/// Says whether a family is worked with: whoever is of one that is not is asked for no check-in and
/// reminded of no date. Whoever calls this has checked that it may be said.
///
/// # Errors
/// If it cannot be stored.
pub fn set_worked_with(tx: &mut Tx<'_>, id: FamilyId, is_so: bool) -> Result<(), db::Error> {
    let state = if is_so { "open" } else { "closed" };
    queries::set_state(tx.conn(), id, state)
}

fn unknown_pod() -> FamilyError {
    FamilyError::Field("/pod_id", "is not known here")
}
