//! How soon the supervisor is told of what nobody has followed up. The mentor and the practitioner are told
//! at once, whatever the reason; how long it then waits for them depends on it.
//!
//! Whoever asks to be called, or says that things are as hard as can be, is not to wait until tomorrow for
//! somebody else to notice. It is no measure of risk: what may be one is an alert, and has its own clocks.

use serde::{Deserialize, Serialize};

use super::{Reasons, Why};
use crate::base::time::Moment;
use crate::care::alerts::office_hours::OfficeHours;
use crate::care::alerts::working_days;

/// How long a follow-up waits for the mentor and the practitioner.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = FollowUpGrade)]
pub enum Grade {
    /// Half a working day.
    SameDay,
    /// A working day.
    NextDay,
}

impl Grade {
    /// After so many working hours the supervisor is told.
    #[must_use]
    pub const fn working_hours(self) -> u32 {
        match self {
            Self::SameDay => 4,
            Self::NextDay => 8,
        }
    }

    /// When the supervisor is told of what has waited from a moment on.
    #[must_use]
    pub fn hand_up_at(self, office: OfficeHours, from: Moment) -> Moment {
        working_days::hours_later(office, from, self.working_hours())
    }
}

impl Why {
    /// How soon a person is to have done something about it.
    #[must_use]
    pub const fn grade(self) -> Grade {
        match self {
            Self::Call | Self::Low => Grade::SameDay,
            Self::Fall
            | Self::Missed
            | Self::Unreached
            | Self::ChangeAsked
            | Self::Unattended
            | Self::ConfirmPlan => Grade::NextDay,
        }
    }
}

impl Reasons {
    /// The soonest of what its reasons ask for.
    #[must_use]
    pub fn grade(self) -> Grade {
        let grades = self.all().into_iter().map(Why::grade);
        grades.min().unwrap_or(Grade::NextDay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_soonest_of_several_reasons_counts() {
        for (scale, before, wants_contact, grade) in [
            (6, Some(9), false, Grade::NextDay),
            (6, None, true, Grade::SameDay),
            (2, Some(9), false, Grade::SameDay),
        ] {
            assert_eq!(Reasons::of(scale, before, wants_contact).grade(), grade);
        }
        let missed = Reasons {
            missed: 2,
            ..Reasons::default()
        };
        assert_eq!(missed.grade(), Grade::NextDay);
    }

    #[test]
    fn waits_are_working_time() {
        // A Friday in London.
        let at = |text: &str| Moment::parse_rfc3339(&format!("2026-06-{text}:00Z")).unwrap();
        let up = |grade: Grade, from| grade.hand_up_at(OfficeHours::SHIPPED, at(from));
        assert_eq!(up(Grade::SameDay, "05T08:00"), at("05T12:00"));
        assert_eq!(up(Grade::SameDay, "05T14:00"), at("08T10:00"));
        assert_eq!(up(Grade::NextDay, "05T14:00"), at("08T14:00"));
    }
}
