//! Civil time: a day and a minute as people agree on them, and the zone whose clocks they mean.
//!
//! It is kept as it was said. The moment is reckoned from it by [`Moment::at_wall`], which alone
//! decides about times that are skipped or come twice, so that "ten o'clock" stays ten o'clock when
//! the clocks change.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use super::time::Moment;

const FORM: &str = "%Y-%m-%dT%H:%M";
const DAY: &str = "%Y-%m-%d";

/// A day and a minute on the clocks of some zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil(NaiveDateTime);

impl Civil {
    /// Parses `2026-06-08T10:00`, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let time = NaiveDateTime::parse_from_str(text, FORM).ok().map(Self)?;
        (time.to_string() == text && (2000..=2200).contains(&time.0.year())).then_some(time)
    }

    /// What the clocks of a zone show at a moment, cut to the minute.
    #[must_use]
    pub fn shown(at: Moment, zone: Zone) -> Self {
        let wall = at.on_the_wall(zone.0);
        let cut = NaiveDateTime::parse_from_str(&wall.format(FORM).to_string(), FORM);
        Self(cut.unwrap_or(wall))
    }

    /// When the clocks of a zone show this: if they skip it, the next minute that exists; if they
    /// show it twice, the first time.
    #[must_use]
    pub fn at(self, zone: Zone) -> Moment {
        Moment::at_wall(self.0, zone.0)
    }

    /// As chrono's time without a zone.
    #[must_use]
    pub(super) const fn wall(self) -> NaiveDateTime {
        self.0
    }

    /// From chrono's time without a zone, which has no seconds.
    #[must_use]
    pub(super) const fn of(wall: NaiveDateTime) -> Self {
        Self(wall)
    }

    /// Its day.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.0.date()
    }

    /// So many days later, at the same time of day.
    #[must_use]
    pub fn plus_days(self, days: u64) -> Option<Self> {
        self.0.checked_add_days(Days::new(days)).map(Self)
    }

    /// So many days earlier, at the same time of day.
    #[must_use]
    pub fn minus_days(self, days: u64) -> Option<Self> {
        self.0.checked_sub_days(Days::new(days)).map(Self)
    }

    /// So many months later, at the same time of day; on the last day of a month that is too short.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Option<Self> {
        self.0.checked_add_months(Months::new(months)).map(Self)
    }
}

impl std::fmt::Display for Civil {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format(FORM))
    }
}

/// Parses a day such as `2026-06-08`, and nothing else.
#[must_use]
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text, DAY).ok()?;
    (day.to_string() == text && (2000..=2200).contains(&day.year())).then_some(day)
}

/// A zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// Where the families live, unless it is said otherwise.
    pub const LONDON: Self = Self(Tz::Europe__London);

    /// Finds a zone by its name, such as `Europe/London`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// Its clocks.
    #[must_use]
    pub const fn clocks(self) -> Tz {
        self.0
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_civil_time_is_read_in_one_form_alone() {
        let time = Civil::parse("2026-06-08T10:05").unwrap();

        assert_eq!(time.to_string(), "2026-06-08T10:05");
        assert_eq!(
            time.at(Zone::LONDON).to_string(),
            "2026-06-08T09:05:00.000000Z"
        );
        assert_eq!(Civil::shown(time.at(Zone::LONDON), Zone::LONDON), time);
        for wrong in [
            "",
            "2026-06-08",
            "2026-06-08T10:05:00",
            "2026-06-08T10:05Z",
            "2026-6-8T10:05",
            "2026-06-31T10:05",
            "2026-06-08T24:00",
            "2026-06-08 10:05",
            "1999-06-08T10:05",
            "+2026-06-08T10:05",
            "2026-06-08T10:5",
        ] {
            assert_eq!(Civil::parse(wrong), None, "{wrong}");
        }
        assert!(parse_day("2026-02-29").is_none() && parse_day("2028-02-29").is_some());
        assert_eq!(Zone::parse("Europe/Nowhere"), None);
    }

    #[test]
    fn ten_o_clock_stays_ten_o_clock_over_a_clock_change() {
        let saturday = Civil::parse("2026-10-24T10:00").unwrap();
        let sunday = saturday.plus_days(1).unwrap();

        let apart = sunday.at(Zone::LONDON).since(saturday.at(Zone::LONDON));

        assert_eq!(apart.as_secs(), 25 * 3600);
    }
}
