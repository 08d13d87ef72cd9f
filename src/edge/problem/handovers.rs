//! How the refusals of suspending, moving and leaving are told.

use super::{Kind, NOT_TWO_PEOPLE, Problem};
use crate::care::handovers::HandoverError;

impl From<HandoverError> for Problem {
    fn from(refusal: HandoverError) -> Self {
        match refusal {
            HandoverError::NotAllowed => Self::new(Kind::NotAllowed),
            HandoverError::NotFound => Self::new(Kind::NotFound),
            HandoverError::LastManager => {
                Self::new(Kind::WrongState).detail("this is the last active manager")
            }
            HandoverError::Unattended(pods) => {
                let pods: Vec<String> = pods.iter().map(ToString::to_string).collect();
                let pods = pods.join(", ");
                Self::new(Kind::WrongState).detail(format!(
                    "nobody else answers for these pods; name a replacement_account_id: {pods}"
                ))
            }
            HandoverError::FamiliesAllocated(families) => Self::new(Kind::WrongState).detail(
                format!("{families} families are allocated to them; name a replacement_account_id"),
            ),
            HandoverError::NotTwoPeople => Self::new(Kind::WrongState).detail(NOT_TWO_PEOPLE),
            HandoverError::WrongState(why) => Self::new(Kind::WrongState).detail(why),
            HandoverError::Field(pointer, wrong) => Self::field(pointer, wrong),
            HandoverError::Store(fault) => fault.into(),
        }
    }
}
