//! How the refusals of who needs me, of follow-ups and of the caseload are told.

use super::{Kind, Problem};
use crate::care::caseload::CaseloadError;
use crate::care::conversations::waiting::AnsweredError;
use crate::care::follow_ups::actions::FollowUpError;
use crate::care::needs::NeedsError;

impl From<NeedsError> for Problem {
    fn from(refusal: NeedsError) -> Self {
        match refusal {
            NeedsError::NotAllowed => Self::new(Kind::NotAllowed),
            NeedsError::Store(fault) => fault.into(),
        }
    }
}

impl From<CaseloadError> for Problem {
    fn from(refusal: CaseloadError) -> Self {
        match refusal {
            CaseloadError::NotAllowed => Self::new(Kind::NotAllowed),
            CaseloadError::ReasonNeeded => {
                Self::field("reason", "is needed: say why you must read")
            }
            CaseloadError::TooMany => Self::field(
                "pod_id",
                "is needed: there are too many people for one list",
            ),
            CaseloadError::Store(fault) => fault.into(),
        }
    }
}

impl From<AnsweredError> for Problem {
    fn from(refusal: AnsweredError) -> Self {
        match refusal {
            AnsweredError::NotAllowed => Self::new(Kind::NotAllowed),
            AnsweredError::NotFound => Self::new(Kind::NotFound),
            AnsweredError::NotEnded => {
                Self::new(Kind::WrongState).detail("the talk goes on: a mentor is to answer in it")
            }
            AnsweredError::Store(fault) => fault.into(),
        }
    }
}

impl From<FollowUpError> for Problem {
    fn from(refusal: FollowUpError) -> Self {
        match refusal {
            FollowUpError::NotAllowed => Self::new(Kind::NotAllowed),
            FollowUpError::NotFound => Self::new(Kind::NotFound),
            FollowUpError::Done(by) => Self::new(Kind::AlreadyDone)
                .detail("somebody has followed it up")
                .by(serde_json::json!(by)),
            FollowUpError::Store(fault) => fault.into(),
        }
    }
}
