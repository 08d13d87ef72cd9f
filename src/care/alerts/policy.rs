//! The clocks of an alert: how long each severity may wait for what, and in which hours working time is
//! counted. The shipped table is here alone; an authority may run under waits and hours of its own
//! ([`super::policies`]).
//!
//! Each alert keeps what it was raised under and runs under it to its end, so a change of the
//! table never moves a clock that is already running.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::office_hours::OfficeHours;
use super::working_days;
use crate::base::time::Moment;
use crate::care::words::Severity;

/// A span to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Wait {
    /// So many minutes of elapsed time, day and night, whatever the clocks on the wall do: 1 to 10,080.
    Minutes(u32),
    /// So many working days: 1 to 20.
    WorkingDays(u32),
    /// Until the working day ends (out of hours: the next one).
    EndOfWorkingDay {
        /// But at least so long, however late in the day it is: 1 to 10,080.
        #[schema(minimum = 1, maximum = 10_080)]
        at_least_minutes: u32,
    },
}

/// A wait of elapsed time is a week at most.
pub const MOST_MINUTES: u32 = 7 * 24 * 60;
/// A wait in working days is four weeks at most.
pub const MOST_WORKING_DAYS: u32 = 20;
/// A working day of the shipped hours has so much working time.
const MINUTES_OF_A_WORKING_DAY: u32 = 8 * 60;

fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(u64::from(minutes).saturating_mul(60))
}

impl Wait {
    /// When a wait that begins at `from` is over, where people are at work in these hours.
    #[must_use]
    pub fn after(self, from: Moment, hours: OfficeHours) -> Moment {
        match self {
            Self::Minutes(span) => from.plus(minutes(span)),
            Self::WorkingDays(days) => working_days::later(hours, from, days),
            Self::EndOfWorkingDay { at_least_minutes } => {
                working_days::end_of_day(hours, from).max(from.plus(minutes(at_least_minutes)))
            }
        }
    }

    /// Whether it is within what can be meant: no instant, and no wait without an end in sight.
    #[must_use]
    pub fn is_sensible(self) -> bool {
        match self {
            Self::Minutes(minutes)
            | Self::EndOfWorkingDay {
                at_least_minutes: minutes,
            } => (1..=MOST_MINUTES).contains(&minutes),
            Self::WorkingDays(days) => (1..=MOST_WORKING_DAYS).contains(&days),
        }
    }

    /// Whether it may, at any moment of the year, be over later than `other`, both in the shipped hours. In doubt
    /// it may.
    #[must_use]
    pub fn is_looser_than(self, other: Self) -> bool {
        match (self, other) {
            (Self::Minutes(this), Self::Minutes(other))
            | (Self::WorkingDays(this), Self::WorkingDays(other))
            | (
                Self::EndOfWorkingDay {
                    at_least_minutes: this,
                }
                | Self::Minutes(this),
                Self::EndOfWorkingDay {
                    at_least_minutes: other,
                },
            ) => this > other,
            // Working time is never shorter than the same time by the clock.
            (Self::Minutes(this), Self::WorkingDays(days)) => {
                this > days.saturating_mul(MINUTES_OF_A_WORKING_DAY)
            }
            (Self::WorkingDays(_) | Self::EndOfWorkingDay { .. }, _) => true,
        }
    }
}

/// The clocks of one severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Clocks {
    /// Somebody must have it by then.
    pub acknowledge: Wait,
    /// If nobody has, the next rung is told after each of these.
    pub step: Wait,
    /// Whoever has it must have decided by then, counted from the acknowledgement.
    pub decide: Wait,
}

impl Clocks {
    /// Each of its waits, under its name.
    #[must_use]
    pub const fn each(self) -> [(&'static str, Wait); 3] {
        [
            ("acknowledge", self.acknowledge),
            ("step", self.step),
            ("decide", self.decide),
        ]
    }
}

/// The clocks of every severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Waits {
    /// Somebody may be seriously harmed now or today.
    pub immediate: Clocks,
    /// A supervising social worker must see it the same day.
    pub urgent: Clocks,
    /// Seen on the next working day.
    pub watch: Clocks,
}

impl Waits {
    /// The clocks of this severity.
    #[must_use]
    pub const fn clocks(&self, severity: Severity) -> Clocks {
        match severity {
            Severity::Immediate => self.immediate,
            Severity::Urgent => self.urgent,
            Severity::Watch => self.watch,
        }
    }

    /// Every wait there is, under the path to it.
    pub fn each(self) -> impl Iterator<Item = (String, Wait)> {
        Severity::ALL.iter().flat_map(move |&severity| {
            let of_one = self.clocks(severity).each().into_iter();
            of_one.map(move |(name, wait)| (format!("{}/{name}", severity.as_str()), wait))
        })
    }

    /// Whether any wait may be over later than the same one of `other`.
    #[must_use]
    pub fn are_looser_than(self, other: Self) -> bool {
        let mut pairs = self.each().zip(other.each());
        pairs.any(|((_, this), (_, other))| this.is_looser_than(other))
    }
}

/// A wait of a policy, counted in its hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    wait: Wait,
    hours: OfficeHours,
}

impl Timer {
    /// When it is over, if it begins at `from`.
    #[must_use]
    pub fn after(self, from: Moment) -> Moment {
        self.wait.after(from, self.hours)
    }
}

/// The clocks of one severity as a policy counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timers {
    /// Somebody must have it by then.
    pub acknowledge: Timer,
    /// If nobody has, the next rung is told after each of these.
    pub step: Timer,
    /// Whoever has it must have decided by then.
    pub decide: Timer,
}

/// One version of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Its number, stored on each alert.
    pub version: i32,
    /// What it says.
    pub waits: Waits,
    /// In which hours working time is counted.
    pub hours: OfficeHours,
}

impl Policy {
    /// The clocks of this severity.
    #[must_use]
    pub const fn clocks(&self, severity: Severity) -> Timers {
        let hours = self.hours;
        let clocks = self.waits.clocks(severity);
        Timers {
            acknowledge: Timer {
                wait: clocks.acknowledge,
                hours,
            },
            step: Timer {
                wait: clocks.step,
                hours,
            },
            decide: Timer {
                wait: clocks.decide,
                hours,
            },
        }
    }

    /// When so many working days have passed since `from`.
    #[must_use]
    pub fn working_days_after(&self, from: Moment, days: u32) -> Moment {
        working_days::later(self.hours, from, days)
    }

    /// Whether anything of it may be over later than in the shipped one.
    #[must_use]
    pub fn is_looser_than_shipped(&self) -> bool {
        self.waits.are_looser_than(SHIPPED.waits) || self.hours.may_make_waits_longer()
    }

    /// As it is stored.
    #[must_use]
    pub fn stored(&self) -> Stored {
        Stored {
            immediate: self.waits.immediate,
            urgent: self.waits.urgent,
            watch: self.waits.watch,
            office_hours: self.hours,
        }
    }
}

/// Waits and the hours they are counted in, as they are stored. What was stored before there were hours of an
/// authority's own has the shipped ones.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Stored {
    immediate: Clocks,
    urgent: Clocks,
    watch: Clocks,
    #[serde(default)]
    office_hours: OfficeHours,
}

impl Stored {
    /// The version of this number.
    #[must_use]
    pub const fn version(self, version: i32) -> Policy {
        Policy {
            version,
            waits: Waits {
                immediate: self.immediate,
                urgent: self.urgent,
                watch: self.watch,
            },
            hours: self.office_hours,
        }
    }
}

/// What the service ships with, and the ceiling: what is looser needs a second person.
pub const SHIPPED: Policy = Policy {
    version: 1,
    waits: Waits {
        immediate: Clocks {
            acknowledge: Wait::Minutes(5),
            step: Wait::Minutes(5),
            decide: Wait::Minutes(60),
        },
        urgent: Clocks {
            acknowledge: Wait::Minutes(60),
            step: Wait::Minutes(30),
            decide: Wait::EndOfWorkingDay {
                at_least_minutes: 4 * 60,
            },
        },
        watch: Clocks {
            acknowledge: Wait::WorkingDays(1),
            step: Wait::WorkingDays(1),
            decide: Wait::WorkingDays(10),
        },
    },
    hours: OfficeHours::SHIPPED,
};

/// The version of this number with what an alert was raised under. What cannot be read (left by a newer
/// release, perhaps) is as it ships: a clock that stands still is the worst there is.
#[must_use]
pub fn version(number: i32, stored: Option<&str>) -> Policy {
    let stored = stored.and_then(|stored| serde_json::from_str::<Stored>(stored).ok());
    stored.unwrap_or_else(|| SHIPPED.stored()).version(number)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::London;
    use proptest::prelude::*;

    use super::*;
    use crate::care::contact_plans::windows::{Day, Window};

    #[track_caller]
    fn at(text: &str) -> Moment {
        Moment::at_wall(text.parse().unwrap(), London)
    }

    #[test]
    fn an_urgent_decision_has_the_day_but_four_hours_at_least() {
        let decide = SHIPPED.clocks(Severity::Urgent).decide;

        for (from, to) in [
            ("2026-11-17T10:00:00", "2026-11-17T17:00:00"),
            ("2026-11-17T16:30:00", "2026-11-17T20:30:00"),
            ("2026-11-17T18:30:00", "2026-11-18T17:00:00"),
            ("2026-11-21T11:00:00", "2026-11-23T17:00:00"),
        ] {
            assert_eq!(decide.after(at(from)), at(to), "{from}");
        }
    }

    fn any_wait() -> impl Strategy<Value = Wait> {
        prop_oneof![
            (1..=3000_u32).prop_map(Wait::Minutes),
            (1..=5_u32).prop_map(Wait::WorkingDays),
            (1..=3000_u32).prop_map(|at_least_minutes| Wait::EndOfWorkingDay { at_least_minutes }),
        ]
    }

    /// The shipped hours, and perhaps some at the weekend.
    fn any_weekend() -> impl Strategy<Value = OfficeHours> {
        let some = || proptest::option::of((0_u16..1200, 1_u16..240));
        (some(), some()).prop_map(|(saturday, sunday)| {
            let mut windows = Vec::from(OfficeHours::SHIPPED);
            for (day, stretch) in [(Day::Saturday, saturday), (Day::Sunday, sunday)] {
                windows.extend(stretch.map(|(from, long)| Window {
                    day,
                    from,
                    to: from + long,
                }));
            }
            OfficeHours::try_from(windows).unwrap()
        })
    }

    proptest! {
        #[test]
        fn what_is_not_looser_is_never_over_later(
            this in any_wait(),
            other in any_wait(),
            weekend in any_weekend(),
            minute in 0_u64..366 * 24 * 60,
        ) {
            let from = at("2026-01-01T00:00:00").plus(Duration::from_secs(minute * 60));
            prop_assert!(!weekend.may_make_waits_longer());
            if !this.is_looser_than(other) {
                let shipped = other.after(from, OfficeHours::SHIPPED);
                prop_assert!(this.after(from, OfficeHours::SHIPPED) <= shipped);
                prop_assert!(this.after(from, weekend) <= shipped, "{weekend:?}");
            }
        }
    }

    #[test]
    fn waits_that_cannot_be_read_are_the_shipped_ones() {
        assert_eq!(version(7, Some("{}")).waits, SHIPPED.waits);
        // As they were stored before there were hours.
        let stored = serde_json::to_string(&SHIPPED.waits).unwrap();
        assert_eq!(version(1, Some(&stored)), SHIPPED);
        let stored = serde_json::to_string(&SHIPPED.stored()).unwrap();
        assert_eq!(version(1, Some(&stored)), SHIPPED);
        assert!(!SHIPPED.waits.are_looser_than(SHIPPED.waits));
    }

    proptest! {
        #[test]
        fn elapsed_clocks_gain_and_lose_no_hour_when_the_clocks_change(
            hours_before in 0_u64..72,
            change in prop::sample::select(vec![
                "2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z",
                "2027-03-28T01:00:00Z", "2027-10-31T01:00:00Z",
            ]),
            severity in prop::sample::select(Severity::ALL.to_vec()),
        ) {
            let change = Moment::parse_rfc3339(change).unwrap();
            let from = change.minus(Duration::from_secs(hours_before * 1800));
            for (_, wait) in SHIPPED.waits.clocks(severity).each() {
                let due = wait.after(from, OfficeHours::SHIPPED);
                prop_assert!(due > from);
                if let Wait::Minutes(span) = wait {
                    prop_assert_eq!(due.since(from), minutes(span));
                }
            }
        }
    }
}
