//! When a date is: its first occurrence in civil time, and how it repeats. Pure reckoning.
//!
//! Every occurrence is counted from the first one in civil time, and becomes a moment only then: a
//! change of the clocks moves none, loses none and doubles none. On a day that skips its time it is
//! at the next minute that exists, on a day that has it twice at the first of the two.
//!
//! Decided against RFC 5545: a closed set of five is what people say to each other, and each can be
//! checked by hand.

pub mod course;

use std::time::Duration;

use chrono::{Datelike, NaiveDate};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::civil::{Civil, Zone};
use crate::base::time::Moment;
use crate::db::columns::text_column;

/// How a date repeats.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Repeats {
    /// It does not.
    #[serde(rename = "none")]
    Once,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every second week.
    Fortnightly,
    /// Every month, on the same day of the month; on the last one of a month that is too short.
    Monthly,
}

text_column!(Repeats {
    Once = "none",
    Daily = "daily",
    Weekly = "weekly",
    Fortnightly = "fortnightly",
    Monthly = "monthly",
});

/// When a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// When it is for the first time.
    pub starts: Civil,
    /// By the clocks of this zone.
    pub zone: Zone,
    /// How long it takes.
    pub minutes: i32,
    /// How it repeats.
    pub repeats: Repeats,
    /// The last day on which it may be; for ever if none is said.
    pub until: Option<NaiveDate>,
}

/// One time a date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Which it is, by the time it has in the schedule.
    pub of: Civil,
    /// When it is, by the clock on the wall; the same, unless it was moved.
    pub starts: Civil,
    /// The moment it starts.
    pub starts_at: Moment,
    /// The moment it ends.
    pub ends_at: Moment,
}

/// So many occurrences are looked at from a day near the one looked for: more than a week of days,
/// which is the longest anybody is reminded before.
const MOST_STEPS: u32 = 32;

impl Schedule {
    /// The occurrence of this number, counted from 0.
    #[must_use]
    pub fn nth(&self, n: u32) -> Option<Occurrence> {
        let days = |each: u64| self.starts.plus_days(each.saturating_mul(n.into()));
        let starts = match self.repeats {
            Repeats::Once if n == 0 => Some(self.starts),
            Repeats::Once => None,
            Repeats::Daily => days(1),
            Repeats::Weekly => days(7),
            Repeats::Fortnightly => days(14),
            Repeats::Monthly => self.starts.plus_months(n),
        }?;
        if self.until.is_some_and(|until| starts.date() > until) {
            return None;
        }
        Some(self.occurrence(starts, (starts, self.minutes)))
    }

    /// An occurrence that is at this time and takes so many minutes.
    fn occurrence(&self, of: Civil, (starts, minutes): (Civil, i32)) -> Occurrence {
        let starts_at = starts.at(self.zone);
        let minutes = u64::try_from(minutes).unwrap_or(0);
        Occurrence {
            of,
            starts,
            starts_at,
            ends_at: starts_at.plus(Duration::from_secs(minutes.saturating_mul(60))),
        }
    }

    /// The number of an occurrence that is on this day or before it, one period away at most; 0 if
    /// there is none.
    fn number_by(&self, day: NaiveDate) -> u32 {
        let first = self.starts.date();
        let days = day.signed_duration_since(first).num_days().max(0);
        let months = i64::from(day.year())
            .saturating_sub(first.year().into())
            .saturating_mul(12)
            .saturating_add(i64::from(day.month()))
            .saturating_sub(first.month().into());
        let number = match self.repeats {
            Repeats::Once => 0,
            Repeats::Daily => days,
            Repeats::Weekly => days / 7,
            Repeats::Fortnightly => days / 14,
            Repeats::Monthly => months.saturating_sub(1).max(0),
        };
        u32::try_from(number).unwrap_or(u32::MAX)
    }

    /// The first occurrence that fits, looked for from two days before a day, among so many. What fits must
    /// go on fitting for all that come after.
    fn first(
        &self,
        (day, most): (NaiveDate, u32),
        fits: impl Fn(&Occurrence) -> bool,
    ) -> Option<Occurrence> {
        let from = day.checked_sub_days(chrono::Days::new(2)).unwrap_or(day);
        let number = self.number_by(from);
        (number..number.saturating_add(most))
            .map_while(|n| self.nth(n))
            .find(fits)
    }

    fn day_of(&self, at: Moment) -> NaiveDate {
        Civil::shown(at, self.zone).date()
    }

    /// The occurrence that is now, or the next.
    #[must_use]
    pub fn upcoming(&self, now: Moment) -> Option<Occurrence> {
        self.first((self.day_of(now), MOST_STEPS), |one| one.ends_at > now)
    }

    /// The first occurrence of which somebody is to be reminded after `now`, so many minutes before.
    #[must_use]
    pub fn to_remind_of(&self, now: Moment, before: i32) -> Option<Occurrence> {
        let is_later = |one: &Occurrence| self.remind_at(one, before) > now;
        self.first((self.day_of(now), MOST_STEPS), is_later)
    }

    /// The occurrence after another.
    #[must_use]
    pub fn after(&self, starts: Civil) -> Option<Occurrence> {
        self.first((starts.date(), MOST_STEPS), |one| one.starts > starts)
    }

    /// Whether it occurs then.
    #[must_use]
    pub fn occurs(&self, starts: Civil) -> bool {
        self.first((starts.date(), MOST_STEPS), |one| one.starts >= starts)
            .is_some_and(|one| one.starts == starts)
    }

    /// When its last occurrence ends; never if it repeats for ever.
    #[must_use]
    pub fn over_at(&self) -> Option<Moment> {
        let last = match (self.repeats, self.until) {
            (Repeats::Once, _) => 0,
            (_, None) => return None,
            (_, Some(until)) => self.number_by(until),
        };
        // A month may be too short or the time too late for one more.
        let last = self.nth(last.saturating_add(1)).or_else(|| self.nth(last));
        last.map(|one| one.ends_at)
    }

    /// When somebody is reminded of an occurrence. Whole days before are counted on the calendar, so
    /// that the day before is the same time of day; what is left is time that passes.
    #[must_use]
    pub fn remind_at(&self, occurrence: &Occurrence, before: i32) -> Moment {
        let before = u64::try_from(before).unwrap_or(0);
        let (days, rest) = (before / (24 * 60), before % (24 * 60));
        let day = occurrence.starts.minus_days(days);
        let at = day.map_or(occurrence.starts_at, |day| day.at(self.zone));
        at.minus(Duration::from_secs(rest.saturating_mul(60)))
    }
}

#[cfg(test)]
mod tests;
