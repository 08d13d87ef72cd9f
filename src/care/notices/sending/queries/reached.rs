//! Questions about what has reached somebody.

use std::time::Duration;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::super::{Channel, Outcome};
use crate::base::ids::AccountId;
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
