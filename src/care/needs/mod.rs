//! Needs: who needs me, longest waiting first.
//!
//! One list of what other rooms know to be waiting for a person. It reckons nothing of its own: no
//! score, no ranking but by time. It holds no words.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::conversations::waiting::{self, Wait};
use crate::db::{self, Rx};

/// Why somebody is on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// They have written, and nobody has answered.
    Reply,
}

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A family member waits for an answer.
    Reply(Wait),
}

impl Need {
    /// Where it stands in the list.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::Reply(wait) => Place {
                since: wait.since,
                id: wait.conversation_id.uuid(),
            },
        }
    }
}

/// A place in the list: since when, and of which thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Since when it waits.
    pub since: Moment,
    /// Which it is.
    pub id: Uuid,
}

/// Which part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// After this place.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum NeedsError {
    /// Only for those who work with families themselves.
    #[error("not for this role")]
    NotAllowed,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Lists who needs the caller: a mentor in their own talks, a practitioner in their families, a
/// supervising social worker in the pods they supervise or cover.
///
/// # Errors
/// If the caller is of another role.
pub fn list(rx: &mut Rx<'_>, caller: &Caller, listing: &Listing) -> Result<Vec<Need>, NeedsError> {
    match caller.role {
        Role::PeerMentor | Role::FamilyPractitioner | Role::SupervisingSocialWorker => {}
        Role::FamilyMember | Role::ServiceManager => return Err(NeedsError::NotAllowed),
    }
    let part = waiting::Listing {
        after: listing.after.map(|place| (place.since, place.id)),
        limit: listing.limit,
    };
    let waits = waiting::list(rx, caller, &part)?;
    Ok(waits.into_iter().map(Need::Reply).collect())
}
