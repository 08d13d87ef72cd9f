//! How the refusals about pushes are told.

use super::{Kind, Problem};
use crate::care::notices::push::actions::SubscriptionError;

impl From<SubscriptionError> for Problem {
    fn from(refusal: SubscriptionError) -> Self {
        match refusal {
            SubscriptionError::NotFound => Self::new(Kind::NotFound),
            SubscriptionError::Store(fault) => fault.into(),
        }
    }
}
