//! Who is woken when a unit has been committed.
//!
//! Rung where the commit is known, never where its caller waits: a phone that has gone away in the
//! meantime must not take the supervisor's wake-up with it.

use tokio::sync::watch;

use super::unit::Rings;
use crate::base::hub::Hub;

/// Everything a commit may wake.
#[derive(Debug)]
pub(super) struct Bells {
    hub: Hub,
    told: watch::Sender<u64>,
    due: watch::Sender<u64>,
}

impl Bells {
    pub(super) fn new(hub: Hub) -> Self {
        let (told, _) = watch::channel(0);
        let (due, _) = watch::channel(0);
        Self { hub, told, due }
    }

    /// Changes whenever somebody was told something.
    pub(super) fn told(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }

    /// Changes whenever something may be due earlier than the workers think.
    pub(super) fn due(&self) -> watch::Receiver<u64> {
        self.due.subscribe()
    }

    /// Wakes whom a committed unit told.
    pub(super) fn ring(&self, rings: Rings) {
        if rings.workers {
            self.due.send_modify(|count| *count = count.wrapping_add(1));
        }
        if rings.accounts.is_empty() {
            return;
        }
        for account in rings.accounts {
            self.hub.ring(account);
        }
        self.told
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}
