//! How the refusals of the accounts room are told.

use super::{Kind, Problem};
use crate::care::accounts::actions::NotRecognised;

impl From<NotRecognised> for Problem {
    fn from(refusal: NotRecognised) -> Self {
        match refusal {
            NotRecognised::SignInAgain => Self::new(Kind::SignInAgain),
            NotRecognised::NotActive => Self::new(Kind::NotActive),
            NotRecognised::Store(fault) => fault.into(),
        }
    }
}
