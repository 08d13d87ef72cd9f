//! Questions about who keeps a date.

use diesel::prelude::*;

use super::super::State;
use super::{HEAD, Head};
use crate::base::ids::{AccountId, DateId};
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::db::schema::{accounts, date_versions, dates};
use crate::db::{Answer, Conn};

/// Whoever made a date and whoever said it last, of them those who may act.
pub(in super::super) fn keepers(conn: &mut Conn, date: DateId) -> Answer<Vec<AccountId>> {
    let made_by = dates::table
        .inner_join(accounts::table.on(accounts::id.eq(dates::made_by)))
        .filter(dates::id.eq(date))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .first::<AccountId>(conn)
        .optional()?;
    let said_by = dates::table
        .inner_join(
            date_versions::table.on(date_versions::date_id
                .eq(dates::id)
                .and(date_versions::version.eq(dates::version))),
        )
        .inner_join(accounts::table.on(accounts::id.eq(date_versions::by_id)))
        .filter(dates::id.eq(date))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .first::<AccountId>(conn)
        .optional()?;
    let mut keepers: Vec<_> = made_by.into_iter().chain(said_by).collect();
    keepers.dedup();
    Ok(keepers)
}

/// The dates to come that somebody has made or said last, with those who have not left.
pub(in super::super) fn kept_by(
    conn: &mut Conn,
    keeper: AccountId,
    now: Moment,
) -> Answer<Vec<Head>> {
    let is_to_come = || {
        dates::over_at
            .is_null()
            .or(dates::over_at.gt(now).assume_not_null())
    };
    let made: Vec<Head> = dates::table
        .inner_join(accounts::table.on(accounts::id.eq(dates::family_member_id)))
        .filter(dates::made_by.eq(keeper))
        .filter(dates::state.eq(State::On))
        .filter(is_to_come())
        .filter(accounts::status.ne(Status::Departed))
        .select(HEAD)
        .load(conn)?;
    let said: Vec<Head> = dates::table
        .inner_join(
            date_versions::table.on(date_versions::date_id
                .eq(dates::id)
                .and(date_versions::version.eq(dates::version))),
        )
        .inner_join(accounts::table.on(accounts::id.eq(dates::family_member_id)))
        .filter(date_versions::by_id.eq(keeper))
        .filter(dates::made_by.ne(keeper))
        .filter(dates::state.eq(State::On))
        .filter(is_to_come())
        .filter(accounts::status.ne(Status::Departed))
        .select(HEAD)
        .load(conn)?;
    Ok(made.into_iter().chain(said).collect())
}

/// The dates to come with a family member, unless they have left.
pub(in super::super) fn kept_with(
    conn: &mut Conn,
    member: AccountId,
    now: Moment,
) -> Answer<Vec<Head>> {
    let is_to_come = dates::over_at
        .is_null()
        .or(dates::over_at.gt(now).assume_not_null());
    Ok(dates::table
        .inner_join(accounts::table.on(accounts::id.eq(dates::family_member_id)))
        .filter(dates::family_member_id.eq(member))
        .filter(dates::state.eq(State::On))
        .filter(is_to_come)
        .filter(accounts::status.ne(Status::Departed))
        .select(HEAD)
        .load(conn)?)
}
