//! Floor 5b: time in. Each worker is one public step, `run_due`, and the loop is written once.
//!
//! What is due is a row; a worker holds nothing in memory that a crash could lose. The loop listens
//! for the bell before it looks, so no wake-up is missed, and looks anyway every so often. One
//! unit's failure is logged and counted and never stops the others. A worker that has not turned
//! for twice its poll makes readiness red: a silent escalation clock is an outage.

pub mod actions;
pub mod check_ins;
pub mod clock;
pub mod cover;
pub mod escalation;
pub mod forecast;
pub mod heartbeat;
mod letters;
pub mod notices;
mod phones;
pub mod reconcile;
pub mod relay;
pub mod reminders;
pub mod retention;
pub mod waiting;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

/// Those without whom nobody is called: an alert would not climb, no notice go out, and no text whose
/// screening failed be read again.
pub const CALLERS: [&str; 3] = ["escalation", "notices", "reconcile"];

/// Which workers turn, and when each last did.
#[derive(Debug, Clone)]
pub struct Turning {
    clock: Clock,
    last: Arc<Mutex<BTreeMap<&'static str, Last>>>,
}

/// When a worker last turned.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: Moment,
    /// It will again within this.
    poll: Duration,
    /// Whether it ever has: of one that has only begun, `at` is when it did.
    has_turned: bool,
}

impl Last {
    fn is_lately(&self, now: Moment) -> bool {
        let grace = Duration::from_secs(5);
        now.since(self.at) < self.poll.saturating_mul(2).saturating_add(grace)
    }
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

    /// Notes that a worker begins: it has as long for its first step as for every other.
    pub fn begins(&self, name: &'static str, poll: Duration) {
        self.note(name, poll, false);
    }

    /// Notes that a worker has turned and will again within `poll`.
    pub fn turned(&self, name: &'static str, poll: Duration) {
        self.note(name, poll, true);
    }

    fn note(&self, name: &'static str, poll: Duration, has_turned: bool) {
        let at = self.clock.now();
        let last = Last {
            at,
            poll,
            has_turned,
        };
        self.lock().insert(name, last);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Last>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Each worker, and whether it has turned lately.
    #[must_use]
    pub fn report(&self) -> Vec<(&'static str, bool)> {
        let now = self.clock.now();
        let all = self.lock();
        all.iter()
            .map(|(name, last)| (*name, last.is_lately(now)))
            .collect()
    }

    /// Whether people can be called: none of [`CALLERS`] stands still on this node.
    #[must_use]
    pub fn can_call_people(&self) -> bool {
        let report = self.report();
        let mut callers = report.iter().filter(|(name, _)| CALLERS.contains(name));
        callers.all(|(_, turns)| *turns)
    }

    /// Whether each of [`CALLERS`], and every other worker that has begun, has done a step and did so
    /// lately. A service that only begins has not, however often it begins.
    #[must_use]
    pub fn all_have_turned(&self) -> bool {
        let now = self.clock.now();
        let all = self.lock();
        CALLERS.iter().all(|name| all.contains_key(name))
            && all
                .values()
                .all(|last| last.has_turned && last.is_lately(now))
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
    turning.begins(name, poll);
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
