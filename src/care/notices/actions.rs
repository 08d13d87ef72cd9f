//! Reading one's inbox and noting how far one has seen it. Nobody reads another's.

use super::{Notice, Standing, queries};
use crate::base::ids::{AccountId, DeviceId, SubjectId};
use crate::care::accounts::Caller;
use crate::db::{self, Answer, Event, Tx, View};

/// Why an inbox was not marked as seen.
#[derive(Debug, thiserror::Error)]
pub enum SeeError {
    /// There is nothing there yet.
    #[error("beyond the newest, {head}")]
    Beyond {
        /// The newest place given out.
        head: i64,
    },
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// How far the caller's inbox goes.
///
/// # Errors
/// If the store fails.
pub fn standing(view: &mut impl View, caller: &Caller) -> Answer<Standing> {
    queries::standing(view.conn(), caller.account_id)
}

/// What is in the caller's inbox after a place, oldest first.
///
/// # Errors
/// If the store fails.
pub fn after(view: &mut impl View, caller: &Caller, after: i64, limit: i64) -> Answer<Vec<Notice>> {
    queries::after(view.conn(), caller.account_id, (after, limit))
}

/// Notes that the caller has seen their inbox up to a place. Gives, of one event, the subjects that
/// were newly seen, each with its furthest place.
///
/// # Errors
/// If there is nothing there yet.
pub fn see(
    tx: &mut Tx<'_>,
    caller: &Caller,
    seq: i64,
    event: Event,
) -> Result<Vec<(SubjectId, i64)>, SeeError> {
    let standing = queries::standing(tx.conn(), caller.account_id)?;
    if seq > standing.head {
        return Err(SeeError::Beyond {
            head: standing.head,
        });
    }
    if seq <= standing.seen {
        return Ok(Vec::new());
    }
    queries::move_seen(tx.conn(), caller.account_id, seq)?;
    let stretch = (standing.seen, seq);
    Ok(queries::furthest(
        tx.conn(),
        caller.account_id,
        stretch,
        event,
    )?)
}

/// A device that listens, and whether it still may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// Whose.
    pub account_id: AccountId,
    /// Which.
    pub device_id: DeviceId,
    /// How far the inbox goes.
    pub head: i64,
    /// Whether the device has not been ended and the account may act.
    pub may_listen: bool,
}

/// How it stands with devices that listen on this node, for the relay alone: it rings them and
/// tells nobody what it saw.
///
/// # Errors
/// If the store fails.
pub fn listeners(view: &mut impl View, devices: &[DeviceId]) -> Answer<Vec<Listener>> {
    queries::listeners(view.conn(), devices)
}
