//! Questions about dates and the answers to them.

mod due;
mod exceptions;
mod keeping;
mod replies;

pub(super) use due::{
    Standing, due, due_looks, first_due, first_look, move_reminders, plan, put_off, settle,
    standing, take, take_look,
};
pub(super) use exceptions::{
    count_exceptions, course, exceptions as exceptions_of, insert_exception, stands,
};
pub(super) use keeping::{
    covers_over, keepers, kept_by, kept_with, next_cover_over, take_cover_over, whose_talk,
};
pub(super) use replies::{insert_reply, reply};

use chrono::NaiveDate;
use diesel::prelude::*;

use super::schedule::course::Course;
use super::schedule::{Repeats, Schedule};
use super::{Date, Keeper, Plan, State, words_of};
use crate::base::civil::{Civil, Zone, parse_day};
use crate::base::ids::{AccountId, AuthorityId, DateId, DateVersionId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::safeguarding::{Reading, Screened};
use crate::db::schema::{accounts, date_versions, dates};
use crate::db::{Answer, Conn, Error, Tx, View};

/// A date without its words.
#[derive(Debug, Clone, Copy, Queryable)]
pub(super) struct Head {
    pub(super) id: DateId,
    pub(super) authority_id: AuthorityId,
    pub(super) family_member_id: AccountId,
    pub(super) made_by: AccountId,
    pub(super) version: i32,
    pub(super) state: State,
}

type HeadColumns = (
    dates::id,
    dates::authority_id,
    dates::family_member_id,
    dates::made_by,
    dates::version,
    dates::state,
);
const HEAD: HeadColumns = (
    dates::id,
    dates::authority_id,
    dates::family_member_id,
    dates::made_by,
    dates::version,
    dates::state,
);

/// When a date is, as it is stored.
#[derive(Debug, Queryable)]
struct When {
    starts: String,
    zone: String,
    minutes: i32,
    repeats: Repeats,
    until_day: Option<String>,
}

type WhenColumns = (
    date_versions::starts,
    date_versions::zone,
    date_versions::minutes,
    date_versions::repeats,
    date_versions::until_day,
);
const WHEN: WhenColumns = (
    date_versions::starts,
    date_versions::zone,
    date_versions::minutes,
    date_versions::repeats,
    date_versions::until_day,
);

fn civil(text: &str) -> Answer<Civil> {
    Civil::parse(text).ok_or(Error::Corrupt("a date starts at no civil time"))
}

fn day(text: &str) -> Answer<NaiveDate> {
    parse_day(text).ok_or(Error::Corrupt("a date ends on no day"))
}

impl When {
    fn schedule(&self) -> Answer<Schedule> {
        let zone = Zone::parse(&self.zone).ok_or(Error::Corrupt("a date is in no known zone"))?;
        Ok(Schedule {
            starts: civil(&self.starts)?,
            zone,
            minutes: self.minutes,
            repeats: self.repeats,
            until: self.until_day.as_deref().map(day).transpose()?,
        })
    }
}

pub(super) fn head(conn: &mut Conn, id: DateId) -> Answer<Option<Head>> {
    Ok(dates::table.find(id).select(HEAD).first(conn).optional()?)
}

pub(super) fn insert(
    conn: &mut Conn,
    head: &Head,
    (now, over_at): (Moment, Option<Moment>),
) -> Answer<()> {
    diesel::insert_into(dates::table)
        .values((
            dates::id.eq(head.id),
            dates::authority_id.eq(head.authority_id),
            dates::family_member_id.eq(head.family_member_id),
            dates::made_by.eq(head.made_by),
            dates::made_at.eq(now),
            dates::version.eq(head.version),
            dates::state.eq(head.state),
            dates::over_at.eq(over_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Goes on to the next version, if the date is still at the one that was seen.
pub(super) fn go_on(
    conn: &mut Conn,
    (seen, next): (i32, &Head),
    over_at: Option<Moment>,
) -> Answer<bool> {
    let rows = diesel::update(dates::table.find(next.id))
        .filter(dates::version.eq(seen))
        .set((
            dates::version.eq(next.version),
            dates::state.eq(next.state),
            dates::over_at.eq(over_at),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// How many dates of a family member are not over.
pub(super) fn count_open(conn: &mut Conn, member: AccountId, now: Moment) -> Answer<i64> {
    Ok(dates::table
        .filter(dates::family_member_id.eq(member))
        .filter(
            dates::over_at
                .is_null()
                .or(dates::over_at.gt(now).assume_not_null()),
        )
        .count()
        .get_result(conn)?)
}

/// The dates of a family member that are not over, and when they are; of one maker, if it is said.
pub(super) fn open(
    conn: &mut Conn,
    (member, made_by): (AccountId, Option<AccountId>),
    now: Moment,
) -> Answer<Vec<(DateId, Course)>> {
    let mut query = dates::table
        .inner_join(
            date_versions::table.on(date_versions::date_id
                .eq(dates::id)
                .and(date_versions::version.eq(dates::version))),
        )
        .filter(dates::family_member_id.eq(member))
        .filter(
            dates::over_at
                .is_null()
                .or(dates::over_at.gt(now).assume_not_null()),
        )
        .select((dates::id, WHEN))
        // There are fewer; this keeps a fault from becoming a flood.
        .limit(super::MOST_OPEN.saturating_mul(2))
        .into_boxed();
    if let Some(made_by) = made_by {
        query = query.filter(dates::made_by.eq(made_by));
    }
    let rows = query.load::<(DateId, When)>(conn)?;
    let schedules: Answer<Vec<_>> = rows
        .into_iter()
        .map(|(id, when)| Ok((id, when.schedule()?)))
        .collect();
    exceptions::courses(conn, schedules?)
}

pub(super) fn insert_version(
    tx: &mut Tx<'_>,
    (caller, id): (&Caller, DateVersionId),
    (head, plan): (&Head, &Plan),
    screened: &Screened,
) -> Answer<()> {
    let key = [caller.account_id.as_bytes().as_slice(), id.as_bytes()];
    let words = tx.seal_words(words_of(head.authority_id, &key), &plan.words())?;
    let now = tx.now();
    let schedule = &plan.schedule;
    diesel::insert_into(date_versions::table)
        .values((
            date_versions::date_id.eq(head.id),
            date_versions::version.eq(head.version),
            date_versions::id.eq(id),
            date_versions::by_id.eq(caller.account_id),
            date_versions::received_at.eq(now),
            date_versions::starts.eq(schedule.starts.to_string()),
            date_versions::zone.eq(schedule.zone.name()),
            date_versions::minutes.eq(schedule.minutes),
            date_versions::repeats.eq(schedule.repeats),
            date_versions::until_day.eq(schedule.until.map(|day| day.to_string())),
            date_versions::remind_minutes_before.eq(plan.remind_minutes_before),
            date_versions::words.eq(words),
            date_versions::verdict.eq(screened.reading),
            date_versions::unread.eq(screened.unread),
            date_versions::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What screening said of a version's words.
pub(super) fn screening_of(
    conn: &mut Conn,
    head: &Head,
) -> Answer<Option<(Reading, bool, String)>> {
    Ok(date_versions::table
        .find((head.id, head.version))
        .select((
            date_versions::verdict,
            date_versions::unread,
            date_versions::lexicon_version,
        ))
        .first(conn)
        .optional()?)
}

type Version = (DateVersionId, AccountId, Moment, Option<i32>, Vec<u8>);

/// A version with its words opened: what it says, who said it and when.
fn version(
    view: &mut impl View,
    (head, number): (&Head, i32),
) -> Answer<Option<(Plan, AccountId, Moment)>> {
    let row: Option<(When, Version)> = date_versions::table
        .find((head.id, number))
        .select((
            WHEN,
            (
                date_versions::id,
                date_versions::by_id,
                date_versions::received_at,
                date_versions::remind_minutes_before,
                date_versions::words,
            ),
        ))
        .first(view.conn())
        .optional()?;
    let Some((when, (id, by, at, remind_minutes_before, sealed))) = row else {
        return Ok(None);
    };
    let key = [by.as_bytes().as_slice(), id.as_bytes()];
    let words = view.open_words(words_of(head.authority_id, &key), &sealed)?;
    let (what, place) = Plan::of_words(&words);
    let plan = Plan {
        what,
        place,
        schedule: when.schedule()?,
        remind_minutes_before,
    };
    Ok(Some((plan, by, at)))
}

/// What a date said when it was made.
pub(super) fn first_plan(view: &mut impl View, head: &Head) -> Answer<Plan> {
    let first = version(view, (head, 1))?;
    let (plan, _, _) = first.ok_or(Error::Corrupt("a date never said anything"))?;
    Ok(plan)
}

/// A date as the caller is shown it now. Whether they may see it is asked before.
pub(super) fn date(view: &mut impl View, caller: &Caller, id: DateId) -> Answer<Option<Date>> {
    let Some(head) = head(view.conn(), id)? else {
        return Ok(None);
    };
    let Some((plan, said_by, said_at)) = version(view, (&head, head.version))? else {
        return Ok(None);
    };
    let made_by: (AccountId, String, Role) = accounts::table
        .find(head.made_by)
        .select((accounts::id, accounts::display_name, accounts::role))
        .first(view.conn())?;
    let exceptions = exceptions_of(view.conn(), (id, head.version))?;
    let course = Course::new(plan.schedule, exceptions.clone());
    let next = course.upcoming(view.now());
    let reply = replies::shown(view, caller, (&head, next.as_ref()))?;
    let reminded = if caller.role == Role::FamilyMember {
        None
    } else {
        Some(due::reminded(view.conn(), id)?)
    };
    Ok(Some(Date {
        id,
        family_member_id: head.family_member_id,
        version: head.version,
        state: head.state,
        plan,
        made_by: Keeper {
            id: made_by.0,
            display_name: made_by.1,
            role: made_by.2,
        },
        said_by,
        said_at,
        exceptions,
        reply,
        reminded,
    }))
}

/// Who said last what a date says, and what they are called.
pub(super) fn last_said(conn: &mut Conn, date: DateId) -> Answer<Option<(AccountId, String)>> {
    Ok(date_versions::table
        .inner_join(accounts::table.on(accounts::id.eq(date_versions::by_id)))
        .filter(date_versions::date_id.eq(date))
        .order(date_versions::version.desc())
        .select((accounts::id, accounts::display_name))
        .first(conn)
        .optional()?)
}
