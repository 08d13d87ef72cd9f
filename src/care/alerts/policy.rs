//! The clocks of an alert: how long each severity may wait for what. The shipped table is here alone;
//! an authority may run under waits of its own ([`super::policies`]).
//!
//! Each alert keeps the waits it was raised under and runs under them to its end, so a change of the
//! table never moves a clock that is already running.

use std::time::Duration;

use serde::{Deserialize, Serialize};

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
/// A working day has so much working time.
const MINUTES_OF_A_WORKING_DAY: u32 = 8 * 60;

fn minutes(minutes: u32) -> Duration {
    Duration::from_secs(u64::from(minutes).saturating_mul(60))
}

impl Wait {
    /// When a wait that begins at `from` is over.
    #[must_use]
    pub fn after(self, from: Moment) -> Moment {
        match self {
            Self::Minutes(span) => from.plus(minutes(span)),
            Self::WorkingDays(days) => working_days::later(from, days),
            Self::EndOfWorkingDay { at_least_minutes } => {
                working_days::end_of_day(from).max(from.plus(minutes(at_least_minutes)))
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

    /// Whether it may, at any moment of the year, be over later than `other`. In doubt it may.
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

/// One version of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Its number, stored on each alert.
    pub version: i32,
    /// What it says.
    pub waits: Waits,
}

impl Policy {
    /// The clocks of this severity.
    #[must_use]
    pub const fn clocks(&self, severity: Severity) -> Clocks {
        self.waits.clocks(severity)
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
};

/// The version of this number with the waits that an alert was raised under. Waits that cannot be read
/// (left by a newer release, perhaps) are the shipped ones: a clock that stands still is the worst
/// there is.
#[must_use]
pub fn version(number: i32, waits: Option<&str>) -> Policy {
    let stored = waits.and_then(|waits| serde_json::from_str(waits).ok());
    Policy {
        version: number,
        waits: stored.unwrap_or(SHIPPED.waits),
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::London;
    use proptest::prelude::*;

    use super::*;

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

    proptest! {
        #[test]
        fn what_is_not_looser_is_never_over_later(
            this in any_wait(),
            other in any_wait(),
            minute in 0_u64..366 * 24 * 60,
        ) {
            let from = at("2026-01-01T00:00:00").plus(Duration::from_secs(minute * 60));
            if !this.is_looser_than(other) {
                prop_assert!(this.after(from) <= other.after(from));
            }
        }
    }

    #[test]
    fn waits_that_cannot_be_read_are_the_shipped_ones() {
        assert_eq!(version(7, Some("{}")).waits, SHIPPED.waits);
        let stored = serde_json::to_string(&SHIPPED.waits).unwrap();
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
            let clocks = SHIPPED.clocks(severity);

            for wait in [clocks.acknowledge, clocks.step, clocks.decide] {
                let due = wait.after(from);
                prop_assert!(due > from);
                if let Wait::Minutes(span) = wait {
                    prop_assert_eq!(due.since(from), minutes(span));
                }
            }
        }
    }
}
