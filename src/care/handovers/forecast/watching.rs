//! Watching over the cover: whoever answers for pods is told of gaps, at once of one that has arisen and
//! once a day of all there are.
//!
//! Each person is told once in a look, however many gaps there are: how many, and the first of them. A
//! look is a row that is due: soon after a deed that can make a gap, and every few minutes, because a
//! device that takes no pushes any more and the next day at the horizon are no deeds of ours.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{Days, NaiveTime};
use chrono_tz::Europe::London;
use serde_json::json;

use super::{Gap, gaps, queries};
use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::base::time::Moment;
use crate::care::notices::sending::Ways;
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// There are gaps in the cover of your pods.
pub const GAP: Event = "cover.gap";

/// The cover of an authority is looked over at least so often.
const EVERY: Duration = Duration::from_mins(10);
/// So far ahead.
const AHEAD: Duration = Duration::from_hours(14 * 24);
/// What a known gap has grown by is new if it begins within this time. Beyond, it is the day that has come
/// up at the horizon.
const NEAR: Duration = Duration::from_hours(13 * 24);
/// A new gap that begins within this time is told pressingly.
const SOON: Duration = Duration::from_hours(24);
/// What there is is told again at this hour in London.
const DAILY_AT_HOUR: u32 = 8;

/// An authority whose cover is to be looked over, and since when; since ever, if it never was.
pub type Due = (AuthorityId, Option<Moment>);

/// Which authorities' cover is to be looked over now, and when the next one's is.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    queries::due(view.conn(), now, most)
}

/// Has the cover of an authority looked over as soon as a worker can: something has changed.
///
/// # Errors
/// If it cannot be stored.
pub fn look_soon(tx: &mut Tx<'_>, authority: AuthorityId) -> Answer<()> {
    let now = tx.now();
    queries::look_at(tx.conn(), authority, now)?;
    tx.wake_workers();
    Ok(())
}

/// Looks over the cover of an authority, unless another node has just done it, and tells.
///
/// # Errors
/// If it cannot be stored.
pub fn look_over(tx: &mut Tx<'_>, (authority, seen): Due, ways: Ways) -> Answer<bool> {
    let now = tx.now();
    let next_daily = next_daily(now);
    let Some(daily_at) =
        queries::claim(tx.conn(), (authority, seen), (now.plus(EVERY), next_daily))?
    else {
        return Ok(false);
    };
    let is_daily = daily_at <= now;
    if is_daily {
        queries::put_daily(tx.conn(), authority, next_daily)?;
    }
    let until = now.plus(AHEAD);
    let of = (authority, None);
    let known = queries::known(tx.conn(), of, (now, until), (now, ways))?;
    let before = queries::gaps_before(tx.conn(), authority)?;
    let mut found: Vec<(PodId, Gap)> = Vec::new();
    let mut to_tell: BTreeMap<AccountId, Vec<(PodId, Gap, bool)>> = BTreeMap::new();
    let managers = queries::managers(tx.conn(), authority)?;
    for (pod, _, plan) in &known.pods {
        let supervisor = plan
            .supervisor
            .filter(|who| known.people.active.contains(who));
        for gap in gaps(plan, &known.people, (now, until)) {
            let before = before.get(pod).map(Vec::as_slice).unwrap_or_default();
            let is_new = is_new(&gap, before, now.plus(NEAR));
            for who in managers.iter().copied().chain(supervisor) {
                let theirs = to_tell.entry(who).or_default();
                theirs.push((*pod, gap.clone(), is_new));
            }
            found.push((*pod, gap));
        }
    }
    queries::keep_gaps(tx.conn(), authority, &found)?;
    for (who, theirs) in to_tell {
        tell(tx, who, (theirs, is_daily));
    }
    Ok(true)
}

/// Whether a gap was not there before: none for the same reason shared a moment with it, or it has grown
/// by something that begins before `near`.
fn is_new(gap: &Gap, before: &[Gap], near: Moment) -> bool {
    let mut known: Vec<&Gap> = before
        .iter()
        .filter(|old| old.why == gap.why && old.from < gap.until && gap.from < old.until)
        .collect();
    if known.is_empty() {
        return true;
    }
    known.sort_by_key(|old| old.from);
    let mut known_to = gap.from;
    for old in known {
        if old.from > known_to {
            break;
        }
        known_to = known_to.max(old.until);
    }
    known_to < gap.until && known_to < near
}

/// Tells one person of what is new, or once a day of everything.
fn tell(tx: &mut Tx<'_>, who: AccountId, (gaps, is_daily): (Vec<(PodId, Gap, bool)>, bool)) {
    let count = gaps.len();
    let new = gaps.iter().filter(|(_, _, is_new)| *is_new).count();
    let first = gaps
        .into_iter()
        .filter(|(_, _, is_new)| new == 0 || *is_new)
        .min_by_key(|(pod, gap, _)| (gap.from, *pod));
    let Some((pod, gap, _)) = first.filter(|_| new > 0 || is_daily) else {
        return;
    };
    let is_soon = gap.from.since(tx.now()) < SOON;
    let detail = json!({
        "gaps": count, "new": new, "from": gap.from, "until": gap.until, "why": gap.why,
    });
    tx.tell(Telling {
        to: who,
        event: GAP,
        subject: pod.into(),
        subject_seq: 0,
        detail: Some(detail.to_string()),
        urgency: if new > 0 && is_soon {
            Urgency::Pressing
        } else {
            Urgency::Usual
        },
    });
}

/// The next time, after this moment, at which everything is told again.
fn next_daily(now: Moment) -> Moment {
    let today = now.on_the_wall(London).date();
    let hour = NaiveTime::from_hms_opt(DAILY_AT_HOUR, 0, 0).unwrap_or_default();
    let at = |days| {
        let day = today.checked_add_days(Days::new(days)).unwrap_or(today);
        Moment::at_wall(day.and_time(hour), London)
    };
    let this = at(0);
    if this > now { this } else { at(1) }
}

#[cfg(test)]
mod tests {
    use super::super::Why;
    use super::*;

    #[test]
    fn a_gap_is_new_by_what_it_has_grown_by() {
        let midnight = Moment::parse_rfc3339("2026-06-02T00:00:00Z").unwrap();
        let at = |hour: u64| midnight.plus(Duration::from_hours(hour));
        let gap = |(from, until): (u64, u64), why| Gap {
            from: at(from),
            until: at(until),
            why,
            people: Vec::new(),
        };
        let nobody = Why::NobodyOn;
        for (now_gap, before, near, expected) in [
            ((9, 17), vec![], 100, true),
            ((9, 17), vec![(9, 17)], 100, false),
            ((10, 17), vec![(9, 17)], 100, false),
            ((9, 17), vec![(9, 10)], 100, true),
            ((9, 17), vec![(10, 17)], 100, true),
            ((9, 17), vec![(9, 12), (13, 17)], 100, true),
            ((9, 17), vec![(12, 17), (9, 12)], 100, false),
            ((9, 17), vec![(9, 16)], 16, false),
            ((9, 17), vec![(17, 20)], 100, true),
        ] {
            let before: Vec<Gap> = before.into_iter().map(|span| gap(span, nobody)).collect();
            let new = is_new(&gap(now_gap, nobody), &before, at(near));
            assert_eq!(new, expected, "{now_gap:?} {before:?}");
        }
        let other = [gap((9, 17), Why::NobodyReachable)];
        assert!(is_new(&gap((9, 17), nobody), &other, at(100)));
    }

    #[test]
    fn it_is_told_at_eight_in_london_on_every_day_of_the_year() {
        for (now, next) in [
            ("2026-03-28T07:59:59Z", "2026-03-28T08:00:00Z"),
            ("2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"),
            ("2026-10-24T07:00:00Z", "2026-10-25T08:00:00Z"),
            ("2027-03-27T20:00:00Z", "2027-03-28T07:00:00Z"),
            ("2027-10-31T00:30:00Z", "2027-10-31T08:00:00Z"),
        ] {
            let now = Moment::parse_rfc3339(now).unwrap();

            assert_eq!(Some(next_daily(now)), Moment::parse_rfc3339(next), "{now}");
        }
    }
}
