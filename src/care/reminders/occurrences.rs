//! Moving or cancelling one occurrence of a date alone: the others stay as they are, and so do its words.

use super::actions::{DateError, FURTHEST, as_before, check_version, found, go_on, kept, tell};
use super::schedule::Repeats;
use super::schedule::course::{Becomes, Course, Exception};
use super::{DATE_CHANGED, Date, State, due, queries};
use crate::base::civil::Civil;
use crate::base::ids::{DateId, DateVersionId};
use crate::care::accounts::Caller;
use crate::care::follow_ups::dates::{self as follow_ups, Done};
use crate::db::{Tx, View};

/// So much can be said of single occurrences of one date.
const MOST_EXCEPTIONS: i64 = 400;

/// What is to become of one occurrence.
#[derive(Debug, Clone, Copy)]
pub struct OneChange {
    /// Of which date.
    pub id: DateId,
    /// The version that whoever changes it has seen.
    pub version: i32,
    /// Which, by the time it has in the schedule.
    pub of: Civil,
    /// What becomes of it.
    pub what: What,
}

/// What somebody wants of one occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It will not be.
    Cancel,
    /// It will be at this time, and take so many minutes; as many as the others if it is not said.
    Move(Civil, Option<i32>),
    /// It will be as the others are, whatever was said of it.
    PutBack,
}

/// Moves or cancels one occurrence and tells the family member. Its reminder follows it: who was reminded of
/// the old time is reminded of the new one too, and nobody twice of the same. What is so already changes
/// nothing.
///
/// # Errors
/// If the caller does not keep the date, somebody changed it meanwhile, it does not repeat, has no such
/// occurrence, or the new time does not fit.
pub fn change_one(tx: &mut Tx<'_>, caller: &Caller, change: &OneChange) -> Result<Date, DateError> {
    let (head, date) = kept(tx, caller, change.id)?;
    if head.state == State::Cancelled {
        return Err(DateError::Cancelled);
    }
    check_version(tx, &head, change.version)?;
    let before = date.course();
    let minutes = date.plan.schedule.minutes;
    let exception = Exception {
        of: change.of,
        becomes: match change.what {
            What::Cancel => Becomes::Cancelled,
            What::Move(starts, takes) => Becomes::At(starts, takes.unwrap_or(minutes)),
            What::PutBack => Becomes::At(change.of, minutes),
        },
    };
    check(tx, &before, &exception)?;
    let after = before.with(exception);
    let was = before.now_is(change.of);
    if was == after.now_is(change.of) {
        return Ok(date);
    }
    if queries::count_exceptions(tx.conn(), head.id)? >= MOST_EXCEPTIONS {
        return Err(DateError::TooMany);
    }
    let screened = as_before(tx, &head)?;
    let head = go_on(tx, &head, (State::On, after.over_at()))?;
    let version = (caller, DateVersionId::new());
    queries::insert_version(tx, version, (&head, &date.plan), &screened)?;
    queries::insert_exception(tx.conn(), (head.id, head.version), &exception)?;
    let now = tx.now();
    queries::move_reminders(tx.conn(), head.id, (due::Outcome::Moved, now))?;
    let times: Vec<Civil> = was
        .map(|was| was.starts)
        .into_iter()
        .chain([change.of])
        .collect();
    for done in [Done::MovedOne(&times), Done::Kept] {
        follow_ups::done(tx, head.id, done)?;
    }
    due::plan(tx, &head, (&after, date.plan.remind_minutes_before))?;
    tell(tx, &head, DATE_CHANGED);
    found(tx, caller, change.id)
}

/// Whether this can be said of an occurrence now.
fn check(tx: &Tx<'_>, course: &Course, one: &Exception) -> Result<(), DateError> {
    let now = tx.now();
    let schedule = course.schedule();
    if schedule.repeats == Repeats::Once {
        let wrong = "is of a date that does not repeat: change or cancel all of it";
        return Err(DateError::Field("/occurrence", wrong));
    }
    if !schedule.occurs(one.of) {
        return Err(DateError::Field("/occurrence", "is no time of this date"));
    }
    let over_at = course
        .now_is(one.of)
        .map_or_else(|| one.of.at(schedule.zone), |is| is.ends_at);
    if over_at <= now {
        return Err(DateError::Field("/occurrence", "must not be past"));
    }
    let Becomes::At(starts, _) = one.becomes else {
        return Ok(());
    };
    let starts_at = starts.at(schedule.zone);
    if starts_at <= now {
        return Err(DateError::Field("/starts", "must not be past"));
    }
    if starts_at > now.plus(FURTHEST) {
        return Err(DateError::Field("/starts", "must be within three years"));
    }
    let others = course.with(Exception {
        becomes: Becomes::Cancelled,
        ..*one
    });
    if others.occurs(starts) {
        let wrong = "is another time of this date already";
        return Err(DateError::Field("/starts", wrong));
    }
    Ok(())
}
