//! How the refusals of the check-ins room and of the chronology are told.

use super::{Kind, Problem};
use crate::care::check_ins::actions::CheckInError;
use crate::care::check_ins::history::ReadError;
use crate::care::chronology::ReadError as ChronologyError;

impl From<CheckInError> for Problem {
    fn from(refusal: CheckInError) -> Self {
        match refusal {
            CheckInError::NotAllowed => Self::new(Kind::NotAllowed),
            CheckInError::IdUsed => Self::new(Kind::IdUsed),
            CheckInError::Store(fault) => fault.into(),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(refusal: ReadError) -> Self {
        match refusal {
            ReadError::NotFound => Self::new(Kind::NotFound),
            ReadError::ReasonNeeded => Self::field("reason", "is needed: say why you must read"),
            ReadError::Store(fault) => fault.into(),
        }
    }
}

impl From<ChronologyError> for Problem {
    fn from(refusal: ChronologyError) -> Self {
        match refusal {
            ChronologyError::NotAllowed => Self::new(Kind::NotAllowed),
            ChronologyError::NotFound => Self::new(Kind::NotFound),
            ChronologyError::ReasonNeeded => {
                Self::field("reason", "is needed: say why you must read")
            }
            ChronologyError::Store(fault) => fault.into(),
        }
    }
}
