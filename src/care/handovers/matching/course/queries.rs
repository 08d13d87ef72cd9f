//! Questions about the days of a match, which stand with its conversation.

use chrono::NaiveDate;
use diesel::dsl::min;
use diesel::prelude::*;

use super::Due;
use crate::base::ids::{AccountId, ConversationId};
use crate::base::time::Moment;
use crate::care::conversations::{Days, DaysRow};
use crate::db::schema::conversations;
use crate::db::{Answer, Conn};

/// The days that were said of a match.
pub(super) fn days(conn: &mut Conn, talk: ConversationId) -> Answer<Days> {
    let row: DaysRow = conversations::table
        .find(talk)
        .select((
            conversations::introduced_on,
            conversations::tapers_from,
            conversations::ends_on,
        ))
        .first(conn)?;
    Days::read(&row)
}

pub(super) fn set_days(
    conn: &mut Conn,
    talk: ConversationId,
    (days, look_at): (Days, Option<Moment>),
) -> Answer<()> {
    let written = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    diesel::update(conversations::table.find(talk))
        .set((
            conversations::introduced_on.eq(written(days.introduced_on)),
            conversations::tapers_from.eq(written(days.tapers_from)),
            conversations::ends_on.eq(written(days.ends_on)),
            conversations::look_at.eq(look_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The talks whose last day is over and that nobody has looked at since, the longest first.
pub(super) fn endings_due(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<Due>> {
    let rows = conversations::table
        .filter(conversations::look_at.le(now))
        .order((conversations::look_at, conversations::id))
        .limit(most)
        .select((conversations::id, conversations::look_at.assume_not_null()))
        .load::<(ConversationId, Moment)>(conn)?;
    let due = |(conversation_id, look_at)| Due {
        conversation_id,
        look_at,
    };
    Ok(rows.into_iter().map(due).collect())
}

/// When a last day is over next.
pub(super) fn next_ending(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(conversations::table
        .filter(conversations::look_at.is_not_null())
        .select(min(conversations::look_at))
        .first(conn)?)
}

/// Takes one of these if nobody else has, to be looked at again then; says whose talk it is, and when it has ended
/// if it has.
pub(super) fn take_ending(
    conn: &mut Conn,
    due: &Due,
    again_at: Moment,
) -> Answer<Option<(AccountId, Option<Moment>)>> {
    Ok(
        diesel::update(conversations::table.find(due.conversation_id))
            .filter(conversations::look_at.eq(due.look_at))
            .set(conversations::look_at.eq(Some(again_at)))
            .returning((conversations::family_member_id, conversations::ended_at))
            .get_result(conn)
            .optional()?,
    )
}

/// The match is ended: there is nothing to look at any more.
pub(super) fn look_no_more(conn: &mut Conn, talk: ConversationId) -> Answer<()> {
    diesel::update(conversations::table.find(talk))
        .set(conversations::look_at.eq(None::<Moment>))
        .execute(conn)?;
    Ok(())
}
