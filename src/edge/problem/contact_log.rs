//! How the refusals of the contact log are told.

use super::{Kind, Problem};
use crate::care::contact_log::actions::ContactError;
use crate::care::contact_log::reading::ReadError;

impl From<ContactError> for Problem {
    fn from(refusal: ContactError) -> Self {
        match refusal {
            ContactError::NotAllowed => Self::new(Kind::NotAllowed),
            ContactError::NotFound => Self::new(Kind::NotFound),
            ContactError::IdUsed => Self::new(Kind::IdUsed),
            ContactError::Withdrawn => {
                Self::new(Kind::AlreadyDone).detail("this entry was withdrawn for another reason")
            }
            ContactError::Field(pointer, wrong) => Self::field(pointer, wrong),
            ContactError::Store(fault) => fault.into(),
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
