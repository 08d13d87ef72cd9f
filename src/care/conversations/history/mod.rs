//! Reading a conversation.
//!
//! The pair read their own talk; their read marks are the record. Whoever else may read is audited
//! first and reads second, and leaves no mark the pair could see.

mod queries;

use std::collections::BTreeMap;

use queries::{Head, Oversight};

use super::{Days, HeldMessage, Message, Part};
use crate::base::ids::{AccountId, AuthorityId, ConversationId, MessageId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{Line, Needs};
use crate::care::reading_hours::{self, Reads};
use crate::db::{self, Rx, View};

/// Which messages: after a place, at most so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// Only those with a larger sequence.
    pub after: i64,
    /// At most so many.
    pub limit: i64,
}

/// A stretch of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The messages, oldest first.
    pub messages: Vec<Message>,
    /// Whether there are more after them.
    pub more: bool,
}

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such conversation, or the caller may not know of it.
    #[error("no such conversation")]
    NotFound,
    /// This reader must say why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// What of a conversation is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Its messages.
    Messages(Range),
    /// What was held back, newest first, at most so many.
    Held(i64),
}

/// Where in a list of held messages the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HeldPlace {
    /// When the last one was received.
    pub received_at: Moment,
    /// Whose it was.
    pub author_id: AccountId,
    /// Which it was.
    pub id: MessageId,
}

/// By what right somebody reads a conversation.
enum Right {
    /// It is their own talk.
    Own(AuthorityId),
    /// They answer for the family, or said why they must read.
    Oversight(Oversight),
}

impl Right {
    const fn authority(&self) -> AuthorityId {
        match self {
            Self::Own(authority) => *authority,
            Self::Oversight(oversight) => oversight.authority_id,
        }
    }
}

fn check(
    rx: &mut Rx<'_>,
    caller: &Caller,
    conversation: ConversationId,
    reason: Option<&str>,
) -> Result<Right, ReadError> {
    let now = rx.now();
    if !caller.is_worker() {
        return super::queries::marks(rx.conn(), conversation, caller.account_id, now)?
            .map(|marks| Right::Own(marks.authority_id))
            .ok_or(ReadError::NotFound);
    }
    let oversight = queries::oversight(rx.conn(), conversation)?
        .filter(|found| found.authority_id == caller.authority_id)
        .ok_or(ReadError::NotFound)?;
    let me = Some(caller.account_id);
    let answers_for_it = match caller.role {
        Role::SupervisingSocialWorker => oversight.supervisor == me,
        Role::FamilyPractitioner => oversight.practitioner == me,
        Role::ServiceManager | Role::PeerMentor | Role::FamilyMember => false,
    };
    if answers_for_it {
        return Ok(Right::Oversight(oversight));
    }
    let may_with_reason = caller.role == Role::ServiceManager
        || queries::is_cover(rx.conn(), (caller.account_id, oversight.pod_id), now)?;
    match (may_with_reason, reason) {
        (true, Some(_)) => Ok(Right::Oversight(oversight)),
        (true, None) => Err(ReadError::ReasonNeeded),
        (false, _) => Err(ReadError::NotFound),
    }
}

/// What the audit needs before this caller reads this stretch.
///
/// # Errors
/// If the caller may not read it, or must say why.
pub fn needs(
    rx: &mut Rx<'_>,
    caller: &Caller,
    conversation: ConversationId,
    stretch: Stretch,
    reason: Option<&str>,
) -> Result<Needs, ReadError> {
    let Right::Oversight(oversight) = check(rx, caller, conversation, reason)? else {
        return Ok(Needs::Nothing);
    };
    let (deed, detail) = match stretch {
        Stretch::Messages(range) => (
            "conversation.read",
            serde_json::json!({ "after": range.after, "limit": range.limit }),
        ),
        Stretch::Held(limit) => (
            "conversation.held_read",
            serde_json::json!({ "limit": limit }),
        ),
    };
    Ok(Needs::LineFirst(Line {
        deed,
        subject: "conversation",
        subject_id: Some(conversation.into()),
        about: Some(oversight.family_member_id),
        detail,
        reason: reason.map(ToOwned::to_owned),
    }))
}

/// Reads messages. Whoever is not of the pair must have been audited before: see [`needs`].
///
/// # Errors
/// If the caller may not read them, or must say why.
pub fn messages(
    rx: &mut Rx<'_>,
    caller: &Caller,
    conversation: ConversationId,
    range: Range,
    reason: Option<&str>,
) -> Result<Page, ReadError> {
    let authority = check(rx, caller, conversation, reason)?.authority();
    let wanted = (range.after, range.limit.saturating_add(1));
    let mut rows = queries::messages_after(rx.conn(), conversation, wanted)?;
    let most = usize::try_from(range.limit).unwrap_or(0);
    let more = rows.len() > most;
    rows.truncate(most);
    let messages = rows
        .iter()
        .map(|row| row.open(rx, authority))
        .collect::<db::Answer<_>>()?;
    Ok(Page { messages, more })
}

/// Reads what was held back. The pair never do; everybody else must have been audited before.
///
/// # Errors
/// If the caller may not read it, or must say why.
pub fn held(
    rx: &mut Rx<'_>,
    caller: &Caller,
    conversation: ConversationId,
    page: (Option<HeldPlace>, i64),
    reason: Option<&str>,
) -> Result<Vec<HeldMessage>, ReadError> {
    let Right::Oversight(oversight) = check(rx, caller, conversation, reason)? else {
        return Err(ReadError::NotFound);
    };
    let rows = queries::held_of(rx.conn(), conversation, page)?;
    rows.iter()
        .map(|row| Ok(super::held::opened(rx, oversight.authority_id, row)?))
        .collect()
}

/// Somebody in a conversation, with their marks.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Companion {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
    /// What they are.
    pub role: Role,
    /// How far they have read.
    pub read_seq: i64,
    /// How far their phone has it.
    pub delivered_seq: i64,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Which.
    pub id: ConversationId,
    /// The last message there is.
    pub last_seq: i64,
    /// How far the caller has read, if they are of the pair.
    pub read_seq: Option<i64>,
    /// Since when it is.
    pub created_at: Moment,
    /// When it ended, if it has.
    pub ended_at: Option<Moment>,
    /// The family member whose it is.
    pub family_member: Option<Companion>,
    /// The mentor they are matched with, or were when it ended.
    pub peer_mentor: Option<Companion>,
    /// Who reads and answers while that mentor is away, and until when.
    pub cover: Vec<(Companion, Moment)>,
    /// When each of these mentors reads, of those who have said it.
    pub reads: Vec<(AccountId, Reads)>,
    /// The last automatic receipt.
    pub receipt: Option<Receipt>,
    /// When the mentor's work began with a meeting, and when it is to end.
    pub days: Days,
}

/// What is answered by itself when nobody reads: that it has arrived, and when somebody reads again. Not
/// a message, and nobody's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// When.
    pub at: Moment,
    /// After which message.
    pub after_seq: i64,
    /// When somebody reads again.
    pub reads_from: Moment,
}

/// Which conversations are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Only those after this one.
    pub after: Option<ConversationId>,
    /// At most so many.
    pub limit: i64,
    /// For the staff: only those of this family member.
    pub family_member_id: Option<AccountId>,
}

/// Lists conversations: their own for the pair, those of their families for the staff. That a
/// conversation exists is no secret to the staff of its pod; its words are.
///
/// # Errors
/// If the store fails.
pub fn list(
    rx: &mut Rx<'_>,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Conversation>, db::Error> {
    let now = rx.now();
    let heads: Vec<(Head, Option<i64>)> = if caller.is_worker() {
        let heads = queries::overseen(rx.conn(), (caller, now), listing)?;
        heads.into_iter().map(|head| (head, None)).collect()
    } else {
        let heads = queries::of_member(rx.conn(), (caller.account_id, now), listing)?;
        heads
            .into_iter()
            .map(|(head, read)| (head, Some(read)))
            .collect()
    };
    let ids: Vec<ConversationId> = heads.iter().map(|(head, _)| head.id).collect();
    let people = queries::people_in(rx.conn(), &ids)?;
    let hours = reading_hours::of(rx.conn(), &queries::mentors_of(&people))?;
    let named = |head: &Head, part| {
        people
            .iter()
            .filter(|sitting| sitting.conversation_id == head.id && sitting.part == part)
            .max_by_key(|sitting| sitting.until.unwrap_or(Moment::from_micros(i64::MAX)))
            .map(|sitting| sitting.who.clone())
    };
    let listed = heads.iter().map(|(head, read_seq)| {
        Ok(Conversation {
            id: head.id,
            last_seq: head.last_seq,
            read_seq: *read_seq,
            created_at: head.created_at,
            ended_at: head.ended_at,
            family_member: named(head, Part::FamilyMember)
                .filter(|member| member.id == head.family_member_id),
            peer_mentor: named(head, Part::PeerMentor),
            cover: people
                .iter()
                .filter(|sitting| sitting.conversation_id == head.id)
                .filter_map(|sitting| Some((sitting.who.clone(), sitting.covers_until(now)?)))
                .collect(),
            reads: hours
                .iter()
                .filter_map(|(id, hours)| Some((*id, hours.at(now)?)))
                .collect(),
            receipt: head.receipt(),
            days: head.days()?,
        })
    });
    listed.collect()
}

/// Messages somebody was told of, each by its conversation and place: those of them they may read
/// now. Whoever has left a conversation since gets nothing of it.
///
/// # Errors
/// If the store fails.
pub fn told(
    rx: &mut Rx<'_>,
    caller: &Caller,
    wanted: &[(ConversationId, i64)],
) -> Result<Vec<Message>, db::Error> {
    let me = (caller.account_id, rx.now());
    let mut by_conversation = BTreeMap::<ConversationId, Vec<i64>>::new();
    for (conversation, seq) in wanted {
        by_conversation.entry(*conversation).or_default().push(*seq);
    }
    let mut messages = Vec::with_capacity(wanted.len());
    for (conversation, seqs) in by_conversation {
        for row in queries::messages_for(rx.conn(), conversation, &seqs, me)? {
            messages.push(row.open(rx, caller.authority_id)?);
        }
    }
    Ok(messages)
}

/// Whose conversation it is, if it is one of the caller's authority. Whether they may know of that person
/// is asked elsewhere.
///
/// # Errors
/// If the store fails.
pub fn whose(
    rx: &mut Rx<'_>,
    caller: &Caller,
    conversation: ConversationId,
) -> Result<Option<AccountId>, db::Error> {
    let found = queries::oversight(rx.conn(), conversation)?;
    let found = found.filter(|found| found.authority_id == caller.authority_id);
    Ok(found.map(|found| found.family_member_id))
}

/// Whether the caller has a part in a conversation, or will have: cover may be yet to come.
///
/// # Errors
/// If the store fails.
pub fn has_a_part(
    rx: &mut Rx<'_>,
    caller: &Caller,
    conversation: ConversationId,
) -> Result<bool, db::Error> {
    let me = (caller.account_id, rx.now());
    queries::has_a_part(rx.conn(), conversation, me)
}

/// Who sees that the caller is typing in a conversation: its other members now, or nobody if the
/// caller is none.
///
/// # Errors
/// If the store fails.
pub fn companions(
    rx: &mut Rx<'_>,
    caller: &Caller,
    conversation: ConversationId,
) -> Result<Vec<AccountId>, db::Error> {
    let me = (caller.account_id, rx.now());
    queries::companions(rx.conn(), conversation, me)
}
