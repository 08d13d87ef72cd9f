//! Subscribing one's own device to pushes, and ending that.

use super::{Subscription, queries};
use crate::base::ids::SubscriptionId;
use crate::base::web_push::Receiver;
use crate::care::accounts::Caller;
use crate::db::{self, Tx, View};

/// Why a subscription was not changed.
#[derive(Debug, thiserror::Error)]
pub enum SubscriptionError {
    /// The caller has no such subscription.
    #[error("not found")]
    NotFound,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// The device that calls takes pushes at this place from now on, and nowhere else. Says whether that
/// is new.
///
/// # Errors
/// If it cannot be stored.
pub fn subscribe(
    tx: &mut Tx<'_>,
    caller: &Caller,
    receiver: &Receiver,
) -> Result<(Subscription, bool), SubscriptionError> {
    let now = tx.now();
    let had = queries::of_device(tx.conn(), caller.device_id)?;
    if let Some((id, had)) = &had
        && is_same(had, receiver)
    {
        return Ok((subscription(caller, *id, receiver), false));
    }
    if let Some((id, _)) = had {
        queries::delete(tx.conn(), id)?;
    }
    let made = subscription(caller, SubscriptionId::new(), receiver);
    queries::insert(tx.conn(), &made, now)?;
    queries::can_be_called(tx.conn(), caller.account_id)?;
    Ok((made, true))
}

fn subscription(caller: &Caller, id: SubscriptionId, receiver: &Receiver) -> Subscription {
    Subscription {
        id,
        account_id: caller.account_id,
        device_id: caller.device_id,
        receiver: receiver.clone(),
    }
}

fn is_same(had: &queries::Stored, receiver: &Receiver) -> bool {
    had.endpoint == receiver.endpoint.as_str()
        && had.p256dh == receiver.p256dh
        && had.auth == receiver.auth
}

/// Ends one of the caller's subscriptions.
///
/// # Errors
/// If they have no such.
pub fn unsubscribe(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: SubscriptionId,
) -> Result<(), SubscriptionError> {
    if queries::delete_of(tx.conn(), caller.account_id, id)? {
        Ok(())
    } else {
        Err(SubscriptionError::NotFound)
    }
}
