//! Reminders: sends those whose time has come, and looks a while later whether they have reached
//! anything. Runs on every node; of two nodes that see the same one due, one has it. What fell due while
//! the service was down is sent if it still helps, and dropped if not: nobody gets a week of reminders at
//! once.

use super::Ran;
use crate::app::App;
use crate::base::time::Moment;
use crate::care::reminders::due::{Due, due, remind};
use crate::care::reminders::reached;
use crate::db::{self, Answer, Lane, Rx, Tx};

/// At most so many reminders go out in one unit.
const BATCH: i64 = 128;

/// Sends what is due.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let (dues, looks, next_due) = app.store().read(both_due).await?;
    let is_more = !looks.is_empty();
    if is_more {
        let look = move |tx: &mut Tx<'_>| reached::look(tx, &looks);
        app.store().write(Lane::Rest, look).await?;
    }
    if dues.is_empty() {
        return Ok(Ran {
            next_due,
            more: is_more,
            ..Ran::default()
        });
    }
    let done = match send(&app, dues.clone()).await {
        Ok(done) => done,
        Err(fault) => {
            tracing::error!(error = %fault, "a batch of reminders did not go; each is tried alone");
            one_by_one(&app, &dues).await?
        }
    };
    Ok(Ran {
        done,
        next_due: None,
        more: done > 0,
    })
}

type Dues = (Vec<Due>, Vec<Due>, Option<Moment>);

fn both_due(rx: &mut Rx<'_>) -> Answer<Dues> {
    let (dues, next_due) = due(rx, BATCH)?;
    let (looks, next_look) = reached::due(rx, BATCH)?;
    let next = [next_due, next_look].into_iter().flatten().min();
    Ok((dues, looks, next))
}

async fn send(app: &App, dues: Vec<Due>) -> Result<usize, db::Error> {
    app.store()
        .write(Lane::Rest, move |tx| remind(tx, &dues))
        .await
}

/// One reminder's failure keeps no other from going. Fails only if none could go.
async fn one_by_one(app: &App, dues: &[Due]) -> anyhow::Result<usize> {
    let mut done: usize = 0;
    let mut last = None;
    for due in dues {
        match send(app, vec![*due]).await {
            Ok(sent) => done = done.saturating_add(sent),
            Err(fault) => {
                tracing::error!(date.id = %due.date_id, error = %fault, "a reminder did not go");
                last = Some(fault);
            }
        }
    }
    match last {
        Some(fault) if done == 0 => Err(fault.into()),
        _ => Ok(done),
    }
}
