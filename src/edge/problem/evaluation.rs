//! How the refusals about evaluations are told.

use super::{Kind, Problem};
use crate::care::evaluation::EvaluationError;

impl From<EvaluationError> for Problem {
    fn from(refusal: EvaluationError) -> Self {
        match refusal {
            EvaluationError::NotAllowed => Self::new(Kind::NotAllowed),
            EvaluationError::NotFound => Self::new(Kind::NotFound),
            EvaluationError::Field(pointer, wrong) => Self::field(pointer, wrong),
            EvaluationError::Store(fault) => fault.into(),
        }
    }
}
