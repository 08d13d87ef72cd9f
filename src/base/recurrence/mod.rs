//! Recurrence: on which days something comes back, as RFC 5545 writes it. Pure reckoning.
//!
//! A [`Rule`] is the part of the standard that people say to each other: every day, week or month, or
//! every second one; on these weekdays; on this day of the month, or its first Monday. Whatever could
//! come more than once a day, could come never, or ends by being counted is refused where it is
//! written, so that no rule can keep a worker busy.
//!
//! The calendar is turned by the crate `rrule`, and in civil time alone: it is told no zone and never
//! sees a change of the clocks. What moment a time on the clock is, [`Moment::at_wall`] decides, here
//! as everywhere; the crate would drop a time that is skipped.
//!
//! [`Moment::at_wall`]: super::time::Moment::at_wall

use chrono::TimeZone;
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use super::civil::Civil;

/// A rule is at most so long.
pub const MOST_LETTERS: usize = 80;

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// How often a rule counts, and every how many at most. Whatever the month it begins in, among every
/// sixth month there is one with 31 days: no rule waits for a day that never comes.
const FREQUENCIES: [(&str, u16); 3] = [("DAILY", 31), ("WEEKLY", 12), ("MONTHLY", 6)];

/// So many days are looked at for one that fits; among so many there always is one.
const MOST_LOOKED_AT: usize = 1200;

/// On which days something comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule(String);

/// What a rule says, part by part.
#[derive(Debug, Default)]
struct Parts<'t> {
    frequency: &'t str,
    interval: Option<u16>,
    days: Option<&'t str>,
    month_days: Option<&'t str>,
}

impl<'t> Parts<'t> {
    /// Takes a rule apart; none if a part is unknown or comes twice.
    fn of(text: &'t str) -> Option<Self> {
        let mut parts = Self::default();
        for part in text.split(';') {
            let (name, value) = part.split_once('=')?;
            let is_new = match name {
                "FREQ" => std::mem::replace(&mut parts.frequency, value).is_empty(),
                "INTERVAL" => parts.interval.replace(number(value)?).is_none(),
                "BYDAY" => parts.days.replace(value).is_none(),
                "BYMONTHDAY" => parts.month_days.replace(value).is_none(),
                _ => false,
            };
            if !is_new {
                return None;
            }
        }
        Some(parts)
    }

    /// Whether it comes at most once a day and never fails to come.
    fn is_sound(&self) -> bool {
        let known = FREQUENCIES.iter().find(|(name, _)| *name == self.frequency);
        let Some((_, most)) = known else {
            return false;
        };
        let is_monthly = self.frequency == "MONTHLY";
        let interval = self.interval.unwrap_or(1);
        let days_fit = self.days.is_none_or(|days| {
            days.split(',')
                .all(|day| DAYS.contains(&day) || (is_monthly && is_numbered(day)))
        });
        let month_days_fit = self
            .month_days
            .is_none_or(|days| is_monthly && days.split(',').all(is_month_day));
        (1..=*most).contains(&interval)
            && days_fit
            && month_days_fit
            // Two that must meet may never do so.
            && !(self.days.is_some() && self.month_days.is_some())
            && !(self.frequency == "DAILY" && self.days.is_some() && interval > 1)
    }
}

/// A number as it is written: no sign, no zero before it.
fn number(text: &str) -> Option<u16> {
    let found: u16 = text.parse().ok()?;
    (found.to_string() == text).then_some(found)
}

/// Such as `1MO`, the first Monday of a month, or `-1FR`, its last Friday.
fn is_numbered(day: &str) -> bool {
    let number = DAYS.iter().find_map(|name| day.strip_suffix(name));
    number.is_some_and(|number| {
        matches!(
            number,
            "1" | "2" | "3" | "4" | "5" | "-1" | "-2" | "-3" | "-4"
        )
    })
}

/// Such as `15`, or `-1` for the last day of a month.
fn is_month_day(day: &str) -> bool {
    let from_end = day.strip_prefix('-');
    number(from_end.unwrap_or(day)).is_some_and(|day| (1..=31).contains(&day))
}

impl Rule {
    /// Reads a rule such as `FREQ=WEEKLY;BYDAY=SU`; none if it is not one of those.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_sound = text.len() <= MOST_LETTERS && Parts::of(text)?.is_sound();
        let rule = Self(text.to_owned());
        // The library has the last word.
        let some_day = Civil::parse("2026-01-01T12:00")?;
        (is_sound && rule.set(some_day).is_some()).then_some(rule)
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The days from this one on, each at its time of day.
    fn set(&self, starts: Civil) -> Option<RRuleSet> {
        let rule: RRule<Unvalidated> = self.0.parse().ok()?;
        let starts = Tz::UTC.from_utc_datetime(&starts.wall());
        Some(rule.build(starts).ok()?.limit())
    }

    /// The first time of all, from when it starts, that fits. What fits must go on fitting for all that
    /// come after.
    #[must_use]
    pub fn first(&self, starts: Civil, fits: impl Fn(Civil) -> bool) -> Option<Civil> {
        let set = self.set(starts)?;
        let mut times = set.into_iter().map(|time| Civil::of(time.naive_utc()));
        times.by_ref().take(MOST_LOOKED_AT).find(|time| fits(*time))
    }

    /// The time after one of its times. Counted on from there and not from the first, so that the
    /// thousandth is found as soon as the second.
    #[must_use]
    pub fn after(&self, one: Civil) -> Option<Civil> {
        self.first(one, |time| time > one)
    }
}

#[cfg(test)]
mod tests;
