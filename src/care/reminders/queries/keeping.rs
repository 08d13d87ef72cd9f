//! Questions about who keeps a date.

use diesel::dsl::min;
use diesel::prelude::*;

use super::super::State;
use super::super::keeping::CoverOver;
use super::{HEAD, Head};
use crate::base::ids::{AccountId, ConversationId, DateId};
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::db::schema::{
    accounts, conversation_members as members, conversations, date_versions, dates,
};
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

/// The covers that are over and that nobody has looked after, the longest over first.
pub(in super::super) fn covers_over(
    conn: &mut Conn,
    now: Moment,
    most: i64,
) -> Answer<Vec<CoverOver>> {
    let rows = members::table
        .filter(members::look_at.le(now))
        .order((
            members::look_at,
            members::conversation_id,
            members::account_id,
        ))
        .limit(most)
        .select((
            members::conversation_id,
            members::account_id,
            members::look_at.assume_not_null(),
        ))
        .load::<(ConversationId, AccountId, Moment)>(conn)?;
    let over = |(conversation_id, account_id, look_at)| CoverOver {
        conversation_id,
        account_id,
        look_at,
    };
    Ok(rows.into_iter().map(over).collect())
}

/// When the cover that is over first is, of those that nobody has looked after.
pub(in super::super) fn next_cover_over(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(members::table
        .filter(members::look_at.is_not_null())
        .select(min(members::look_at))
        .first(conn)?)
}

/// Takes a cover that is over if nobody else has.
pub(in super::super) fn take_cover_over(conn: &mut Conn, over: &CoverOver) -> Answer<bool> {
    let rows = diesel::update(members::table.find((over.conversation_id, over.account_id)))
        .filter(members::look_at.eq(over.look_at))
        .set(members::look_at.eq(None::<Moment>))
        .execute(conn)?;
    Ok(rows == 1)
}

/// The family member whose conversation it is.
pub(in super::super) fn whose_talk(
    conn: &mut Conn,
    talk: ConversationId,
) -> Answer<Option<AccountId>> {
    Ok(conversations::table
        .find(talk)
        .select(conversations::family_member_id)
        .first(conn)
        .optional()?)
}
