//! Who is woken when a unit has been committed.
//!
//! Rung where the commit is known, never where its caller waits: a phone that has gone away in the
//! meantime must not take the supervisor's wake-up with it.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use super::unit::Rings;
use crate::base::hub::Hub;
use crate::base::ids::AccountId;
use crate::base::numbers::Numbers;

/// Everything a commit may wake.
#[derive(Debug)]
pub(super) struct Bells {
    hub: Hub,
    numbers: Numbers,
    told: watch::Sender<u64>,
    due: watch::Sender<u64>,
    /// Whom units of this node have rung, once the relay between nodes asks.
    rung: Mutex<Option<BTreeSet<AccountId>>>,
}

/// So many rung people are kept for the relay between nodes.
const MOST_RUNG: usize = 10_000;

impl Bells {
    pub(super) fn new(hub: Hub, numbers: Numbers) -> Self {
        let (told, _) = watch::channel(0);
        let (due, _) = watch::channel(0);
        let rung = Mutex::default();
        Self {
            hub,
            numbers,
            told,
            due,
            rung,
        }
    }

    /// Changes whenever somebody was told something.
    pub(super) fn told(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }

    /// Changes whenever something may be due earlier than the workers think.
    pub(super) fn due(&self) -> watch::Receiver<u64> {
        self.due.subscribe()
    }

    /// Takes whom units of this node have rung since the last time; from the first time on they are
    /// kept for it.
    pub(super) fn take_rung(&self) -> Vec<AccountId> {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = rung.replace(BTreeSet::new()).unwrap_or_default();
        taken.into_iter().collect()
    }

    /// Wakes whom a committed unit told, and counts what it wrote.
    pub(super) fn ring(&self, rings: Rings) {
        self.numbers.written(rings.events, rings.not_screened);
        if rings.workers {
            self.due.send_modify(|count| *count = count.wrapping_add(1));
        }
        if rings.accounts.is_empty() {
            return;
        }
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rung) = &mut *rung
            && rung.len() < MOST_RUNG
        {
            rung.extend(&rings.accounts);
        }
        drop(rung);
        for account in rings.accounts {
            self.hub.ring(account);
        }
        self.told
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}
