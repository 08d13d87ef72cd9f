//! How the refusals about reading hours are told.

use super::{Kind, Problem};
use crate::care::reading_hours::actions::HoursError;

impl From<HoursError> for Problem {
    fn from(refusal: HoursError) -> Self {
        match refusal {
            HoursError::NotAllowed => Self::new(Kind::NotAllowed),
            HoursError::NotFound => Self::new(Kind::NotFound),
            HoursError::NotTheirs => Self::field(
                "/answer_within_working_hours",
                "is said by whoever supervises: leave it out",
            ),
            HoursError::Store(fault) => fault.into(),
        }
    }
}
