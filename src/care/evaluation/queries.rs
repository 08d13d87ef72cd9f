//! Questions behind an evaluation, beside those of the rooms whose rows are counted.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::reckoning::{AskRow, Household};
use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::Kind;
use crate::care::check_ins::rhythm::AskState;
use crate::care::conversations::Part;
use crate::db::schema::{
    accounts, check_in_asks as asks, conversation_members, conversations, families, messages,
};
use crate::db::{Answer, Conn};

/// What was to be asked and has come to something; not what was planned and dropped.
const SETTLED: [AskState; 4] = [
    AskState::Answered,
    AskState::Missed,
    AskState::Late,
    AskState::NotSafe,
];

/// Whose: of an authority, or of these pods of it.
type Whose<'a> = (AuthorityId, Option<&'a [PodId]>);

/// The families known before a moment, with how many members each had by then.
pub(super) fn families(
    conn: &mut Conn,
    (authority, pods): Whose<'_>,
    before: Moment,
) -> Answer<BTreeMap<FamilyId, Household>> {
    let mut found = families::table
        .left_join(
            accounts::table.on(accounts::family_id
                .eq(families::id.nullable())
                .and(accounts::created_at.lt(before))),
        )
        .filter(families::authority_id.eq(authority))
        .filter(families::created_at.lt(before))
        .select((families::id, accounts::kind.nullable()))
        .into_boxed();
    if let Some(pods) = pods {
        found = found.filter(families::pod_id.eq_any(pods.to_vec()));
    }
    let rows: Vec<(FamilyId, Option<Kind>)> = found.load(conn)?;
    let mut all: BTreeMap<FamilyId, Household> = BTreeMap::new();
    for (id, kind) in rows {
        let household = all.entry(id).or_default();
        match kind {
            Some(Kind::YoungPerson) => {
                household.young_people = household.young_people.saturating_add(1);
            }
            Some(Kind::Parent | Kind::Carer) => {
                household.adults = household.adults.saturating_add(1);
            }
            None => {}
        }
    }
    Ok(all)
}

/// What became of the times people were to be asked that were settled in a span.
pub(super) fn asks(
    conn: &mut Conn,
    (authority, pods): Whose<'_>,
    (from, until): (Moment, Moment),
) -> Answer<Vec<AskRow>> {
    let mut found = asks::table
        .inner_join(accounts::table.on(accounts::id.eq(asks::family_member_id)))
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(families::authority_id.eq(authority))
        .filter(asks::settled_at.ge(from))
        .filter(asks::settled_at.lt(until))
        .filter(asks::state.eq_any(SETTLED))
        .group_by((asks::family_member_id, asks::state))
        .select((asks::family_member_id, asks::state, count_star()))
        .into_boxed();
    if let Some(pods) = pods {
        found = found.filter(families::pod_id.eq_any(pods.to_vec()));
    }
    let rows: Vec<(AccountId, AskState, i64)> = found.load(conn)?;
    let row = |(family_member_id, state, times)| AskRow {
        family_member_id,
        state,
        times: u32::try_from(times).unwrap_or(u32::MAX),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// A message with which it is the other's turn in a talk: of the family member after their mentor, or the other
/// way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) conversation_id: ConversationId,
    pub(super) family_member_id: AccountId,
    /// Who is to answer.
    pub(super) mentor_id: Option<AccountId>,
    /// Whether the family member wrote it.
    pub(super) is_theirs: bool,
    pub(super) at: Moment,
    /// When the talk ended.
    pub(super) ended_at: Option<Moment>,
}

diesel::alias!(messages as previous: Previous);

/// All of these since a moment, talk by talk, in order.
pub(super) fn turns(
    conn: &mut Conn,
    (authority, pods): Whose<'_>,
    from: Moment,
) -> Answer<Vec<Turn>> {
    type Row = (
        (ConversationId, AccountId, Option<Moment>),
        (AccountId, Moment),
        Option<AccountId>,
    );
    let the_one_before = previous
        .field(messages::conversation_id)
        .eq(messages::conversation_id)
        .and(previous.field(messages::seq).eq(messages::seq - 1));
    let mentor = conversation_members::conversation_id
        .eq(messages::conversation_id)
        .and(conversation_members::part.eq(Part::PeerMentor));
    let theirs = messages::author_id.eq(conversations::family_member_id);
    let was_theirs = previous
        .field(messages::author_id)
        .eq(conversations::family_member_id);
    let others = messages::author_id.ne(conversations::family_member_id);
    let was_others = previous
        .field(messages::author_id)
        .ne(conversations::family_member_id);
    let mut found = messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .inner_join(families::table.on(families::id.eq(conversations::family_id)))
        .left_join(previous.on(the_one_before))
        .left_join(conversation_members::table.on(mentor))
        .filter(conversations::authority_id.eq(authority))
        .filter(messages::received_at.ge(from))
        .filter(
            previous
                .field(messages::seq)
                .is_null()
                .or(theirs.and(was_others))
                .or(others.and(was_theirs)),
        )
        .order((messages::conversation_id, messages::seq))
        .select((
            (
                conversations::id,
                conversations::family_member_id,
                conversations::ended_at,
            ),
            (messages::author_id, messages::received_at),
            conversation_members::account_id.nullable(),
        ))
        .into_boxed();
    if let Some(pods) = pods {
        found = found.filter(families::pod_id.eq_any(pods.to_vec()));
    }
    let rows: Vec<Row> = found.load(conn)?;
    let turn =
        |((conversation_id, family_member_id, ended_at), (author, at), mentor_id): Row| Turn {
            conversation_id,
            family_member_id,
            mentor_id,
            is_theirs: author == family_member_id,
            at,
            ended_at,
        };
    Ok(rows.into_iter().map(turn).collect())
}
