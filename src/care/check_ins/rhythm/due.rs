//! Asking in time: one row for each time somebody is asked, due at a moment and claimed by
//! compare-and-set, so that over restarts and between nodes each is asked once and judged once.
//!
//! What is so is looked at when they are asked, not when it was planned: whether they may act, whether
//! the family is worked with, whether it is a good moment. Where the service was not there in time they
//! are asked once it is back, as long as their window, had it opened in time, would be open still. What
//! comes later than that is dropped and its row says so: after a week of downtime nobody is asked seven
//! times, and nobody has missed what they were not asked; but whoever works with them is told once that
//! they were not asked, because silence never reads as fine. Where the service was not there at the end
//! of a window to hear an answer, they get [`GRACE`] once it is back.

use std::time::Duration;

use serde_json::json;

use super::queries::{self, Asked};
use super::{AskState, CHECK_IN_DUE, Rhythm, answering, missing};
use crate::base::civil::Civil;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::contact_plans::actions::reach;
use crate::care::contact_plans::{Reach, Ring};
use crate::db::{Answer, Telling, Tx, Urgency, View};

/// Somebody whose window is shorter than this may still be asked so late.
pub const LATEST: Duration = Duration::from_hours(2);
/// So long after the end of a window it is judged at the latest; later, the service was not there.
const PUNCTUAL: Duration = Duration::from_hours(1);
/// How long they may still answer then.
pub const GRACE: Duration = Duration::from_hours(6);

/// A time to ask, or the end of a window, that was seen to be due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub family_member_id: AccountId,
    /// Which time.
    pub starts: Civil,
    /// To ask, or to see whether they have answered.
    pub state: AskState,
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

/// Plans when somebody is asked next by a rhythm that has just been set.
pub(super) fn plan(
    tx: &mut Tx<'_>,
    (member, version): (AccountId, i32),
    rhythm: &Rhythm,
) -> Answer<()> {
    let now = tx.now();
    let mut next = rhythm.next(now);
    while let Some(starts) = next {
        let at = starts.at(rhythm.zone);
        if queries::plan(tx.conn(), (member, version), (starts, at))? {
            return Ok(());
        }
        // They were asked then before it was set away and back.
        next = rhythm.after(starts);
    }
    Ok(())
}

/// Asks, or judges whether they have answered, each only if nobody else has. Says how many there were.
///
/// # Errors
/// If it cannot be stored; then nobody was asked.
pub fn turn(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let mut done: usize = 0;
    for due in dues {
        if !queries::take(tx.conn(), due)? {
            continue;
        }
        done = done.saturating_add(1);
        let Some(asked) = queries::asked(tx.conn(), due.family_member_id)? else {
            continue;
        };
        if due.state == AskState::Due {
            ask(tx, due, &asked)?;
        } else {
            close(tx, due, &asked)?;
        }
    }
    Ok(done)
}

/// What is to be done with a time to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// They are asked now.
    Ask,
    /// It has come to this.
    Settled(AskState),
    /// It waits until then.
    Later(Moment),
}

/// Whether it is too late to ask what was due at a moment: after the window that would have opened then,
/// or where too little time is left to answer before they are asked again.
fn is_too_late(now: Moment, (due_at, next_at): (Moment, Option<Moment>), window: Duration) -> bool {
    if now < due_at.plus(LATEST) {
        return false;
    }
    let leaves = now.plus(window.min(GRACE));
    now >= due_at.plus(window) || next_at.is_some_and(|next| leaves > next)
}

/// Whether somebody is asked now what was due at a moment. Nobody is asked in quiet hours or outside
/// the hours they have said are safe; if none comes before they are asked again, not at all.
fn when(
    now: Moment,
    (due_at, next_at): (Moment, Option<Moment>),
    (window, reach): (Duration, &Reach),
) -> Verdict {
    if is_too_late(now, (due_at, next_at), window) {
        return Verdict::Settled(AskState::Late);
    }
    match reach.ring(now) {
        Ring::Now(_) => Verdict::Ask,
        Ring::From(later) if next_at.is_none_or(|next| later < next) => Verdict::Later(later),
        Ring::From(_) | Ring::Never => Verdict::Settled(AskState::NotSafe),
    }
}

fn ask(tx: &mut Tx<'_>, due: &Due, asked: &Asked) -> Answer<()> {
    let now = tx.now();
    let member = due.family_member_id;
    let rhythm = &asked.rhythm;
    let next = rhythm.after(due.starts);
    let next_at = next.map(|next| next.at(rhythm.zone));
    let reach = reach(tx, member)?;
    let verdict = match reach.filter(|_| asked.is_active) {
        None => Verdict::Settled(AskState::NotActive),
        Some(reach) if reach.is_stopped() => Verdict::Settled(AskState::Stopped),
        Some(reach) => when(now, (due.due_at, next_at), (rhythm.window(), &reach)),
    };
    if let Verdict::Later(at) = verdict {
        return queries::put_off(tx.conn(), due, at);
    }
    if let (Some(starts), Some(at)) = (next, next_at) {
        queries::plan(tx.conn(), (member, asked.version), (starts, at))?;
    }
    if verdict == Verdict::Ask {
        // Who has just checked in is not asked at once again.
        if let Some(check_in) = answering::just_now(tx, member)? {
            return queries::settle(tx.conn(), due, (AskState::Answered, Some(check_in), now));
        }
        let closes = now.plus(rhythm.window());
        let closes = next_at.map_or(closes, |next| next.min(closes));
        queries::open(tx.conn(), due, (now, closes))?;
        tell(tx, due, closes);
        return Ok(());
    }
    let Verdict::Settled(state) = verdict else {
        return Ok(());
    };
    queries::settle(tx.conn(), due, (state, None, now))?;
    let is_unasked = match state {
        AskState::NotSafe => true,
        AskState::Late => is_the_last_unasked(tx, due, rhythm)?,
        AskState::Due
        | AskState::Open
        | AskState::Answered
        | AskState::Missed
        | AskState::NotActive
        | AskState::Stopped
        | AskState::Changed => false,
    };
    if is_unasked {
        missing::not_reached(tx, (asked.authority_id, member))?;
    }
    Ok(())
}

/// Whether what is dropped is the newest of what is dropped together, and they have not been heard from
/// since: of many times in a row their people are told once.
fn is_the_last_unasked(tx: &mut Tx<'_>, due: &Due, rhythm: &Rhythm) -> Answer<bool> {
    let now = tx.now();
    let at = |starts: Civil| starts.at(rhythm.zone);
    if let Some(next) = rhythm.after(due.starts)
        && at(next) <= now
    {
        let after = rhythm.after(next).map(at);
        if is_too_late(now, (at(next), after), rhythm.window()) {
            return Ok(false);
        }
    }
    let heard = queries::newest_check_in(tx.conn(), due.family_member_id, due.due_at)?;
    Ok(heard.is_none())
}

/// What the end of a window means if no check-in has come: a miss, unless the service was not there
/// to hear one.
fn at_the_end(now: Moment, due_at: Moment, next_at: Option<Moment>) -> Verdict {
    if now < due_at.plus(PUNCTUAL) {
        return Verdict::Settled(AskState::Missed);
    }
    let until = now.plus(GRACE);
    let until = next_at.map_or(until, |next| next.min(until));
    if until > now {
        Verdict::Later(until)
    } else {
        // They are asked anew at once.
        Verdict::Settled(AskState::Late)
    }
}

fn close(tx: &mut Tx<'_>, due: &Due, asked: &Asked) -> Answer<()> {
    let now = tx.now();
    let member = due.family_member_id;
    let is_stopped = reach(tx, member)?.is_some_and(|reach| reach.is_stopped());
    let state = if !asked.is_active {
        AskState::NotActive
    } else if is_stopped {
        AskState::Stopped
    } else {
        let next_at = queries::next_ask(tx.conn(), member)?;
        match at_the_end(now, due.due_at, next_at) {
            Verdict::Later(at) => return queries::put_off(tx.conn(), due, at),
            Verdict::Settled(state) => state,
            Verdict::Ask => AskState::Missed,
        }
    };
    queries::settle(tx.conn(), due, (state, None, now))?;
    if state == AskState::Missed {
        missing::missed(tx, (asked.authority_id, member), due.starts)?;
    }
    Ok(())
}

/// Asks: the one fixed sentence on their phone, and in the app until when they may answer.
fn tell(tx: &mut Tx<'_>, due: &Due, closes: Moment) {
    let detail = json!({ "starts": due.starts.to_string(), "until": closes });
    tx.tell(Telling {
        to: due.family_member_id,
        event: CHECK_IN_DUE,
        subject: due.family_member_id.into(),
        subject_seq: 0,
        detail: Some(detail.to_string()),
        urgency: Urgency::Usual,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::contact_plans::ContactPlan;

    /// Of somebody who has told no plan: their phone rings by day.
    fn reach() -> Reach {
        ContactPlan::untold(AccountId::new()).reach()
    }

    fn at(text: &str) -> Moment {
        Moment::parse_rfc3339(&format!("2026-06-{text}:00Z")).unwrap()
    }

    #[test]
    fn nobody_is_asked_at_night_or_after_their_window() {
        let late = Verdict::Settled(AskState::Late);
        let not_safe = Verdict::Settled(AskState::NotSafe);
        let morning = Verdict::Later(at("03T07:00"));
        for (now, due, next, hours, expected) in [
            ("02T10:00", "02T10:00", "03T10:00", 6, Verdict::Ask),
            ("02T11:59", "02T10:00", "03T10:00", 1, Verdict::Ask),
            ("02T12:00", "02T10:00", "03T10:00", 1, late),
            ("02T15:59", "02T10:00", "03T10:00", 6, Verdict::Ask),
            ("02T16:00", "02T10:00", "03T10:00", 6, late),
            // There is little time left to answer before they are asked again.
            ("02T18:00", "01T18:30", "03T00:00", 168, Verdict::Ask),
            ("02T18:01", "01T18:30", "03T00:00", 168, late),
            // At ten in the evening it waits for eight in the morning by the clock on the wall.
            ("02T21:00", "02T21:00", "03T21:00", 6, morning),
            ("02T21:00", "02T15:01", "03T21:00", 6, morning),
            ("02T21:00", "02T21:00", "03T07:00", 6, not_safe),
        ] {
            let due = (at(due), Some(at(next)));
            let window = Duration::from_hours(hours);
            let found = when(at(now), due, (window, &reach()));
            assert_eq!(found, expected, "{now} {due:?}");
        }
    }

    #[test]
    fn who_could_not_be_heard_has_missed_nothing_yet() {
        let missed = Verdict::Settled(AskState::Missed);
        for (now, due, next, expected) in [
            ("02T10:00", "02T10:00", "09T10:00", missed),
            ("02T10:59", "02T10:00", "09T10:00", missed),
            (
                "02T11:00",
                "02T10:00",
                "09T10:00",
                Verdict::Later(at("02T17:00")),
            ),
            (
                "05T11:00",
                "02T10:00",
                "05T12:00",
                Verdict::Later(at("05T12:00")),
            ),
            (
                "05T11:00",
                "02T10:00",
                "05T11:00",
                Verdict::Settled(AskState::Late),
            ),
            (
                "09T11:00",
                "02T10:00",
                "03T10:00",
                Verdict::Settled(AskState::Late),
            ),
        ] {
            assert_eq!(
                at_the_end(at(now), at(due), Some(at(next))),
                expected,
                "{now}"
            );
        }
    }
}
