//! Questions about links.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::base::ids::{AccountId, AlertId};
use crate::base::time::Moment;
use crate::db::schema::alert_links as links;
use crate::db::{Answer, Conn};

pub(super) fn are_linked(conn: &mut Conn, pair: (AlertId, AlertId)) -> Answer<bool> {
    Ok(diesel::select(exists(links::table.find(pair))).get_result(conn)?)
}

pub(super) fn insert(
    conn: &mut Conn,
    (one, other): (AlertId, AlertId),
    (by, now): (AccountId, Moment),
) -> Answer<()> {
    diesel::insert_into(links::table)
        .values((
            links::one_id.eq(one),
            links::other_id.eq(other),
            links::by_id.eq(by),
            links::at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// The alerts linked with one, the last linked first.
pub(super) fn linked_with(conn: &mut Conn, alert: AlertId, most: i64) -> Answer<Vec<AlertId>> {
    let pairs: Vec<(AlertId, AlertId)> = links::table
        .filter(links::one_id.eq(alert).or(links::other_id.eq(alert)))
        .order((links::at.desc(), links::one_id, links::other_id))
        .limit(most)
        .select((links::one_id, links::other_id))
        .load(conn)?;
    let others = pairs.into_iter();
    Ok(others
        .map(|(one, other)| if one == alert { other } else { one })
        .collect())
}
