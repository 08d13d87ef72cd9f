//! How long inboxes are kept: thirty days. Whoever comes back later starts over with what there is
//! now; the messages, alerts and check-ins themselves are not touched by this.

use std::time::Duration;

use super::queries;
use crate::db::{Answer, Tx, View};

/// So long an inbox keeps what happened.
pub const KEPT: Duration = Duration::from_hours(30 * 24);
/// At most so many rows are looked at in one unit.
pub const BATCH: i64 = 500;

/// Forgets some of the rows that have been kept for their time, the oldest first. Says how many went.
/// Of each inbox a beginning goes: what is left has no gap.
///
/// # Errors
/// If it cannot be stored; then nothing is forgotten.
pub fn forget_some(tx: &mut Tx<'_>) -> Answer<usize> {
    let too_old = tx.now().minus(KEPT);
    let mut gone: usize = 0;
    for (inbox, up_to) in queries::older_than(tx.conn(), too_old, BATCH)? {
        let rows = queries::forget(tx.conn(), inbox, up_to)?;
        gone = gone.saturating_add(rows);
    }
    Ok(gone)
}
