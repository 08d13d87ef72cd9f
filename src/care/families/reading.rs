//! Who may see which families: a manager those of the authority, a supervising social worker those of
//! the pods they supervise or cover, a practitioner those of their pod that are allocated to them or
//! to nobody yet.

use super::actions::FamilyError;
use super::ties::Tie;
use super::{Family, FamilyMember, queries};
use crate::base::ids::{AccountId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::db::View;

/// How far somebody may see.
#[derive(Debug, Clone)]
pub(super) struct Sight {
    pub(super) authority_id: AuthorityId,
    pub(super) within: Within,
}

/// The part of an authority somebody may see.
#[derive(Debug, Clone)]
pub(super) enum Within {
    /// All of it.
    Everything,
    /// The pods this person supervises or covers at this moment.
    PodsOf(AccountId, Moment),
    /// In this pod, what is allocated to this practitioner or to nobody.
    AllocatedTo(AccountId, Option<PodId>),
}

/// Lists families, in the order they were made.
///
/// # Errors
/// If the caller's role sees no families.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    pod: Option<PodId>,
    page: (Option<FamilyId>, i64),
) -> Result<Vec<Family>, FamilyError> {
    let sight = sight_of(caller, view.now())?;
    Ok(queries::list(view.conn(), &sight, (pod, None), page)?)
}

/// Shows a family with its members and their mentors.
///
/// # Errors
/// If there is none of this id that the caller may see.
pub fn show(
    view: &mut impl View,
    caller: &Caller,
    id: FamilyId,
) -> Result<(Family, Vec<FamilyMember>), FamilyError> {
    let sight = sight_of(caller, view.now())?;
    let found = queries::list(view.conn(), &sight, (None, Some(id)), (None, 1))?;
    let family = found.into_iter().next().ok_or(FamilyError::NotFound)?;
    let members = queries::members(view.conn(), id)?;
    Ok((family, members))
}

/// By what tie a worker stands by a family that they may see: its practitioner, who supervises its pod,
/// or whoever covers or manages.
///
/// # Errors
/// If the caller's role sees no families, or not this one; a practitioner's must be allocated to them.
pub fn tie_to(
    view: &mut impl View,
    caller: &Caller,
    id: FamilyId,
) -> Result<(Family, Tie), FamilyError> {
    let sight = sight_of(caller, view.now())?;
    let found = queries::list(view.conn(), &sight, (None, Some(id)), (None, 1))?;
    let family = found.into_iter().next().ok_or(FamilyError::NotFound)?;
    let me = Some(caller.account_id);
    let tie = match caller.role {
        Role::FamilyPractitioner if family.family_practitioner_id == me => Tie::Practitioner,
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => {
            return Err(FamilyError::NotFound);
        }
        Role::SupervisingSocialWorker if queries::supervisor(view.conn(), family.pod_id)? == me => {
            Tie::Supervisor
        }
        Role::SupervisingSocialWorker | Role::ServiceManager => Tie::Cover,
    };
    Ok((family, tie))
}

fn sight_of(caller: &Caller, now: Moment) -> Result<Sight, FamilyError> {
    let within = match caller.role {
        Role::ServiceManager => Within::Everything,
        Role::SupervisingSocialWorker => Within::PodsOf(caller.account_id, now),
        Role::FamilyPractitioner => Within::AllocatedTo(caller.account_id, caller.pod_id),
        Role::PeerMentor | Role::FamilyMember => return Err(FamilyError::NotAllowed),
    };
    Ok(Sight {
        authority_id: caller.authority_id,
        within,
    })
}
