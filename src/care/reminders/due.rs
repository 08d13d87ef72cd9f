//! Reminding: one row for each occurrence, due at a moment, and claimed by compare-and-set, so that
//! over restarts and between nodes each is sent once or dropped once.
//!
//! What is so is looked at when it is sent, not when it was planned: whether the date still says so,
//! whether the person is still there, whether it is a good moment. A reminder that comes too late is
//! dropped and its row says so; after a week of downtime nobody gets seven.

use std::time::Duration;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::Serialize;
use serde_json::json;

use super::keeping::{is_left_behind, keepers};
use super::queries::{self, Head, Standing};
use super::schedule::Occurrence;
use super::schedule::course::Course;
use super::{DATE_UNATTENDED, REMINDER_DUE, State, reached};
use crate::base::civil::Civil;
use crate::base::ids::{AccountId, DateId};
use crate::base::time::Moment;
use crate::care::contact_plans::actions::reach;
use crate::care::contact_plans::{Reach, Ring};
use crate::care::families::ties;
use crate::db::columns::text_column;
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// A reminder that could not be sent for so long is dropped.
const LATEST: Duration = Duration::from_hours(2);
/// One that is due when its date starts may be sent for so long after.
const GRACE: Duration = Duration::from_mins(10);

/// What became of a reminder.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, AsExpression, FromSqlRow, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
#[schema(as = ReminderState)]
pub enum Outcome {
    /// It waits for its time.
    Due,
    /// It was sent.
    Sent,
    /// It was too late for it.
    Late,
    /// There was no safe moment for it.
    NotSafe,
    /// The family member may not act, or the family is not worked with any more.
    NotActive,
    /// All contact with the family member is stopped.
    Stopped,
    /// Nobody keeps the date any more.
    Unattended,
    /// The date says something else by now.
    Moved,
    /// The date was cancelled.
    Cancelled,
}

text_column!(Outcome {
    Due = "due",
    Sent = "sent",
    Late = "late",
    NotSafe = "not_safe",
    NotActive = "not_active",
    Stopped = "stopped",
    Unattended = "unattended",
    Moved = "moved",
    Cancelled = "cancelled",
});

/// A reminder that was seen to be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Of which date.
    pub date_id: DateId,
    /// Of which occurrence.
    pub starts: Civil,
    /// Since when.
    pub due_at: Moment,
}

/// What is due now, the longest due first, and when something is due next.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    let due = queries::due(view.conn(), now, most)?;
    let next = queries::first_due(view.conn())?;
    Ok((due, next))
}

/// What has been due longest, or is due first.
///
/// # Errors
/// If the store fails.
pub fn oldest_due(view: &mut impl View) -> Answer<Option<Moment>> {
    queries::first_due(view.conn())
}

/// Plans the next reminder of a date that has just been said.
pub(super) fn plan(
    tx: &mut Tx<'_>,
    head: &Head,
    (course, before): (&Course, Option<i32>),
) -> Answer<()> {
    let Some(before) = before else {
        return Ok(());
    };
    let first = course.to_remind_of(tx.now(), before);
    plan_from(tx, head, (course, before), first)
}

/// Plans the reminder of this occurrence, or of the first after it of which they were not reminded: of
/// some they were before the date was changed.
fn plan_from(
    tx: &mut Tx<'_>,
    head: &Head,
    (course, before): (&Course, i32),
    first: Option<Occurrence>,
) -> Answer<()> {
    let mut next = first;
    while let Some(one) = next {
        let at = course.remind_at(&one, before);
        if queries::plan(tx.conn(), (head.id, head.version), (&one, at))? {
            return Ok(());
        }
        next = course.after(one.starts);
    }
    Ok(())
}

/// Sends or drops these reminders, each only if nobody else has, and plans the next of each date.
/// Says how many there were.
///
/// # Errors
/// If it cannot be stored; then none was sent.
pub fn remind(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let mut done: usize = 0;
    for due in dues {
        let Some(version) = queries::take(tx.conn(), due)? else {
            continue;
        };
        done = done.saturating_add(1);
        let Some(standing) = queries::standing(tx.conn(), due.date_id)? else {
            continue;
        };
        let verdict = judge(tx, due, (&standing, version))?;
        carry_out(tx, due, &standing, verdict)?;
    }
    Ok(done)
}

/// What is to be done with a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It goes now.
    Send,
    /// It has come to this.
    Settled(Outcome),
    /// It waits until then.
    Later(Moment),
}

fn judge(tx: &mut Tx<'_>, due: &Due, (standing, version): (&Standing, i32)) -> Answer<Verdict> {
    let head = &standing.head;
    let starts_at = due.starts.at(standing.zone());
    let settled = if head.version != version {
        Outcome::Moved
    } else if head.state == State::Cancelled {
        Outcome::Cancelled
    } else if !standing.is_active {
        Outcome::NotActive
    } else if keepers(tx, head)?.is_empty() {
        Outcome::Unattended
    } else {
        // A family member always has a plan, if only the most protective one.
        let Some(reach) = reach(tx, head.family_member_id)? else {
            return Ok(Verdict::Settled(Outcome::NotActive));
        };
        if reach.is_stopped() {
            return Ok(Verdict::Settled(Outcome::Stopped));
        }
        return Ok(when(tx.now(), (due.due_at, starts_at), &reach));
    };
    Ok(Verdict::Settled(settled))
}

/// Whether a reminder that was due at a moment, of something that starts at another, is sent now.
/// Nothing is sent outside the hours that are safe, nor at night to whoever has told none: where the date
/// would have begun by then, whoever keeps it says it in another way.
fn when(now: Moment, (due_at, starts_at): (Moment, Moment), reach: &Reach) -> Verdict {
    let too_late = due_at.plus(LATEST).min(starts_at.max(due_at.plus(GRACE)));
    if now >= too_late {
        return Verdict::Settled(Outcome::Late);
    }
    match reach.ring(now) {
        Ring::Now(_) => Verdict::Send,
        Ring::From(later) if later < starts_at => Verdict::Later(later),
        Ring::From(_) | Ring::Never => Verdict::Settled(Outcome::NotSafe),
    }
}

fn carry_out(tx: &mut Tx<'_>, due: &Due, standing: &Standing, verdict: Verdict) -> Answer<()> {
    let outcome = match verdict {
        Verdict::Later(at) => return queries::put_off(tx.conn(), due, at),
        Verdict::Send => Outcome::Sent,
        Verdict::Settled(outcome) => outcome,
    };
    let now = tx.now();
    let starts_at = due.starts.at(standing.zone());
    let look = (outcome == Outcome::Sent).then(|| reached::look_at(now, starts_at));
    queries::settle(tx.conn(), due, ((outcome, look), now))?;
    let head = &standing.head;
    match outcome {
        Outcome::Sent => tell(tx, (due, standing), (head.family_member_id, REMINDER_DUE)),
        // They do not know of it, and it is still to come.
        Outcome::Late | Outcome::NotSafe if starts_at > now => reached::not_reached(tx, head)?,
        Outcome::Unattended => {
            is_left_behind(tx, head)?;
            for to in ties::answers_for(tx, head.family_member_id)? {
                tell(tx, (due, standing), (to, DATE_UNATTENDED));
            }
        }
        // Whoever changed or cancelled it has planned what comes after.
        Outcome::Moved | Outcome::Cancelled => return Ok(()),
        Outcome::Due | Outcome::Late | Outcome::NotSafe | Outcome::NotActive | Outcome::Stopped => {
        }
    }
    let course = &standing.course;
    let Some(before) = standing.before else {
        return Ok(());
    };
    plan_from(tx, head, (course, before), course.after(due.starts))
}

fn tell(tx: &mut Tx<'_>, (due, standing): (&Due, &Standing), (to, event): (AccountId, Event)) {
    let starts_at = due.starts.at(standing.zone());
    let detail = json!({
        "family_member_id": standing.head.family_member_id,
        "starts": due.starts.to_string(),
        "starts_at": starts_at,
    });
    tx.tell(Telling {
        to,
        event,
        subject: due.date_id.into(),
        subject_seq: i64::from(standing.head.version),
        detail: Some(detail.to_string()),
        urgency: Urgency::Usual,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::contact_plans::ContactPlan;

    /// Of somebody who has told no plan.
    fn reach() -> Reach {
        ContactPlan::untold(AccountId::new()).reach()
    }

    fn at(text: &str) -> Moment {
        Moment::parse_rfc3339(&format!("2026-06-{text}:00Z")).unwrap()
    }

    #[track_caller]
    fn is(now: &str, due: (&str, &str), expected: Verdict) {
        assert_eq!(when(at(now), (at(due.0), at(due.1)), &reach()), expected);
    }

    const SENT: Verdict = Verdict::Send;
    const NOT_SAFE: Verdict = Verdict::Settled(Outcome::NotSafe);
    const LATE: Verdict = Verdict::Settled(Outcome::Late);

    #[test]
    fn what_comes_too_late_is_dropped() {
        // A day before; two hours late at most.
        is("02T11:59", ("02T10:00", "03T10:00"), SENT);
        is("02T12:00", ("02T10:00", "03T10:00"), LATE);
        // An hour before; not once it has started.
        is("02T10:59", ("02T10:00", "02T11:00"), SENT);
        is("02T11:00", ("02T10:00", "02T11:00"), LATE);
        // As it starts.
        is("02T10:09", ("02T10:00", "02T10:00"), SENT);
        is("02T10:10", ("02T10:00", "02T10:00"), LATE);
    }

    #[test]
    fn in_quiet_hours_it_waits_for_the_morning_and_is_not_sent_if_the_date_starts_before() {
        let morning = Verdict::Later(at("03T07:00"));

        is("02T20:30", ("02T20:30", "03T09:00"), morning);
        is("02T20:30", ("02T20:30", "03T07:01"), morning);
        is("02T20:30", ("02T20:30", "03T07:00"), NOT_SAFE);
        is("03T04:00", ("03T04:00", "03T05:00"), NOT_SAFE);
    }
}
