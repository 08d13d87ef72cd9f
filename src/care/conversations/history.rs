//! Reading a conversation.
//!
//! The pair read their own talk; their read marks are the record. Whoever else may read is audited
//! first and reads second, and leaves no mark the pair could see.

use super::queries;
use super::{HeldMessage, Message};
use crate::base::ids::{AuthorityId, ConversationId};
use crate::care::accounts::{Caller, Role};
use crate::care::audit;
use crate::db::{self, Rx, Tx, View};

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

/// What a member reads of their own conversation; `None` if the caller is of the staff, who must be
/// audited first.
///
/// # Errors
/// If there is no such conversation for them.
pub fn own(
    rx: &mut Rx<'_>,
    caller: &Caller,
    conversation: ConversationId,
    range: Range,
) -> Result<Option<Page>, ReadError> {
    if caller.is_worker() {
        return Ok(None);
    }
    let now = rx.now();
    let marks = queries::marks(rx.conn(), conversation, caller.account_id, now)?
        .ok_or(ReadError::NotFound)?;
    page(rx, (conversation, marks.authority_id), range).map(Some)
}

fn page(
    rx: &mut Rx<'_>,
    (conversation, authority): (ConversationId, AuthorityId),
    range: Range,
) -> Result<Page, ReadError> {
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

/// What of a conversation somebody is about to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Its messages.
    Messages(Range),
    /// What was held back, newest first, at most so many.
    Held(i64),
}

/// The right to read one stretch of somebody else's conversation once: it was audited.
#[derive(Debug)]
pub struct Permit {
    conversation: ConversationId,
    authority: AuthorityId,
    stretch: Stretch,
}

/// Writes down who is about to read whose conversation and why, and gives the right to do so.
///
/// # Errors
/// If the caller may not, or must say why.
pub fn audit_reading(
    tx: &mut Tx<'_>,
    caller: &Caller,
    conversation: ConversationId,
    stretch: Stretch,
    reason: Option<&str>,
) -> Result<Permit, ReadError> {
    let oversight = queries::oversight(tx.conn(), conversation)?
        .filter(|found| found.authority_id == caller.authority_id)
        .ok_or(ReadError::NotFound)?;
    let me = Some(caller.account_id);
    let answers_for_it = match caller.role {
        Role::SupervisingSocialWorker => oversight.supervisor == me,
        Role::FamilyPractitioner => oversight.practitioner == me,
        Role::ServiceManager | Role::PeerMentor | Role::FamilyMember => false,
    };
    if !answers_for_it {
        let may_with_reason = match caller.role {
            Role::ServiceManager => true,
            Role::SupervisingSocialWorker | Role::FamilyPractitioner => {
                queries::is_deputy(tx.conn(), oversight.pod_id, caller.account_id)?
            }
            Role::PeerMentor | Role::FamilyMember => false,
        };
        if !may_with_reason {
            return Err(ReadError::NotFound);
        }
        if reason.is_none() {
            return Err(ReadError::ReasonNeeded);
        }
    }
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
    let line = audit::Line {
        deed,
        subject: "conversation",
        subject_id: Some(conversation.into()),
        about: Some(oversight.family_member_id),
        detail,
        reason: reason.map(ToOwned::to_owned),
    };
    audit::actions::record(tx, caller, &line)?;
    Ok(Permit {
        conversation,
        authority: oversight.authority_id,
        stretch,
    })
}

/// Reads the messages that were audited.
///
/// # Errors
/// If the permit is not for messages, or the store fails.
pub fn overseen(rx: &mut Rx<'_>, permit: &Permit) -> Result<Page, ReadError> {
    match permit.stretch {
        Stretch::Messages(range) => page(rx, (permit.conversation, permit.authority), range),
        Stretch::Held(_) => Err(ReadError::NotFound),
    }
}

/// Reads what was held back and audited.
///
/// # Errors
/// If the permit is not for held messages, or the store fails.
pub fn overseen_held(rx: &mut Rx<'_>, permit: &Permit) -> Result<Vec<HeldMessage>, ReadError> {
    let Stretch::Held(limit) = permit.stretch else {
        return Err(ReadError::NotFound);
    };
    let rows = queries::held_of(rx.conn(), permit.conversation, limit)?;
    rows.into_iter()
        .map(|row| Ok(super::held::opened(rx, permit.authority, row)?))
        .collect()
}
