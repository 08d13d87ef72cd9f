//! Working days of England: the days on which an authority is at work but for bank holidays, in its office
//! hours by the clocks of London.
//!
//! A wait counted in working days is working time: one day is as much of it as the day has on which the wait
//! begins, and as large a part of the next as is left. What is raised on a Friday at 16:00 has used its day
//! on Monday at 16:00; what is raised on a Saturday without work, at the end of Monday's. Bank holidays are
//! computed, with their substitutes; a holiday proclaimed for one year alone is a line in [`PROCLAIMED`].

use std::time::Duration;

use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Europe::London;

use super::office_hours::OfficeHours;
use crate::base::time::Moment;
use crate::care::contact_plans::windows::{Day, MOST_MINUTE};

/// Holidays proclaimed for one year alone, as for a coronation.
const PROCLAIMED: &[(i32, u32, u32)] = &[(2023, 5, 8)];

/// The moment by which so many working days have passed since `from`.
#[must_use]
pub fn later(hours: OfficeHours, from: Moment, days: u32) -> Moment {
    let mut stretch = stretch_from(hours, from);
    let mut left = stretch.length().saturating_mul(days);
    let mut start = from.max(stretch.opens);
    loop {
        let here = stretch.closes.since(start);
        if left <= here {
            return start.plus(left);
        }
        left = left.saturating_sub(here);
        let next = stretch_from(hours, stretch.closes.plus(Duration::from_micros(1)));
        // As large a part of the next day as it was of this one.
        left = scaled(left, (next.length(), stretch.length()));
        start = next.opens;
        stretch = next;
    }
}

fn scaled(time: Duration, (to, from): (Duration, Duration)) -> Duration {
    if to == from || from.is_zero() {
        return time;
    }
    let micros = time.as_micros().saturating_mul(to.as_micros()) / from.as_micros();
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

/// The moment by which so many working hours have passed since `from`.
#[must_use]
pub fn hours_later(hours: OfficeHours, from: Moment, count: u32) -> Moment {
    let mut left = Duration::from_hours(u64::from(count));
    let mut at = from;
    loop {
        let stretch = stretch_from(hours, at);
        let start = at.max(stretch.opens);
        let here = stretch.closes.since(start);
        if left <= here {
            return start.plus(left);
        }
        left = left.saturating_sub(here);
        at = stretch.closes.plus(Duration::from_micros(1));
    }
}

/// The end of the working day that `from` is in, or of the next one if it is in none.
#[must_use]
pub fn end_of_day(hours: OfficeHours, from: Moment) -> Moment {
    stretch_from(hours, from).closes
}

/// Whether the office is open at this moment.
#[must_use]
pub fn is_working_time(hours: OfficeHours, at: Moment) -> bool {
    let stretch = stretch_from(hours, at);
    stretch.opens <= at && at < stretch.closes
}

/// The working time of one day.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    opens: Moment,
    closes: Moment,
}

impl Stretch {
    fn length(self) -> Duration {
        self.closes.since(self.opens)
    }
}

/// When the office opens and closes on the day of `at` if it has not closed yet, else on the next
/// working day.
fn stretch_from(hours: OfficeHours, at: Moment) -> Stretch {
    let mut date = at.on_the_wall(London).date();
    loop {
        if let Some(stretch) = stretch_on(hours, date)
            && at <= stretch.closes
        {
            return stretch;
        }
        match date.checked_add_days(Days::new(1)) {
            Some(next) => date = next,
            // The end of time: nothing is ever due there.
            None => {
                return Stretch {
                    opens: at,
                    closes: at.plus(Duration::MAX),
                };
            }
        }
    }
}

fn stretch_on(hours: OfficeHours, date: NaiveDate) -> Option<Stretch> {
    let (from, to) = hours.on(Day::of(date.weekday()))?;
    let is_off = is_holiday(date);
    let stretch = Stretch {
        opens: wall(date, from),
        closes: wall(date, to),
    };
    (!is_off && stretch.opens < stretch.closes).then_some(stretch)
}

/// Whether people are at work on this day.
#[must_use]
pub fn is_working_day(hours: OfficeHours, date: NaiveDate) -> bool {
    stretch_on(hours, date).is_some()
}

/// A bank holiday, or a day in whose place one is kept on another: nobody is at work on a Christmas Day that
/// falls on a Saturday either.
fn is_holiday(date: NaiveDate) -> bool {
    let is_kept_elsewhere = is_weekend(date)
        && (matches!((date.month(), date.day()), (1, 1) | (12, 25 | 26))
            || easter_sunday(date.year()) == Some(date));
    is_kept_elsewhere || bank_holidays(date.year()).contains(&date)
}

fn wall(date: NaiveDate, minute: u16) -> Moment {
    // The end of a day is the beginning of the next.
    let (date, minute) = match date.checked_add_days(Days::new(1)) {
        Some(next) if minute >= MOST_MINUTE => (next, 0),
        _ => (date, minute),
    };
    let time = NaiveTime::from_num_seconds_from_midnight_opt(u32::from(minute) * 60, 0);
    Moment::at_wall(date.and_time(time.unwrap_or_default()), London)
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
    use crate::care::contact_plans::windows::Window;

    const USUAL: OfficeHours = OfficeHours::SHIPPED;

    /// Hours from a day to a day, from a minute to a minute.
    fn hours(stretches: &[(Day, u16, u16)]) -> OfficeHours {
        let windows: Vec<Window> = stretches
            .iter()
            .map(|&(day, from, to)| Window { day, from, to })
            .collect();
        OfficeHours::try_from(windows).unwrap()
    }

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
            assert_eq!(later(USUAL, at(from), 1), at(to), "{from}");
        }
        assert_eq!(
            later(USUAL, at("2026-11-02T09:00:00"), 10),
            at("2026-11-13T17:00:00")
        );
    }

    #[test]
    fn the_day_ends_at_five_in_summer_and_in_winter() {
        assert_eq!(
            end_of_day(USUAL, at("2026-07-01T10:00:00")).to_string(),
            "2026-07-01T16:00:00.000000Z"
        );
        assert_eq!(
            end_of_day(USUAL, at("2026-12-01T10:00:00")).to_string(),
            "2026-12-01T17:00:00.000000Z"
        );
        assert_eq!(
            end_of_day(USUAL, at("2026-11-21T10:00:00")),
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
            assert_eq!(is_working_time(USUAL, at(time)), is_working, "{time}");
        }
    }

    #[test]
    fn a_working_day_is_as_long_as_the_authority_is_at_work() {
        use Day::{Friday, Monday, Saturday, Thursday, Tuesday, Wednesday};
        let short = hours(&[
            (Monday, 600, 960),
            (Tuesday, 600, 960),
            (Thursday, 600, 720),
        ]);
        for (from, to) in [
            // Monday 10 to 16, Tuesday 10 to 16, Thursday 10 to 12.
            ("2026-11-16T10:00:00", "2026-11-16T16:00:00"),
            ("2026-11-16T13:00:00", "2026-11-17T13:00:00"),
            ("2026-11-17T13:00:00", "2026-11-19T11:00:00"),
            ("2026-11-19T11:00:00", "2026-11-23T13:00:00"),
            ("2026-11-20T09:00:00", "2026-11-23T16:00:00"),
        ] {
            assert_eq!(later(short, at(from), 1), at(to), "{from}");
        }
        assert_eq!(
            hours_later(short, at("2026-11-17T13:00:00"), 4),
            at("2026-11-19T11:00:00")
        );
        assert_eq!(
            end_of_day(short, at("2026-11-18T13:00:00")),
            at("2026-11-19T12:00:00")
        );
        // At work on Saturdays, and until midnight; nobody is on a Christmas Day that falls on one.
        let week = [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday];
        let long = hours(&week.map(|day| (day, 480, 1440)));
        assert!(is_working_time(long, at("2026-11-21T23:59:59")));
        assert!(!is_working_time(long, at("2026-11-22T00:00:00")));
        assert!(!is_working_time(long, at("2027-12-25T11:00:00")));
        assert_eq!(
            end_of_day(long, at("2027-12-24T20:00:00")),
            at("2027-12-25T00:00:00")
        );
    }

    fn working_time(from: Moment, to: Moment) -> Duration {
        let mut date = from.on_the_wall(London).date();
        let mut sum = Duration::ZERO;
        while wall(date, 540) < to {
            if is_working_day(USUAL, date) {
                let (start, end) = (wall(date, 540).max(from), wall(date, 1020).min(to));
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
            let from = Moment::from_micros(wall(date, 540).micros() + minutes * 60_000_000);

            let to = later(USUAL, from, days);

            let day = Duration::from_hours(8);
            prop_assert_eq!(working_time(from, to), day.saturating_mul(days));
            prop_assert!(is_working_day(USUAL, to.on_the_wall(London).date()));
            prop_assert!(later(USUAL, from, days + 1) > to);
        }
    }
}
