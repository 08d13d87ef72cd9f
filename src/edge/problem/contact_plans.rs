//! How the refusals about contact plans are told.

use serde_json::json;

use super::{Kind, Problem};
use crate::care::contact_plans::actions::PlanError;
use crate::care::contact_plans::reading::ReadError;

impl From<PlanError> for Problem {
    fn from(refusal: PlanError) -> Self {
        match refusal {
            PlanError::NotAllowed => Self::new(Kind::NotAllowed),
            PlanError::NotFound => Self::new(Kind::NotFound),
            PlanError::ToldMeanwhile => Self::new(Kind::AlreadyDone)
                .detail("they have told another plan since the version you have seen: read it"),
            PlanError::Stopped(id, display_name) => Self::new(Kind::AlreadyDone)
                .detail("all contact is stopped already")
                .by(json!({ "id": id, "display_name": display_name })),
            PlanError::Store(fault) => fault.into(),
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
