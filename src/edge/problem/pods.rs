//! How the refusals about pods, families and matches are told.

use super::{Kind, Problem};
use crate::care::families::actions::FamilyError;
use crate::care::handovers::matching::MatchError;
use crate::care::pods::actions::PodError;
use crate::care::pods::swaps::SwapError;

impl From<PodError> for Problem {
    fn from(refusal: PodError) -> Self {
        match refusal {
            PodError::NotAllowed => Self::new(Kind::NotAllowed),
            PodError::NotFound => Self::new(Kind::NotFound),
            PodError::NameTaken => Self::new(Kind::AlreadyDone).detail("a pod of this name exists"),
            PodError::IdUsed => Self::new(Kind::IdUsed),
            PodError::TooMany(what) => Self::new(Kind::WrongState).detail(what),
            PodError::Field(pointer, wrong) => Self::field(pointer, wrong),
            PodError::Store(fault) => fault.into(),
        }
    }
}

impl From<SwapError> for Problem {
    fn from(refusal: SwapError) -> Self {
        match refusal {
            SwapError::NotAllowed => Self::new(Kind::NotAllowed),
            SwapError::NotFound => Self::new(Kind::NotFound),
            SwapError::IdUsed => Self::new(Kind::IdUsed),
            SwapError::WrongState(why) => Self::new(Kind::WrongState).detail(why),
            SwapError::Hindered(_) => Self::new(Kind::WrongState).detail(refusal.to_string()),
            SwapError::Field(pointer, wrong) => Self::field(pointer, wrong),
            SwapError::Store(fault) => fault.into(),
        }
    }
}

impl From<FamilyError> for Problem {
    fn from(refusal: FamilyError) -> Self {
        match refusal {
            FamilyError::NotAllowed => Self::new(Kind::NotAllowed),
            FamilyError::NotFound => Self::new(Kind::NotFound),
            FamilyError::Field(pointer, wrong) => Self::field(pointer, wrong),
            FamilyError::ReferenceTaken => {
                Self::new(Kind::AlreadyDone).detail("a family with this reference exists")
            }
            FamilyError::Store(fault) => fault.into(),
        }
    }
}

impl From<MatchError> for Problem {
    fn from(refusal: MatchError) -> Self {
        match refusal {
            MatchError::NotAllowed => Self::new(Kind::NotAllowed),
            MatchError::NotFound => Self::new(Kind::NotFound),
            MatchError::Ended => Self::new(Kind::AlreadyDone).detail("this match has ended"),
            MatchError::Field(pointer, wrong) => Self::field(pointer, wrong),
            MatchError::AlreadyMatched => {
                Self::new(Kind::AlreadyDone).detail("this family member has a mentor already")
            }
            MatchError::Store(fault) => fault.into(),
        }
    }
}
