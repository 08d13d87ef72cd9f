//! Working days of England: Monday to Friday but for bank holidays, 09:00 to 17:00 in London.
//!
//! A wait counted in working days is working time: one day is eight such hours. What is raised on
//! a Friday at 16:00 has used its day on Monday at 16:00; what is raised on a Saturday, on Monday
//! at 17:00. Bank holidays are computed, with their substitutes; a holiday proclaimed for one year
//! alone is a line in [`PROCLAIMED`].

use std::time::Duration;

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use chrono_tz::Europe::London;

use crate::base::time::Moment;

/// Working time in one working day.
const DAY: Duration = Duration::from_hours(8);
/// Holidays proclaimed for one year alone, as for a coronation.
const PROCLAIMED: &[(i32, u32, u32)] = &[(2023, 5, 8)];

/// The moment by which so many working days have passed since `from`.
#[must_use]
pub fn later(from: Moment, days: u32) -> Moment {
    after_work(from, DAY.saturating_mul(days))
}

/// The moment by which so many working hours have passed since `from`.
#[must_use]
pub fn hours_later(from: Moment, hours: u32) -> Moment {
    after_work(from, Duration::from_hours(u64::from(hours)))
}

fn after_work(from: Moment, mut left: Duration) -> Moment {
    let mut at = from;
    loop {
        let (opens, closes) = hours_from(at);
        let start = at.max(opens);
        let here = closes.since(start);
        if left <= here {
            return start.plus(left);
        }
        left = left.saturating_sub(here);
        at = closes.plus(Duration::from_micros(1));
    }
}

/// The end of the working day that `from` is in, or of the next one if it is in none.
#[must_use]
pub fn end_of_day(from: Moment) -> Moment {
    hours_from(from).1
}

/// Whether the office is open at this moment.
#[must_use]
pub fn is_working_time(at: Moment) -> bool {
    let (opens, closes) = hours_from(at);
    opens <= at && at < closes
}

/// When the office opens and closes on the day of `at` if it has not closed yet, else on the next
/// working day.
fn hours_from(at: Moment) -> (Moment, Moment) {
    let mut date = at.on_the_wall(London).date();
    loop {
        if is_working_day(date) {
            let (opens, closes) = (wall(date, 9), wall(date, 17));
            if at <= closes {
                return (opens, closes);
            }
        }
        match date.checked_add_days(Days::new(1)) {
            Some(next) => date = next,
            // The end of time: nothing is ever due there.
            None => return (at, at.plus(DAY.saturating_mul(u32::MAX))),
        }
    }
}

fn wall(date: NaiveDate, hour: u32) -> Moment {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    Moment::at_wall(NaiveDateTime::new(date, time), London)
}

/// Whether people are at work on this day.
#[must_use]
pub fn is_working_day(date: NaiveDate) -> bool {
    !is_weekend(date) && !bank_holidays(date.year()).contains(&date)
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The bank holidays of England in one year, substitutes instead of those that fall on a weekend.
#[must_use]
pub fn bank_holidays(year: i32) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = Vec::with_capacity(10);
    if let Some(easter) = easter_sunday(year) {
        days.extend(easter.checked_sub_days(Days::new(2)));
        days.extend(easter.checked_add_days(Days::new(1)));
    }
    days.extend(NaiveDate::from_weekday_of_month_opt(
        year,
        5,
        Weekday::Mon,
        1,
    ));
    days.extend(last_monday(year, 5));
    days.extend(last_monday(year, 8));
    for &(_, month, day) in PROCLAIMED.iter().filter(|(when, _, _)| *when == year) {
        days.extend(NaiveDate::from_ymd_opt(year, month, day));
    }
    let fixed = [(1, 1), (12, 25), (12, 26)];
    for date in fixed
        .into_iter()
        .filter_map(|(m, d)| NaiveDate::from_ymd_opt(year, m, d))
    {
        let mut kept = date;
        // Boxing Day on a Monday keeps its place; a Christmas Day moved from Sunday comes after it.
        while is_weekend(kept) || days.contains(&kept) || is_taken_by_boxing_day(date, kept) {
            let Some(next) = kept.checked_add_days(Days::new(1)) else {
                break;
            };
            kept = next;
        }
        days.push(kept);
    }
    days.sort_unstable();
    days
}

fn is_taken_by_boxing_day(wanted: NaiveDate, day: NaiveDate) -> bool {
    wanted != day && day.month() == 12 && day.day() == 26
}

fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 5)
        .or_else(|| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 4))
}

/// Easter Sunday in the Gregorian calendar, by the rule of Meeus, Jones and Butcher.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let (leaps, skipped) = (century / 4, century % 4);
    let moon_fix = (century - (century + 8) / 25 + 1) / 3;
    let moon = (19 * golden + century - leaps - moon_fix + 15) % 30;
    let (fours, rest) = (of_century / 4, of_century % 4);
    let weekday = (32 + 2 * skipped + 2 * fours - moon - rest) % 7;
    let shift = (golden + 11 * moon + 22 * weekday) / 451;
    let day_of = moon + weekday - 7 * shift + 114;
    let month = u32::try_from(day_of / 31).ok()?;
    let day = u32::try_from(day_of % 31).ok()?.checked_add(1)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn at(text: &str) -> Moment {
        Moment::at_wall(text.parse().unwrap(), London)
    }

    #[test]
    fn bank_holidays_are_those_of_the_published_lists() {
        let published = [
            (2024, "0101 0329 0401 0506 0527 0826 1225 1226"),
            (2025, "0101 0418 0421 0505 0526 0825 1225 1226"),
            (2026, "0101 0403 0406 0504 0525 0831 1225 1228"),
            (2027, "0101 0326 0329 0503 0531 0830 1227 1228"),
            (2028, "0103 0414 0417 0501 0529 0828 1225 1226"),
            (2023, "0102 0407 0410 0501 0508 0529 0828 1225 1226"),
        ];
        for (year, days) in published {
            let found: Vec<String> = bank_holidays(year)
                .iter()
                .map(|day| day.format("%m%d").to_string())
                .collect();

            assert_eq!(found.join(" "), days, "{year}");
        }
    }

    #[test]
    fn a_holiday_on_a_weekend_has_a_substitute_and_no_two_fall_together() {
        for (year, christmas) in [
            (2020, "1225 1228"),
            (2021, "1227 1228"),
            (2022, "1226 1227"),
        ] {
            let found: Vec<String> = bank_holidays(year)
                .iter()
                .filter(|day| day.month() == 12)
                .map(|day| day.format("%m%d").to_string())
                .collect();

            assert_eq!(found.join(" "), christmas, "{year}");
        }
    }

    #[test]
    fn a_working_day_skips_the_night_the_weekend_and_bank_holidays() {
        for (from, to) in [
            ("2026-11-17T10:00:00", "2026-11-18T10:00:00"),
            ("2026-11-20T16:00:00", "2026-11-23T16:00:00"),
            ("2026-11-20T18:40:00", "2026-11-23T17:00:00"),
            ("2026-11-23T03:00:00", "2026-11-23T17:00:00"),
            ("2026-08-28T18:40:00", "2026-09-01T17:00:00"),
            ("2026-12-24T13:00:00", "2026-12-29T13:00:00"),
        ] {
            assert_eq!(later(at(from), 1), at(to), "{from}");
        }
        assert_eq!(
            later(at("2026-11-02T09:00:00"), 10),
            at("2026-11-13T17:00:00")
        );
    }

    #[test]
    fn the_day_ends_at_five_in_summer_and_in_winter() {
        assert_eq!(
            end_of_day(at("2026-07-01T10:00:00")).to_string(),
            "2026-07-01T16:00:00.000000Z"
        );
        assert_eq!(
            end_of_day(at("2026-12-01T10:00:00")).to_string(),
            "2026-12-01T17:00:00.000000Z"
        );
        assert_eq!(
            end_of_day(at("2026-11-21T10:00:00")),
            at("2026-11-23T17:00:00")
        );
    }

    #[test]
    fn nights_weekends_and_bank_holidays_are_out_of_hours() {
        for (time, is_working) in [
            ("2026-11-20T08:59:59", false),
            ("2026-11-20T09:00:00", true),
            ("2026-11-20T16:59:59", true),
            ("2026-11-20T17:00:00", false),
            ("2026-11-21T11:00:00", false),
            ("2026-12-28T11:00:00", false),
            ("2026-07-01T09:00:00", true),
        ] {
            assert_eq!(is_working_time(at(time)), is_working, "{time}");
        }
    }

    fn working_time(from: Moment, to: Moment) -> Duration {
        let mut date = from.on_the_wall(London).date();
        let mut sum = Duration::ZERO;
        while wall(date, 9) < to {
            if is_working_day(date) {
                let (start, end) = (wall(date, 9).max(from), wall(date, 17).min(to));
                sum = sum.saturating_add(end.since(start));
            }
            date = date.succ_opt().unwrap();
        }
        sum
    }

    proptest! {
        #[test]
        fn a_wait_in_working_days_is_that_much_working_time_whatever_the_clocks_do(
            year in 2026_i32..=2027,
            autumn in any::<bool>(),
            minutes in 0_i64..60 * 24 * 21,
            days in 1_u32..=10,
        ) {
            let start = if autumn { (10, 14) } else { (3, 14) };
            let date = NaiveDate::from_ymd_opt(year, start.0, start.1).unwrap();
            let from = Moment::from_micros(wall(date, 9).micros() + minutes * 60_000_000);

            let to = later(from, days);

            prop_assert_eq!(working_time(from, to), DAY.saturating_mul(days));
            prop_assert!(is_working_day(to.on_the_wall(London).date()));
            prop_assert!(later(from, days + 1) > to);
        }
    }
}
