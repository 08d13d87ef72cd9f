//! How the refusals about handover notes are told.

use super::{Kind, Problem};
use crate::care::handover_notes::actions::NoteError;
use crate::care::handover_notes::reading::ReadError;

impl From<NoteError> for Problem {
    fn from(refusal: NoteError) -> Self {
        match refusal {
            NoteError::NotAllowed => Self::new(Kind::NotAllowed),
            NoteError::NotFound => Self::new(Kind::NotFound),
            NoteError::IdUsed => Self::new(Kind::IdUsed),
            NoteError::Field(pointer, wrong) => Self::field(pointer, wrong),
            NoteError::Store(fault) => fault.into(),
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
