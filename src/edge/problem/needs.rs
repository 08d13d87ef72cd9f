//! How the refusals of the needs room are told.

use super::{Kind, Problem};
use crate::care::needs::NeedsError;

impl From<NeedsError> for Problem {
    fn from(refusal: NeedsError) -> Self {
        match refusal {
            NeedsError::NotAllowed => Self::new(Kind::NotAllowed),
            NeedsError::Store(fault) => fault.into(),
        }
    }
}
