//! What conversations look like on the wire.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::ids::{AccountId, ConversationId, MessageId};
use crate::base::time::Moment;
use crate::care::accounts::{Claims, Role};
use crate::care::conversations::history::{Companion, Conversation};
use crate::care::conversations::{HeldMessage, Message};
use crate::care::reading_hours::Reads;

/// A message to be sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewMessage {
    /// Made by the sender's client, once per message: sent again with it, the message is the same.
    #[schema(example = "0199c7d2-6b1e-7c4f-9a53-0d6f1f1f6b11")]
    pub(super) id: MessageId,
    /// The words: 1 to 4,000 characters after trimming, any script.
    #[schema(
        example = "Hi Jo, school was a bit better today. Can we talk on Thursday?",
        min_length = 1
    )]
    pub(super) body: String,
    /// When it was written, by the sender's own clock.
    #[schema(example = "2026-11-22T09:30:00Z", format = DateTime)]
    pub(super) written_at: Option<String>,
}

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MessageView {
    /// The id the sender's client made.
    pub(super) id: MessageId,
    /// Where it went. Not the conversation it was sent to, if that one has ended.
    pub(super) conversation_id: ConversationId,
    /// Its place there: 1, 2, 3, …
    #[schema(example = 17, minimum = 1)]
    pub(super) seq: i64,
    /// Who wrote it.
    pub(super) author_id: AccountId,
    /// The words, trimmed.
    #[schema(example = "Hi Jo, school was a bit better today. Can we talk on Thursday?")]
    pub(super) body: String,
    /// When it was written, by the sender's own clock.
    pub(super) written_at: Option<Moment>,
    /// When it was stored.
    pub(super) received_at: Moment,
}

impl From<Message> for MessageView {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            conversation_id: message.conversation_id,
            seq: message.seq,
            author_id: message.author_id,
            body: message.body,
            written_at: message.written_at,
            received_at: message.received_at,
        }
    }
}

/// What is told of a message that was kept back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HeldView {
    /// The id the sender's client made.
    pub(super) id: MessageId,
    /// Always `held`.
    #[schema(example = "held")]
    pub(super) state: &'static str,
}

/// Some messages, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageList {
    pub(super) items: Vec<MessageView>,
    /// Give it back as `after` for the next ones.
    #[schema(example = 50)]
    pub(super) next: Option<i64>,
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct MessagePage {
    /// Only messages with a larger sequence; from the first one if left out.
    #[param(minimum = 0)]
    pub(super) after: Option<i64>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// Why somebody who does not answer for this family reads it; kept in the audit.
    #[param(min_length = 1, max_length = 500)]
    pub(super) reason: Option<String>,
}

/// How far somebody has read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadUpTo {
    /// The sequence of the last message that was read.
    #[schema(example = 17, minimum = 0)]
    pub(super) up_to: i64,
}

/// Where a read mark stands now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadMark {
    pub(super) conversation_id: ConversationId,
    /// It never goes back.
    #[schema(example = 17)]
    pub(super) read_seq: i64,
}

/// Somebody in a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CompanionView {
    id: AccountId,
    #[schema(example = "Jo")]
    display_name: String,
    role: Role,
    /// Shown to families alone: how far the mentor has read.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_seq: Option<i64>,
    /// Shown to families alone: how far the mentor's phone has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered_seq: Option<i64>,
    /// Shown to families alone: when the mentor reads. Not there while they have said no hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    reads: Option<ReadsView>,
}

/// When somebody reads, by the hours they have said. What is written at other times arrives all the same.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadsView {
    /// Until when, if they read now.
    until: Option<Moment>,
    /// From when they read after that, or next.
    from: Option<Moment>,
}

impl From<Reads> for ReadsView {
    fn from(reads: Reads) -> Self {
        Self {
            until: reads.until,
            from: reads.from,
        }
    }
}

/// What is answered by itself, at most once for each time in which nobody reads: it has arrived, and
/// somebody reads again then. No person's words; the wait for an answer goes on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReceiptView {
    at: Moment,
    /// It stands after this message.
    #[schema(example = 17)]
    after_seq: i64,
    /// When somebody reads again.
    reads_from: Moment,
}

/// Who reads and answers while the mentor is away.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CoverView {
    id: AccountId,
    #[schema(example = "Bea")]
    display_name: String,
    /// From this moment on they do not any more.
    until: Moment,
    /// Shown to families alone: when they read. Not there while they have said no hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    reads: Option<ReadsView>,
}

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConversationView {
    id: ConversationId,
    /// The other one of the pair; for the staff, the mentor.
    with: Option<CompanionView>,
    /// For the staff: the family member whose conversation it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    family_member: Option<CompanionView>,
    /// Who covers for the mentor at this moment.
    cover: Vec<CoverView>,
    /// The last automatic receipt, if one was given.
    receipt: Option<ReceiptView>,
    /// The last message there is; 0 if there is none yet.
    #[schema(example = 17)]
    last_seq: i64,
    /// How far the caller has read; not there for the staff, who leave no marks.
    #[schema(example = 15)]
    #[serde(skip_serializing_if = "Option::is_none")]
    read_seq: Option<i64>,
    created_at: Moment,
    /// When it ended. What is still written to it goes to the present conversation.
    ended_at: Option<Moment>,
    /// When the two met first, or will: a worker introduces them. By the days of London, as the others.
    #[schema(example = "2026-06-04", format = Date)]
    introduced_on: Option<String>,
    /// From when they see each other less, before it ends.
    #[schema(example = "2026-11-02", format = Date)]
    tapers_from: Option<String>,
    /// The last day of the mentor's work, if it is known. Nothing ends by itself.
    #[schema(example = "2026-12-04", format = Date)]
    ends_on: Option<String>,
}

impl ConversationView {
    pub(super) fn for_reader(conversation: Conversation, claims: &Claims) -> Self {
        let plain = |who: Companion| CompanionView {
            id: who.id,
            display_name: who.display_name,
            role: who.role,
            read_seq: None,
            delivered_seq: None,
            reads: None,
        };
        let is_their_own = conversation
            .family_member
            .as_ref()
            .is_some_and(|member| member.id == claims.account_id);
        let all = conversation.reads;
        let reads = |id: AccountId| {
            let found = all.iter().filter(|_| is_their_own).find(|one| one.0 == id);
            found.map(|one| one.1.into())
        };
        let marked = |who: Companion| CompanionView {
            read_seq: Some(who.read_seq),
            delivered_seq: Some(who.delivered_seq),
            reads: reads(who.id),
            ..plain(who)
        };
        let covers = conversation.cover.into_iter();
        let cover = covers
            .map(|(who, until)| CoverView {
                id: who.id,
                display_name: who.display_name,
                until,
                reads: reads(who.id),
            })
            .collect();
        let is_staff = conversation.read_seq.is_none();
        let written = |day: NaiveDate| day.to_string();
        let (with, family_member) = if is_staff {
            let mentor = conversation.peer_mentor.map(plain);
            (mentor, conversation.family_member.map(plain))
        } else if is_their_own {
            (conversation.peer_mentor.map(marked), None)
        } else {
            (conversation.family_member.map(plain), None)
        };
        Self {
            id: conversation.id,
            with,
            family_member,
            cover,
            receipt: conversation.receipt.map(|given| ReceiptView {
                at: given.at,
                after_seq: given.after_seq,
                reads_from: given.reads_from,
            }),
            last_seq: conversation.last_seq,
            read_seq: conversation.read_seq,
            created_at: conversation.created_at,
            ended_at: conversation.ended_at,
            introduced_on: conversation.days.introduced_on.map(written),
            tapers_from: conversation.days.tapers_from.map(written),
            ends_on: conversation.days.ends_on.map(written),
        }
    }
}

/// Some conversations, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConversationList {
    pub(super) items: Vec<ConversationView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<ConversationId>,
}

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ConversationPage {
    /// The `next` of the answer before.
    pub(super) after: Option<ConversationId>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// For the staff: only those of this family member.
    pub(super) family_member_id: Option<AccountId>,
}

/// A message that was kept back, because its author may not act.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HeldMessageView {
    pub(super) id: MessageId,
    pub(super) conversation_id: ConversationId,
    pub(super) author_id: AccountId,
    pub(super) body: String,
    pub(super) written_at: Option<Moment>,
    pub(super) received_at: Moment,
}

impl From<HeldMessage> for HeldMessageView {
    fn from(held: HeldMessage) -> Self {
        Self {
            id: held.id,
            conversation_id: held.conversation_id,
            author_id: held.author_id,
            body: held.body,
            written_at: held.written_at,
            received_at: held.received_at,
        }
    }
}

/// Messages that were kept back, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HeldList {
    pub(super) items: Vec<HeldMessageView>,
    /// Gives the next page as `after`; null on the last.
    pub(super) next: Option<String>,
}

/// How many, and why.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct HeldPage {
    /// The `next` of the page before.
    pub(super) after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// Why somebody who does not answer for this family reads it; kept in the audit.
    #[param(min_length = 1, max_length = 500)]
    pub(super) reason: Option<String>,
}
