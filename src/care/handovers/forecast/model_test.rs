//! The forecast against a model that knows nothing of it: fourteen days, minute by minute, by what the
//! clocks on the wall in London show, across the changes of 2026 and 2027.

use std::collections::BTreeSet;

use chrono::{NaiveDateTime, TimeDelta};
use chrono_tz::Europe::London;
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use super::{Gap, People, Plan, Span, Why, gaps};
use crate::base::ids::AccountId;
use crate::base::time::Moment;

const MINUTE: i64 = 60_000_000;
const DAYS: i64 = 14;
/// A week before each change of the clocks, at noon; the last is a fortnight without one.
const STARTS: [&str; 5] = [
    "2026-03-22T12:00:00",
    "2026-10-18T12:00:00",
    "2027-03-21T12:00:00",
    "2027-10-24T12:00:00",
    "2026-12-20T12:00:00",
];

/// A shift or a leave as a person writes it: whose, and from when until when by the clock on the wall.
#[derive(Debug, Clone, Copy)]
struct Written {
    who: u128,
    from: NaiveDateTime,
    until: NaiveDateTime,
}

fn who(number: u128) -> AccountId {
    AccountId::from_uuid(Uuid::from_u128(number))
}

fn span(written: &Written) -> Span {
    Span {
        who: who(written.who),
        from: Moment::at_wall(written.from, London),
        until: Moment::at_wall(written.until, London),
    }
}

/// What the model says of one minute.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Minute {
    Fine,
    Bad(Why, Vec<AccountId>),
}

/// Goes through the minutes one after the other. What was written has begun at the first minute at which
/// the clock shows its time or later, and is over likewise: an hour that comes twice begins nothing twice.
fn model(
    (shifts, leaves): (&[Written], &[Written]),
    (supervisor, active, reachable): (Option<u128>, &BTreeSet<u128>, &BTreeSet<u128>),
    start: Moment,
) -> Vec<Minute> {
    let mut begun = vec![[false; 2]; shifts.len() + leaves.len()];
    let mut minutes = Vec::new();
    // Two days earlier, so that what is running at the start has begun.
    for number in -2 * 24 * 60..DAYS * 24 * 60 {
        let now = Moment::from_micros(start.micros() + number * MINUTE);
        let wall = now.on_the_wall(London);
        for (state, one) in begun.iter_mut().zip(shifts.iter().chain(leaves)) {
            state[0] |= wall >= one.from;
            state[1] |= wall >= one.until;
        }
        if number < 0 {
            continue;
        }
        let runs = |state: &[bool; 2]| state[0] && !state[1];
        let (of_shifts, of_leaves) = begun.split_at(shifts.len());
        let mut away = BTreeSet::new();
        for (state, leave) in of_leaves.iter().zip(leaves) {
            if runs(state) {
                away.insert(leave.who);
            }
        }
        let mut on = Vec::new();
        for (state, shift) in of_shifts.iter().zip(shifts) {
            if runs(state) && active.contains(&shift.who) && !away.contains(&shift.who) {
                on.push(shift.who);
            }
        }
        if let (true, Some(one)) = (on.is_empty(), supervisor)
            && active.contains(&one)
            && !away.contains(&one)
        {
            on.push(one);
        }
        minutes.push(if on.is_empty() {
            Minute::Bad(Why::NobodyOn, Vec::new())
        } else if on.iter().all(|one| !reachable.contains(one)) {
            Minute::Bad(Why::NobodyReachable, on.into_iter().map(who).collect())
        } else {
            Minute::Fine
        });
    }
    minutes
}

/// The minutes of a list of gaps.
fn minutes_of(found: &[Gap], start: Moment) -> Vec<Minute> {
    let count = usize::try_from(DAYS * 24 * 60).unwrap();
    let mut minutes = vec![Minute::Fine; count];
    for gap in found {
        let number = |at: Moment| usize::try_from((at.micros() - start.micros()) / MINUTE).unwrap();
        for minute in &mut minutes[number(gap.from)..number(gap.until)] {
            assert_eq!(*minute, Minute::Fine, "two gaps share a minute");
            *minute = Minute::Bad(gap.why, gap.people.clone());
        }
    }
    minutes
}

/// Shifts and leaves to the quarter of an hour, from a day before the start until after its end.
fn written(most: usize) -> impl Strategy<Value = Vec<(u128, i64, i64)>> {
    vec((1_u128..5, -96_i64..15 * 96, 1_i64..4 * 96), 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn the_gaps_are_those_of_a_model_that_counts_minutes(
        start in 0_usize..STARTS.len(),
        shifts in written(9),
        leaves in written(4),
        supervisor in proptest::option::of(1_u128..5),
        active in proptest::collection::btree_set(1_u128..5, 2..5),
        reachable in proptest::collection::btree_set(1_u128..5, 1..5),
    ) {
        let wall: NaiveDateTime = STARTS[start].parse().unwrap();
        let write = |(who, from, length): (u128, i64, i64)| Written {
            who,
            from: wall + TimeDelta::minutes(15 * from),
            until: wall + TimeDelta::minutes(15 * (from + length)),
        };
        let mut shifts: Vec<Written> = shifts.into_iter().map(write).collect();
        let leaves: Vec<Written> = leaves.into_iter().map(write).collect();
        // Times that the clock skips can make a shift empty; the API takes none that is.
        shifts.retain(|one| span(one).from < span(one).until);
        shifts.sort_by_key(|one| span(one).from);
        let start = Moment::at_wall(wall, London);
        let plan = Plan {
            supervisor: supervisor.map(who),
            shifts: shifts.iter().map(span).collect(),
            leaves: leaves.iter().map(span).collect(),
        };
        let people = People {
            active: active.iter().copied().map(who).collect(),
            reachable: reachable.iter().copied().map(who).collect(),
        };
        let end = Moment::from_micros(start.micros() + DAYS * 24 * 60 * MINUTE);

        let found = gaps(&plan, &people, (start, end));

        let expected = model((&shifts, &leaves), (supervisor, &active, &reachable), start);
        prop_assert_eq!(minutes_of(&found, start), expected);
        for pair in found.windows(2) {
            let is_one = pair[0].until == pair[1].from
                && pair[0].why == pair[1].why
                && pair[0].people == pair[1].people;
            prop_assert!(!is_one, "two gaps that are one");
        }
    }
}

#[test]
fn nobody_at_all_is_one_gap_from_end_to_end() {
    let (from, until) = (Moment::ZERO, Moment::from_micros(MINUTE));

    let found = gaps(&Plan::default(), &People::default(), (from, until));

    let all = Gap {
        from,
        until,
        why: Why::NobodyOn,
        people: Vec::new(),
    };
    assert_eq!(found, [all]);
}
