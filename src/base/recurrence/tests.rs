//! The rules against a slow model that is obviously right: it turns the pages of a calendar one by
//! one, and watches the clock on the wall minute by minute, through both changes of 2026 and of 2027.

use std::time::Duration;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};
use proptest::prelude::*;

use super::*;
use crate::base::civil::Zone;
use crate::base::time::Moment;

const ZONES: [&str; 5] = [
    "Europe/London",
    "Europe/Warsaw",
    "America/New_York",
    // Its clocks change by half an hour.
    "Australia/Lord_Howe",
    "Asia/Kolkata",
];

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

fn civil(text: &str) -> Civil {
    Civil::parse(text).unwrap()
}

/// What a rule means, said in another way than the standard's.
#[derive(Debug, Clone)]
enum Meaning {
    EveryNthDay(u16),
    OnWeekdays(Vec<usize>),
    EveryNthWeekOn(u16, Vec<usize>),
    EveryNthMonthOn(u16, i64),
    EveryNthMonthOnThe(u16, i64, usize),
}

impl Meaning {
    fn rule(&self) -> String {
        let names = |days: &[usize]| {
            let names: Vec<&str> = days.iter().map(|day| DAYS[*day]).collect();
            names.join(",")
        };
        match self {
            Self::EveryNthDay(n) => format!("FREQ=DAILY;INTERVAL={n}"),
            Self::OnWeekdays(days) => format!("FREQ=DAILY;BYDAY={}", names(days)),
            Self::EveryNthWeekOn(n, days) => {
                format!("FREQ=WEEKLY;INTERVAL={n};BYDAY={}", names(days))
            }
            Self::EveryNthMonthOn(n, day) => format!("FREQ=MONTHLY;INTERVAL={n};BYMONTHDAY={day}"),
            Self::EveryNthMonthOnThe(n, which, day) => {
                format!("FREQ=MONTHLY;INTERVAL={n};BYDAY={which}{}", DAYS[*day])
            }
        }
    }

    /// Whether a day is one of them, read off the calendar.
    fn is_on(&self, first: NaiveDate, day: NaiveDate) -> bool {
        let is_one_of = |days: &[usize]| days.iter().any(|index| WEEK[*index] == day.weekday());
        let months = i64::from(day.year() - first.year()) * 12 + i64::from(day.month())
            - i64::from(first.month());
        match self {
            Self::EveryNthDay(n) => (day - first).num_days() % i64::from(*n) == 0,
            Self::OnWeekdays(days) => is_one_of(days),
            Self::EveryNthWeekOn(n, days) => {
                // Weeks are counted by their Mondays.
                let monday = |day: NaiveDate| day.week(Weekday::Mon).first_day();
                let weeks = (monday(day) - monday(first)).num_weeks();
                weeks % i64::from(*n) == 0 && is_one_of(days)
            }
            Self::EveryNthMonthOn(n, wanted) => {
                let from_end = i64::from(day.day()) - i64::from(days_of_month(day)) - 1;
                months % i64::from(*n) == 0
                    && (*wanted == i64::from(day.day()) || *wanted == from_end)
            }
            Self::EveryNthMonthOnThe(n, which, weekday) => {
                let so_far = i64::from(day.day() - 1) / 7 + 1;
                let to_come = -(i64::from(days_of_month(day) - day.day()) / 7 + 1);
                months % i64::from(*n) == 0
                    && WEEK[*weekday] == day.weekday()
                    && (*which == so_far || *which == to_come)
            }
        }
    }
}

fn days_of_month(day: NaiveDate) -> u32 {
    let mut last = day;
    while let Some(next) = last.succ_opt().filter(|next| next.month() == day.month()) {
        last = next;
    }
    last.day()
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

fn some_days() -> impl Strategy<Value = Vec<usize>> {
    prop::sample::subsequence((0..7).collect::<Vec<usize>>(), 1..=4)
}

fn meaning() -> impl Strategy<Value = Meaning> {
    prop_oneof![
        (1_u16..=31).prop_map(Meaning::EveryNthDay),
        some_days().prop_map(Meaning::OnWeekdays),
        (1_u16..=12, some_days()).prop_map(|(n, days)| Meaning::EveryNthWeekOn(n, days)),
        (1_u16..=6, prop_oneof![1_i64..=31, -31_i64..=-1])
            .prop_map(|(n, day)| Meaning::EveryNthMonthOn(n, day)),
        (1_u16..=6, prop_oneof![1_i64..=5, -4_i64..=-1], 0_usize..7)
            .prop_map(|(n, which, day)| Meaning::EveryNthMonthOnThe(n, which, day)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_time_is_where_the_calendar_and_the_clock_on_the_wall_put_it(
        meaning in meaning(),
        day in 0_u64..365,
        // Most often in the hours that are skipped or come twice.
        hour in prop_oneof![3 => 0_u32..4, 1 => 0_u32..24],
        minute in 0_u32..60,
        zone in prop::sample::select(&ZONES[..]),
    ) {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(day);
        let starts = civil(&format!("{first}T{hour:02}:{minute:02}"));
        let end = NaiveDate::from_ymd_opt(2028, 1, 1).unwrap();
        let rule = Rule::parse(&meaning.rule()).unwrap();

        let mut found = Vec::new();
        let mut next = rule.first(starts, |_| true);
        while let Some(one) = next.filter(|one| one.date() < end) {
            found.push((one, one.at(Zone::parse(zone).unwrap())));
            next = rule.after(one);
        }

        let days = first.iter_days().take_while(|day| *day < end);
        let slowly: Vec<(Civil, Moment)> = days
            .filter(|day| meaning.is_on(first, *day))
            .map(|day| {
                let at = day.and_hms_opt(hour, minute, 0).unwrap();
                (civil(&format!("{day}T{hour:02}:{minute:02}")), watched(at, zone))
            })
            .collect();
        prop_assert_eq!(&found, &slowly, "{}", rule.as_str());
        prop_assert!(found.windows(2).all(|two| two[0].1 < two[1].1), "no two at once");
    }
}

#[test]
fn what_people_say_is_a_rule() {
    for rule in [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=2",
        "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=SU",
        "INTERVAL=2;FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=1MO,-1FR",
    ] {
        assert!(Rule::parse(rule).is_some(), "{rule}");
    }
}

#[test]
fn what_could_keep_a_worker_busy_or_waiting_is_none() {
    for rule in [
        "",
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=YEARLY",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;BYMINUTE=1",
        "FREQ=DAILY;BYSECOND=0,1",
        "FREQ=DAILY;COUNT=4000000000",
        "FREQ=DAILY;UNTIL=20270101T000000Z",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=32",
        "FREQ=DAILY;INTERVAL=+2",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;INTERVAL=7",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=-5MO",
        "FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;FREQ=DAILY",
        "freq=daily",
        "RRULE:FREQ=DAILY",
        "FREQ=DAILY;",
        "FREQ=DAILY\nEXRULE:FREQ=SECONDLY",
        "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU,MO,TU,WE,TH,FR,SA,SU,MO,TU,WE,TH,FR,SA,SU,MO",
    ] {
        assert!(Rule::parse(rule).is_none(), "{rule}");
    }
}

#[test]
fn a_day_that_a_month_has_not_got_is_left_out_and_the_last_day_is_not() {
    let starts = civil("2026-08-31T10:00");
    let three = |rule: &str| {
        let rule = Rule::parse(rule).unwrap();
        let first = rule.first(starts, |_| true).unwrap();
        let second = rule.after(first).unwrap();
        [first, second, rule.after(second).unwrap()].map(|one| one.date().to_string())
    };

    let same_day = three("FREQ=MONTHLY");
    assert_eq!(same_day, ["2026-08-31", "2026-10-31", "2026-12-31"]);
    let last_day = three("FREQ=MONTHLY;BYMONTHDAY=-1");
    assert_eq!(last_day, ["2026-08-31", "2026-09-30", "2026-10-31"]);
}
