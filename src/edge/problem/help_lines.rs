//! How the refusals about help lines and the numbers of agencies are told.

use super::{Kind, Problem};
use crate::care::agencies::actions::AgencyLineError;
use crate::care::help_lines::actions::HelpLineError;

impl From<HelpLineError> for Problem {
    fn from(refusal: HelpLineError) -> Self {
        match refusal {
            HelpLineError::NotAllowed => Self::new(Kind::NotAllowed),
            HelpLineError::NotFound => Self::new(Kind::NotFound),
            HelpLineError::Field(pointer, wrong) => Self::field(pointer, wrong),
            HelpLineError::TooMany => {
                Self::new(Kind::WrongState).detail("there are as many lines as people can take in")
            }
            HelpLineError::Store(fault) => fault.into(),
        }
    }
}

impl From<AgencyLineError> for Problem {
    fn from(refusal: AgencyLineError) -> Self {
        match refusal {
            AgencyLineError::NotAllowed => Self::new(Kind::NotAllowed),
            AgencyLineError::NotFound => Self::new(Kind::NotFound),
            AgencyLineError::Field(pointer, wrong) => Self::field(pointer, wrong),
            AgencyLineError::TooMany => {
                Self::new(Kind::WrongState).detail("there are as many lines as people can take in")
            }
            AgencyLineError::Store(fault) => fault.into(),
        }
    }
}
