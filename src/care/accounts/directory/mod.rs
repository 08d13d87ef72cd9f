//! The directory: who is here, as far as somebody's role lets them see.
//!
//! A manager sees the authority; a supervising social worker the people of the pods they supervise
//! or cover; a practitioner the staff of their pod and the families allocated to them, or to nobody
//! yet. Mentors and families have no directory: they know whom they talk to.

mod queries;

use super::{Caller, Kind, Role, Status};
use crate::base::ids::{AccountId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::db::{self, Answer, View};

/// An account as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub authority_id: AuthorityId,
    /// What they are.
    pub role: Role,
    /// Who in the family, for family members.
    pub kind: Option<Kind>,
    /// What they are called.
    pub display_name: String,
    /// Their e-mail, if they sign in with one.
    pub email: Option<String>,
    /// Whether they may act.
    pub status: Status,
    /// The pod they work in, or that works with their family.
    pub pod_id: Option<PodId>,
    /// Their family, for family members.
    pub family_id: Option<FamilyId>,
    /// The language they read.
    pub language: String,
    /// Whether they may decide on alerts, as a qualified social worker.
    pub qualified: bool,
    /// Whether they have a second factor.
    pub has_second_factor: bool,
    /// Since when the account exists.
    pub created_at: Moment,
}

/// Which accounts to list.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Of this role.
    pub role: Option<Role>,
    /// Of this pod.
    pub pod_id: Option<PodId>,
    /// Of this family.
    pub family_id: Option<FamilyId>,
    /// In this state.
    pub status: Option<Status>,
    /// This one alone.
    pub id: Option<AccountId>,
}

/// Why somebody was not shown.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// This role has no directory.
    #[error("not allowed")]
    NotAllowed,
    /// There is nobody of this id whom the caller may see.
    #[error("not found")]
    NotFound,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// How far somebody may see.
#[derive(Debug, Clone)]
struct Sight {
    authority_id: AuthorityId,
    /// None: the whole authority.
    within: Option<Within>,
}

/// The part of an authority somebody may see.
#[derive(Debug, Clone)]
struct Within {
    pods: Vec<PodId>,
    /// Those who supervise and cover these pods, and the caller.
    also: Vec<AccountId>,
    /// For a practitioner: only families allocated to them or to nobody.
    practitioner: Option<AccountId>,
}

/// Lists accounts, in the order they were made.
///
/// # Errors
/// If the caller's role has no directory.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    which: &Which,
    page: (Option<AccountId>, i64),
) -> Result<Vec<Account>, DirectoryError> {
    let sight = sight_of(view, caller)?;
    Ok(queries::accounts(view.conn(), &sight, which, page)?)
}

/// Finds somebody whom the caller may see.
///
/// # Errors
/// If there is nobody of this id, or not for this caller.
pub fn find(
    view: &mut impl View,
    caller: &Caller,
    id: AccountId,
) -> Result<Account, DirectoryError> {
    let which = Which {
        id: Some(id),
        ..Which::default()
    };
    let found = list(view, caller, &which, (None, 1))?;
    found.into_iter().next().ok_or(DirectoryError::NotFound)
}

/// Finds somebody of the caller's authority, whoever the caller is: themselves, or somebody whom
/// another rule lets them see.
///
/// # Errors
/// If the store fails.
pub fn find_anyone(
    view: &mut impl View,
    caller: &Caller,
    id: AccountId,
) -> Answer<Option<Account>> {
    let sight = Sight {
        authority_id: caller.authority_id,
        within: None,
    };
    let which = Which {
        id: Some(id),
        ..Which::default()
    };
    let found = queries::accounts(view.conn(), &sight, &which, (None, 1))?;
    Ok(found.into_iter().next())
}

fn sight_of(view: &mut impl View, caller: &Caller) -> Result<Sight, DirectoryError> {
    let now = view.now();
    let within = match caller.role {
        Role::ServiceManager => None,
        Role::SupervisingSocialWorker => {
            let pods =
                queries::pods_of(view.conn(), caller.authority_id, (caller.account_id, now))?;
            Some((pods, None))
        }
        Role::FamilyPractitioner => {
            let pods = caller.pod_id.into_iter().collect();
            Some((pods, Some(caller.account_id)))
        }
        Role::PeerMentor | Role::FamilyMember => return Err(DirectoryError::NotAllowed),
    };
    let within = match within {
        Some((pods, practitioner)) => {
            let mut also = queries::who_answers_for(view.conn(), &pods, now)?;
            also.push(caller.account_id);
            Some(Within {
                pods,
                also,
                practitioner,
            })
        }
        None => None,
    };
    Ok(Sight {
        authority_id: caller.authority_id,
        within,
    })
}
