//! Waiting: tells the next person of a family member whom nobody has answered, or followed up, for
//! too long. Runs on every node; what two nodes see due is handed up once.

use super::Ran;
use crate::app::App;
use crate::base::ids::FollowUpId;
use crate::base::time::Moment;
use crate::care::conversations::waiting;
use crate::care::follow_ups::actions as follow_ups;
use crate::db::{Answer, Lane, Rx, Tx};

/// At most so many of each are handed up in one unit.
const BATCH: i64 = 32;

/// Hands up what is due.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let (waits, checks, next_due) = app.store().read(due).await?;
    if waits.is_empty() && checks.is_empty() {
        return Ok(Ran {
            next_due,
            ..Ran::default()
        });
    }
    let hand_up = move |tx: &mut Tx<'_>| -> Answer<usize> {
        let waits = waiting::hand_up(tx, &waits)?;
        Ok(waits.saturating_add(follow_ups::hand_up(tx, &checks)?))
    };
    let done = app.store().write(Lane::Rest, hand_up).await?;
    Ok(Ran {
        done,
        next_due: None,
        more: done > 0,
    })
}

type Dues = (Vec<waiting::Due>, Vec<FollowUpId>, Option<Moment>);

fn due(rx: &mut Rx<'_>) -> Answer<Dues> {
    let (waits, next_wait) = waiting::due(rx, BATCH)?;
    let (checks, next_check) = follow_ups::due(rx, BATCH)?;
    let next = [next_wait, next_check].into_iter().flatten().min();
    Ok((waits, checks, next))
}
