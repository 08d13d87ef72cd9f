//! The clock's worker: writes down how far time has surely come, and on PostgreSQL measures how far
//! this machine's clock is from the database's, which all nodes share.

use std::time::Duration;

use crate::app::App;
use crate::base::time::Moment;
use crate::db::{self, Lane, View, settings};
use crate::workers::Ran;

/// How often it does so.
const EVERY: Duration = Duration::from_secs(10);

/// Writes the moment down and measures the offset.
///
/// # Errors
/// If the database does not answer.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let before = app.clock().now();
    let theirs = app
        .store()
        .read(|rx| db::clock::database_now(rx.conn()))
        .await?;
    if let Some(theirs) = theirs {
        let middle = before.plus(app.clock().now().since(before) / 2);
        app.clock().move_offset(theirs, middle);
    }
    if app.clock().is_suspicious() {
        // A time that may be wrong is not written down for every later start to believe.
        return Ok(Ran {
            next_due: Some(app.clock().now().plus(EVERY)),
            ..Ran::default()
        });
    }
    app.store()
        .write(Lane::Rest, |tx| {
            let now: Moment = tx.now();
            settings::set(tx.conn(), settings::LAST_MOMENT, &now.micros().to_string())
        })
        .await?;
    Ok(Ran {
        done: 1,
        next_due: Some(app.clock().now().plus(EVERY)),
        more: false,
    })
}
