//! Help lines: whom people can call when nobody here answers, and when nobody here is needed.
//!
//! A wrong number on a bad night is worse than none, so every line says on which day somebody last
//! verified it, and is overdue after [`VERIFY_WITHIN_DAYS`]. An authority's own lines are kept by its
//! managers; the national ones ship with the service and change with its releases.

pub mod actions;
mod national;
mod queries;

use chrono::NaiveDate;

use crate::base::ids::HelpLineId;
use crate::base::time::Moment;

/// A line not verified for longer is overdue.
pub const VERIFY_WITHIN_DAYS: i64 = 90;
/// At most so many lines for one authority: a list that nobody can take in helps nobody.
pub const MOST_LINES: i64 = 50;

/// One help line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpLine {
    /// Its id; none for a national one, which nobody here may change.
    pub id: Option<HelpLineId>,
    /// The place it is for; none for a national one.
    pub locality: Option<String>,
    /// Who answers.
    pub name: String,
    /// The number to call.
    pub number: String,
    /// The number to text, if one may.
    pub text_number: Option<String>,
    /// When somebody answers, in words.
    pub hours: String,
    /// The day on which somebody last verified it.
    pub verified_on: NaiveDate,
    /// Whether that is too long ago.
    pub overdue: bool,
}

/// A help line as a manager writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHelpLine {
    /// The place it is for.
    pub locality: String,
    /// Who answers.
    pub name: String,
    /// The number to call.
    pub number: String,
    /// The number to text, if one may.
    pub text_number: Option<String>,
    /// When somebody answers, in words.
    pub hours: String,
    /// Its place among the authority's own; the lowest comes first.
    pub position: i32,
    /// The day on which it was verified.
    pub verified_on: NaiveDate,
}

/// Whether a line verified on `day` must be verified again.
#[must_use]
pub fn is_overdue(day: NaiveDate, now: Moment) -> bool {
    now.utc().date_naive().signed_duration_since(day).num_days() > VERIFY_WITHIN_DAYS
}

/// Reads a day as it is written on the wire and at rest: `2026-11-22`.
#[must_use]
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_overdue_on_the_ninety_first_day() {
        let day = parse_day("2026-03-01").unwrap();
        let at = |text| Moment::parse_rfc3339(text).unwrap();

        assert!(!is_overdue(day, at("2026-05-30T23:59:59Z")));
        assert!(is_overdue(day, at("2026-05-31T00:00:00Z")));
        assert!(!is_overdue(day, at("2026-02-01T00:00:00Z")));
    }
}
