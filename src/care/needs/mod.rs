//! Needs: who needs me, longest waiting first.
//!
//! One list of what other rooms know to be waiting for a person. It reckons nothing of its own: no
//! score, no ranking but by time. It holds no words.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::contact_plans::stops::stopped_of;
use crate::care::conversations::waiting::{self, Mentor, Wait};
use crate::care::follow_ups::{FollowUp, reading};
use crate::db::{self, Rx};

/// Something that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// A family member waits for an answer.
    Reply(Wait),
    /// A check-in asks for somebody; with the mentor of the member's present conversation.
    FollowUp(FollowUp, Option<Mentor>),
}

impl Need {
    /// Whom it is about.
    #[must_use]
    pub const fn family_member_id(&self) -> AccountId {
        match self {
            Self::FollowUp(follow_up, _) => follow_up.own.family_member_id,
            Self::Reply(wait) => wait.family_member.id,
        }
    }

    /// Where it stands in the list.
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::FollowUp(follow_up, _) => Place {
                since: follow_up.own.opened_at,
                id: follow_up.own.id.uuid(),
            },
            Self::Reply(wait) => Place {
                since: wait.since,
                id: wait.conversation_id.uuid(),
            },
        }
    }
}

/// Somebody who needs a person, and whether all contact with them is stopped: then nobody is to write or
/// call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What waits.
    pub need: Need,
    /// Whether all contact with the family member is stopped.
    pub is_contact_stopped: bool,
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
    /// Not for families.
    #[error("not for this role")]
    NotAllowed,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Lists who needs the caller: a mentor in their own talks, a practitioner in their families, a
/// supervising social worker in the pods they supervise or cover, and a manager where nobody nearer was there.
///
/// # Errors
/// If the caller is a family member.
pub fn list(
    rx: &mut Rx<'_>,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Listed>, NeedsError> {
    match caller.role {
        Role::PeerMentor
        | Role::FamilyPractitioner
        | Role::SupervisingSocialWorker
        | Role::ServiceManager => {}
        Role::FamilyMember => return Err(NeedsError::NotAllowed),
    }
    let after = listing.after.map(|place| (place.since, place.id));
    let limit = listing.limit;
    let waits = waiting::list(rx, caller, &waiting::Listing { after, limit })?;
    let follow_ups = reading::list(rx, caller, &reading::Listing { after, limit })?;
    let talks: Vec<_> = follow_ups
        .iter()
        .filter_map(|follow_up| follow_up.conversation_id)
        .collect();
    let mentors = waiting::mentors(rx, &talks)?;
    let follow_ups = follow_ups.into_iter().map(|follow_up| {
        let mentor = mentors
            .iter()
            .find(|mentor| Some(mentor.conversation_id) == follow_up.conversation_id);
        Need::FollowUp(follow_up, mentor.cloned())
    });
    let mut all: Vec<Need> = waits
        .into_iter()
        .map(Need::Reply)
        .chain(follow_ups)
        .collect();
    all.sort_by_key(Need::place);
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let members: Vec<AccountId> = all.iter().map(Need::family_member_id).collect();
    let stopped = stopped_of(rx, &members)?;
    let listed = all.into_iter().map(|need| Listed {
        is_contact_stopped: stopped.contains(&need.family_member_id()),
        need,
    });
    Ok(listed.collect())
}
