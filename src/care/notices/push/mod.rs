//! Where people's devices take pushes: one place for each device, named by the device itself.
//!
//! A place is forgotten when its device is signed out, when the person says so, and when the push
//! service says that it is gone. It is never shown to anybody, the person included: whoever knows it
//! could not read a push, but could count them.

pub mod actions;
pub(super) mod queries;

use crate::base::ids::{AccountId, DeviceId, SubscriptionId};
use crate::base::web_push::Receiver;

/// A place where a device takes pushes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Which device.
    pub device_id: DeviceId,
    /// Where pushes go, and the keys they are sealed for.
    pub receiver: Receiver,
}
