//! Office hours: when an authority is at work in the week, by the clocks of London. They are a part of its
//! waits: versions with a day from which each runs, and a second manager where they may make a wait longer.
//!
//! Every working day has the hours of its day of the week, at most one stretch. One working day is one such
//! day, however long it is.

use serde::{Deserialize, Serialize};

use crate::care::contact_plans::windows::{Day, MOST_MINUTE, Window, Windows};

/// What is wrong with hours that are none.
pub const WRONG: &str = "must be at least one stretch, and at most one of each day";

/// The hours of each day of the week, in minutes since midnight; none on a day without work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<Window>", try_from = "Vec<Window>")]
pub struct OfficeHours([Option<(u16, u16)>; 7]);

/// Nine to five.
const USUAL: Option<(u16, u16)> = Some((9 * 60, 17 * 60));

impl OfficeHours {
    /// What the service ships with: Monday to Friday, 09:00 to 17:00.
    pub const SHIPPED: Self = Self([USUAL, USUAL, USUAL, USUAL, USUAL, None, None]);

    /// When work begins and ends on a day of the week, in minutes since midnight; nothing if there is none.
    #[must_use]
    pub fn on(self, day: Day) -> Option<(u16, u16)> {
        self.0.get(place_of(day)).copied().flatten()
    }

    /// Whether any wait counted in them may, at any moment of the year, be over later than in the shipped
    /// ones. In doubt it may: only more days of work make no wait longer.
    #[must_use]
    pub fn may_make_waits_longer(self) -> bool {
        let mut days = Day::ALL.into_iter();
        days.any(|day| {
            let shipped = Self::SHIPPED.on(day);
            shipped.is_some() && self.on(day) != shipped
        })
    }

    /// The same as windows.
    #[must_use]
    pub fn windows(self) -> Windows {
        Vec::<Window>::from(self).into()
    }
}

impl Default for OfficeHours {
    fn default() -> Self {
        Self::SHIPPED
    }
}

impl From<OfficeHours> for Vec<Window> {
    fn from(hours: OfficeHours) -> Self {
        let days = Day::ALL.into_iter();
        days.filter_map(|day| {
            let (from, to) = hours.on(day)?;
            Some(Window { day, from, to })
        })
        .collect()
    }
}

/// Where a day stands in the week.
fn place_of(day: Day) -> usize {
    Day::ALL.iter().take_while(|one| **one != day).count()
}

impl TryFrom<Vec<Window>> for OfficeHours {
    type Error = &'static str;

    fn try_from(windows: Vec<Window>) -> Result<Self, &'static str> {
        let mut days = [None; 7];
        for one in &windows {
            let place = days.get_mut(place_of(one.day)).ok_or(WRONG)?;
            if place.is_some() || one.from >= one.to || one.to > MOST_MINUTE {
                return Err(WRONG);
            }
            *place = Some((one.from, one.to));
        }
        if windows.is_empty() {
            return Err(WRONG);
        }
        Ok(Self(days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_stored_as_windows_and_what_are_none_are_refused() {
        let text = serde_json::to_string(&OfficeHours::SHIPPED).unwrap();
        assert!(
            text.starts_with(r#"[{"day":"monday","from":540,"to":1020},"#),
            "{text}"
        );
        assert_eq!(
            serde_json::from_str::<OfficeHours>(&text).unwrap(),
            OfficeHours::SHIPPED
        );
        for wrong in [
            "[]",
            r#"[{"day":"monday","from":540,"to":540}]"#,
            r#"[{"day":"monday","from":540,"to":1441}]"#,
            r#"[{"day":"monday","from":540,"to":600},{"day":"monday","from":700,"to":800}]"#,
        ] {
            assert!(
                serde_json::from_str::<OfficeHours>(wrong).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn only_more_days_make_no_wait_longer() {
        let with = |day: Day, stretch: Option<(u16, u16)>| {
            let mut hours = OfficeHours::SHIPPED;
            hours.0[place_of(day)] = stretch;
            hours
        };

        assert!(!with(Day::Saturday, Some((600, 720))).may_make_waits_longer());
        assert!(with(Day::Friday, None).may_make_waits_longer());
        assert!(with(Day::Friday, Some((480, 1020))).may_make_waits_longer());
    }
}
