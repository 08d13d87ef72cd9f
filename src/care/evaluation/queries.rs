//! Questions behind an evaluation, beside those of the rooms whose rows are counted.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::reckoning::{AskRow, Household};
use crate::base::ids::{AccountId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::Kind;
use crate::care::check_ins::rhythm::AskState;
use crate::db::schema::{accounts, check_in_asks as asks, families};
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
