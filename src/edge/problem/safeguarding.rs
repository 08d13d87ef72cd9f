//! How the refusals about concerns and the help button are told.

use super::{Kind, Problem};
use crate::care::safeguarding::helping::HelpError;
use crate::care::safeguarding::reporting::ReportError;

impl From<HelpError> for Problem {
    fn from(refusal: HelpError) -> Self {
        match refusal {
            HelpError::NotAllowed => Self::new(Kind::NotAllowed),
            HelpError::Store(fault) => fault.into(),
        }
    }
}

impl From<ReportError> for Problem {
    fn from(refusal: ReportError) -> Self {
        match refusal {
            ReportError::NotFound => Self::new(Kind::NotFound),
            ReportError::IdUsed => Self::new(Kind::IdUsed),
            ReportError::Field(pointer, wrong) => Self::field(pointer, wrong),
            ReportError::Store(fault) => fault.into(),
        }
    }
}
