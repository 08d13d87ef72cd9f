//! Questions about what is to be done about dates.

use diesel::prelude::*;

use super::super::dates::{About, OfDate};
use crate::base::civil::Civil;
use crate::base::ids::{DateId, FollowUpId};
use crate::base::time::Moment;
use crate::db::schema::follow_ups;
use crate::db::{Answer, Conn};

/// Whether the same is to be done about a date already.
pub(in super::super) fn is_asked(conn: &mut Conn, of: &OfDate) -> Answer<bool> {
    let open = follow_ups::table
        .filter(follow_ups::date_id.eq(of.date_id))
        .filter(follow_ups::done_at.is_null())
        .select(follow_ups::id)
        .into_boxed();
    let same = match of.about {
        About::Change(starts) => open
            .filter(follow_ups::asks_change.eq(true))
            .filter(follow_ups::date_starts.eq(starts.to_string()))
            .filter(follow_ups::is_held.eq(of.is_held)),
        About::Keeper => open.filter(follow_ups::is_unattended.eq(true)),
    };
    let found: Option<FollowUpId> = same.first(conn).optional()?;
    Ok(found.is_some())
}

/// Ends what asks for a date to be changed: all of it, or what is about these times.
pub(in super::super) fn end_change(
    conn: &mut Conn,
    (date, times): (DateId, Option<&[Civil]>),
    now: Moment,
) -> Answer<()> {
    let done = (
        follow_ups::done_at.eq(now),
        follow_ups::hand_up_at.eq(None::<Moment>),
    );
    let asked = diesel::update(follow_ups::table)
        .filter(follow_ups::date_id.eq(date))
        .filter(follow_ups::done_at.is_null())
        .filter(follow_ups::asks_change.eq(true));
    if let Some(times) = times {
        let times: Vec<String> = times.iter().map(ToString::to_string).collect();
        let of_these = follow_ups::date_starts.eq_any(times).assume_not_null();
        asked.filter(of_these).set(done).execute(conn)?;
    } else {
        asked.set(done).execute(conn)?;
    }
    Ok(())
}

/// Ends what asks for somebody to keep a date.
pub(in super::super) fn end_unattended(conn: &mut Conn, date: DateId, now: Moment) -> Answer<()> {
    diesel::update(follow_ups::table)
        .filter(follow_ups::date_id.eq(date))
        .filter(follow_ups::done_at.is_null())
        .filter(follow_ups::is_unattended.eq(true))
        .set((
            follow_ups::done_at.eq(now),
            follow_ups::hand_up_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}
