//! The schedule against a slow model that is obviously right: it turns the pages of a calendar one
//! by one, and watches the clock on the wall minute by minute.

use chrono::{NaiveDateTime, Weekday};
use proptest::prelude::*;

use super::course::{Becomes, Course, Exception};
use super::*;

const ZONES: [&str; 5] = [
    "Europe/London",
    "Europe/Warsaw",
    "America/New_York",
    // Its clocks change by half an hour.
    "Australia/Lord_Howe",
    "Asia/Kolkata",
];

/// A day in each of the weeks around which the clocks change in London.
const CHANGES: [&str; 4] = ["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"];

fn civil(text: &str) -> Civil {
    Civil::parse(text).unwrap()
}

fn daily(starts: &str) -> Schedule {
    Schedule {
        starts: civil(starts),
        zone: Zone::LONDON,
        minutes: 30,
        repeats: Repeats::Daily,
        until: None,
    }
}

/// The last day of the month this day is in.
fn month_ends(day: NaiveDate) -> NaiveDate {
    let mut last = day;
    while let Some(next) = last.succ_opt().filter(|next| next.month() == day.month()) {
        last = next;
    }
    last
}

/// Whether a schedule has an occurrence on a day, read off the calendar.
fn is_on(schedule: &Schedule, day: NaiveDate) -> bool {
    let first = schedule.starts.date();
    if day < first || schedule.until.is_some_and(|until| day > until) {
        return false;
    }
    match schedule.repeats {
        Repeats::Once => day == first,
        Repeats::Daily => true,
        Repeats::Weekly => day.weekday() == first.weekday(),
        Repeats::Fortnightly => {
            // Weeks are counted by their Mondays.
            let monday = |day: NaiveDate| day.week(Weekday::Mon).first_day();
            let weeks = monday(day).signed_duration_since(monday(first)).num_weeks();
            day.weekday() == first.weekday() && weeks % 2 == 0
        }
        Repeats::Monthly => {
            day.day() == first.day() || (day == month_ends(day) && first.day() > day.day())
        }
    }
}

/// The first minute of all at which the wall shows this time of this day, or a later one. Watched
/// minute by minute from three hours before, which is longer than any change of the clocks.
fn watched(at: NaiveDateTime, zone: &str) -> Moment {
    let zone = zone.parse().unwrap();
    let mut minute = Moment::from_datetime(&at.and_utc()).minus(Duration::from_hours(36));
    while minute.plus(Duration::from_hours(3)).on_the_wall(zone) < at {
        minute = minute.plus(Duration::from_hours(1));
    }
    while minute.on_the_wall(zone) < at {
        minute = minute.plus(Duration::from_mins(1));
    }
    minute
}

/// Every occurrence from the first day to the last, the slow way.
fn slowly(schedule: &Schedule, days: i64) -> Vec<(Civil, Moment)> {
    let mut day = schedule.starts.date();
    let mut found = Vec::new();
    for _ in 0..=days {
        if is_on(schedule, day) {
            let time = schedule.starts.to_string();
            let starts = format!("{day}T{}", time.split_once('T').unwrap().1);
            let at = NaiveDateTime::parse_from_str(&starts, "%Y-%m-%dT%H:%M").unwrap();
            found.push((civil(&starts), watched(at, schedule.zone.name())));
        }
        day = day.succ_opt().unwrap();
    }
    found
}

/// Every occurrence as it is reckoned, one after the other, up to a day.
fn reckoned(schedule: &Schedule, days: i64) -> Vec<(Civil, Moment)> {
    let last = schedule.starts.date() + chrono::TimeDelta::days(days);
    let mut found = Vec::new();
    let mut next = schedule.nth(0);
    while let Some(one) = next.filter(|one| one.starts.date() <= last) {
        found.push((one.starts, one.starts_at));
        next = schedule.after(one.starts);
    }
    found
}

prop_compose! {
    /// A schedule that begins in the three weeks before a change of the clocks, most often in the
    /// hours that are skipped or come twice.
    fn schedule()(
        change in prop::sample::select(&CHANGES[..]),
        before in 0_u64..22,
        hour in prop_oneof![3 => 0_u32..4, 1 => 0_u32..24],
        minute in 0_u32..60,
        zone in prop::sample::select(&ZONES[..]),
        repeats in prop::sample::select(Repeats::ALL),
        minutes in 1_i32..=1440,
        until in prop::option::of(0_i64..70),
    ) -> Schedule {
        let change: NaiveDate = change.parse().unwrap();
        let day = change - chrono::Days::new(before);
        Schedule {
            starts: civil(&format!("{day}T{hour:02}:{minute:02}")),
            zone: Zone::parse(zone).unwrap(),
            minutes,
            repeats,
            until: until.map(|days| day + chrono::TimeDelta::days(days)),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_occurrence_is_where_the_calendar_and_the_clock_on_the_wall_put_it(
        schedule in schedule(),
    ) {
        let days = 65;

        let found = reckoned(&schedule, days);

        prop_assert_eq!(&found, &slowly(&schedule, days));
        prop_assert!(found.windows(2).all(|two| two[0].1 < two[1].1), "no two at once");
        for (starts, _) in &found {
            prop_assert!(schedule.occurs(*starts));
        }
        if let Some(over) = schedule.over_at() {
            let (last, at) = found[found.len() - 1];
            prop_assert!(schedule.repeats == Repeats::Once || schedule.until.is_some());
            if schedule.after(last).is_none() {
                let minutes = u64::try_from(schedule.minutes).unwrap();
                prop_assert_eq!(over, at.plus(Duration::from_secs(minutes * 60)));
            }
        }
    }

    #[test]
    fn what_comes_next_is_the_first_of_all_that_fits(
        schedule in schedule(),
        hours in 0_u64..1500,
        before in prop_oneof![Just(0), Just(60), Just(1440), Just(1500), Just(7 * 1440), 0_i32..=10080],
    ) {
        let now = schedule.starts.at(schedule.zone).minus(Duration::from_hours(24 * 8))
            .plus(Duration::from_hours(hours));
        let all: Vec<Occurrence> = (0..90).map_while(|n| schedule.nth(n)).collect();

        let upcoming = all.iter().find(|one| one.ends_at > now).copied();
        let reminded = all.iter().find(|one| schedule.remind_at(one, before) > now).copied();

        prop_assert_eq!(schedule.upcoming(now), upcoming);
        prop_assert_eq!(schedule.to_remind_of(now, before), reminded);
    }
}

prop_compose! {
    /// A date of which some occurrences were moved, by up to three weeks either way, and some cancelled.
    fn course()(
        schedule in schedule(),
        said in prop::collection::vec(
            (0_u32..40, prop::option::of((0_u64..42, 0_u32..24, 0_u32..60, 1_i32..=1440))),
            0..6,
        ),
    ) -> (Course, Vec<Exception>) {
        let mut exceptions: Vec<Exception> = Vec::new();
        for (number, to) in said {
            let Some(one) = schedule.nth(number) else { continue };
            let becomes = match to {
                None => Becomes::Cancelled,
                Some((days, hour, minute, minutes)) => {
                    let day = one.starts.date() - chrono::Days::new(21) + chrono::Days::new(days);
                    Becomes::At(civil(&format!("{day}T{hour:02}:{minute:02}")), minutes)
                }
            };
            exceptions.retain(|known| known.of != one.starts);
            exceptions.push(Exception { of: one.starts, becomes });
        }
        (Course::new(schedule, exceptions.clone()), exceptions)
    }
}

/// Every occurrence as it is now, in the order of time: each of the schedule looked at by itself.
fn one_by_one(schedule: &Schedule, exceptions: &[Exception]) -> Vec<Occurrence> {
    let planned = (0..130).map_while(|n| schedule.nth(n));
    let mut all: Vec<Occurrence> = planned
        .filter_map(|one| {
            let said = exceptions.iter().find(|said| said.of == one.starts);
            match said.map(|said| said.becomes) {
                None => Some(one),
                Some(Becomes::Cancelled) => None,
                Some(Becomes::At(starts, minutes)) => {
                    let starts_at = starts.at(schedule.zone);
                    let minutes = u64::try_from(minutes).unwrap();
                    Some(Occurrence {
                        of: one.of,
                        starts,
                        starts_at,
                        ends_at: starts_at.plus(Duration::from_secs(minutes * 60)),
                    })
                }
            }
        })
        .collect();
    all.sort_by_key(|one| (one.starts_at, one.starts));
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_comes_next_where_some_were_moved_is_the_first_of_all_that_fits(
        (course, exceptions) in course(),
        hours in 0_u64..1500,
        before in prop_oneof![Just(0), Just(60), Just(1440), Just(7 * 1440), 0_i32..=10080],
    ) {
        let schedule = course.schedule();
        let now = schedule.starts.at(schedule.zone).minus(Duration::from_hours(24 * 24))
            .plus(Duration::from_hours(hours));
        let all = one_by_one(schedule, &exceptions);
        let first = |fits: &dyn Fn(&Occurrence) -> bool| all.iter().find(|one| fits(one)).copied();

        prop_assert_eq!(course.upcoming(now), first(&|one| one.ends_at > now));
        let reminded = first(&|one| schedule.remind_at(one, before) > now);
        prop_assert_eq!(course.to_remind_of(now, before), reminded);
        let wall = Civil::shown(now, schedule.zone);
        prop_assert_eq!(course.after(wall), first(&|one| one.starts > wall));
        for one in &all {
            prop_assert!(course.occurs(one.starts) && course.knows(one.of));
            prop_assert!(course.over_at().is_none_or(|over| over >= one.ends_at));
        }
    }

    #[test]
    fn each_is_come_past_once_from_the_first_to_the_last((course, exceptions) in course()) {
        let mut expected: Vec<Civil> = one_by_one(course.schedule(), &exceptions)
            .iter()
            .map(|one| one.starts)
            .collect();
        expected.sort_unstable();
        expected.dedup();
        expected.truncate(60);
        let long_ago = course.schedule().starts.minus_days(30).unwrap();

        let mut found = Vec::new();
        let mut next = course.after(long_ago);
        while let Some(one) = next.filter(|_| found.len() < expected.len()) {
            found.push(one.starts);
            next = course.after(one.starts);
        }

        prop_assert_eq!(found, expected);
    }
}

#[test]
fn what_was_said_of_a_time_that_the_schedule_has_not_any_more_is_forgotten() {
    let schedule = daily("2026-06-01T10:00");
    let moved = Exception {
        of: civil("2026-06-03T10:00"),
        becomes: Becomes::At(civil("2026-06-03T15:00"), 30),
    };

    let kept = Course::new(schedule, vec![moved]);
    let other = Course::new(daily("2026-06-01T11:00"), vec![moved]);

    assert!(kept.occurs(civil("2026-06-03T15:00")) && !kept.occurs(civil("2026-06-03T10:00")));
    assert!(kept.knows(civil("2026-06-03T10:00")));
    assert!(other.exceptions().is_empty() && !other.occurs(civil("2026-06-03T15:00")));
}

#[test]
fn a_time_that_is_skipped_is_the_next_minute_and_one_that_comes_twice_the_first() {
    for (starts, at) in [
        ("2026-03-29T01:30", "2026-03-29T01:00:00.000000Z"),
        ("2026-10-25T01:30", "2026-10-25T00:30:00.000000Z"),
        ("2027-03-28T01:30", "2027-03-28T01:00:00.000000Z"),
        ("2027-10-31T01:30", "2027-10-31T00:30:00.000000Z"),
    ] {
        let first = daily(starts).nth(0).unwrap();

        assert_eq!(first.starts_at.to_string(), at);
    }
}

#[test]
fn the_thirty_first_is_the_last_day_of_a_shorter_month_and_comes_back() {
    let mut schedule = daily("2026-08-31T10:00");
    schedule.repeats = Repeats::Monthly;

    let days: Vec<String> = (0..5)
        .map(|n| schedule.nth(n).unwrap().starts.to_string())
        .collect();

    assert_eq!(
        days.join(" "),
        "2026-08-31T10:00 2026-09-30T10:00 2026-10-31T10:00 2026-11-30T10:00 2026-12-31T10:00"
    );
}

#[test]
fn the_day_before_is_the_same_time_of_day_and_an_hour_before_is_an_hour() {
    let schedule = daily("2026-10-25T10:00");
    let sunday = schedule.nth(0).unwrap();

    let day_before = schedule.remind_at(&sunday, 24 * 60);
    let hour_before = schedule.remind_at(&sunday, 60);

    assert_eq!(day_before, civil("2026-10-24T10:00").at(Zone::LONDON));
    assert_eq!(sunday.starts_at.since(hour_before).as_secs(), 3600);
}
