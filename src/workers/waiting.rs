//! Waiting: tells the next person of a family member whom nobody has answered, or followed up, for
//! too long, and has contact plans talked over each month, and asked for where none was told. Runs on
//! every node; what two nodes see due is handed up or asked once. One that cannot be keeps no other from
//! it.

use super::Ran;
use crate::app::App;
use crate::base::ids::FollowUpId;
use crate::base::time::Moment;
use crate::care::contact_plans;
use crate::care::conversations::waiting;
use crate::care::follow_ups::{actions as follow_ups, plans};
use crate::db::{Answer, Lane, Rx, Tx};

/// At most so many of each are handed up or asked in one unit.
const BATCH: i64 = 32;

/// Hands up and asks what is due.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let (dues, next_due) = app.store().read(due).await?;
    if dues.are_none() {
        return Ok(Ran {
            next_due,
            ..Ran::default()
        });
    }
    let hand_up = move |tx: &mut Tx<'_>| -> Answer<usize> {
        let waits = waiting::hand_up(tx, &dues.waits)?;
        let checks = follow_ups::hand_up(tx, &dues.checks)?;
        let asked = plans::ask(tx, &dues.plans)?;
        Ok(waits.saturating_add(checks).saturating_add(asked))
    };
    let done = app.store().write(Lane::Rest, hand_up).await?;
    Ok(Ran {
        done,
        next_due: None,
        more: done > 0,
    })
}

/// What is due now.
#[derive(Debug)]
struct Dues {
    waits: Vec<waiting::Due>,
    checks: Vec<FollowUpId>,
    plans: Vec<contact_plans::Due>,
}

impl Dues {
    const fn are_none(&self) -> bool {
        self.waits.is_empty() && self.checks.is_empty() && self.plans.is_empty()
    }
}

fn due(rx: &mut Rx<'_>) -> Answer<(Dues, Option<Moment>)> {
    let (waits, next_wait) = waiting::due(rx, BATCH)?;
    let (checks, next_check) = follow_ups::due(rx, BATCH)?;
    let (plans, next_plan) = contact_plans::actions::due(rx, BATCH)?;
    let next = [next_wait, next_check, next_plan].into_iter().flatten();
    let dues = Dues {
        waits,
        checks,
        plans,
    };
    Ok((dues, next.min()))
}
