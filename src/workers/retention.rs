//! Retention: what is kept for a time only is forgotten when that is over. Now: inboxes, and counts of
//! wrong tries. It never hurries: a few rows in a unit, behind all other work.

use super::Ran;
use crate::app::App;
use crate::care::accounts::tries;
use crate::care::notices::retention::forget_some;
use crate::db::Lane;

/// Forgets some of what has been kept for its time.
///
/// # Errors
/// If the store fails; what is too old goes the next time then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let done = app.store().write(Lane::Rest, forget_some).await?;
    let done = done + app.store().write(Lane::Rest, tries::forget_some).await?;
    Ok(Ran {
        done,
        next_due: None,
        more: done > 0,
    })
}
