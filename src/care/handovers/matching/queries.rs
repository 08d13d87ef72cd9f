//! Questions about matches and what they open.

use diesel::prelude::*;

use super::{Match, Member};
use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId, MatchId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::conversations::Part;
use crate::db::schema::{accounts, conversation_members, conversations, families, matches};
use crate::db::{Answer, Conn};

pub(super) fn member(
    conn: &mut Conn,
    authority: AuthorityId,
    account: AccountId,
) -> Answer<Option<Member>> {
    let row = accounts::table
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(accounts::id.eq(account))
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::FamilyMember))
        .select((
            families::id,
            families::pod_id,
            families::family_practitioner_id,
        ))
        .first::<(FamilyId, PodId, Option<AccountId>)>(conn)
        .optional()?;
    Ok(row.map(|(family_id, pod_id, practitioner)| Member {
        family_id,
        pod_id,
        practitioner,
    }))
}

pub(super) fn mentor_pod(
    conn: &mut Conn,
    authority: AuthorityId,
    account: AccountId,
) -> Answer<Option<PodId>> {
    Ok(accounts::table
        .find(account)
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::PeerMentor))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::pod_id)
        .first::<Option<PodId>>(conn)
        .optional()?
        .flatten())
}

type MatchRow = (
    MatchId,
    AuthorityId,
    AccountId,
    AccountId,
    ConversationId,
    Moment,
    Option<Moment>,
);
type MatchColumns = (
    matches::id,
    matches::authority_id,
    matches::family_member_id,
    matches::peer_mentor_id,
    matches::conversation_id,
    matches::started_at,
    matches::ended_at,
);
const MATCH: MatchColumns = (
    matches::id,
    matches::authority_id,
    matches::family_member_id,
    matches::peer_mentor_id,
    matches::conversation_id,
    matches::started_at,
    matches::ended_at,
);

fn read(row: MatchRow) -> Match {
    let (id, authority_id, family_member_id, peer_mentor_id, conversation_id, from, until) = row;
    Match {
        id,
        authority_id,
        family_member_id,
        peer_mentor_id,
        conversation_id,
        started_at: from,
        ended_at: until,
    }
}

pub(super) fn open_match(conn: &mut Conn, member: AccountId) -> Answer<Option<Match>> {
    let row = matches::table
        .filter(matches::family_member_id.eq(member))
        .filter(matches::ended_at.is_null())
        .select(MATCH)
        .first::<MatchRow>(conn)
        .optional()?;
    Ok(row.map(read))
}

/// The open matches somebody is in, on either side.
pub(super) fn open_matches_of(conn: &mut Conn, account: AccountId) -> Answer<Vec<Match>> {
    let rows = matches::table
        .filter(
            matches::family_member_id
                .eq(account)
                .or(matches::peer_mentor_id.eq(account)),
        )
        .filter(matches::ended_at.is_null())
        .order(matches::id)
        .select(MATCH)
        .load::<MatchRow>(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// A match of this authority, and the pod of its family.
pub(super) fn known_match(
    conn: &mut Conn,
    authority: AuthorityId,
    id: MatchId,
) -> Answer<Option<(Match, Member)>> {
    let row = matches::table
        .inner_join(accounts::table.on(accounts::id.eq(matches::family_member_id)))
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(matches::id.eq(id))
        .filter(matches::authority_id.eq(authority))
        .select((
            MATCH,
            (
                families::id,
                families::pod_id,
                families::family_practitioner_id,
            ),
        ))
        .first::<(MatchRow, (FamilyId, PodId, Option<AccountId>))>(conn)
        .optional()?;
    Ok(row.map(|(row, (family_id, pod_id, practitioner))| {
        let member = Member {
            family_id,
            pod_id,
            practitioner,
        };
        (read(row), member)
    }))
}

/// Ends a match, its conversation, and the mentors' part in it. The family member keeps theirs: it
/// is their talk.
pub(super) fn end(conn: &mut Conn, ended: &Match, now: Moment) -> Answer<()> {
    diesel::update(matches::table.find(ended.id))
        .filter(matches::ended_at.is_null())
        .set(matches::ended_at.eq(now))
        .execute(conn)?;
    diesel::update(conversations::table.find(ended.conversation_id))
        .filter(conversations::ended_at.is_null())
        .set(conversations::ended_at.eq(now))
        .execute(conn)?;
    diesel::update(conversation_members::table)
        .filter(conversation_members::conversation_id.eq(ended.conversation_id))
        .filter(conversation_members::account_id.ne(ended.family_member_id))
        .filter(is_not_over(now))
        .set((
            conversation_members::until_at.eq(now),
            conversation_members::look_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Whether somebody's part in a conversation goes on after this moment.
#[diesel::dsl::auto_type]
fn is_not_over(now: Moment) -> _ {
    conversation_members::until_at
        .is_null()
        .or(conversation_members::until_at.gt(now).assume_not_null())
}

#[diesel::dsl::auto_type]
fn is_cover() -> _ {
    let cover: Part = Part::CoverMentor;
    conversation_members::part.eq(cover)
}

/// Gives whoever has covered before other dates; says whether there is somebody.
pub(super) fn move_cover(
    conn: &mut Conn,
    (conversation, account): (ConversationId, AccountId),
    (from, until): (Moment, Moment),
) -> Answer<bool> {
    let moved = diesel::update(conversation_members::table.find((conversation, account)))
        .filter(is_cover())
        .set((
            conversation_members::from_at.eq(from),
            conversation_members::until_at.eq(until),
            conversation_members::look_at.eq(until),
        ))
        .execute(conn)?;
    Ok(moved > 0)
}

pub(super) fn count_cover(conn: &mut Conn, conversation: ConversationId) -> Answer<i64> {
    Ok(conversation_members::table
        .filter(conversation_members::conversation_id.eq(conversation))
        .filter(is_cover())
        .count()
        .get_result(conn)?)
}

pub(super) fn insert_cover(
    conn: &mut Conn,
    (conversation, account): (ConversationId, AccountId),
    (from, until): (Moment, Moment),
) -> Answer<()> {
    diesel::insert_into(conversation_members::table)
        .values((
            conversation_members::conversation_id.eq(conversation),
            conversation_members::account_id.eq(account),
            conversation_members::part.eq(Part::CoverMentor),
            conversation_members::from_at.eq(from),
            conversation_members::until_at.eq(until),
            conversation_members::look_at.eq(until),
            conversation_members::read_seq.eq(0_i64),
            conversation_members::delivered_seq.eq(0_i64),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends the cover of a conversation; says whose it was.
pub(super) fn end_cover_of(
    conn: &mut Conn,
    conversation: ConversationId,
    now: Moment,
) -> Answer<Vec<AccountId>> {
    let rows = conversation_members::table
        .filter(conversation_members::conversation_id.eq(conversation))
        .filter(is_cover())
        .filter(is_not_over(now));
    Ok(diesel::update(rows)
        .set((
            conversation_members::until_at.eq(now),
            conversation_members::look_at.eq(None::<Moment>),
        ))
        .returning(conversation_members::account_id)
        .get_results(conn)?)
}

/// The matches somebody covers or is to.
pub(super) fn covered_by(conn: &mut Conn, account: AccountId, now: Moment) -> Answer<Vec<Match>> {
    let rows = conversation_members::table
        .inner_join(
            matches::table.on(matches::conversation_id.eq(conversation_members::conversation_id)),
        )
        .filter(conversation_members::account_id.eq(account))
        .filter(is_cover())
        .filter(is_not_over(now))
        .filter(matches::ended_at.is_null())
        .order(matches::id)
        .select(MATCH)
        .load::<MatchRow>(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// Ends whatever somebody covers or was to.
pub(super) fn end_cover_by(conn: &mut Conn, account: AccountId, now: Moment) -> Answer<()> {
    let rows = conversation_members::table
        .filter(conversation_members::account_id.eq(account))
        .filter(is_cover())
        .filter(is_not_over(now));
    diesel::update(rows)
        .set((
            conversation_members::until_at.eq(now),
            conversation_members::look_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert_match(conn: &mut Conn, new: &Match, matched_by: AccountId) -> Answer<()> {
    diesel::insert_into(matches::table)
        .values((
            matches::id.eq(new.id),
            matches::authority_id.eq(new.authority_id),
            matches::family_member_id.eq(new.family_member_id),
            matches::peer_mentor_id.eq(new.peer_mentor_id),
            matches::conversation_id.eq(new.conversation_id),
            matches::matched_by.eq(matched_by),
            matches::started_at.eq(new.started_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn open_conversation(conn: &mut Conn, new: &Match, family: FamilyId) -> Answer<()> {
    diesel::insert_into(conversations::table)
        .values((
            conversations::id.eq(new.conversation_id),
            conversations::authority_id.eq(new.authority_id),
            conversations::family_id.eq(family),
            conversations::family_member_id.eq(new.family_member_id),
            conversations::last_seq.eq(0_i64),
            conversations::last_received_at.eq(Moment::ZERO),
            conversations::created_at.eq(new.started_at),
        ))
        .execute(conn)?;
    let members = [
        (new.family_member_id, "family_member"),
        (new.peer_mentor_id, "peer_mentor"),
    ];
    for (account, part) in members {
        diesel::insert_into(conversation_members::table)
            .values((
                conversation_members::conversation_id.eq(new.conversation_id),
                conversation_members::account_id.eq(account),
                conversation_members::part.eq(part),
                conversation_members::from_at.eq(new.started_at),
                conversation_members::read_seq.eq(0_i64),
                conversation_members::delivered_seq.eq(0_i64),
            ))
            .execute(conn)?;
    }
    Ok(())
}
