//! How the refusals of the check-ins room and of the chronology are told.

use serde_json::json;

use super::{Kind, Problem};
use crate::care::check_ins::actions::CheckInError;
use crate::care::check_ins::history::ReadError;
use crate::care::check_ins::rhythm::actions::RhythmError;
use crate::care::check_ins::templates::TemplateError;
use crate::care::chronology::ReadError as ChronologyError;

impl From<CheckInError> for Problem {
    fn from(refusal: CheckInError) -> Self {
        match refusal {
            CheckInError::NotAllowed => Self::new(Kind::NotAllowed),
            CheckInError::IdUsed => Self::new(Kind::IdUsed),
            CheckInError::Field(pointer, wrong) => Self::field(pointer, wrong),
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

impl From<RhythmError> for Problem {
    fn from(refusal: RhythmError) -> Self {
        match refusal {
            RhythmError::NotAllowed => Self::new(Kind::NotAllowed),
            RhythmError::NotFound => Self::new(Kind::NotFound),
            RhythmError::SetMeanwhile(id, display_name) => Self::new(Kind::AlreadyDone)
                .detail("another was set since the version you have seen: read it again")
                .by(json!({ "id": id, "display_name": display_name })),
            RhythmError::Field(pointer, wrong) => Self::field(pointer, wrong),
            RhythmError::Store(fault) => fault.into(),
        }
    }
}

impl From<TemplateError> for Problem {
    fn from(refusal: TemplateError) -> Self {
        match refusal {
            TemplateError::NotAllowed => Self::new(Kind::NotAllowed),
            TemplateError::Store(fault) => fault.into(),
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
