//! Questions about reminders. Each is taken by compare-and-set, so that of two nodes exactly one has
//! it.

use diesel::dsl::min;
use diesel::prelude::*;

use super::super::due::{Due, Outcome};
use super::super::schedule::Occurrence;
use super::super::schedule::course::Course;
use super::super::{MOST_REMINDED, Reminded};
use super::exceptions::exceptions;
use super::{HEAD, Head, WHEN, When, civil};
use crate::base::civil::Zone;
use crate::base::ids::DateId;
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::db::schema::{accounts, date_versions, dates, families, reminders};
use crate::db::{Answer, Conn, both};

pub(in super::super) fn due(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<Due>> {
    let rows = reminders::table
        .filter(reminders::due_at.le(now))
        .order(reminders::due_at)
        .limit(most)
        .select((
            reminders::date_id,
            reminders::starts,
            reminders::due_at.assume_not_null(),
        ))
        .load::<(DateId, String, Moment)>(conn)?;
    let due = |(date_id, starts, due_at): (_, String, _)| {
        Ok(Due {
            date_id,
            starts: civil(&starts)?,
            due_at,
        })
    };
    rows.into_iter().map(due).collect()
}

/// When the reminder that is due first is due.
pub(in super::super) fn first_due(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(reminders::table
        .filter(reminders::due_at.is_not_null())
        .select(min(reminders::due_at))
        .first(conn)?)
}

/// Plans the reminder of an occurrence. False if they were reminded of it before, or it was dropped.
pub(in super::super) fn plan(
    conn: &mut Conn,
    (date, version): (DateId, i32),
    (occurrence, at): (&Occurrence, Moment),
) -> Answer<bool> {
    let starts = occurrence.starts.to_string();
    let open = [Outcome::Due, Outcome::Moved, Outcome::Cancelled];
    let again = diesel::update(reminders::table.find((date, &starts)))
        .filter(reminders::state.eq_any(open))
        .set((
            reminders::version.eq(version),
            reminders::starts_at.eq(occurrence.starts_at),
            reminders::due_at.eq(Some(at)),
            reminders::state.eq(Outcome::Due),
            reminders::settled_at.eq(None::<Moment>),
        ))
        .execute(conn)?;
    if again == 1 {
        return Ok(true);
    }
    let new = (
        reminders::date_id.eq(date),
        reminders::starts.eq(&starts),
        reminders::version.eq(version),
        reminders::starts_at.eq(occurrence.starts_at),
        reminders::due_at.eq(Some(at)),
        reminders::state.eq(Outcome::Due),
    );
    let rows = both!(conn, conn => diesel::insert_into(reminders::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(rows == 1)
}

/// Takes a reminder if it is still as it was seen; gives the version of the date it is for. Whoever
/// took it settles it or puts it off in the same unit.
pub(in super::super) fn take(conn: &mut Conn, due: &Due) -> Answer<Option<i32>> {
    Ok(
        diesel::update(reminders::table.find((due.date_id, due.starts.to_string())))
            .filter(reminders::state.eq(Outcome::Due))
            .filter(reminders::due_at.eq(due.due_at))
            // Nothing changes yet, but on PostgreSQL the row is ours until the unit's end.
            .set(reminders::state.eq(Outcome::Due))
            .returning(reminders::version)
            .get_result(conn)
            .optional()?,
    )
}

pub(in super::super) fn put_off(conn: &mut Conn, due: &Due, at: Moment) -> Answer<()> {
    diesel::update(reminders::table.find((due.date_id, due.starts.to_string())))
        .set(reminders::due_at.eq(Some(at)))
        .execute(conn)?;
    Ok(())
}

pub(in super::super) fn settle(
    conn: &mut Conn,
    due: &Due,
    ((outcome, look), now): ((Outcome, Option<Moment>), Moment),
) -> Answer<()> {
    diesel::update(reminders::table.find((due.date_id, due.starts.to_string())))
        .set((
            reminders::state.eq(outcome),
            reminders::due_at.eq(None::<Moment>),
            reminders::settled_at.eq(now),
            reminders::look_at.eq(look),
        ))
        .execute(conn)?;
    Ok(())
}

/// What became of the latest reminders of a date, the newest first.
pub(super) fn reminded(conn: &mut Conn, date: DateId) -> Answer<Vec<Reminded>> {
    let rows: Vec<(String, Outcome, Moment)> = reminders::table
        .filter(reminders::date_id.eq(date))
        .filter(reminders::settled_at.is_not_null())
        .order(reminders::starts.desc())
        .limit(MOST_REMINDED)
        .select((
            reminders::starts,
            reminders::state,
            reminders::settled_at.assume_not_null(),
        ))
        .load(conn)?;
    let reminded = |(starts, outcome, at): (String, _, _)| {
        Ok(Reminded {
            starts: civil(&starts)?,
            outcome,
            at,
        })
    };
    rows.into_iter().map(reminded).collect()
}

/// Which reminders are to be looked for; each is due since it is to be.
pub(in super::super) fn due_looks(conn: &mut Conn, now: Moment, most: i64) -> Answer<Vec<Due>> {
    let rows = reminders::table
        .filter(reminders::look_at.le(now))
        .order((reminders::look_at, reminders::date_id, reminders::starts))
        .limit(most)
        .select((
            reminders::date_id,
            reminders::starts,
            reminders::look_at.assume_not_null(),
        ))
        .load::<(DateId, String, Moment)>(conn)?;
    let due = |(date_id, starts, due_at): (_, String, _)| {
        Ok(Due {
            date_id,
            starts: civil(&starts)?,
            due_at,
        })
    };
    rows.into_iter().map(due).collect()
}

/// When the reminder that is to be looked for first is.
pub(in super::super) fn first_look(conn: &mut Conn) -> Answer<Option<Moment>> {
    Ok(reminders::table
        .filter(reminders::look_at.is_not_null())
        .select(min(reminders::look_at))
        .first(conn)?)
}

/// Takes the looking for a reminder if nobody else has; gives when it was sent, and when what it is of starts.
pub(in super::super) fn take_look(conn: &mut Conn, due: &Due) -> Answer<Option<(Moment, Moment)>> {
    Ok(
        diesel::update(reminders::table.find((due.date_id, due.starts.to_string())))
            .filter(reminders::look_at.eq(due.due_at))
            .set(reminders::look_at.eq(None::<Moment>))
            .returning((
                reminders::settled_at.assume_not_null(),
                reminders::starts_at,
            ))
            .get_result(conn)
            .optional()?,
    )
}

/// Drops what waits of a date, because it says something else now.
pub(in super::super) fn move_reminders(
    conn: &mut Conn,
    date: DateId,
    (outcome, now): (Outcome, Moment),
) -> Answer<()> {
    diesel::update(reminders::table.filter(reminders::date_id.eq(date)))
        .filter(reminders::state.eq(Outcome::Due))
        .set((
            reminders::state.eq(outcome),
            reminders::due_at.eq(None::<Moment>),
            reminders::settled_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// How it stands with a date when somebody is to be reminded of it.
pub(in super::super) struct Standing {
    pub(in super::super) head: Head,
    pub(in super::super) course: Course,
    /// How long before it they are reminded.
    pub(in super::super) before: Option<i32>,
    /// Whether the family member may act and the family is worked with.
    pub(in super::super) is_active: bool,
}

impl Standing {
    /// By the clocks of which zone it is.
    pub(in super::super) const fn zone(&self) -> Zone {
        self.course.schedule().zone
    }
}

pub(in super::super) fn standing(conn: &mut Conn, date: DateId) -> Answer<Option<Standing>> {
    type Row = (Head, When, Option<i32>, Status, String);
    let row: Option<Row> = dates::table
        .inner_join(
            date_versions::table.on(date_versions::date_id
                .eq(dates::id)
                .and(date_versions::version.eq(dates::version))),
        )
        .inner_join(accounts::table.on(accounts::id.eq(dates::family_member_id)))
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(dates::id.eq(date))
        .select((
            HEAD,
            WHEN,
            date_versions::remind_minutes_before,
            accounts::status,
            families::state,
        ))
        .first(conn)
        .optional()?;
    let Some((head, when, before, status, family)) = row else {
        return Ok(None);
    };
    let exceptions = exceptions(conn, (head.id, head.version))?;
    Ok(Some(Standing {
        head,
        course: Course::new(when.schedule()?, exceptions),
        before,
        is_active: status == Status::Active && family == "open",
    }))
}
