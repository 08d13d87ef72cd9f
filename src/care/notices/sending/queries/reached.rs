//! Questions about what has reached somebody.

use std::time::Duration;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::super::{Call, Channel, Outcome, State, What};
use crate::base::ids::{AccountId, SendingId};
use crate::base::time::Moment;
use crate::db::schema::{inbox, inbox_heads, sending_attempts, sendings};
use crate::db::{Answer, Conn};

/// A sending that has been tried for longer is not looked for.
const LONGEST_TRIED: Duration = Duration::from_hours(7 * 24);

/// Whether somebody has seen anything of since a moment in the app.
pub(in super::super) fn has_seen_since(
    conn: &mut Conn,
    who: AccountId,
    since: Moment,
) -> Answer<bool> {
    let seen: Option<i64> = inbox_heads::table
        .find(who)
        .select(inbox_heads::seen_seq)
        .first(conn)
        .optional()?;
    let new = inbox::table
        .filter(inbox::account_id.eq(who))
        .filter(inbox::seq.le(seen.unwrap_or(0)))
        .filter(inbox::at.ge(since));
    Ok(diesel::select(exists(new)).get_result(conn)?)
}

/// Whether a push service has taken anything for a device of theirs since a moment.
pub(in super::super) fn was_pushed_since(
    conn: &mut Conn,
    who: AccountId,
    since: Moment,
) -> Answer<bool> {
    let taken = sending_attempts::table
        .inner_join(sendings::table.on(sendings::id.eq(sending_attempts::sending_id)))
        .filter(sendings::account_id.eq(who))
        .filter(sendings::made_at.ge(since.minus(LONGEST_TRIED)))
        .filter(sending_attempts::channel.eq(Channel::Push))
        .filter(sending_attempts::outcome.eq(Outcome::Accepted))
        .filter(sending_attempts::ended_at.ge(since));
    Ok(diesel::select(exists(taken)).get_result(conn)?)
}

/// How it stands with one way in which somebody was called.
#[derive(Queryable)]
pub(in super::super) struct Way {
    pub(in super::super) channel: Channel,
    pub(in super::super) state: State,
    /// Whether a try of it has ended.
    pub(in super::super) has_failed: bool,
}

/// The ways in which somebody was called for the same as by this sending: notices as urgent as the call
/// that were made since a moment, or wait still, and were not cancelled.
pub(in super::super) fn ways_of(
    conn: &mut Conn,
    call: &Call,
    (id, since): (SendingId, Moment),
) -> Answer<Vec<Way>> {
    let ended = sending_attempts::table
        .filter(sending_attempts::sending_id.eq(sendings::id))
        .filter(sending_attempts::ended_at.is_not_null());
    let is_of_it = sendings::made_at
        .ge(since)
        .or(sendings::state.eq(State::Due))
        .or(sendings::id.eq(id));
    Ok(sendings::table
        .filter(sendings::account_id.eq(call.account_id))
        .filter(sendings::urgency.ge(call.urgency.number()))
        .filter(sendings::what.eq(What::Notice))
        .filter(sendings::state.ne(State::Cancelled).or(sendings::id.eq(id)))
        .filter(is_of_it)
        .select((sendings::channel, sendings::state, exists(ended)))
        .load(conn)?)
}
