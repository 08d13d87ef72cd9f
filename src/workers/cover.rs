//! Cover: lets shifts begin and be over when their time has come. Runs on every node; a shift that two
//! nodes see due turns once. What came due while the service was down turns at once, and a shift that
//! was over meanwhile begins no more.

use super::Ran;
use crate::app::App;
use crate::care::handovers::shifts::{due, turn_over};
use crate::db::Lane;

/// At most so many shifts turn in one unit.
const BATCH: i64 = 16;

/// Turns what is due.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let (dues, next_due) = app.store().read(|rx| due(rx, BATCH)).await?;
    if dues.is_empty() {
        return Ok(Ran {
            next_due,
            ..Ran::default()
        });
    }
    let done = app
        .store()
        .write(Lane::Help, move |tx| turn_over(tx, &dues))
        .await?;
    Ok(Ran {
        done,
        next_due: None,
        more: done > 0,
    })
}
