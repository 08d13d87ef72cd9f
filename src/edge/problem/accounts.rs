//! How the refusals of the accounts room are told.

use super::{Kind, Problem};
use crate::app::HashFault;
use crate::care::accounts::actions::NotRecognised;
use crate::care::accounts::devices::own::DeviceError;
use crate::care::accounts::devices::unlock::UnlockError;
use crate::care::accounts::directory::DirectoryError;
use crate::care::accounts::email::EmailError;
use crate::care::accounts::invitations::InviteError;
use crate::care::accounts::invitations::by_mail::AskError;
use crate::care::accounts::invitations::way_back::WayBackError;
use crate::care::accounts::own::OwnError;
use crate::care::accounts::phone::PhoneError;
use crate::care::accounts::second_factor::SecondFactorError;
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
            SignInError::SecondFactorNeeded => Self::new(Kind::SecondFactorNeeded),
            SignInError::Wait(until) => wait(until),
            SignInError::Locked => Self::new(Kind::Locked),
            SignInError::NotActive => Self::new(Kind::NotActive),
            SignInError::Store(fault) => fault.into(),
        }
    }
}

impl From<UnlockError> for Problem {
    fn from(refusal: UnlockError) -> Self {
        match refusal {
            UnlockError::NotEnrolled => {
                Self::new(Kind::SignInAgain).detail("this device needs a new code")
            }
            UnlockError::WrongPin => Self::new(Kind::WrongSecret),
            UnlockError::Wait(until) => wait(until),
            UnlockError::Store(fault) => fault.into(),
        }
    }
}

impl From<InviteError> for Problem {
    fn from(refusal: InviteError) -> Self {
        match refusal {
            InviteError::NotAllowed => Self::new(Kind::NotAllowed),
            InviteError::NotFound("family") => Self::field("/family_id", "is not known here"),
            InviteError::NotFound("pod") => Self::field("/pod_id", "is not known here"),
            InviteError::NotFound(_) | InviteError::NoSuchInvitation => Self::new(Kind::NotFound),
            InviteError::Field(pointer, wrong) => Self::field(pointer, wrong),
            InviteError::Accepted => {
                Self::new(Kind::AlreadyDone).detail("the invitation was accepted")
            }
            InviteError::WrongCode => Self::field("/code", "is not right, was used, or is too old"),
            InviteError::EmailTaken => Self::new(Kind::AlreadyDone)
                .detail("somebody with this e-mail has joined since the invitation was made"),
            InviteError::SecondFactorNeeded => Self::new(Kind::SecondFactorNeeded),
            InviteError::WrongOneTimeCode => {
                Self::field("/one_time_code", "is not right, or was used before")
            }
            InviteError::Wait(until) => wait(until),
            InviteError::Store(fault) => fault.into(),
        }
    }
}

impl From<WayBackError> for Problem {
    fn from(refusal: WayBackError) -> Self {
        match refusal {
            WayBackError::NotAllowed => Self::new(Kind::NotAllowed),
            WayBackError::NotFound => Self::new(Kind::NotFound),
            WayBackError::NotActive => {
                Self::new(Kind::WrongState).detail("the account is not active")
            }
            WayBackError::Store(fault) => fault.into(),
        }
    }
}

impl From<AskError> for Problem {
    fn from(refusal: AskError) -> Self {
        match refusal {
            AskError::Wait(until) => wait(until),
            AskError::Store(fault) => fault.into(),
        }
    }
}

impl From<EmailError> for Problem {
    fn from(refusal: EmailError) -> Self {
        match refusal {
            EmailError::NotAllowed => Self::new(Kind::NotAllowed),
            EmailError::Verified => Self::new(Kind::AlreadyDone).detail("it is verified already"),
            EmailError::WrongCode => Self::field("/code", "is not right, or is too old"),
            EmailError::Wait(until) => wait(until),
            EmailError::Store(fault) => fault.into(),
        }
    }
}

impl From<PhoneError> for Problem {
    fn from(refusal: PhoneError) -> Self {
        match refusal {
            PhoneError::NotAllowed => Self::new(Kind::NotAllowed),
            PhoneError::NothingAsked => {
                Self::new(Kind::WrongState).detail("no number waits to be verified")
            }
            PhoneError::WrongCode => Self::field("/code", "is not right, or is too old"),
            PhoneError::Wait(until) => wait(until),
            PhoneError::Store(fault) => fault.into(),
        }
    }
}

impl From<DirectoryError> for Problem {
    fn from(refusal: DirectoryError) -> Self {
        match refusal {
            DirectoryError::NotAllowed => Self::new(Kind::NotAllowed),
            DirectoryError::NotFound => Self::new(Kind::NotFound),
            DirectoryError::Store(fault) => fault.into(),
        }
    }
}

impl From<DeviceError> for Problem {
    fn from(refusal: DeviceError) -> Self {
        match refusal {
            DeviceError::NotFound => Self::new(Kind::NotFound),
            DeviceError::Store(fault) => fault.into(),
        }
    }
}

impl From<OwnError> for Problem {
    fn from(refusal: OwnError) -> Self {
        match refusal {
            OwnError::WrongNotice => Self::field("/version", "is not the notice in force"),
            OwnError::WrongPassword => Self::field("/current", "is not right"),
            OwnError::Wait(until) => wait(until),
            OwnError::Store(fault) => fault.into(),
        }
    }
}

impl From<SecondFactorError> for Problem {
    fn from(refusal: SecondFactorError) -> Self {
        match refusal {
            SecondFactorError::NotAllowed => Self::new(Kind::NotAllowed),
            SecondFactorError::AlreadyEnrolled => {
                Self::new(Kind::AlreadyDone).detail("there is a second factor already")
            }
            SecondFactorError::NotEnrolled => {
                Self::new(Kind::WrongState).detail("there is no second factor")
            }
            SecondFactorError::Required => {
                Self::new(Kind::WrongState).detail("your role must have a second factor")
            }
            SecondFactorError::WrongCode => {
                Self::field("/one_time_code", "is not right, or was used before")
            }
            SecondFactorError::Wait(until) => wait(until),
            SecondFactorError::Store(fault) => fault.into(),
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

/// Whole seconds, rounded up: whoever comes back then is not sent away again.
fn wait(WaitUntil { until, now }: WaitUntil) -> Problem {
    let wait = until.since(now);
    let part = u64::from(wait.subsec_nanos() > 0);
    Problem::new(Kind::TooMany).retry_after(wait.as_secs().saturating_add(part).max(1))
}
