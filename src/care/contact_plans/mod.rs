//! When a family member may be rung: the hours in which a phone may sound, show or count something.
//!
//! By the clocks of where the families live, wherever a phone is: what is safe there does not move
//! with a journey.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Europe::London;

use crate::base::time::Moment;

/// Nothing usual rings from this hour in the evening
pub const QUIET_FROM: u32 = 21;
/// to this hour in the morning.
pub const QUIET_TO: u32 = 8;

fn wall(date: NaiveDate, hour: u32) -> Moment {
    let time = NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or_default();
    Moment::at_wall(NaiveDateTime::new(date, time), London)
}

/// When the quiet hours end that `at` is in; `None` if it is in none.
#[must_use]
pub fn quiet_until(at: Moment) -> Option<Moment> {
    let today = at.on_the_wall(London).date();
    let morning = wall(today, QUIET_TO);
    if at < morning {
        return Some(morning);
    }
    let tomorrow = today.succ_opt().unwrap_or(today);
    (at >= wall(today, QUIET_FROM)).then(|| wall(tomorrow, QUIET_TO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_hours_are_those_of_the_clock_on_the_wall_summer_and_winter() {
        for (at, until) in [
            ("2026-06-01T19:59:59Z", None),
            ("2026-06-01T20:00:00Z", Some("2026-06-02T07:00:00Z")),
            ("2026-06-02T06:59:59Z", Some("2026-06-02T07:00:00Z")),
            ("2026-06-02T07:00:00Z", None),
            // The night on which the clocks go back is an hour longer.
            ("2026-10-24T20:00:00Z", Some("2026-10-25T08:00:00Z")),
            ("2027-03-27T21:00:00Z", Some("2027-03-28T07:00:00Z")),
        ] {
            let at = Moment::parse_rfc3339(at).unwrap();

            assert_eq!(
                quiet_until(at),
                until.and_then(Moment::parse_rfc3339),
                "{at}"
            );
        }
    }
}
