//! Questions about help lines.

use diesel::prelude::*;

use super::{HelpLine, NewHelpLine, parse_day};
use crate::base::ids::{AuthorityId, HelpLineId};
use crate::db::schema::help_lines;
use crate::db::{Answer, Conn, Error};

type Row = (
    HelpLineId,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
);
type Columns = (
    help_lines::id,
    help_lines::locality,
    help_lines::name,
    help_lines::number,
    help_lines::text_number,
    help_lines::hours,
    help_lines::verified_on,
);
const COLUMNS: Columns = (
    help_lines::id,
    help_lines::locality,
    help_lines::name,
    help_lines::number,
    help_lines::text_number,
    help_lines::hours,
    help_lines::verified_on,
);

fn read((id, locality, name, number, text_number, hours, day): Row) -> Answer<HelpLine> {
    let verified_on = parse_day(&day).ok_or(Error::Corrupt("help_lines.verified_on"))?;
    Ok(HelpLine {
        id: Some(id),
        locality: Some(locality),
        name,
        number,
        text_number,
        hours,
        verified_on,
        overdue: false,
    })
}

pub(super) fn of_authority(conn: &mut Conn, authority: AuthorityId) -> Answer<Vec<HelpLine>> {
    let rows = help_lines::table
        .filter(help_lines::authority_id.eq(authority))
        .order((help_lines::position, help_lines::id))
        .select(COLUMNS)
        .load::<Row>(conn)?;
    rows.into_iter().map(read).collect()
}

pub(super) fn of_locality(conn: &mut Conn, locality: &str) -> Answer<Vec<HelpLine>> {
    let rows = help_lines::table
        .filter(help_lines::locality.eq(locality))
        .order((help_lines::position, help_lines::id))
        .select(COLUMNS)
        .limit(super::MOST_LINES)
        .load::<Row>(conn)?;
    rows.into_iter().map(read).collect()
}

pub(super) fn line(
    conn: &mut Conn,
    authority: AuthorityId,
    id: HelpLineId,
) -> Answer<Option<HelpLine>> {
    help_lines::table
        .find(id)
        .filter(help_lines::authority_id.eq(authority))
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?
        .map(read)
        .transpose()
}

pub(super) fn count(conn: &mut Conn, authority: AuthorityId) -> Answer<i64> {
    Ok(help_lines::table
        .filter(help_lines::authority_id.eq(authority))
        .count()
        .get_result(conn)?)
}

pub(super) fn insert(
    conn: &mut Conn,
    authority: AuthorityId,
    id: HelpLineId,
    new: &NewHelpLine,
) -> Answer<()> {
    diesel::insert_into(help_lines::table)
        .values((
            help_lines::id.eq(id),
            help_lines::authority_id.eq(authority),
            help_lines::locality.eq(&new.locality),
            help_lines::name.eq(&new.name),
            help_lines::number.eq(&new.number),
            help_lines::text_number.eq(new.text_number.as_deref()),
            help_lines::hours.eq(&new.hours),
            help_lines::position.eq(new.position),
            help_lines::verified_on.eq(new.verified_on.to_string()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes a line anew; false if the authority has no such line.
pub(super) fn update(
    conn: &mut Conn,
    authority: AuthorityId,
    id: HelpLineId,
    new: &NewHelpLine,
) -> Answer<bool> {
    let rows = diesel::update(help_lines::table.find(id))
        .filter(help_lines::authority_id.eq(authority))
        .set((
            help_lines::locality.eq(&new.locality),
            help_lines::name.eq(&new.name),
            help_lines::number.eq(&new.number),
            help_lines::text_number.eq(new.text_number.as_deref()),
            help_lines::hours.eq(&new.hours),
            help_lines::position.eq(new.position),
            help_lines::verified_on.eq(new.verified_on.to_string()),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(super) fn delete(conn: &mut Conn, authority: AuthorityId, id: HelpLineId) -> Answer<bool> {
    let rows = diesel::delete(help_lines::table.find(id))
        .filter(help_lines::authority_id.eq(authority))
        .execute(conn)?;
    Ok(rows == 1)
}
