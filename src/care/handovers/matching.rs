//! Matching: a family member and a peer mentor are brought together, which opens that member's
//! private conversation.

use super::queries;
use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId, MatchId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::db::{self, Tx, View};

/// Why two people were not matched.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// This role may not.
    #[error("not allowed")]
    NotAllowed,
    /// A person named is not who they should be.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// The family member has a mentor already.
    #[error("already matched")]
    AlreadyMatched,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Two people brought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Its id.
    pub id: MatchId,
    /// Whose.
    pub authority_id: AuthorityId,
    /// The family member.
    pub family_member_id: AccountId,
    /// The mentor.
    pub peer_mentor_id: AccountId,
    /// The private conversation it opened.
    pub conversation_id: ConversationId,
    /// Since when.
    pub started_at: Moment,
}

/// A family member as matching sees them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) family_id: FamilyId,
    pub(super) pod_id: PodId,
}

/// Matches a family member with a mentor of the same pod. Saying the same again gives the same
/// match.
///
/// # Errors
/// If the caller may not, a person is not who they should be, or there is a mentor already.
pub fn match_up(
    tx: &mut Tx<'_>,
    caller: &Caller,
    family_member_id: AccountId,
    peer_mentor_id: AccountId,
) -> Result<(Match, bool), MatchError> {
    if !matches!(caller.role, Role::ServiceManager | Role::FamilyPractitioner) {
        return Err(MatchError::NotAllowed);
    }
    let member = queries::member(tx.conn(), caller.authority_id, family_member_id)?
        .filter(|member| {
            caller.role == Role::ServiceManager || caller.pod_id == Some(member.pod_id)
        })
        .ok_or(MatchError::Field(
            "/family_member_id",
            "is no family member here",
        ))?;
    let mentor_pod = queries::mentor_pod(tx.conn(), caller.authority_id, peer_mentor_id)?;
    if mentor_pod != Some(member.pod_id) {
        return Err(MatchError::Field(
            "/peer_mentor_id",
            "is no active mentor of this pod",
        ));
    }
    if let Some(present) = queries::open_match(tx.conn(), family_member_id)? {
        return if present.peer_mentor_id == peer_mentor_id {
            Ok((present, false))
        } else {
            Err(MatchError::AlreadyMatched)
        };
    }
    let new = Match {
        id: MatchId::new(),
        authority_id: caller.authority_id,
        family_member_id,
        peer_mentor_id,
        conversation_id: ConversationId::new(),
        started_at: tx.now(),
    };
    queries::open_conversation(tx.conn(), &new, member.family_id)?;
    queries::insert_match(tx.conn(), &new, caller.account_id)?;
    for who in [family_member_id, peer_mentor_id] {
        tx.tell(db::Telling {
            to: who,
            event: "conversation.opened",
            subject: new.conversation_id.into(),
            subject_seq: 0,
            detail: None,
        });
    }
    Ok((new, true))
}
