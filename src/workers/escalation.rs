//! Escalation: steps the alerts whose time has come. Runs on every node; an alert that two nodes
//! see due steps once. What fell due while the service was down steps at once, urgent first.

use super::Ran;
use crate::app::App;
use crate::care::alerts::escalation::{Due, due, step_up};
use crate::db::{self, Lane};

/// At most so many alerts step in one unit.
const BATCH: i64 = 32;

/// Steps what is due.
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
            tracing::error!(error = %fault, "a batch of alerts did not step; each is tried alone");
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
        .write(Lane::Help, move |tx| step_up(tx, &dues))
        .await
}

/// One alert's failure keeps no other from stepping. Fails only if none could step.
async fn one_by_one(app: &App, dues: &[Due]) -> anyhow::Result<usize> {
    let mut done: usize = 0;
    let mut last = None;
    for due in dues {
        match step(app, vec![*due]).await {
            Ok(stepped) => done = done.saturating_add(stepped),
            Err(fault) => {
                tracing::error!(alert.id = %due.0, error = %fault, "an alert did not step");
                last = Some(fault);
            }
        }
    }
    match last {
        Some(fault) if done == 0 => Err(fault.into()),
        _ => Ok(done),
    }
}
