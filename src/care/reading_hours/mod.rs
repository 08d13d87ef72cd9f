//! Reading hours: when a mentor reads, so that a family knows when to expect an answer; and how long
//! whoever writes to them waits before somebody else is told.
//!
//! They hide nothing and stop nothing: a message sent outside of them is stored, screened and delivered
//! like any other, a worry climbs as ever, and the wait for an answer runs on. Hours are civil time with
//! its zone, so that nine o'clock stays nine o'clock when the clocks change.

pub mod actions;
mod queries;

use std::time::Duration;

use diesel::prelude::Queryable;

use crate::base::civil::Zone;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::contact_plans::windows::Windows;
use crate::db::{Answer, Conn, Error};

pub use queries::of;

/// Working hours before somebody else is told of a message without an answer, unless it is set
/// otherwise: one working day.
pub const ANSWER_WITHIN: u32 = 8;
/// Nobody may be left waiting longer: three working days.
pub const MOST_ANSWER_WITHIN: u32 = 24;
/// A week has at most so many windows.
pub const MOST_WINDOWS: usize = 21;

/// When a mentor reads, and how long whoever writes to them waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours {
    /// The hours of each day of the week; none if it was never said.
    pub windows: Windows,
    /// By whose clocks.
    pub zone: Zone,
    /// In working hours.
    pub answer_within: u32,
}

impl Default for Hours {
    fn default() -> Self {
        Self {
            windows: Windows::default(),
            zone: Zone::LONDON,
            answer_within: ANSWER_WITHIN,
        }
    }
}

/// Whether somebody reads at a moment, and when next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    /// Until when, if they read now.
    pub until: Option<Moment>,
    /// From when they read after that, or next.
    pub from: Option<Moment>,
}

impl Hours {
    /// Whether they read at a moment, and when next; nothing if they have said no hours.
    #[must_use]
    pub fn at(&self, now: Moment) -> Option<Reads> {
        let stretch = self.windows.stretch_in(now, self.zone)?;
        if now < stretch.opens {
            return Some(Reads {
                until: None,
                from: Some(stretch.opens),
            });
        }
        let next = self.windows.stretch_in(stretch.closes, self.zone);
        Some(Reads {
            until: Some(stretch.closes),
            from: next.map(|next| next.opens),
        })
    }
}

impl Hours {
    /// How long they read between two moments; all of it if they have said no hours.
    #[must_use]
    pub fn read_between(&self, from: Moment, until: Moment) -> Duration {
        let (mut read, mut at) = (Duration::ZERO, from);
        while at < until {
            let Some(stretch) = self.windows.stretch_in(at, self.zone) else {
                return until.since(from);
            };
            if stretch.opens >= until || stretch.closes <= at {
                break;
            }
            let (opens, closes) = (stretch.opens.max(at), stretch.closes.min(until));
            read = read.saturating_add(closes.since(opens));
            at = stretch.closes;
        }
        read
    }
}

/// Hours as they are stored, for rooms that read them in a question of their own.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct HoursRow {
    windows: String,
    zone: String,
    answer_within: i32,
}

impl HoursRow {
    /// How long whoever writes waits, in working hours.
    #[must_use]
    pub fn answer_within(&self) -> u32 {
        u32::try_from(self.answer_within).unwrap_or(ANSWER_WITHIN)
    }

    /// The hours themselves.
    ///
    /// # Errors
    /// If they are not what was stored.
    pub fn hours(&self) -> Answer<Hours> {
        let windows = serde_json::from_str(&self.windows);
        Ok(Hours {
            windows: windows.map_err(|_broken| Error::Corrupt("reading hours are not JSON"))?,
            zone: Zone::parse(&self.zone)
                .ok_or(Error::Corrupt("reading hours are in no known zone"))?,
            answer_within: self.answer_within(),
        })
    }
}

/// How long whoever writes to these mentors waits, in working hours: as long as the most attentive of
/// them lets anybody wait.
///
/// # Errors
/// If the question fails.
pub fn patience(conn: &mut Conn, mentors: &[AccountId]) -> Answer<u32> {
    let known = of(conn, mentors)?;
    let each = mentors.iter().map(|mentor| {
        let found = known.iter().find(|(id, _)| id == mentor);
        found.map_or(ANSWER_WITHIN, |(_, hours)| hours.answer_within)
    });
    Ok(each.min().unwrap_or(ANSWER_WITHIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn nine_o_clock_stays_nine_o_clock_when_the_clocks_change() {
        let hours = Hours {
            windows: Windows::daily(9 * 60, 17 * 60),
            ..Hours::default()
        };
        for (now, until, from) in [
            (
                "2026-10-24T12:00:00Z",
                Some("2026-10-24T16:00:00Z"),
                "2026-10-25T09:00:00Z",
            ),
            ("2026-10-25T08:30:00Z", None, "2026-10-25T09:00:00Z"),
            ("2027-03-27T18:00:00Z", None, "2027-03-28T08:00:00Z"),
            (
                "2027-03-28T15:59:59Z",
                Some("2027-03-28T16:00:00Z"),
                "2027-03-29T08:00:00Z",
            ),
            ("2027-03-28T16:00:00Z", None, "2027-03-29T08:00:00Z"),
        ] {
            let reads = hours.at(at(now)).unwrap();

            assert_eq!(reads.until, until.map(at), "{now}");
            assert_eq!(reads.from, Some(at(from)), "{now}");
        }
        assert_eq!(Hours::default().at(at("2026-06-01T09:00:00Z")), None);
    }

    #[test]
    fn only_the_hours_count_in_which_they_read() {
        let hours = Hours {
            windows: Windows::daily(9 * 60, 17 * 60),
            ..Hours::default()
        };
        for (from, until, read_hours) in [
            ("2026-10-24T12:00:00Z", "2026-10-24T13:00:00Z", 1),
            ("2026-10-24T12:00:00Z", "2026-10-25T10:00:00Z", 5),
            ("2026-10-24T17:00:00Z", "2026-10-25T08:00:00Z", 0),
            ("2026-10-24T01:00:00Z", "2026-10-31T00:00:00Z", 7 * 8),
        ] {
            let read = hours.read_between(at(from), at(until));
            assert_eq!(read, Duration::from_hours(read_hours), "{from}");
            let all = Hours::default().read_between(at(from), at(until));
            assert_eq!(all, at(until).since(at(from)));
        }
    }
}
