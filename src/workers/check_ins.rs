//! Check-ins: asks whoever is to be asked how things are, and judges what was not answered in time.
//!
//! Runs on every node; of two nodes that see the same one due, one has it. What fell due while the
//! service was down is dropped where it has gone stale: nobody is asked a week's questions at once,
//! nobody has missed what they were not asked, and whoever works with them is told once that they were not.

use super::Ran;
use crate::app::App;
use crate::care::check_ins::rhythm::due::{Due, due, turn};
use crate::db::{self, Lane};

/// At most so many are asked or judged in one unit.
const BATCH: i64 = 128;

/// Asks and judges what is due.
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
    let done = match step(&app, dues.clone()).await {
        Ok(done) => done,
        Err(fault) => {
            tracing::error!(error = %fault, "a batch of check-ins did not go; each is tried alone");
            one_by_one(&app, &dues).await?
        }
    };
    Ok(Ran {
        done,
        next_due: None,
        more: done > 0,
    })
}

async fn step(app: &App, dues: Vec<Due>) -> Result<usize, db::Error> {
    app.store()
        .write(Lane::Rest, move |tx| turn(tx, &dues))
        .await
}

/// One's failure keeps no other from going. Fails only if none could go.
async fn one_by_one(app: &App, dues: &[Due]) -> anyhow::Result<usize> {
    let mut done: usize = 0;
    let mut last = None;
    for due in dues {
        match step(app, vec![*due]).await {
            Ok(went) => done = done.saturating_add(went),
            Err(fault) => {
                tracing::error!(account.id = %due.family_member_id, error = %fault, "a check-in did not go");
                last = Some(fault);
            }
        }
    }
    match last {
        Some(fault) if done == 0 => Err(fault.into()),
        _ => Ok(done),
    }
}
