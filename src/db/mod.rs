//! Floor 2: the store. Two ways in, [`Store::read`] and [`Store::write`]; each runs one plain
//! function on one transaction, away from the async threads.
//!
//! A write is answered only after its commit has reached the disk. On SQLite one writer thread
//! groups the waiting units into one commit (`writer.rs`); on PostgreSQL each unit has a connection
//! and a transaction of its own (`pool.rs`).
//!
//! Decided against: an async Diesel. It hops once per statement on SQLite and can leave a
//! transaction half-way at an `.await`; a blocking unit always runs to its end.

pub mod backup;
mod bells;
pub mod checkup;
pub mod clock;
pub mod columns;
mod connection;
mod error;
mod last_words;
mod line;
pub mod migrate;
pub mod owner;
mod pool;
mod prepared;
pub mod put_right;
pub mod schema;
pub mod settings;
mod unit;
mod writer;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use bells::Bells;
pub(crate) use connection::both;
pub use connection::{Address, BadAddress, Conn, Purpose, open};
pub use error::{Answer, Error};
pub use line::Line;
pub use unit::{Event, Rx, TIME_TO_SEE, Telling, Tx, Urgency, View};
pub use writer::{Fault, Faults, Lane};

use crate::base::hub::Hub;
use crate::base::ids::AccountId;
use crate::base::keyring::Keyring;
use crate::base::numbers::Numbers;
use crate::base::time::{Clock, Moment};

/// What every unit of work has at hand beside its connection.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Gives the unit its one `now`.
    pub clock: Clock,
    /// Seals and opens words.
    pub keys: Arc<Keyring>,
    /// Woken after the commit.
    pub hub: Hub,
    /// What is counted for the operators.
    pub numbers: Numbers,
}

/// How much the store may do at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections that read (SQLite) or do anything (PostgreSQL).
    pub connections: u32,
    /// Units that may wait in one lane, or for a connection, before callers are told to come back.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let connections = u32::try_from(cores.saturating_mul(4))
            .unwrap_or(8)
            .clamp(4, 64);
        Self {
            connections,
            waiting: 4096,
        }
    }
}

/// The store. Cloned cheaply.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    address: Address,
    surroundings: Surroundings,
    pool: pool::Pool,
    writer: Option<writer::Writer>,
    bells: Arc<Bells>,
    /// When the database last failed to save a unit, in microseconds; 0 if it never has.
    unsaved_at: AtomicI64,
}

/// The lanes by name, as [`Lane`] orders them.
const LANES: [&str; 3] = ["help", "talk", "rest"];

/// So long after a unit was not saved the store does not count as saving.
const UNSAVED_SHOWS: Duration = Duration::from_mins(1);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens the store on a database that is already migrated.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub fn open(address: &Address, surroundings: Surroundings, limits: Limits) -> Answer<Self> {
        let bells = Arc::new(Bells::new(
            surroundings.hub.clone(),
            surroundings.numbers.clone(),
        ));
        let writer = match address {
            Address::Sqlite(_) => Some(writer::Writer::start(
                address.clone(),
                surroundings.clone(),
                Arc::clone(&bells),
                limits.waiting,
            )?),
            Address::Postgres(_) => None,
        };
        let pool = pool::Pool::new(address, limits)?;
        Ok(Self(Arc::new(Inner {
            address: address.clone(),
            surroundings,
            pool,
            writer,
            bells,
            unsaved_at: AtomicI64::new(0),
        })))
    }

    /// Runs `question` on one consistent view of the database.
    ///
    /// # Errors
    /// Whatever `question` says, or a fault of the store.
    pub async fn read<T, E, F>(&self, question: F) -> Result<T, E>
    where
        F: FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + std::error::Error + Send + 'static,
    {
        let surroundings = self.0.surroundings.clone();
        let answer = self.0.pool.read(Lane::Rest, surroundings, question).await;
        self.count_fault(answer.as_ref().err());
        answer
    }

    /// Like [`Store::read`], for what never stands behind the reading of people: short questions of
    /// whoever watches over the service.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn ask<T, E, F>(&self, question: F) -> Result<T, E>
    where
        F: FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + std::error::Error + Send + 'static,
    {
        let surroundings = self.0.surroundings.clone();
        let answer = self.0.pool.read(Lane::Help, surroundings, question).await;
        self.count_fault(answer.as_ref().err());
        answer
    }

    /// Asks the database whether it answers.
    ///
    /// # Errors
    /// If it does not.
    pub async fn ping(&self) -> Answer<()> {
        self.ask(|rx| match settings::get(rx.conn(), settings::EPOCH)? {
            Some(_) => Ok(()),
            None => Err(Error::Corrupt("the database has no epoch")),
        })
        .await
    }

    /// Counts the store's fault inside a room's refusal, if there is one; gives it.
    fn count_fault<'e, E>(&self, refusal: Option<&'e E>) -> Option<&'e Error>
    where
        E: std::error::Error + 'static,
    {
        let fault = refusal.and_then(|refusal| Error::inside(refusal))?;
        self.0.surroundings.numbers.fault(fault.kind());
        Some(fault)
    }

    /// How many units of work wait for their turn, by lane. On SQLite `read` is the queue of whoever
    /// reads; on PostgreSQL everybody reads and writes in one of the three lanes.
    #[must_use]
    pub fn waiting(&self) -> Vec<(&'static str, usize)> {
        let pool = self.0.pool.waiting();
        let Some(writer) = &self.0.writer else {
            return LANES.into_iter().zip(pool).collect();
        };
        let mut all: Vec<_> = LANES.into_iter().zip(writer.waiting()).collect();
        all.push(("read", pool.iter().sum()));
        all
    }

    /// Runs `deed` as one unit of work and answers after it is on disk.
    ///
    /// The deed may be run again from the start (another node was in the way), so it must have no
    /// effect but through its [`Tx`].
    ///
    /// # Errors
    /// Whatever `deed` says (nothing is stored then), or a fault of the store.
    pub async fn write<T, E, F>(&self, lane: Lane, deed: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + std::error::Error + Send + 'static,
    {
        let saved = if let Some(writer) = &self.0.writer {
            writer.write(lane, deed).await
        } else {
            let around = (self.0.surroundings.clone(), Arc::clone(&self.0.bells));
            self.0.pool.write(lane, around, deed).await
        };
        let fault = self.count_fault(saved.as_ref().err());
        if fault.is_some_and(Error::is_the_databases) {
            let now = self.0.surroundings.clock.now();
            self.0.unsaved_at.store(now.micros(), Ordering::Relaxed);
        }
        saved
    }

    /// Whether all units of the last minute that should have been saved were. A full disk may still
    /// take small ones, so that one went well says nothing of the others.
    #[must_use]
    pub fn is_saving(&self) -> bool {
        let last = Moment::from_micros(self.0.unsaved_at.load(Ordering::Relaxed));
        let now = self.0.surroundings.clock.now();
        last == Moment::ZERO || now.since(last) >= UNSAVED_SHOWS
    }

    /// Changes whenever a unit of this node may have made something due earlier than the workers
    /// think.
    #[must_use]
    pub fn due(&self) -> watch::Receiver<u64> {
        self.0.bells.due()
    }

    /// Changes whenever a unit of this node has told somebody something: the relay between nodes
    /// waits for it.
    #[must_use]
    pub fn bells(&self) -> watch::Receiver<u64> {
        self.0.bells.told()
    }

    /// Takes whom units of this node have rung since the last time. From the first time on they are
    /// kept for it, up to a bound: more are found by looking.
    #[must_use]
    pub fn take_rung(&self) -> Vec<AccountId> {
        self.0.bells.take_rung()
    }

    /// Where the database is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.0.address
    }

    /// What every unit of work has at hand.
    #[must_use]
    pub fn surroundings(&self) -> &Surroundings {
        &self.0.surroundings
    }

    /// Makes the next commits fail in a chosen way, for tests of what then is acknowledged.
    #[must_use]
    pub fn faults(&self) -> Option<&Faults> {
        self.0.writer.as_ref().map(writer::Writer::faults)
    }

    /// Stops taking work and waits until what was taken is done.
    pub fn close(&self) {
        if let Some(writer) = &self.0.writer {
            writer.close();
        }
    }
}
