//! How the refusals of the accounts room are told.

use super::{Kind, Problem};
use crate::app::HashFault;
use crate::care::accounts::actions::NotRecognised;
use crate::care::accounts::invitations::InviteError;
use crate::care::accounts::sign_in::SignInError;
use crate::care::accounts::tries::WaitUntil;

impl From<NotRecognised> for Problem {
    fn from(refusal: NotRecognised) -> Self {
        match refusal {
            NotRecognised::SignInAgain => Self::new(Kind::SignInAgain),
            NotRecognised::NotActive => Self::new(Kind::NotActive),
            NotRecognised::Store(fault) => fault.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(refusal: SignInError) -> Self {
        match refusal {
            SignInError::WrongSecret => Self::new(Kind::WrongSecret),
            SignInError::Wait(until) => wait(until),
            SignInError::NotActive => Self::new(Kind::NotActive),
            SignInError::Store(fault) => fault.into(),
        }
    }
}

impl From<InviteError> for Problem {
    fn from(refusal: InviteError) -> Self {
        match refusal {
            InviteError::NotAllowed => Self::new(Kind::NotAllowed),
            InviteError::NotFound("family") => Self::field("/family_id", "is not known here"),
            InviteError::NotFound("pod") => Self::field("/pod_id", "is not known here"),
            InviteError::NotFound(_) => Self::new(Kind::NotFound),
            InviteError::Field(pointer, wrong) => Self::field(pointer, wrong),
            InviteError::WrongCode => Self::field("/code", "is not right, was used, or is too old"),
            InviteError::Wait(until) => wait(until),
            InviteError::Store(fault) => fault.into(),
        }
    }
}

impl From<HashFault> for Problem {
    fn from(fault: HashFault) -> Self {
        match fault {
            HashFault::Busy => Self::new(Kind::Busy).retry_after(2),
            HashFault::Failed => Self::new(Kind::Fault),
        }
    }
}

fn wait(WaitUntil { until, now }: WaitUntil) -> Problem {
    Problem::new(Kind::TooMany).retry_after(until.since(now).as_secs().saturating_add(1))
}
