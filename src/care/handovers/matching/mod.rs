//! Matching: a family member and a peer mentor are brought together, which opens that member's
//! private conversation; a match ends, which ends it. The next match opens a new one.

pub mod course;
pub mod cover;
mod queries;

use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId, MatchId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::nearing::{self, Near, Step, is_known_to_lie_in};
use crate::care::audit::{self, Line};
use crate::care::conversations::waiting;
use crate::care::pods::actions as pods;
use crate::care::reminders::keeping;
use crate::db::{self, Answer, Event, Tx, View};

/// The pair is told that they have been brought together.
pub const CONVERSATION_OPENED: Event = "conversation.opened";
/// The pair, and whoever covers, is told that it is over.
pub const CONVERSATION_ENDED: Event = "conversation.ended";

/// Why two people were not matched.
#[derive(Debug, thiserror::Error)]
pub enum MatchError {
    /// This role may not.
    #[error("not allowed")]
    NotAllowed,
    /// A person named is not who they should be.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// There is no such match, or not for this caller.
    #[error("not found")]
    NotFound,
    /// It has ended before.
    #[error("ended before")]
    Ended,
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
    /// Until when, if it has ended.
    pub ended_at: Option<Moment>,
}

/// A family member as matching sees them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) family_id: FamilyId,
    pub(super) pod_id: PodId,
    /// Of their family; none if it is nobody's yet.
    pub(super) practitioner: Option<AccountId>,
}

impl Member {
    /// Whether a practitioner knows of them: of their own families, and of those that are nobody's yet.
    fn is_known_to(self, practitioner: &Caller) -> bool {
        practitioner.pod_id == Some(self.pod_id)
            && self
                .practitioner
                .is_none_or(|theirs| theirs == practitioner.account_id)
    }
}

/// Matches a family member with a mentor of the same pod. Saying the same again gives the same
/// match. Where a worry about the member or another of their family lies in the mentor, whoever may know of it is
/// refused; for anybody else it is done, and whoever answers for that alert is told.
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
    take_turns(tx, caller)?;
    let member = queries::member(tx.conn(), caller.authority_id, family_member_id)?
        .filter(|member| caller.role == Role::ServiceManager || member.is_known_to(caller))
        .ok_or(MatchError::Field(
            "/family_member_id",
            "is no family member here",
        ))?;
    let mentor_pod = queries::mentor_pod(tx.conn(), caller.authority_id, peer_mentor_id)?;
    let wrong = MatchError::Field("/peer_mentor_id", "is no active mentor of this pod");
    if mentor_pod != Some(member.pod_id) {
        return Err(wrong);
    }
    if let Some(present) = queries::open_match(tx.conn(), family_member_id)? {
        return if present.peer_mentor_id == peer_mentor_id {
            Ok((present, false))
        } else {
            Err(MatchError::AlreadyMatched)
        };
    }
    if is_known_to_lie_in(tx, caller, (family_member_id, peer_mentor_id))? {
        return Err(wrong);
    }
    let new = Match {
        id: MatchId::new(),
        authority_id: caller.authority_id,
        family_member_id,
        peer_mentor_id,
        conversation_id: ConversationId::new(),
        started_at: tx.now(),
        ended_at: None,
    };
    queries::open_conversation(tx.conn(), &new, member.family_id)?;
    waiting::pass_on(tx, family_member_id, new.conversation_id)?;
    queries::insert_match(tx.conn(), &new, caller.account_id)?;
    for who in [family_member_id, peer_mentor_id] {
        tx.tell(db::Telling {
            to: who,
            event: CONVERSATION_OPENED,
            subject: new.conversation_id.into(),
            subject_seq: 0,
            detail: None,
            urgency: db::Urgency::Usual,
        });
    }
    let near = (Near::FamilyOf(family_member_id), peer_mentor_id);
    nearing::tell(tx, caller, near, Step::Matched)?;
    Ok((new, true))
}

/// Ends a match: a manager's deed, a practitioner's in their pod, or that of whoever supervises it.
/// What the family member still writes reaches their practitioner.
///
/// # Errors
/// If there is none for this caller, or it has ended before.
pub fn end(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: MatchId,
    reason: &str,
) -> Result<Match, MatchError> {
    let (found, _) = present(tx, caller, id)?;
    let now = tx.now();
    end_one(tx, caller, &found, Some(reason))?;
    Ok(Match {
        ended_at: Some(now),
        ..found
    })
}

/// A match that has not ended and that the caller may change, with the pod of its family. Whoever
/// else changes people or places waits until this unit ends.
fn present(tx: &mut Tx<'_>, caller: &Caller, id: MatchId) -> Result<(Match, PodId), MatchError> {
    if !caller.is_worker() {
        return Err(MatchError::NotAllowed);
    }
    take_turns(tx, caller)?;
    let (found, member) =
        queries::known_match(tx.conn(), caller.authority_id, id)?.ok_or(MatchError::NotFound)?;
    let may_see = match caller.role {
        Role::ServiceManager => true,
        Role::FamilyPractitioner => member.is_known_to(caller),
        Role::SupervisingSocialWorker => pods::supervises(tx, caller, member.pod_id)?.is_some(),
        Role::PeerMentor | Role::FamilyMember => false,
    };
    if !may_see {
        return Err(MatchError::NotFound);
    }
    if found.ended_at.is_some() {
        return Err(MatchError::Ended);
    }
    Ok((found, member.pod_id))
}

/// Ends every open match of somebody who leaves, and what they cover.
pub(super) fn end_all_of(tx: &mut Tx<'_>, caller: &Caller, account: AccountId) -> Answer<()> {
    for found in queries::open_matches_of(tx.conn(), account)? {
        end_one(tx, caller, &found, None)?;
    }
    cover::end_all_by(tx, account)
}

/// How many open matches somebody is a part of.
///
/// # Errors
/// If the question fails.
pub(super) fn count_of(view: &mut impl View, account: AccountId) -> Answer<usize> {
    Ok(queries::open_matches_of(view.conn(), account)?.len())
}

/// Lets one mentor cover for another in all their talks, from now until a moment.
///
/// # Errors
/// If they may not in one of them; then they do in none.
pub(super) fn cover_all_of(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (mentor, who): (AccountId, AccountId),
    until: Moment,
) -> Result<(), MatchError> {
    for found in queries::open_matches_of(tx.conn(), mentor)? {
        cover::put(tx, caller, (found.id, who), (None, until))?;
    }
    Ok(())
}

fn end_one(tx: &mut Tx<'_>, caller: &Caller, found: &Match, reason: Option<&str>) -> Answer<()> {
    let now = tx.now();
    let covering = queries::end_cover_of(tx.conn(), found.conversation_id, now)?;
    queries::end(tx.conn(), found, now)?;
    let line = Line {
        deed: "match.ended",
        subject: "match",
        subject_id: Some(found.id.into()),
        about: Some(found.family_member_id),
        detail: serde_json::json!({ "conversation_id": found.conversation_id }),
        reason: reason.map(ToOwned::to_owned),
    };
    audit::actions::record(tx, caller, &line)?;
    let pair = [found.family_member_id, found.peer_mentor_id];
    for who in pair.into_iter().chain(covering) {
        tx.tell(db::Telling {
            to: who,
            event: CONVERSATION_ENDED,
            subject: found.conversation_id.into(),
            subject_seq: 0,
            detail: None,
            urgency: db::Urgency::Usual,
        });
    }
    keeping::look_to_those_with(tx, found.family_member_id)
}
