//! How the refusals of the alerts room are told.

use serde_json::json;

use super::{Kind, NOT_TWO_PEOPLE, Problem};
use crate::care::alerts::actions::NotDone;
use crate::care::alerts::policies::PolicyError;

impl From<NotDone> for Problem {
    fn from(refusal: NotDone) -> Self {
        let not_now = |detail: &str| Self::new(Kind::WrongState).detail(detail);
        match refusal {
            NotDone::NotFound => Self::new(Kind::NotFound),
            NotDone::NotAllowed => Self::new(Kind::NotAllowed),
            NotDone::AlreadyHeld(by) => Self::new(Kind::AlreadyDone)
                .detail("somebody else has it")
                .by(json!(by)),
            NotDone::NotAcknowledged => not_now("nobody has acknowledged it yet"),
            NotDone::NotSeen => not_now(
                "its holder has not been shown all of it yet: read its occurrences after `seen_seq`",
            ),
            NotDone::Closed => not_now("it is closed"),
            NotDone::Open => not_now("it is open"),
            NotDone::AnotherIsOpen => not_now("a newer alert about the same is not closed"),
            NotDone::NotHolder => not_now("only the person who has it may hand it over"),
            NotDone::NoSuchTaker => Self::field("/account_id", "cannot take this alert"),
            NotDone::Store(fault) => fault.into(),
        }
    }
}

impl From<PolicyError> for Problem {
    fn from(refusal: PolicyError) -> Self {
        match refusal {
            PolicyError::NotAllowed => Self::new(Kind::NotAllowed),
            PolicyError::NotFound => Self::new(Kind::NotFound),
            PolicyError::Field(pointer, wrong) => Self::field(pointer, wrong),
            PolicyError::AgreedBefore => {
                Self::new(Kind::AlreadyDone).detail("nobody's agreement is needed any more")
            }
            PolicyError::Overtaken => Self::new(Kind::WrongState)
                .detail("others have been put forward since; put these forward again"),
            PolicyError::SamePerson => {
                Self::new(Kind::WrongState).detail("a second manager must agree")
            }
            PolicyError::NotTwoPeople => Self::new(Kind::WrongState).detail(NOT_TWO_PEOPLE),
            PolicyError::Store(fault) => fault.into(),
        }
    }
}
