//! The heartbeat: a sign to somebody outside that this node's workers turn. Whoever waits for it there
//! pages operations when it stays away: a dead process can page nobody, and neither can one whose
//! escalation clock stands still.
//!
//! It is given once a minute while every worker has turned and everything can be saved, and left out
//! else. Nothing is read of the answer, and no redirect is followed. That it could not be given makes
//! nothing here red: whoever misses it knows.
//!
//! Decided against: a row that says when it was given last. It says that *this* process is alive; two
//! nodes that shared one would cover for each other's stopped clocks.

use std::time::Duration;

use tokio::time::sleep;

use super::{Mill, Turning};
use crate::app::App;
use crate::base::outside::OutsideUrl;
use crate::base::time::Moment;

/// It is given so often.
pub const EVERY: Duration = Duration::from_mins(1);
/// Whether it is due is looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What became of a sign that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// It was given, and taken.
    Taken,
    /// It was given, and whoever waits for it did not take it.
    NotTaken,
    /// It was left out: a worker stands still, or something could not be saved.
    LeftOut,
}

/// Gives the sign whenever it is due, until the service stops; never if nobody is named who waits.
pub async fn turn(mill: Mill) {
    let Mill { app, turning, stop } = mill;
    let Some(url) = app.config().heartbeat_url.clone() else {
        return;
    };
    let mut last = None;
    let beats = async {
        loop {
            sleep(LOOK_EVERY).await;
            run_due(&app, (&url, &turning), &mut last).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = beats => {}
    }
}

/// Gives the sign if it was last given a minute ago or longer. What is left out is due at once when
/// the workers turn again.
pub async fn run_due(
    app: &App,
    (url, turning): (&OutsideUrl, &Turning),
    last: &mut Option<Moment>,
) -> Option<Beat> {
    let now = app.clock().now();
    if last.is_some_and(|last| now.since(last) < EVERY) {
        return None;
    }
    if !turning.all_have_turned() || !app.store().is_saving() {
        return Some(Beat::LeftOut);
    }
    *last = Some(now);
    let answer = app.http().get(url.url().clone()).send().await;
    let status = match answer {
        Ok(answer) if answer.status().is_success() => return Some(Beat::Taken),
        Ok(answer) => Some(answer.status().as_u16()),
        Err(_unanswered) => None,
    };
    tracing::warn!(
        status,
        "the heartbeat was not taken; whoever waits for it may think that this node is dead"
    );
    Some(Beat::NotTaken)
}
