//! Families: the people tied to one case. A family is not one inbox; each member is a person.

pub mod actions;
mod queries;
pub mod reading;
pub mod ties;

use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId, MatchId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Kind, Status};

/// A family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// Its id.
    pub id: FamilyId,
    /// Whose it is.
    pub authority_id: AuthorityId,
    /// The pod that works with it.
    pub pod_id: PodId,
    /// The council's own reference, never a name.
    pub reference: String,
    /// The allocated practitioner.
    pub family_practitioner_id: Option<AccountId>,
    /// Since when it is known here.
    pub created_at: Moment,
}

/// A member of a family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FamilyMember {
    /// Their account.
    pub id: AccountId,
    /// Who in the family.
    pub kind: Option<Kind>,
    /// What they are called.
    pub display_name: String,
    /// Whether they may act.
    pub status: Status,
    /// The language they read.
    pub language: String,
    /// Their mentor, if they have one now.
    pub matched: Option<Matched>,
}

/// A family member's match of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched {
    /// The match.
    pub match_id: MatchId,
    /// The mentor.
    pub peer_mentor_id: AccountId,
    /// Their private conversation.
    pub conversation_id: ConversationId,
}
