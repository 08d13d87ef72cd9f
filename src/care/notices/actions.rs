//! Reading one's inbox and noting how far one has seen it. Nobody reads another's.

use super::{Notice, Standing, queries};
use crate::base::ids::SubjectId;
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
