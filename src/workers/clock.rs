//! The clock's worker: writes down how far time has surely come, and on PostgreSQL measures how far
//! this machine's clock is from the database's, which all nodes share.
//!
//! A clock that may be wrong is written down too: rows bear its times already, and a start that did
//! not know of them would go back behind them.

use std::time::Duration;

use crate::app::App;
use crate::db::{self, Lane, View, settings};
use crate::workers::Ran;

/// How often it does so.
const EVERY: Duration = Duration::from_secs(10);

/// Writes the moment down and measures the offset.
///
/// # Errors
/// If the database does not answer.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let before = app.clock().wall();
    let theirs = app
        .store()
        .read(|rx| db::clock::database_now(rx.conn()))
        .await?;
    if let Some(theirs) = theirs {
        let middle = before.plus(app.clock().wall().since(before) / 2);
        app.clock().agree(theirs, middle);
    }
    app.store()
        .write(Lane::Rest, |tx| {
            let now = tx.now();
            settings::reach(tx.conn(), now)
        })
        .await?;
    Ok(Ran {
        done: 1,
        next_due: Some(app.clock().now().plus(EVERY)),
        more: false,
    })
}
