//! The course of a date: its schedule, and what was said of single occurrences. Pure reckoning.
//!
//! One occurrence can be moved or cancelled alone and the others stay as they are, as `RECURRENCE-ID` does
//! it in RFC 5545: it is named by the civil time that it has in the schedule. What was said of it stands for
//! as long as the schedule has that time. One that was moved is reminded of by the time it was moved to, so
//! that whoever was reminded of the old one is reminded once more, and nobody twice of the same.

use chrono::NaiveDate;

use super::{MOST_STEPS, Occurrence, Schedule};
use crate::base::civil::Civil;
use crate::base::time::Moment;

/// What becomes of one occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Becomes {
    /// It will not be.
    Cancelled,
    /// It is at this time, and takes so many minutes.
    At(Civil, i32),
}

/// What was said of one occurrence alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception {
    /// Of which, by the time it has in the schedule.
    pub of: Civil,
    /// What becomes of it.
    pub becomes: Becomes,
}

/// When a date is, with what was said of single occurrences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    schedule: Schedule,
    exceptions: Vec<Exception>,
}

impl Course {
    /// A schedule, and what was said of occurrences; of those that it has not, it is forgotten.
    #[must_use]
    pub fn new(schedule: Schedule, mut exceptions: Vec<Exception>) -> Self {
        exceptions.retain(|one| schedule.occurs(one.of));
        Self {
            schedule,
            exceptions,
        }
    }

    /// The schedule.
    #[must_use]
    pub const fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// What was said of single occurrences.
    #[must_use]
    pub fn exceptions(&self) -> &[Exception] {
        &self.exceptions
    }

    /// The same with one thing more, which holds in place of what was said of that occurrence before.
    #[must_use]
    pub fn with(&self, exception: Exception) -> Self {
        let others = self.exceptions.iter().filter(|one| one.of != exception.of);
        let all = others.copied().chain([exception]).collect();
        Self::new(self.schedule, all)
    }

    fn is_as_planned(&self, starts: Civil) -> bool {
        self.exceptions.iter().all(|one| one.of != starts)
    }

    fn moved(&self) -> impl Iterator<Item = Occurrence> {
        self.exceptions.iter().filter_map(|one| match one.becomes {
            Becomes::Cancelled => None,
            Becomes::At(starts, minutes) => {
                Some(self.schedule.occurrence(one.of, (starts, minutes)))
            }
        })
    }

    /// The first occurrence that fits. What fits must go on fitting for all that come after.
    fn first(&self, day: NaiveDate, fits: impl Fn(&Occurrence) -> bool) -> Option<Occurrence> {
        let exceptions = u32::try_from(self.exceptions.len()).unwrap_or(u32::MAX);
        let most = MOST_STEPS.saturating_add(exceptions);
        let planned = self.schedule.first((day, most), |one| {
            self.is_as_planned(one.starts) && fits(one)
        });
        let moved = self.moved().filter(|one| fits(one));
        moved
            .chain(planned)
            .min_by_key(|one| (one.starts_at, one.starts))
    }

    /// The occurrence that is now, or the next.
    #[must_use]
    pub fn upcoming(&self, now: Moment) -> Option<Occurrence> {
        self.first(self.schedule.day_of(now), |one| one.ends_at > now)
    }

    /// The first occurrence of which somebody is to be reminded after `now`, so many minutes before.
    #[must_use]
    pub fn to_remind_of(&self, now: Moment, before: i32) -> Option<Occurrence> {
        self.first(self.schedule.day_of(now), |one| {
            self.schedule.remind_at(one, before) > now
        })
    }

    /// The occurrence after a time.
    #[must_use]
    pub fn after(&self, starts: Civil) -> Option<Occurrence> {
        self.first(starts.date(), |one| one.starts > starts)
    }

    /// Whether it occurs then now.
    #[must_use]
    pub fn occurs(&self, starts: Civil) -> bool {
        let is_planned = self.is_as_planned(starts) && self.schedule.occurs(starts);
        is_planned || self.moved().any(|one| one.starts == starts)
    }

    /// Whether it occurs then, or would if nothing had been said of that occurrence.
    #[must_use]
    pub fn knows(&self, starts: Civil) -> bool {
        self.which(starts).is_some()
    }

    /// Which occurrence is or would be then, by the time it has in the schedule.
    #[must_use]
    pub fn which(&self, starts: Civil) -> Option<Civil> {
        let moved = self.moved().find(|one| one.starts == starts);
        let planned = || self.schedule.occurs(starts).then_some(starts);
        moved.map(|one| one.of).or_else(planned)
    }

    /// An occurrence as it is now, by the time it has in the schedule; none if it was cancelled.
    #[must_use]
    pub fn now_is(&self, of: Civil) -> Option<Occurrence> {
        if self.is_as_planned(of) {
            let minutes = self.schedule.minutes;
            let planned = self.schedule.occurs(of);
            return planned.then(|| self.schedule.occurrence(of, (of, minutes)));
        }
        self.moved().find(|one| one.of == of)
    }

    /// When its last occurrence ends; never if it repeats for ever.
    #[must_use]
    pub fn over_at(&self) -> Option<Moment> {
        let planned = self.schedule.over_at()?;
        let moved = self.moved().map(|one| one.ends_at).max();
        Some(moved.map_or(planned, |moved| moved.max(planned)))
    }

    /// When somebody is reminded of an occurrence.
    #[must_use]
    pub fn remind_at(&self, occurrence: &Occurrence, before: i32) -> Moment {
        self.schedule.remind_at(occurrence, before)
    }
}
