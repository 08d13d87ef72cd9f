//! Questions about what was said, asked by those who read.

use diesel::prelude::*;

use super::{Companion, HeldPlace, Listing, Receipt};
use crate::base::ids::{AccountId, AuthorityId, ConversationId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::conversations::queries::{HeldRow, STORED, StoredRow, is_member_at};
use crate::care::conversations::{Days, DaysRow, Part};
use crate::care::who::queries::{covers, pods_covered_by};
use crate::db::schema::{
    accounts, conversation_members, conversations, families, held_messages, messages, pod_deputies,
    pods,
};
use crate::db::{Answer, Conn, both};

/// A conversation's own row, for a list.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Head {
    pub(super) id: ConversationId,
    pub(super) family_member_id: AccountId,
    pub(super) last_seq: i64,
    pub(super) created_at: Moment,
    pub(super) ended_at: Option<Moment>,
    receipt: (Option<Moment>, Option<i64>, Option<Moment>),
    days: DaysRow,
}

impl Head {
    /// The days that were said of the mentor's work.
    pub(super) fn days(&self) -> Answer<Days> {
        Days::read(&self.days)
    }

    /// The last automatic receipt, if one was given.
    pub(super) fn receipt(&self) -> Option<Receipt> {
        let (at, after_seq, reads_from) = self.receipt;
        Some(Receipt {
            at: at?,
            after_seq: after_seq?,
            reads_from: reads_from?,
        })
    }
}

type HeadColumns = (
    conversations::id,
    conversations::family_member_id,
    conversations::last_seq,
    conversations::created_at,
    conversations::ended_at,
    (
        conversations::receipt_at,
        conversations::receipt_after_seq,
        conversations::receipt_reads_from,
    ),
    (
        conversations::introduced_on,
        conversations::tapers_from,
        conversations::ends_on,
    ),
);
const HEAD: HeadColumns = (
    conversations::id,
    conversations::family_member_id,
    conversations::last_seq,
    conversations::created_at,
    conversations::ended_at,
    (
        conversations::receipt_at,
        conversations::receipt_after_seq,
        conversations::receipt_reads_from,
    ),
    (
        conversations::introduced_on,
        conversations::tapers_from,
        conversations::ends_on,
    ),
);

/// Messages after `after`, oldest first.
pub(super) fn messages_after(
    conn: &mut Conn,
    conversation: ConversationId,
    (after, limit): (i64, i64),
) -> Answer<Vec<StoredRow>> {
    Ok(messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::seq.gt(after))
        .order(messages::seq)
        .limit(limit)
        .select(STORED)
        .load(conn)?)
}

/// Messages at these places, for somebody who is a member now; nothing for anybody else.
pub(super) fn messages_for(
    conn: &mut Conn,
    conversation: ConversationId,
    seqs: &[i64],
    (account, now): (AccountId, Moment),
) -> Answer<Vec<StoredRow>> {
    let theirs = messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .inner_join(
            conversation_members::table
                .on(conversation_members::conversation_id.eq(messages::conversation_id)),
        )
        .filter(conversation_members::account_id.eq(account))
        .filter(is_member_at(now))
        .filter(messages::conversation_id.eq(conversation))
        .select(STORED);
    // One at a time is what a live socket asks for; a list of places is a new question each time.
    Ok(if let [seq] = seqs {
        let question = theirs.filter(messages::seq.eq(*seq));
        both!(conn, conn => question.load(conn))?
    } else {
        let question = theirs.filter(messages::seq.eq_any(seqs));
        both!(conn, conn => question.load(conn))?
    })
}

/// Whether somebody is a member of a conversation, or will be from a moment that is to come.
pub(super) fn has_a_part(
    conn: &mut Conn,
    conversation: ConversationId,
    (account, now): (AccountId, Moment),
) -> Answer<bool> {
    let until = conversation_members::until_at;
    let parts = conversation_members::table
        .inner_join(
            conversations::table.on(conversations::id.eq(conversation_members::conversation_id)),
        )
        .filter(conversation_members::conversation_id.eq(conversation))
        .filter(conversation_members::account_id.eq(account))
        .filter(until.is_null().or(until.gt(now).assume_not_null()))
        .filter(
            conversations::ended_at
                .is_null()
                .or(conversation_members::part.eq(Part::FamilyMember)),
        );
    Ok(diesel::select(diesel::dsl::exists(parts)).get_result(conn)?)
}

/// The other people in a conversation now, if `account` is in it.
pub(super) fn companions(
    conn: &mut Conn,
    conversation: ConversationId,
    (account, now): (AccountId, Moment),
) -> Answer<Vec<AccountId>> {
    let mut members = conversation_members::table
        .inner_join(
            conversations::table.on(conversations::id.eq(conversation_members::conversation_id)),
        )
        .filter(conversation_members::conversation_id.eq(conversation))
        .filter(is_member_at(now))
        .select(conversation_members::account_id)
        .load::<AccountId>(conn)?;
    let before = members.len();
    members.retain(|member| *member != account);
    if members.len() == before {
        members.clear();
    }
    Ok(members)
}

/// What a reader who is not of the pair must be, to read a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(super) struct Oversight {
    pub(super) authority_id: AuthorityId,
    pub(super) family_member_id: AccountId,
    pub(super) pod_id: PodId,
    pub(super) supervisor: Option<AccountId>,
    pub(super) practitioner: Option<AccountId>,
}

pub(super) fn oversight(
    conn: &mut Conn,
    conversation: ConversationId,
) -> Answer<Option<Oversight>> {
    Ok(conversations::table
        .inner_join(families::table.on(families::id.eq(conversations::family_id)))
        .inner_join(pods::table.on(pods::id.eq(families::pod_id)))
        .filter(conversations::id.eq(conversation))
        .select((
            conversations::authority_id,
            conversations::family_member_id,
            pods::id,
            pods::supervising_social_worker_id,
            families::family_practitioner_id,
        ))
        .first(conn)
        .optional()?)
}

/// Whether somebody covers a pod: as one of its deputies, or by a shift at this moment.
pub(super) fn is_cover(
    conn: &mut Conn,
    (account, pod): (AccountId, PodId),
    now: Moment,
) -> Answer<bool> {
    let deputises = pod_deputies::table
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(pod_deputies::account_id.eq(account));
    Ok(
        diesel::select(diesel::dsl::exists(deputises)).get_result::<bool>(conn)?
            || covers(conn, (account, pod), now)?,
    )
}

/// Held messages of a conversation, newest first.
pub(super) fn held_of(
    conn: &mut Conn,
    conversation: ConversationId,
    (after, limit): (Option<HeldPlace>, i64),
) -> Answer<Vec<HeldRow>> {
    let mut question = held_messages::table
        .filter(held_messages::conversation_id.eq(conversation))
        .order((
            held_messages::received_at.desc(),
            held_messages::author_id,
            held_messages::id,
        ))
        .limit(limit)
        .select((
            held_messages::author_id,
            held_messages::id,
            held_messages::conversation_id,
            held_messages::body,
            held_messages::written_at,
            held_messages::received_at,
        ))
        .into_boxed();
    if let Some(last) = after {
        let at_once = held_messages::received_at.eq(last.received_at);
        let same_author = held_messages::author_id
            .eq(last.author_id)
            .and(held_messages::id.gt(last.id));
        question = question.filter(
            held_messages::received_at
                .lt(last.received_at)
                .or(at_once.and(held_messages::author_id.gt(last.author_id).or(same_author))),
        );
    }
    Ok(question.load(conn)?)
}

/// Smaller than every id that is made.
const FIRST: ConversationId = ConversationId::from_uuid(uuid::Uuid::nil());

/// The conversations somebody is a member of now, each with their read mark.
pub(super) fn of_member(
    conn: &mut Conn,
    (account, now): (AccountId, Moment),
    listing: &Listing,
) -> Answer<Vec<(Head, i64)>> {
    Ok(conversation_members::table
        .inner_join(
            conversations::table.on(conversations::id.eq(conversation_members::conversation_id)),
        )
        .filter(conversation_members::account_id.eq(account))
        .filter(is_member_at(now))
        .filter(conversations::id.gt(listing.after.unwrap_or(FIRST)))
        .order(conversations::id)
        .limit(listing.limit)
        .select((HEAD, conversation_members::read_seq))
        .load(conn)?)
}

/// The conversations of the families somebody of the staff answers for, covers or manages.
pub(super) fn overseen(
    conn: &mut Conn,
    (caller, now): (&Caller, Moment),
    listing: &Listing,
) -> Answer<Vec<Head>> {
    let mut question = conversations::table
        .inner_join(families::table.on(families::id.eq(conversations::family_id)))
        .inner_join(pods::table.on(pods::id.eq(families::pod_id)))
        .filter(conversations::authority_id.eq(caller.authority_id))
        .filter(conversations::id.gt(listing.after.unwrap_or(FIRST)))
        .order(conversations::id)
        .limit(listing.limit)
        .select(HEAD)
        .into_boxed();
    if let Some(member) = listing.family_member_id {
        question = question.filter(conversations::family_member_id.eq(member));
    }
    let me = caller.account_id;
    let deputised = pod_deputies::table
        .filter(pod_deputies::account_id.eq(me))
        .select(pod_deputies::pod_id);
    let question = match caller.role {
        Role::ServiceManager => question,
        Role::SupervisingSocialWorker => question.filter(
            pods::supervising_social_worker_id
                .eq(me)
                .or(pods::id.eq_any(deputised))
                .or(pods::id.eq_any(pods_covered_by(me, now))),
        ),
        Role::FamilyPractitioner => question.filter(families::family_practitioner_id.eq(me)),
        Role::PeerMentor | Role::FamilyMember => return Ok(Vec::new()),
    };
    Ok(question.load(conn)?)
}

/// Somebody's place in a conversation.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Sitting {
    pub(super) conversation_id: ConversationId,
    pub(super) part: Part,
    pub(super) from: Moment,
    pub(super) until: Option<Moment>,
    pub(super) who: Companion,
}

impl Sitting {
    /// Until when they cover for the mentor, if they do at this moment.
    pub(super) fn covers_until(&self, now: Moment) -> Option<Moment> {
        let until = self
            .until
            .filter(|until| self.from <= now && now < *until)?;
        (self.part == Part::CoverMentor).then_some(until)
    }
}

/// The mentors among them.
pub(super) fn mentors_of(people: &[Sitting]) -> Vec<AccountId> {
    let mentors = people.iter().filter(|one| one.part != Part::FamilyMember);
    mentors.map(|one| one.who.id).collect()
}

/// Everybody in these conversations, with names and marks.
pub(super) fn people_in(conn: &mut Conn, ids: &[ConversationId]) -> Answer<Vec<Sitting>> {
    Ok(conversation_members::table
        .inner_join(accounts::table.on(accounts::id.eq(conversation_members::account_id)))
        .filter(conversation_members::conversation_id.eq_any(ids))
        .order((conversation_members::part, conversation_members::from_at))
        .select((
            conversation_members::conversation_id,
            conversation_members::part,
            conversation_members::from_at,
            conversation_members::until_at,
            (
                accounts::id,
                accounts::display_name,
                accounts::role,
                conversation_members::read_seq,
                conversation_members::delivered_seq,
            ),
        ))
        .load(conn)?)
}
