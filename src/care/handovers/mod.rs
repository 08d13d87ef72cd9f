//! Handovers: the one room that may see all others. Matching, moving, suspending, leaving.
//!
//! Whoever goes, nobody is left without somebody: a pod keeps a person who answers for it, a family
//! a pod, an authority a manager; all in the same unit, so that there is no ownerless second.

pub mod charge;
pub mod forecast;
mod handing_on;
pub mod joining;
pub mod leave;
pub mod matching;
pub mod moving;
mod queries;
pub mod resting;
pub mod shifts;
pub mod standing;
pub mod swaps;

use crate::base::ids::{AccountId, PodId};
use crate::care::accounts::Caller;
use crate::care::accounts::directory::DirectoryError;
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx};

/// Why nobody was suspended, moved or let go.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// This role may not do this, or not to this person.
    #[error("not allowed")]
    NotAllowed,
    /// There is nobody and nothing of this id that the caller may see.
    #[error("not found")]
    NotFound,
    /// The authority would be left without an active manager.
    #[error("the last active manager")]
    LastManager,
    /// These pods would be left without anybody who answers for them.
    #[error("pods would be left without anybody")]
    Unattended(Vec<PodId>),
    /// Families are allocated to this practitioner, and nobody takes them over.
    #[error("families are allocated to this practitioner")]
    FamiliesAllocated(usize),
    /// One of the two was let in by the other, or both by a third, within the last month.
    #[error("they may be one person")]
    NotTwoPeople,
    /// It cannot be done in the state things are in.
    #[error("{0}")]
    WrongState(&'static str),
    /// A field names something that does not exist or does not fit.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

impl From<DirectoryError> for HandoverError {
    fn from(refusal: DirectoryError) -> Self {
        match refusal {
            DirectoryError::NotAllowed => Self::NotAllowed,
            DirectoryError::NotFound => Self::NotFound,
            DirectoryError::Store(fault) => Self::Store(fault),
        }
    }
}

/// Records a deed about an account.
fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (deed, about): (&'static str, AccountId),
    (detail, reason): (serde_json::Value, Option<&str>),
) -> Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(about.into()),
        about: Some(about),
        detail,
        reason: reason.map(ToOwned::to_owned),
    };
    audit::actions::record(tx, caller, &line)
}
