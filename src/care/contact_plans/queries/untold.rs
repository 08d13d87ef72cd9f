//! Questions about those who have told no contact plan yet.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::base::ids::{AccountId, AuthorityId};
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::care::contact_plans::Due;
use crate::db::schema::{accounts, contact_plans_untold as untold, contact_stops, families};
use crate::db::{Answer, Conn, both};

/// Notes that somebody has told none, and when they are to be asked for one.
pub(in super::super) fn expect(conn: &mut Conn, member: AccountId, ask_at: Moment) -> Answer<()> {
    let new = (
        untold::family_member_id.eq(member),
        untold::ask_at.eq(Some(ask_at)),
    );
    both!(conn, conn => diesel::insert_into(untold::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Somebody has told one; says whether they had been asked for it.
pub(in super::super) fn let_go(conn: &mut Conn, member: AccountId) -> Answer<bool> {
    let ask_at: Option<Option<Moment>> = diesel::delete(untold::table.find(member))
        .returning(untold::ask_at)
        .get_result(conn)
        .optional()?;
    Ok(ask_at == Some(None))
}

/// Who is to be asked for one, of those who may act, whose family is worked with and with whom contact is not
/// stopped, the longest due first.
pub(in super::super) fn due(conn: &mut Conn, most: i64) -> Answer<Vec<Due>> {
    let stopped = contact_stops::table
        .filter(contact_stops::family_member_id.eq(untold::family_member_id))
        .filter(contact_stops::ended_at.is_null());
    let found: Vec<(AccountId, AuthorityId, Moment)> = untold::table
        .inner_join(accounts::table.on(accounts::id.eq(untold::family_member_id)))
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(untold::ask_at.is_not_null())
        .filter(accounts::status.eq(Status::Active))
        .filter(families::state.eq("open"))
        .filter(not(exists(stopped)))
        .order((untold::ask_at, untold::family_member_id))
        .limit(most)
        .select((
            untold::family_member_id,
            accounts::authority_id,
            untold::ask_at.assume_not_null(),
        ))
        .load(conn)?;
    let due = |(family_member_id, authority_id, due_at)| Due {
        family_member_id,
        authority_id,
        due_at,
        is_untold: true,
    };
    Ok(found.into_iter().map(due).collect())
}

/// Takes the asking, if it is still due as it was seen.
pub(in super::super) fn take(conn: &mut Conn, due: &Due) -> Answer<bool> {
    let rows = diesel::update(untold::table.find(due.family_member_id))
        .filter(untold::ask_at.eq(due.due_at))
        .set(untold::ask_at.eq(None::<Moment>))
        .execute(conn)?;
    Ok(rows == 1)
}
