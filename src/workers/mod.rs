//! Floor 5b: time in. Each worker is one public step, `run_due`, and the loop is written once.
//!
//! What is due is a row; a worker holds nothing in memory that a crash could lose. The loop listens
//! for the bell before it looks, so no wake-up is missed, and looks anyway every so often. One
//! unit's failure is logged and counted and never stops the others. A worker that has not turned
//! for twice its poll makes readiness red: a silent escalation clock is an outage.

pub mod check_ins;
pub mod clock;
pub mod cover;
pub mod escalation;
pub mod forecast;
mod letters;
pub mod notices;
pub mod reconcile;
pub mod relay;
pub mod reminders;
pub mod retention;
pub mod waiting;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::base::time::{Clock, Moment};

/// What one step of a worker did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ran {
    /// How many things were done.
    pub done: usize,
    /// When the next one is due, if one is known.
    pub next_due: Option<Moment>,
    /// Whether more is due now.
    pub more: bool,
}

/// Which workers turn, and when each last did.
#[derive(Debug, Clone)]
pub struct Turning {
    clock: Clock,
    last: Arc<Mutex<BTreeMap<&'static str, (Moment, Duration)>>>,
}

impl Turning {
    /// Nothing turns yet.
    #[must_use]
    pub fn by(clock: Clock) -> Self {
        Self {
            clock,
            last: Arc::default(),
        }
    }

    /// Notes that a worker has turned and will again within `poll`.
    pub fn turned(&self, name: &'static str, poll: Duration) {
        let now = self.clock.now();
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name, (now, poll));
    }

    /// Each worker, and whether it has turned lately.
    #[must_use]
    pub fn report(&self) -> Vec<(&'static str, bool)> {
        let grace = Duration::from_secs(5);
        let now = self.clock.now();
        self.last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .map(|(name, (last, poll))| {
                (
                    *name,
                    now.since(*last) < poll.saturating_mul(2).saturating_add(grace),
                )
            })
            .collect()
    }
}

/// Where workers turn: the application, the record of turning, the sign to stop.
#[derive(Debug, Clone)]
pub struct Mill {
    /// The application.
    pub app: App,
    /// Where each notes that it has turned.
    pub turning: Turning,
    /// Cancelled when the service stops.
    pub stop: CancellationToken,
}

/// Turns one worker until the service stops: when something is due, when the bell rings, and at least
/// every `poll`.
pub async fn turn<F, Fut>(name: &'static str, poll: Duration, mill: Mill, run_due: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = anyhow::Result<Ran>>,
{
    turn_at((name, poll, Bell::Heard), mill, run_due).await;
}

/// Turns one worker that nothing hurries until the service stops: once in each `every`, whatever rings.
pub async fn turn_steadily<F, Fut>(name: &'static str, every: Duration, mill: Mill, run_due: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = anyhow::Result<Ran>>,
{
    turn_at((name, every, Bell::Ignored), mill, run_due).await;
}

/// Whether a worker looks when something may have come due earlier than it thinks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bell {
    Heard,
    Ignored,
}

async fn turn_at<F, Fut>((name, poll, bell): (&'static str, Duration, Bell), mill: Mill, run_due: F)
where
    F: Fn(App) -> Fut,
    Fut: Future<Output = anyhow::Result<Ran>>,
{
    let Mill { app, turning, stop } = mill;
    // It has this long for its first step before readiness is red.
    turning.turned(name, poll);
    let mut bells = app.store().due();
    while !stop.is_cancelled() {
        bells.mark_unchanged();
        let ran = run_due(app.clone()).await;
        if ran.is_ok() {
            turning.turned(name, poll);
        }
        let wait = match ran {
            Ok(ran) if ran.more => continue,
            Ok(ran) => ran
                .next_due
                .map_or(poll, |due| due.since(app.clock().now()).min(poll)),
            Err(error) => {
                tracing::error!(worker = name, error = %error, "a worker's step failed");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(wait.max(Duration::from_millis(20))) => {}
            _ = bells.changed(), if bell == Bell::Heard => {}
        }
    }
}
