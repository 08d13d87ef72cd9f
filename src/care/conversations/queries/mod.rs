//! Questions about conversations.

mod append;

use diesel::prelude::*;

pub(super) use append::{NewMessage, Place, Voice, append};

use super::seat::{Circle, Member};
use super::{Message, Part, words_of};
use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId, MessageId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::care::alerts::policies::in_force_there;
use crate::care::alerts::policy;
use crate::care::pods::rota;
use crate::care::reading_hours::HoursRow;
use crate::care::safeguarding::Screened;
use crate::db::schema::{
    accounts, conversation_members, conversations, families, held_messages, messages, reading_hours,
};
use crate::db::{Answer, Conn, View, both};

/// A message with its words still sealed.
#[derive(Debug, Clone, Queryable)]
pub(super) struct StoredRow {
    pub(super) conversation_id: ConversationId,
    pub(super) seq: i64,
    pub(super) author_id: AccountId,
    pub(super) id: MessageId,
    body: Vec<u8>,
    written_at: Option<Moment>,
    received_at: Moment,
}

pub(super) type StoredColumns = (
    messages::conversation_id,
    messages::seq,
    messages::author_id,
    messages::id,
    messages::body,
    messages::written_at,
    messages::received_at,
);

pub(super) const STORED: StoredColumns = (
    messages::conversation_id,
    messages::seq,
    messages::author_id,
    messages::id,
    messages::body,
    messages::written_at,
    messages::received_at,
);

impl StoredRow {
    /// Opens the words.
    pub(super) fn open(&self, view: &impl View, authority: AuthorityId) -> Answer<Message> {
        let row = [self.author_id.as_bytes().as_slice(), self.id.as_bytes()];
        Ok(Message {
            conversation_id: self.conversation_id,
            seq: self.seq,
            author_id: self.author_id,
            id: self.id,
            body: view.open_words(words_of(authority, &row), &self.body)?,
            written_at: self.written_at,
            received_at: self.received_at,
        })
    }
}

/// A held message with its words still sealed.
#[derive(Debug, Clone, Queryable)]
pub(super) struct HeldRow {
    pub(super) author_id: AccountId,
    pub(super) id: MessageId,
    pub(super) conversation_id: ConversationId,
    pub(super) body: Vec<u8>,
    pub(super) written_at: Option<Moment>,
    pub(super) received_at: Moment,
}

/// What became of an earlier try to send the same message.
#[derive(Debug, Clone)]
pub(super) enum Earlier {
    Stored(StoredRow),
    Held(Vec<u8>),
}

/// A conversation, and whether this message was sent before.
#[derive(Debug, Clone)]
pub(super) struct Look {
    pub(super) circle: Circle,
    pub(super) earlier: Option<Earlier>,
}

type LookRow = (
    (
        AuthorityId,
        FamilyId,
        AccountId,
        Option<Moment>,
        Option<String>,
    ),
    (AccountId, Part, Moment, Option<Moment>, Status),
    Option<HoursRow>,
    Option<StoredRow>,
    Option<Vec<u8>>,
);

/// The conversation, its members and an earlier try of the same message, in one question: it is
/// asked for every message.
pub(super) fn look(
    conn: &mut Conn,
    conversation: ConversationId,
    (author, message): (AccountId, MessageId),
    now: Moment,
) -> Answer<Option<Look>> {
    let sent = messages::author_id.eq(author).and(messages::id.eq(message));
    let held = held_messages::author_id
        .eq(author)
        .and(held_messages::id.eq(message));
    let question = conversations::table
        .inner_join(
            conversation_members::table
                .on(conversation_members::conversation_id.eq(conversations::id)),
        )
        .inner_join(accounts::table.on(accounts::id.eq(conversation_members::account_id)))
        .left_join(
            reading_hours::table
                .on(reading_hours::peer_mentor_id.eq(conversation_members::account_id)),
        )
        .left_join(messages::table.on(sent))
        .left_join(held_messages::table.on(held))
        .filter(conversations::id.eq(conversation))
        .select((
            (
                conversations::authority_id,
                conversations::family_id,
                conversations::family_member_id,
                conversations::ended_at,
                in_force_there(now),
            ),
            (
                conversation_members::account_id,
                conversation_members::part,
                conversation_members::from_at,
                conversation_members::until_at,
                accounts::status,
            ),
            (
                reading_hours::windows,
                reading_hours::zone,
                reading_hours::answer_within,
            )
                .nullable(),
            STORED.nullable(),
            held_messages::body.nullable(),
        ));
    let rows = both!(conn, conn => question.load::<LookRow>(conn))?;
    Ok(look_of(conversation, rows))
}

/// What the rows say, one for each member.
fn look_of(conversation: ConversationId, rows: Vec<LookRow>) -> Option<Look> {
    let mut found = None;
    for (head, (account_id, part, from, until, status), hours, stored, held) in rows {
        let look = found.get_or_insert_with(|| {
            let (authority_id, family_id, family_member_id, ended_at, waits) = head;
            Look {
                circle: Circle {
                    conversation_id: conversation,
                    authority_id,
                    family_id,
                    family_member_id,
                    ended_at,
                    members: Vec::with_capacity(2),
                    office: policy::version(0, waits.as_deref()).hours,
                },
                earlier: stored.map(Earlier::Stored).or(held.map(Earlier::Held)),
            }
        });
        look.circle.members.push(Member {
            account_id,
            part,
            from,
            until,
            status,
            hours,
        });
    }
    found
}

/// The conversation of a family member that has not ended.
pub(super) fn open_conversation(
    conn: &mut Conn,
    family_member: AccountId,
) -> Answer<Option<ConversationId>> {
    Ok(conversations::table
        .filter(conversations::family_member_id.eq(family_member))
        .filter(conversations::ended_at.is_null())
        .select(conversations::id)
        .first(conn)
        .optional()?)
}

/// Notes the automatic receipt of a message, if none was given for this time in which nobody reads.
pub(super) fn give_receipt(
    conn: &mut Conn,
    (conversation, seq): (ConversationId, i64),
    (now, reads_from): (Moment, Moment),
) -> Answer<()> {
    let other = conversations::receipt_reads_from.ne(reads_from);
    diesel::update(conversations::table.find(conversation))
        .filter(
            conversations::receipt_reads_from
                .is_null()
                .or(other.assume_not_null()),
        )
        .set((
            conversations::receipt_at.eq(now),
            conversations::receipt_after_seq.eq(seq),
            conversations::receipt_reads_from.eq(reads_from),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_held(conn: &mut Conn, held: &HeldRow, screened: &Screened) -> Answer<()> {
    diesel::insert_into(held_messages::table)
        .values((
            held_messages::author_id.eq(held.author_id),
            held_messages::id.eq(held.id),
            held_messages::conversation_id.eq(held.conversation_id),
            held_messages::body.eq(&held.body),
            held_messages::written_at.eq(held.written_at),
            held_messages::received_at.eq(held.received_at),
            held_messages::verdict.eq(screened.reading),
            held_messages::unread.eq(screened.unread),
            held_messages::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(conn)?;
    Ok(())
}

/// Who of the pod is told first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Watch {
    /// The family's practitioner.
    Practitioner,
    /// The supervising social worker.
    Supervisor,
}

/// Whoever of the family's pod is there and comes first; if nobody is, every service manager.
pub(super) fn watchers(
    conn: &mut Conn,
    (family, now): (FamilyId, Moment),
    first: Watch,
) -> Answer<Vec<AccountId>> {
    let (authority, pod, practitioner) = families::table
        .filter(families::id.eq(family))
        .select((
            families::authority_id,
            families::pod_id,
            families::family_practitioner_id,
        ))
        .first::<(AuthorityId, PodId, Option<AccountId>)>(conn)?;
    let practitioner = practitioner.filter(|_| first == Watch::Practitioner);
    rota::nearest(conn, (authority, pod), practitioner, now)
}

/// Whether a row of `conversation_members`, beside its conversation, makes somebody a member at
/// this moment. The family member stays one of an ended conversation; a mentor does not.
#[diesel::dsl::auto_type]
pub(super) fn is_member_at(now: Moment) -> _ {
    let whose: Part = Part::FamilyMember;
    conversation_members::from_at
        .le(now)
        .and(
            conversation_members::until_at
                .is_null()
                .or(conversation_members::until_at.gt(now)),
        )
        .and(
            conversations::ended_at
                .is_null()
                .or(conversation_members::part.eq(whose)),
        )
}

/// A member's marks, and how far the conversation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(super) struct Marks {
    pub(super) last_seq: i64,
    pub(super) read_seq: i64,
    pub(super) authority_id: AuthorityId,
}

/// The marks of somebody who is a member now.
pub(super) fn marks(
    conn: &mut Conn,
    conversation: ConversationId,
    account: AccountId,
    now: Moment,
) -> Answer<Option<Marks>> {
    Ok(conversation_members::table
        .inner_join(
            conversations::table.on(conversations::id.eq(conversation_members::conversation_id)),
        )
        .filter(conversation_members::conversation_id.eq(conversation))
        .filter(conversation_members::account_id.eq(account))
        .filter(is_member_at(now))
        .select((
            conversations::last_seq,
            conversation_members::read_seq,
            conversations::authority_id,
        ))
        .first(conn)
        .optional()?)
}

pub(super) fn move_read_mark(
    conn: &mut Conn,
    conversation: ConversationId,
    account: AccountId,
    up_to: i64,
) -> Answer<()> {
    diesel::update(conversation_members::table.find((conversation, account)))
        .filter(conversation_members::read_seq.lt(up_to))
        .set(conversation_members::read_seq.eq(up_to))
        .execute(conn)?;
    Ok(())
}

pub(super) fn move_delivered_mark(
    conn: &mut Conn,
    conversation: ConversationId,
    account: AccountId,
    up_to: i64,
) -> Answer<()> {
    diesel::update(conversation_members::table.find((conversation, account)))
        .filter(conversation_members::delivered_seq.lt(up_to))
        .set(conversation_members::delivered_seq.eq(up_to))
        .execute(conn)?;
    Ok(())
}
