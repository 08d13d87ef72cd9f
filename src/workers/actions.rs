//! Actions: tells again, and up, of what was to be done about an alert and is not. Runs on every node; what
//! two nodes see due is told once.

use super::Ran;
use crate::app::App;
use crate::care::alerts::work::chasing::{Due, chase, due};
use crate::db::{self, Lane};

/// Of at most so many people are told in one unit.
const BATCH: i64 = 32;

/// Tells of what is due.
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
    let mut done: usize = 0;
    let mut last = None;
    // One failure keeps nobody from being told of another.
    for due in dues {
        match tell(&app, due).await {
            Ok(told) => done = done.saturating_add(told),
            Err(fault) => {
                tracing::error!(alert.id = %due.0, error = %fault, "an overdue action was not told");
                last = Some(fault);
            }
        }
    }
    match last {
        Some(fault) if done == 0 => Err(fault.into()),
        _ => Ok(Ran {
            done,
            next_due: None,
            // Where another node has told all of it meanwhile there may be more behind it.
            more: true,
        }),
    }
}

async fn tell(app: &App, due: Due) -> Result<usize, db::Error> {
    app.store()
        .write(Lane::Help, move |tx| chase(tx, &[due]))
        .await
}
