//! Questions about stopping calls.

use diesel::dsl::max;
use diesel::prelude::*;

use super::super::stopping::Unseen;
use super::super::{State, What};
use crate::base::ids::{AccountId, SubjectId};
use crate::base::time::Moment;
use crate::db::schema::{inbox, inbox_heads, sendings};
use crate::db::{Answer, Conn, Urgency};

/// Takes the head of somebody's inbox: nobody else calls them, or stops it, until the unit ends. Says how
/// urgently a call waits, 0 if none does.
pub(in super::super) fn take_head(conn: &mut Conn, who: AccountId) -> Answer<i32> {
    let head = diesel::update(inbox_heads::table.find(who))
        .set(inbox_heads::seq.eq(inbox_heads::seq))
        .returning((inbox_heads::call_due_at, inbox_heads::call_urgency))
        .get_result::<(Option<Moment>, i32)>(conn)
        .optional()?;
    Ok(head.map_or(0, |(due_at, urgency)| due_at.map_or(0, |_| urgency)))
}

/// How urgent the most urgent notice is that is still tried, 0 if none is.
pub(in super::super) fn most_urgent_due(conn: &mut Conn, who: AccountId) -> Answer<i32> {
    let most: Option<i32> = sendings::table
        .filter(sendings::account_id.eq(who))
        .filter(sendings::state.eq(State::Due))
        .filter(sendings::what.eq(What::Notice))
        .select(max(sendings::urgency))
        .first(conn)?;
    Ok(most.unwrap_or(0))
}

/// What somebody has been told since a moment, calls them, and they have not seen.
pub(in super::super) fn unseen(
    conn: &mut Conn,
    who: AccountId,
    since: Moment,
) -> Answer<Vec<Unseen>> {
    let found: Vec<(String, SubjectId, Option<i32>)> = inbox::table
        .inner_join(inbox_heads::table.on(inbox_heads::account_id.eq(inbox::account_id)))
        .filter(inbox::account_id.eq(who))
        .filter(inbox::seq.gt(inbox_heads::seen_seq))
        .filter(inbox::at.ge(since))
        .group_by((inbox::event, inbox::subject_id))
        .select((inbox::event, inbox::subject_id, max(inbox::urgency)))
        .load(conn)?;
    let unseen = |(event, subject, urgency): (String, SubjectId, Option<i32>)| {
        let urgency = Urgency::of_call(urgency?)?;
        Some(Unseen {
            event,
            subject,
            urgency,
        })
    };
    Ok(found.into_iter().filter_map(unseen).collect())
}

/// Cancels every notice to a person that has not ended; a code they asked for is another matter.
pub(in super::super) fn cancel(conn: &mut Conn, who: AccountId) -> Answer<()> {
    diesel::update(sendings::table)
        .filter(sendings::account_id.eq(who))
        .filter(sendings::state.eq(State::Due))
        .filter(sendings::what.eq(What::Notice))
        .set((
            sendings::state.eq(State::Cancelled),
            sendings::due_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts a call in the place of the one that waits, or none.
pub(in super::super) fn put_call(
    conn: &mut Conn,
    who: AccountId,
    (call, urgency): (Option<Moment>, Urgency),
) -> Answer<()> {
    diesel::update(inbox_heads::table.find(who))
        .set((
            inbox_heads::call_due_at.eq(call),
            inbox_heads::call_urgency.eq(urgency.number()),
        ))
        .execute(conn)?;
    Ok(())
}
