//! How the refusals about goals are told.

use super::{Kind, Problem};
use crate::care::goals::actions::GoalError;
use crate::care::goals::reading::ReadError;

impl From<GoalError> for Problem {
    fn from(refusal: GoalError) -> Self {
        match refusal {
            GoalError::NotAllowed => Self::new(Kind::NotAllowed),
            GoalError::NotActive => Self::new(Kind::NotActive),
            GoalError::NotFound => Self::new(Kind::NotFound),
            GoalError::IdUsed => Self::new(Kind::IdUsed),
            GoalError::Ended => {
                Self::new(Kind::AlreadyDone).detail("this goal has ended in another way")
            }
            GoalError::Store(fault) => fault.into(),
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
