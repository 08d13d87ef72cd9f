//! Questions about the numbers of agencies.

use diesel::prelude::*;

use super::{Agency, AgencyLine, NewAgencyLine};
use crate::base::ids::{AgencyLineId, AuthorityId};
use crate::care::help_lines::parse_day;
use crate::db::schema::agency_lines;
use crate::db::{Answer, Conn, Error};

#[derive(Debug, Queryable)]
struct Row {
    id: AgencyLineId,
    agency: Agency,
    area: Option<String>,
    name: String,
    number: String,
    hours: String,
    script: String,
    verified_on: String,
}

type Columns = (
    agency_lines::id,
    agency_lines::agency,
    agency_lines::area,
    agency_lines::name,
    agency_lines::number,
    agency_lines::hours,
    agency_lines::script,
    agency_lines::verified_on,
);
const COLUMNS: Columns = (
    agency_lines::id,
    agency_lines::agency,
    agency_lines::area,
    agency_lines::name,
    agency_lines::number,
    agency_lines::hours,
    agency_lines::script,
    agency_lines::verified_on,
);

fn read(row: Row) -> Answer<AgencyLine> {
    let verified_on =
        parse_day(&row.verified_on).ok_or(Error::Corrupt("agency_lines.verified_on"))?;
    Ok(AgencyLine {
        id: row.id,
        said: NewAgencyLine {
            agency: row.agency,
            area: row.area,
            name: row.name,
            number: row.number,
            hours: row.hours,
            script: row.script,
            verified_on,
        },
        overdue: false,
    })
}

pub(super) fn of_authority(conn: &mut Conn, authority: AuthorityId) -> Answer<Vec<AgencyLine>> {
    let rows: Vec<Row> = agency_lines::table
        .filter(agency_lines::authority_id.eq(authority))
        .order((agency_lines::agency, agency_lines::id))
        .select(COLUMNS)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

pub(super) fn count(conn: &mut Conn, authority: AuthorityId) -> Answer<i64> {
    Ok(agency_lines::table
        .filter(agency_lines::authority_id.eq(authority))
        .count()
        .get_result(conn)?)
}

pub(super) fn insert(
    conn: &mut Conn,
    authority: AuthorityId,
    id: AgencyLineId,
    new: &NewAgencyLine,
) -> Answer<()> {
    diesel::insert_into(agency_lines::table)
        .values((
            agency_lines::id.eq(id),
            agency_lines::authority_id.eq(authority),
            agency_lines::agency.eq(new.agency),
            agency_lines::area.eq(new.area.as_deref()),
            agency_lines::name.eq(&new.name),
            agency_lines::number.eq(&new.number),
            agency_lines::hours.eq(&new.hours),
            agency_lines::script.eq(&new.script),
            agency_lines::verified_on.eq(new.verified_on.to_string()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes a line anew; false if the authority has no such line.
pub(super) fn update(
    conn: &mut Conn,
    authority: AuthorityId,
    id: AgencyLineId,
    new: &NewAgencyLine,
) -> Answer<bool> {
    let rows = diesel::update(agency_lines::table.find(id))
        .filter(agency_lines::authority_id.eq(authority))
        .set((
            agency_lines::agency.eq(new.agency),
            agency_lines::area.eq(new.area.as_deref()),
            agency_lines::name.eq(&new.name),
            agency_lines::number.eq(&new.number),
            agency_lines::hours.eq(&new.hours),
            agency_lines::script.eq(&new.script),
            agency_lines::verified_on.eq(new.verified_on.to_string()),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(super) fn delete(conn: &mut Conn, authority: AuthorityId, id: AgencyLineId) -> Answer<bool> {
    let rows = diesel::delete(agency_lines::table.find(id))
        .filter(agency_lines::authority_id.eq(authority))
        .execute(conn)?;
    Ok(rows == 1)
}
