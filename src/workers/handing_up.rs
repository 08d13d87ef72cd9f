//! Handing up: tells the next person of a family member whom nobody has answered for too long. Runs
//! on every node; a wait that two nodes see due is handed up once.

use super::Ran;
use crate::app::App;
use crate::care::conversations::waiting::{due, hand_up};
use crate::db::Lane;

/// At most so many waits are handed up in one unit.
const BATCH: i64 = 32;

/// Hands up what is due.
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
        .write(Lane::Rest, move |tx| hand_up(tx, &dues))
        .await?;
    Ok(Ran {
        done,
        next_due: None,
        more: done > 0,
    })
}
