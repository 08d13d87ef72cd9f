//! How the refusals of the check-ins room are told.

use super::{Kind, Problem};
use crate::care::check_ins::actions::CheckInError;
use crate::care::check_ins::history::ReadError;

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
