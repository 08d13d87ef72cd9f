//! Questions about follow-ups that nobody has seen to in their time.

use diesel::prelude::*;

use crate::base::ids::{AccountId, AuthorityId, FollowUpId, PodId};
use crate::base::time::Moment;
use crate::care::pods::rota;
use crate::db::schema::{accounts, families, follow_ups};
use crate::db::{Answer, Conn};

/// What is to be handed up now, the oldest first.
pub(in super::super) fn due(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<FollowUpId>> {
    Ok(follow_ups::table
        .filter(follow_ups::hand_up_at.is_not_null())
        .filter(follow_ups::hand_up_at.le(now))
        .order((follow_ups::hand_up_at, follow_ups::id))
        .limit(most)
        .select(follow_ups::id)
        .load(conn)?)
}

/// When something is to be handed up next.
pub(in super::super) fn next_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(follow_ups::table
        .filter(follow_ups::hand_up_at.is_not_null())
        .order(follow_ups::hand_up_at)
        .select(follow_ups::hand_up_at.assume_not_null())
        .first(conn)
        .optional()?)
}

/// Takes the handing up of one, if it is still due; gives whose it is, and since when.
pub(in super::super) fn claim(
    conn: &mut Conn,
    id: FollowUpId,
    now: Moment,
) -> Answer<Option<(AccountId, Moment)>> {
    Ok(diesel::update(follow_ups::table.find(id))
        .filter(follow_ups::hand_up_at.le(now))
        .filter(follow_ups::done_at.is_null())
        .set(follow_ups::hand_up_at.eq(None::<Moment>))
        .returning((follow_ups::family_member_id, follow_ups::opened_at))
        .get_result(conn)
        .optional()?)
}

/// It is the managers' too from now on.
pub(in super::super) fn leave_to_managers(conn: &mut Conn, id: FollowUpId) -> Answer<()> {
    diesel::update(follow_ups::table.find(id))
        .set(follow_ups::with_managers.eq(true))
        .execute(conn)?;
    Ok(())
}

/// Whoever of a family member's pod is there and comes first; if nobody is, every service manager.
pub(in super::super) fn supervisors(
    conn: &mut Conn,
    member: AccountId,
    now: Moment,
) -> Answer<Vec<AccountId>> {
    let (authority, pod) = accounts::table
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(accounts::id.eq(member))
        .select((accounts::authority_id, families::pod_id))
        .first::<(AuthorityId, PodId)>(conn)?;
    rota::nearest(conn, (authority, pod), None, now)
}
