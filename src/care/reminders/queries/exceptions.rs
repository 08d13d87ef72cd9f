//! Questions about what was said of single occurrences of a date. Each is a row of its own, from a version
//! of the date on; of one occurrence the newest holds.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::super::schedule::Schedule;
use super::super::schedule::course::{Becomes, Course, Exception};
use super::{Head, WHEN, When, civil};
use crate::base::civil::Civil;
use crate::base::ids::DateId;
use crate::db::schema::{date_exceptions as said, date_versions, dates};
use crate::db::{Answer, Conn};

type Row = (DateId, String, Option<String>, Option<i32>);

fn exception((_, of, starts, minutes): &Row) -> Answer<Exception> {
    let becomes = match starts.as_deref().zip(*minutes) {
        Some((starts, minutes)) => Becomes::At(civil(starts)?, minutes),
        None => Becomes::Cancelled,
    };
    Ok(Exception {
        of: civil(of)?,
        becomes,
    })
}

/// Of rows in the order of their versions, what holds of each date.
fn holding(rows: &[Row]) -> Answer<BTreeMap<DateId, Vec<Exception>>> {
    let mut held = BTreeMap::<DateId, BTreeMap<Civil, Exception>>::new();
    for row in rows {
        let one = exception(row)?;
        held.entry(row.0).or_default().insert(one.of, one);
    }
    let all = held.into_iter();
    Ok(all
        .map(|(date, of_it)| (date, of_it.into_values().collect()))
        .collect())
}

/// What was said of single occurrences of a date by one of its versions.
pub(in super::super) fn exceptions(
    conn: &mut Conn,
    (date, version): (DateId, i32),
) -> Answer<Vec<Exception>> {
    let rows: Vec<Row> = said::table
        .filter(said::date_id.eq(date))
        .filter(said::version.le(version))
        .order(said::version)
        .select((said::date_id, said::occurrence, said::starts, said::minutes))
        .load(conn)?;
    Ok(holding(&rows)?.remove(&date).unwrap_or_default())
}

/// The courses of these dates as they are now, from their schedules.
pub(super) fn courses(
    conn: &mut Conn,
    schedules: Vec<(DateId, Schedule)>,
) -> Answer<Vec<(DateId, Course)>> {
    let ids: Vec<DateId> = schedules.iter().map(|(id, _)| *id).collect();
    let rows: Vec<Row> = said::table
        .inner_join(dates::table.on(dates::id.eq(said::date_id)))
        .filter(said::date_id.eq_any(ids))
        .filter(said::version.le(dates::version))
        .order(said::version)
        .select((said::date_id, said::occurrence, said::starts, said::minutes))
        .load(conn)?;
    let mut held = holding(&rows)?;
    let course = |(id, schedule)| {
        let exceptions = held.remove(&id).unwrap_or_default();
        (id, Course::new(schedule, exceptions))
    };
    Ok(schedules.into_iter().map(course).collect())
}

/// When a date was, in one of its versions.
pub(in super::super) fn course(
    conn: &mut Conn,
    (date, version): (DateId, i32),
) -> Answer<Option<Course>> {
    let row: Option<When> = date_versions::table
        .find((date, version))
        .select(WHEN)
        .first(conn)
        .optional()?;
    let Some(when) = row else {
        return Ok(None);
    };
    let exceptions = exceptions(conn, (date, version))?;
    Ok(Some(Course::new(when.schedule()?, exceptions)))
}

/// Whether what was answered of one time of a date, as a version said it, stands by what the date says now:
/// all that was said since was said of other occurrences alone.
pub(in super::super) fn stands(
    conn: &mut Conn,
    head: &Head,
    (version, starts): (i32, Civil),
) -> Answer<bool> {
    if version == head.version {
        return Ok(true);
    }
    let Some(of) = course(conn, (head.id, version))?.and_then(|course| course.which(starts)) else {
        return Ok(false);
    };
    // What was said of a single one is a version of its own.
    let since: Vec<String> = said::table
        .filter(said::date_id.eq(head.id))
        .filter(said::version.gt(version))
        .filter(said::version.le(head.version))
        .select(said::occurrence)
        .load(conn)?;
    let of = of.to_string();
    let versions = head.version.saturating_sub(version);
    Ok(i32::try_from(since.len()) == Ok(versions) && !since.contains(&of))
}

/// How often anything was said of single occurrences of a date.
pub(in super::super) fn count_exceptions(conn: &mut Conn, date: DateId) -> Answer<i64> {
    Ok(said::table
        .filter(said::date_id.eq(date))
        .count()
        .get_result(conn)?)
}

/// Says something of one occurrence, from a version on.
pub(in super::super) fn insert_exception(
    conn: &mut Conn,
    (date, version): (DateId, i32),
    one: &Exception,
) -> Answer<()> {
    let (starts, minutes) = match one.becomes {
        Becomes::Cancelled => (None, None),
        Becomes::At(starts, minutes) => (Some(starts.to_string()), Some(minutes)),
    };
    diesel::insert_into(said::table)
        .values((
            said::date_id.eq(date),
            said::occurrence.eq(one.of.to_string()),
            said::version.eq(version),
            said::starts.eq(starts),
            said::minutes.eq(minutes),
        ))
        .execute(conn)?;
    Ok(())
}
