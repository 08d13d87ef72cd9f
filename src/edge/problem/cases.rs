//! How the refusals about cases are told.

use super::{Kind, Problem};
use crate::care::cases::actions::CaseError;
use crate::care::cases::reading::ReadError;

impl From<CaseError> for Problem {
    fn from(refusal: CaseError) -> Self {
        let not_now = |detail: String| Self::new(Kind::WrongState).detail(detail);
        match refusal {
            CaseError::NotAllowed => Self::new(Kind::NotAllowed),
            CaseError::NotFound => Self::new(Kind::NotFound),
            CaseError::IdUsed => Self::new(Kind::IdUsed),
            CaseError::IsOpen => not_now("this family has an open case".to_owned()),
            CaseError::NotOpen => not_now("this case is not open".to_owned()),
            CaseError::AlertsOpen(1) => {
                not_now("an alert about this family is not closed: decide it first".to_owned())
            }
            CaseError::AlertsOpen(count) => not_now(format!(
                "{count} alerts about this family are not closed: decide them first"
            )),
            CaseError::Full => not_now("there is no room for more".to_owned()),
            CaseError::Field(pointer, wrong) => Self::field(pointer, wrong),
            CaseError::Store(fault) => fault.into(),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(refusal: ReadError) -> Self {
        match refusal {
            ReadError::NotAllowed => Self::new(Kind::NotAllowed),
            ReadError::NotFound => Self::new(Kind::NotFound),
            ReadError::ReasonNeeded => Self::field("reason", "is needed: say why you must read"),
            ReadError::Store(fault) => fault.into(),
        }
    }
}
