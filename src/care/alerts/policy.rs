//! The clocks of an alert: how long each severity may wait for what. This table alone.
//!
//! Each alert keeps the number of the version it was raised under and runs under it to its end, so
//! a change of the table never moves a clock that is already running.

use std::time::Duration;

use super::working_days;
use crate::base::time::Moment;
use crate::care::words::Severity;

/// A span to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// Elapsed time, day and night, whatever the clocks on the wall do.
    Elapsed(Duration),
    /// So many working days.
    WorkingDays(u32),
    /// Until the working day ends (out of hours: the next one), but at least this long.
    EndOfWorkingDay {
        /// However late in the day it is.
        at_least: Duration,
    },
}

impl Wait {
    const fn minutes(minutes: u64) -> Self {
        Self::Elapsed(Duration::from_secs(minutes * 60))
    }

    /// When a wait that begins at `from` is over.
    #[must_use]
    pub fn after(self, from: Moment) -> Moment {
        match self {
            Self::Elapsed(span) => from.plus(span),
            Self::WorkingDays(days) => working_days::later(from, days),
            Self::EndOfWorkingDay { at_least } => {
                working_days::end_of_day(from).max(from.plus(at_least))
            }
        }
    }
}

/// The clocks of one severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// Somebody must have it by then.
    pub acknowledge: Wait,
    /// If nobody has, the next rung is told after each of these.
    pub step: Wait,
    /// Whoever has it must have decided by then, counted from the acknowledgement.
    pub decide: Wait,
}

/// One version of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Its number, stored on each alert.
    pub version: i32,
    immediate: Clocks,
    urgent: Clocks,
    watch: Clocks,
}

impl Policy {
    /// The clocks of this severity.
    #[must_use]
    pub const fn clocks(&self, severity: Severity) -> Clocks {
        match severity {
            Severity::Immediate => self.immediate,
            Severity::Urgent => self.urgent,
            Severity::Watch => self.watch,
        }
    }
}

/// The version new alerts are raised under.
pub const CURRENT: Policy = FIRST;

const FIRST: Policy = Policy {
    version: 1,
    immediate: Clocks {
        acknowledge: Wait::minutes(5),
        step: Wait::minutes(5),
        decide: Wait::minutes(60),
    },
    urgent: Clocks {
        acknowledge: Wait::minutes(60),
        step: Wait::minutes(30),
        decide: Wait::EndOfWorkingDay {
            at_least: Duration::from_hours(4),
        },
    },
    watch: Clocks {
        acknowledge: Wait::WorkingDays(1),
        step: Wait::WorkingDays(1),
        decide: Wait::WorkingDays(10),
    },
};

/// The version of this number. An unknown one, left by a newer release, runs under the current
/// table: a clock that stands still is the worst there is.
#[must_use]
pub fn version(number: i32) -> Policy {
    [FIRST]
        .into_iter()
        .find(|policy| policy.version == number)
        .unwrap_or(CURRENT)
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
        let decide = CURRENT.clocks(Severity::Urgent).decide;

        for (from, to) in [
            ("2026-11-17T10:00:00", "2026-11-17T17:00:00"),
            ("2026-11-17T16:30:00", "2026-11-17T20:30:00"),
            ("2026-11-17T18:30:00", "2026-11-18T17:00:00"),
            ("2026-11-21T11:00:00", "2026-11-23T17:00:00"),
        ] {
            assert_eq!(decide.after(at(from)), at(to), "{from}");
        }
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
            let clocks = CURRENT.clocks(severity);

            for wait in [clocks.acknowledge, clocks.step, clocks.decide] {
                let due = wait.after(from);
                prop_assert!(due > from);
                if let Wait::Elapsed(span) = wait {
                    prop_assert_eq!(due.since(from), span);
                }
            }
        }
    }
}
