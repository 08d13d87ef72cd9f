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
use crate::db::{self, Answer, Lane, Rx, Tx};

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
    let done = match hand_up(&app, dues.clone()).await {
        Ok(done) => done,
        Err(fault) => {
            tracing::error!(error = %fault, "a batch of waits was not handed up; each is tried alone");
            one_by_one(&app, &dues).await?
        }
    };
    Ok(Ran {
        done,
        next_due: None,
        more: done > 0,
    })
}

async fn hand_up(app: &App, dues: Dues) -> Result<usize, db::Error> {
    let hand_up = move |tx: &mut Tx<'_>| -> Answer<usize> {
        let waits = waiting::hand_up(tx, &dues.waits)?;
        let checks = follow_ups::hand_up(tx, &dues.checks)?;
        let asked = plans::ask(tx, &dues.plans)?;
        Ok(waits.saturating_add(checks).saturating_add(asked))
    };
    app.store().write(Lane::Rest, hand_up).await
}

/// One's failure keeps no other from going. Fails only if none could go.
async fn one_by_one(app: &App, dues: &Dues) -> anyhow::Result<usize> {
    let mut done: usize = 0;
    let mut last = None;
    for one in dues.each() {
        match hand_up(app, one.clone()).await {
            Ok(went) => done = done.saturating_add(went),
            Err(fault) => {
                tracing::error!(due = ?one, error = %fault, "a wait was not handed up");
                last = Some(fault);
            }
        }
    }
    match last {
        Some(fault) if done == 0 => Err(fault.into()),
        _ => Ok(done),
    }
}

/// What is due now.
#[derive(Debug, Clone, Default)]
struct Dues {
    waits: Vec<waiting::Due>,
    checks: Vec<FollowUpId>,
    plans: Vec<contact_plans::Due>,
}

impl Dues {
    const fn are_none(&self) -> bool {
        self.waits.is_empty() && self.checks.is_empty() && self.plans.is_empty()
    }

    /// Each alone.
    fn each(&self) -> Vec<Self> {
        let waits = self.waits.iter().map(|wait| Self {
            waits: vec![*wait],
            ..Self::default()
        });
        let checks = self.checks.iter().map(|check| Self {
            checks: vec![*check],
            ..Self::default()
        });
        let plans = self.plans.iter().map(|plan| Self {
            plans: vec![*plan],
            ..Self::default()
        });
        waits.chain(checks).chain(plans).collect()
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
