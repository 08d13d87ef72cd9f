//! How the refusals of the alerts room are told.

use serde_json::json;

use super::{Kind, NOT_TWO_PEOPLE, Problem};
use crate::care::agencies::Agency;
use crate::care::alerts::actions::NotDone;
use crate::care::alerts::calls::CallError;
use crate::care::alerts::connections::ConnectionError;
use crate::care::alerts::figures::FiguresError;
use crate::care::alerts::leaving_out::NotLeftOut;
use crate::care::alerts::links::LinkError;
use crate::care::alerts::policies::PolicyError;
use crate::care::alerts::work::ActionError;

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
            NotDone::NotCalled(Agency::Lado) => not_now(
                "an e-mail or a form tells them nothing: log the call to the allegations officer first",
            ),
            NotDone::NotCalled(_) => not_now(
                "an e-mail or a form is no handover: log the call to the out-of-hours team first",
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

impl From<NotLeftOut> for Problem {
    fn from(refusal: NotLeftOut) -> Self {
        match refusal {
            NotLeftOut::Alert(refusal) => refusal.into(),
            NotLeftOut::Person(wrong) => Self::field("/account_id", wrong),
            NotLeftOut::Alone => Self::new(Kind::WrongState).detail(
                "somebody beside you, whom you have not let in lately, must still be called: another manager, \
                 if need be made with `account create`, first",
            ),
            NotLeftOut::Store(fault) => fault.into(),
        }
    }
}

impl From<CallError> for Problem {
    fn from(refusal: CallError) -> Self {
        match refusal {
            CallError::Alert(refusal) => refusal.into(),
            CallError::IdUsed => Self::new(Kind::IdUsed),
            CallError::Field(pointer, wrong) => Self::field(pointer, wrong),
            CallError::Store(fault) => fault.into(),
        }
    }
}

impl From<ActionError> for Problem {
    fn from(refusal: ActionError) -> Self {
        match refusal {
            ActionError::Alert(refusal) => refusal.into(),
            ActionError::NotAllowed => Self::new(Kind::NotAllowed),
            ActionError::NotFound => Self::new(Kind::NotFound),
            ActionError::IdUsed => Self::new(Kind::IdUsed),
            ActionError::Done(by) => Self::new(Kind::AlreadyDone)
                .detail("somebody has written how it ended")
                .by(json!(by)),
            ActionError::NeedsCall => Self::new(Kind::WrongState)
                .detail("log the call to the allegations officer: that ends it"),
            ActionError::Field(pointer, wrong) => Self::field(pointer, wrong),
            ActionError::Store(fault) => fault.into(),
        }
    }
}

impl From<ConnectionError> for Problem {
    fn from(refusal: ConnectionError) -> Self {
        let not_now = |detail: &str| Self::new(Kind::WrongState).detail(detail);
        match refusal {
            ConnectionError::NotAllowed => Self::new(Kind::NotAllowed),
            ConnectionError::NotFound => Self::new(Kind::NotFound),
            ConnectionError::IdUsed => Self::new(Kind::IdUsed),
            ConnectionError::Marked => not_now("they are marked as connected already"),
            ConnectionError::Ended => not_now("it has ended"),
            ConnectionError::TooMany => not_now("one of them has 50 connections already"),
            ConnectionError::Field(pointer, wrong) => Self::field(pointer, wrong),
            ConnectionError::Store(fault) => fault.into(),
        }
    }
}

impl From<LinkError> for Problem {
    fn from(refusal: LinkError) -> Self {
        match refusal {
            LinkError::Alert(refusal) => refusal.into(),
            LinkError::NoSuchOther => {
                Self::field("/alert_id", "must be another alert of the same family")
            }
            LinkError::Store(fault) => fault.into(),
        }
    }
}

impl From<FiguresError> for Problem {
    fn from(refusal: FiguresError) -> Self {
        match refusal {
            FiguresError::NotAllowed => Self::new(Kind::NotAllowed),
            FiguresError::NotFound => Self::new(Kind::NotFound),
            FiguresError::Field(pointer, wrong) => Self::field(pointer, wrong),
            FiguresError::Store(fault) => fault.into(),
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
            PolicyError::Lapsed => Self::new(Kind::WrongState)
                .detail("whoever put them forward may not act any more; put these forward again"),
            PolicyError::NotTwoPeople => Self::new(Kind::WrongState).detail(NOT_TWO_PEOPLE),
            PolicyError::Store(fault) => fault.into(),
        }
    }
}
