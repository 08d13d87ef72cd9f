//! How the refusals about dates are told.

use serde_json::json;

use super::{Kind, Problem};
use crate::care::reminders::actions::DateError;
use crate::care::reminders::reading::ReadError;
use crate::care::reminders::replying::ReplyError;

impl From<DateError> for Problem {
    fn from(refusal: DateError) -> Self {
        match refusal {
            DateError::NotAllowed => Self::new(Kind::NotAllowed),
            DateError::NotFound => Self::new(Kind::NotFound),
            DateError::IdUsed => Self::new(Kind::IdUsed),
            DateError::ChangedMeanwhile(id, display_name) => Self::new(Kind::AlreadyDone)
                .detail("the date was changed since the version you have seen: read it again")
                .by(json!({ "id": id, "display_name": display_name })),
            DateError::Cancelled => Self::new(Kind::WrongState).detail("it was cancelled"),
            DateError::TooMany => {
                Self::new(Kind::WrongState).detail("there are as many dates as people can keep")
            }
            DateError::Field(pointer, wrong) => Self::field(pointer, wrong),
            DateError::Store(fault) => fault.into(),
        }
    }
}

impl From<ReplyError> for Problem {
    fn from(refusal: ReplyError) -> Self {
        match refusal {
            ReplyError::NotAllowed => Self::new(Kind::NotAllowed),
            ReplyError::NotFound => Self::new(Kind::NotFound),
            ReplyError::IdUsed => Self::new(Kind::IdUsed),
            ReplyError::Field(pointer, wrong) => Self::field(pointer, wrong),
            ReplyError::Store(fault) => fault.into(),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(refusal: ReadError) -> Self {
        match refusal {
            ReadError::NotFound => Self::new(Kind::NotFound),
            ReadError::ReasonNeeded => Self::field("reason", "is needed: say why you must read"),
            ReadError::MemberNeeded => Self::field("family_member_id", "is needed: say whose"),
            ReadError::Store(fault) => fault.into(),
        }
    }
}
