//! How the refusals of the conversations room, and of the inboxes it marks, are told.

use super::{Kind, Problem};
use crate::care::conversations::actions::{MarkError, SendError};
use crate::care::conversations::history::ReadError;
use crate::care::notices::actions::SeeError;

impl From<SendError> for Problem {
    fn from(refusal: SendError) -> Self {
        match refusal {
            SendError::NotFound => Self::new(Kind::NotFound),
            SendError::IdUsed => Self::new(Kind::IdUsed),
            SendError::Store(fault) => fault.into(),
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

impl From<MarkError> for Problem {
    fn from(refusal: MarkError) -> Self {
        match refusal {
            MarkError::NotFound => Self::new(Kind::NotFound),
            MarkError::Beyond { last_seq } => {
                Self::field("/up_to", format!("must not be beyond {last_seq}"))
            }
            MarkError::Store(fault) => fault.into(),
        }
    }
}

impl From<SeeError> for Problem {
    fn from(refusal: SeeError) -> Self {
        match refusal {
            SeeError::Beyond { head } => Self::field("/seq", format!("must not be beyond {head}")),
            SeeError::Store(fault) => fault.into(),
        }
    }
}
