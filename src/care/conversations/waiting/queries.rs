//! Questions about who waits for an answer.

use diesel::prelude::*;

use super::{Due, Listing, Mentor, Named, TO_MANAGERS, Waiting};
use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::conversations::Part;
use crate::care::who::queries::{deputised_by, pods_covered_by};
use crate::db::schema::{accounts, conversation_members, conversations, families, pods};
use crate::db::{Answer, Conn};

/// Whose a conversation is.
pub(super) fn authority_of(conn: &mut Conn, conversation: ConversationId) -> Answer<AuthorityId> {
    Ok(conversations::table
        .find(conversation)
        .select(conversations::authority_id)
        .first(conn)?)
}

/// A conversation in which somebody waits.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Head {
    pub(super) conversation_id: ConversationId,
    pub(super) family_member: Named,
    pub(super) since: Moment,
    pub(super) messages: i64,
    pub(super) handed_up: i32,
    pub(super) ended_at: Option<Moment>,
}

/// The conversations this caller answers for in which somebody waits, the longest first.
pub(super) fn waits(
    conn: &mut Conn,
    caller: &Caller,
    now: Moment,
    listing: &Listing,
    only: Option<ConversationId>,
) -> Answer<Vec<Head>> {
    let mut question = conversations::table
        .inner_join(accounts::table.on(accounts::id.eq(conversations::family_member_id)))
        .inner_join(families::table.on(families::id.eq(conversations::family_id)))
        .inner_join(pods::table.on(pods::id.eq(families::pod_id)))
        .filter(conversations::authority_id.eq(caller.authority_id))
        .filter(conversations::waiting_since.is_not_null())
        .order((conversations::waiting_since, conversations::id))
        .limit(listing.limit)
        .select((
            conversations::id,
            (accounts::id, accounts::display_name),
            conversations::waiting_since.assume_not_null(),
            conversations::waiting_messages,
            conversations::handed_up,
            conversations::ended_at,
        ))
        .into_boxed();
    if let Some((since, id)) = listing.after {
        let as_long = conversations::waiting_since.eq(since);
        let after = ConversationId::from_uuid(id);
        question = question.filter(
            conversations::waiting_since
                .gt(since)
                .or(as_long.and(conversations::id.gt(after)))
                .assume_not_null(),
        );
    }
    if let Some(only) = only {
        question = question.filter(conversations::id.eq(only));
    }
    let me = caller.account_id;
    let question = match caller.role {
        Role::PeerMentor => {
            let mine = talks_of(conn, me, now)?;
            question
                .filter(conversations::ended_at.is_null())
                .filter(conversations::id.eq_any(mine))
        }
        Role::FamilyPractitioner => {
            question.filter(families::family_practitioner_id.eq(me).assume_not_null())
        }
        Role::SupervisingSocialWorker => {
            let supervised = pods::supervising_social_worker_id.eq(me).assume_not_null();
            let on_now = pods::id.eq_any(pods_covered_by(me, now));
            question.filter(supervised.or(pods::id.eq_any(deputised_by(me))).or(on_now))
        }
        Role::ServiceManager => question.filter(conversations::handed_up.eq(TO_MANAGERS)),
        Role::FamilyMember => return Ok(Vec::new()),
    };
    Ok(question.load(conn)?)
}

/// Where any of these family members waits.
pub(super) fn waits_of(conn: &mut Conn, members: &[AccountId]) -> Answer<Vec<Waiting>> {
    Ok(conversations::table
        .filter(conversations::family_member_id.eq_any(members.to_vec()))
        .filter(conversations::waiting_since.is_not_null())
        .select((
            conversations::family_member_id,
            conversations::waiting_since.assume_not_null(),
        ))
        .load(conn)?)
}

/// The conversations somebody is in now.
fn talks_of(conn: &mut Conn, account: AccountId, now: Moment) -> Answer<Vec<ConversationId>> {
    Ok(conversation_members::table
        .filter(conversation_members::account_id.eq(account))
        .filter(conversation_members::from_at.le(now))
        .filter(
            conversation_members::until_at
                .is_null()
                .or(conversation_members::until_at.gt(now).assume_not_null()),
        )
        .select(conversation_members::conversation_id)
        .load(conn)?)
}

/// The mentors in these conversations now; whoever came last, as cover does, first.
pub(super) fn mentors_in(
    conn: &mut Conn,
    ids: &[ConversationId],
    now: Moment,
) -> Answer<Vec<Mentor>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(conversation_members::table
        .inner_join(accounts::table.on(accounts::id.eq(conversation_members::account_id)))
        .filter(conversation_members::conversation_id.eq_any(ids))
        .filter(conversation_members::part.ne(Part::FamilyMember))
        .filter(conversation_members::from_at.le(now))
        .filter(
            conversation_members::until_at
                .is_null()
                .or(conversation_members::until_at.gt(now).assume_not_null()),
        )
        .order((
            conversation_members::from_at.desc(),
            conversation_members::account_id,
        ))
        .select((
            conversation_members::conversation_id,
            (accounts::id, accounts::display_name),
            accounts::status,
        ))
        .load(conn)?)
}

/// Ends every wait of a family member outside of one conversation, and gives since when and for how
/// many messages each was.
pub(super) fn let_go(
    conn: &mut Conn,
    member: AccountId,
    but: ConversationId,
) -> Answer<Vec<(Moment, i64)>> {
    let of_them = || {
        conversations::table
            .filter(conversations::family_member_id.eq(member))
            .filter(conversations::id.ne(but))
            .filter(conversations::waiting_since.is_not_null())
    };
    let left = of_them()
        .select((
            conversations::waiting_since.assume_not_null(),
            conversations::waiting_messages,
        ))
        .load::<(Moment, i64)>(conn)?;
    if !left.is_empty() {
        diesel::update(of_them())
            .set((
                conversations::waiting_since.eq(None::<Moment>),
                conversations::hand_up_at.eq(None::<Moment>),
                conversations::waiting_messages.eq(0_i64),
                conversations::handed_up.eq(0),
            ))
            .execute(conn)?;
    }
    Ok(left)
}

/// Begins a conversation with a wait that was there before.
pub(super) fn take_over(
    conn: &mut Conn,
    conversation: ConversationId,
    (since, messages): (Moment, i64),
    hand_up_at: Moment,
) -> Answer<()> {
    diesel::update(conversations::table.find(conversation))
        .set((
            conversations::waiting_since.eq(since),
            conversations::waiting_messages.eq(messages),
            conversations::hand_up_at.eq(hand_up_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends the wait in a conversation that has ended; false if it has none any more.
pub(super) fn end_wait(conn: &mut Conn, conversation: ConversationId) -> Answer<bool> {
    let rows = diesel::update(conversations::table.find(conversation))
        .filter(conversations::ended_at.is_not_null())
        .filter(conversations::waiting_since.is_not_null())
        .set((
            conversations::waiting_since.eq(None::<Moment>),
            conversations::hand_up_at.eq(None::<Moment>),
            conversations::waiting_messages.eq(0_i64),
            conversations::handed_up.eq(0),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// What is to be handed up now, the longest due first.
pub(super) fn due(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<Due>> {
    Ok(conversations::table
        .filter(conversations::hand_up_at.is_not_null())
        .filter(conversations::hand_up_at.le(now))
        .order((conversations::hand_up_at, conversations::id))
        .limit(most)
        .select((conversations::id, conversations::handed_up))
        .load(conn)?)
}

/// When something is to be handed up next.
pub(super) fn next_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(conversations::table
        .filter(conversations::hand_up_at.is_not_null())
        .order(conversations::hand_up_at)
        .select(conversations::hand_up_at.assume_not_null())
        .first(conn)
        .optional()?)
}

/// A wait that is handed up now, by us.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Claimed {
    pub(super) family_id: FamilyId,
    pub(super) family_member_id: AccountId,
    pub(super) since: Moment,
    pub(super) messages: i64,
}

/// Takes the next step of a wait, if it is still due and still at the step that was seen.
pub(super) fn claim(
    conn: &mut Conn,
    (conversation, seen): Due,
    now: Moment,
    again_at: Option<Moment>,
) -> Answer<Option<Claimed>> {
    Ok(diesel::update(conversations::table.find(conversation))
        .filter(conversations::handed_up.eq(seen))
        .filter(conversations::hand_up_at.le(now))
        .filter(conversations::waiting_since.is_not_null())
        .set((
            conversations::handed_up.eq(seen.saturating_add(1)),
            conversations::hand_up_at.eq(again_at),
        ))
        .returning((
            conversations::family_id,
            conversations::family_member_id,
            conversations::waiting_since.assume_not_null(),
            conversations::waiting_messages,
        ))
        .get_result(conn)
        .optional()?)
}

/// Nobody is told after this one.
pub(super) fn at_the_top(conn: &mut Conn, conversation: ConversationId, step: i32) -> Answer<()> {
    diesel::update(conversations::table.find(conversation))
        .set((
            conversations::handed_up.eq(step),
            conversations::hand_up_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}

/// A family's practitioner, if they may act.
pub(super) fn practitioner(conn: &mut Conn, family: FamilyId) -> Answer<Option<AccountId>> {
    Ok(families::table
        .inner_join(
            accounts::table.on(families::family_practitioner_id.eq(accounts::id.nullable())),
        )
        .filter(families::id.eq(family))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .first(conn)
        .optional()?)
}
