//! How the refusals about reading the audit are told.

use super::{Kind, Problem};
use crate::care::audit::reading::ReadError;

impl From<ReadError> for Problem {
    fn from(refusal: ReadError) -> Self {
        match refusal {
            ReadError::NotAllowed => Self::new(Kind::NotAllowed),
            ReadError::Nobody(name) => Self::field(name, "is nobody here"),
            ReadError::Store(fault) => fault.into(),
        }
    }
}
