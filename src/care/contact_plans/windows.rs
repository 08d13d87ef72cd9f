//! The hours in which a phone may be rung, week by week. Pure reckoning.
//!
//! By the clocks of where the families live, wherever a phone is (what is safe there does not move
//! with a journey), or by those of a zone that is named. A window opens at its time on the clock, and where that comes twice at the first;
//! where its end comes twice, it closes at the first too.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::base::civil::Zone;
use crate::base::time::Moment;

/// Minutes in a day; a window may close with it.
pub const MOST_MINUTE: u16 = 24 * 60;

/// A day of the week.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the days")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The day of this name.
    #[must_use]
    pub const fn of(date: Weekday) -> Self {
        match date {
            Weekday::Mon => Self::Monday,
            Weekday::Tue => Self::Tuesday,
            Weekday::Wed => Self::Wednesday,
            Weekday::Thu => Self::Thursday,
            Weekday::Fri => Self::Friday,
            Weekday::Sat => Self::Saturday,
            Weekday::Sun => Self::Sunday,
        }
    }
}

/// Part of a day, in minutes since midnight; its end is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    /// On which day.
    pub day: Day,
    /// From this minute
    pub from: u16,
    /// to this one.
    pub to: u16,
}

/// A week of windows: in order, none empty, none touching another of the same day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Window>")]
pub struct Windows(Vec<Window>);

impl From<Vec<Window>> for Windows {
    fn from(mut windows: Vec<Window>) -> Self {
        windows.retain(|one| one.from < one.to && one.to <= MOST_MINUTE);
        windows.sort_unstable();
        let mut kept: Vec<Window> = Vec::with_capacity(windows.len());
        for one in windows {
            match kept.last_mut() {
                Some(last) if last.day == one.day && one.from <= last.to => {
                    last.to = last.to.max(one.to);
                }
                _ => kept.push(one),
            }
        }
        Self(kept)
    }
}

/// A stretch of time in which a phone may be rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// It begins.
    pub opens: Moment,
    /// It is over.
    pub closes: Moment,
}

impl Windows {
    /// The same hours on every day.
    #[must_use]
    pub fn daily(from: u16, to: u16) -> Self {
        let windows = Day::ALL.map(|day| Window { day, from, to });
        windows.to_vec().into()
    }

    /// One by one, in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Window] {
        &self.0
    }

    /// What is in both.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        for one in &self.0 {
            both.extend(
                other
                    .0
                    .iter()
                    .filter(|two| two.day == one.day)
                    .map(|two| Window {
                        day: one.day,
                        from: one.from.max(two.from),
                        to: one.to.min(two.to),
                    }),
            );
        }
        both.into()
    }

    /// The stretch that `at` is in, or the next one, where the families live; none if there is no window.
    #[must_use]
    pub fn stretch(&self, at: Moment) -> Option<Stretch> {
        self.stretch_in(at, Zone::LONDON)
    }

    /// The same by the clocks of another zone.
    #[must_use]
    pub fn stretch_in(&self, at: Moment, zone: Zone) -> Option<Stretch> {
        let clocks = zone.clocks();
        let mut date = at.on_the_wall(clocks).date().pred_opt()?;
        let mut found: Option<Stretch> = None;
        // From yesterday, which may go on past midnight, to the same day next week.
        for _ in 0..=9 {
            let day = Day::of(date.weekday());
            for one in self.0.iter().filter(|one| one.day == day) {
                let (opens, closes) = (wall(date, one.from, clocks), wall(date, one.to, clocks));
                // One that the clocks skip is none.
                if opens >= closes {
                    continue;
                }
                match &mut found {
                    Some(before) if opens <= before.closes => {
                        before.closes = before.closes.max(closes);
                    }
                    Some(before) if before.closes > at => return Some(*before),
                    _ => found = Some(Stretch { opens, closes }),
                }
            }
            date = date.succ_opt()?;
        }
        found.filter(|last| last.closes > at)
    }
}

/// When the clock on the wall shows so many minutes since midnight.
fn wall(date: NaiveDate, minutes: u16, clocks: Tz) -> Moment {
    let (date, minutes) = if minutes >= MOST_MINUTE {
        (date.succ_opt().unwrap_or(date), 0)
    } else {
        (date, minutes)
    };
    let time = NaiveTime::from_hms_opt(u32::from(minutes / 60), u32::from(minutes % 60), 0);
    Moment::at_wall(date.and_time(time.unwrap_or_default()), clocks)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::Timelike;
    use chrono_tz::Europe::London as HOME;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse_rfc3339(text).unwrap()
    }

    #[track_caller]
    fn is(windows: &Windows, from: &str, expected: (&str, &str)) {
        let found = windows.stretch(at(from)).unwrap();
        assert_eq!(
            (found.opens, found.closes),
            (at(expected.0), at(expected.1))
        );
    }

    #[test]
    fn a_stretch_is_the_one_of_now_or_the_next() {
        let school = Windows::from(vec![
            Window {
                day: Day::Monday,
                from: 540,
                to: 900,
            },
            Window {
                day: Day::Monday,
                from: 1320,
                to: 1440,
            },
            Window {
                day: Day::Tuesday,
                from: 0,
                to: 60,
            },
        ]);

        // Monday 1 June 2026.
        let morning = ("2026-06-01T08:00:00Z", "2026-06-01T14:00:00Z");
        is(&school, "2026-06-01T07:00:00Z", morning);
        is(&school, "2026-06-01T13:59:59Z", morning);
        let night = ("2026-06-01T21:00:00Z", "2026-06-02T00:00:00Z");
        is(&school, "2026-06-01T14:00:00Z", night);
        is(&school, "2026-06-01T23:30:00Z", night);
        is(
            &school,
            "2026-06-02T00:00:00Z",
            ("2026-06-08T08:00:00Z", "2026-06-08T14:00:00Z"),
        );
        assert_eq!(Windows::default().stretch(at("2026-06-01T07:00:00Z")), None);
    }

    #[test]
    fn windows_that_touch_are_one_and_what_is_in_both_is_met() {
        let one = Windows::from(vec![
            Window {
                day: Day::Friday,
                from: 600,
                to: 700,
            },
            Window {
                day: Day::Friday,
                from: 540,
                to: 600,
            },
            Window {
                day: Day::Sunday,
                from: 700,
                to: 600,
            },
        ]);

        assert_eq!(
            one.as_slice(),
            [Window {
                day: Day::Friday,
                from: 540,
                to: 700
            }]
        );
        let met = one.meet(&Windows::daily(480, 560));
        assert_eq!(
            met.as_slice(),
            [Window {
                day: Day::Friday,
                from: 540,
                to: 560
            }]
        );
    }

    prop_compose! {
        fn window()(day in prop::sample::select(&Day::ALL[..]), from in 0_u16..1440, long in 1_u16..600)
            -> Window {
            Window { day, from, to: (from + long).min(MOST_MINUTE) }
        }
    }

    /// Whether the clock on the wall shows a time in one of the windows.
    fn shows(windows: &[Window], at: Moment) -> bool {
        let wall = at.on_the_wall(HOME);
        let minute = wall.hour() * 60 + wall.minute();
        windows.iter().any(|one| {
            one.day == Day::of(wall.weekday())
                && (u32::from(one.from)..u32::from(one.to)).contains(&minute)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Against a slow model that watches the clock on the wall, minute by minute, over the weeks
        /// in which the clocks change. In the hour that comes twice a window may be closed early,
        /// never open too long.
        #[test]
        fn it_is_open_when_the_clock_on_the_wall_says_so(
            all in prop::collection::vec(window(), 0..6),
            change in prop::sample::select(&["2026-03-28", "2026-10-24", "2027-03-27", "2027-10-30"][..]),
            minutes in 0_u64..2000,
        ) {
            let windows = Windows::from(all.clone());
            let from = at(&format!("{change}T12:00:00Z")).plus(Duration::from_mins(minutes));

            let found = windows.stretch(from);

            for step in 0..60 * 30 {
                let minute = from.plus(Duration::from_mins(step));
                let is_open = found.is_some_and(|one| one.opens <= minute && minute < one.closes);
                if found.is_some_and(|one| minute >= one.closes) {
                    break;
                }
                if is_open {
                    let hour_before = minute.minus(Duration::from_hours(1));
                    let is_second = hour_before.on_the_wall(HOME) == minute.on_the_wall(HOME);
                    prop_assert!(is_second || shows(&all, minute), "{minute}");
                } else {
                    prop_assert!(!shows(&all, minute) || minute.on_the_wall(HOME).hour() == 1, "{minute}");
                }
            }
        }
    }
}
