//! Escalation: steps the alerts whose time has come. Runs on every node; an alert that two nodes
//! see due steps once. What fell due while the service was down steps at once, urgent first.

use super::Ran;
use crate::app::App;
use crate::base::ids::AccountId;
use crate::care::alerts::escalation::{Due, due, step_up};
use crate::care::alerts::repeats;
use crate::db::{self, Lane, Rx};

/// At most so many alerts step in one unit.
const BATCH: i64 = 32;
/// At most so many people are told again in one unit: for each what waits is counted.
const PEOPLE: i64 = 8;

/// Steps what is due, and tells again who is to be told.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let look = |rx: &mut Rx<'_>| Ok::<_, db::Error>((due(rx, BATCH)?, repeats::due(rx, PEOPLE)?));
    let ((dues, next_step), (people, next_repeat)) = app.store().read(look).await?;
    // Where another node has taken all of it meanwhile there may be more behind it.
    let more = !dues.is_empty() || !people.is_empty();
    // Whether anything steps keeps nobody from being told, and counting keeps nothing from stepping.
    let (stepped, told) = tokio::join!(step_all(&app, dues), tell_again(&app, people));
    told?;
    Ok(Ran {
        done: stepped?,
        next_due: [next_step, next_repeat].into_iter().flatten().min(),
        more,
    })
}

/// Tells these people again what waits for them.
async fn tell_again(app: &App, people: Vec<AccountId>) -> Result<(), db::Error> {
    if people.is_empty() {
        return Ok(());
    }
    let count = move |rx: &mut Rx<'_>| repeats::count(rx, &people);
    let counted = app.store().read(count).await?;
    app.store()
        .write(Lane::Help, move |tx| repeats::tell(tx, &counted))
        .await
}

/// Steps a batch; if that fails, each alone.
async fn step_all(app: &App, dues: Vec<Due>) -> anyhow::Result<usize> {
    if dues.is_empty() {
        return Ok(0);
    }
    match step(app, dues.clone()).await {
        Ok(done) => Ok(done),
        Err(fault) => {
            tracing::error!(error = %fault, "a batch of alerts did not step; each is tried alone");
            one_by_one(app, &dues).await
        }
    }
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
