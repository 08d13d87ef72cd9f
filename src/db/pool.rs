//! A bounded pool of connections: all readers on SQLite, everybody on PostgreSQL.
//!
//! A caller waits for a permit before a thread is taken, so threads are never held waiting, and at
//! most a bounded number of callers wait; more are told to come back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::bells::Bells;
use super::connection::{Address, Conn, Purpose, open};
use super::error::{Answer, Error};
use super::unit::{Rings, Rx, Tx};
use super::writer::Lane;
use super::{Limits, Surroundings};

/// Longer than this nobody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    shared: Arc<Shared>,
    /// For everybody.
    common: Queue,
    /// For messages and check-ins, which no reader stands in the way of.
    talk: Queue,
    /// For help, alerts and escalation steps, which never stand behind anything else.
    help: Queue,
}

/// Connections for the urgent lane beside the common ones.
const HELP_CONNECTIONS: usize = 2;

/// So many may work at once, and so many wait.
struct Queue {
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// Somebody who waits; dropped, they wait no longer, whatever became of them.
struct Waiter<'q>(&'q AtomicUsize);

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Queue {
    fn new(permits: usize, most_waiting: usize) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            waiting: AtomicUsize::new(0),
            most_waiting,
        }
    }

    async fn enter(&self) -> Answer<OwnedSemaphorePermit> {
        let waiter = Waiter(&self.waiting);
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.most_waiting {
            return Err(Error::Busy);
        }
        let permit =
            tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        drop(waiter);
        match permit {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(Error::Busy),
        }
    }
}

struct Shared {
    address: Address,
    purpose: Purpose,
    idle: Mutex<Vec<Conn>>,
}

impl Shared {
    /// The connection used last comes first: its caches are warm.
    fn take(&self) -> Answer<Conn> {
        let idle = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| open(&self.address, self.purpose), Ok)
    }

    fn put_back(&self, conn: Conn) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(conn);
    }

    /// Begins a transaction and runs `work` in it, with a connection that goes back only if it was
    /// left in order. A connection that will not even begin was cut while it lay idle, and so
    /// perhaps were the others: all are let go and a new one is opened, once. Nothing has happened
    /// yet by then.
    fn with<R>(&self, begin: &'static str, work: impl FnOnce(&mut Conn) -> Answer<R>) -> Answer<R> {
        let mut conn = self.take()?;
        if conn.say(begin).is_err() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clear();
            conn = open(&self.address, self.purpose)?;
            conn.say(begin)?;
        }
        let done = catch_unwind(AssertUnwindSafe(|| work(&mut conn)))
            .map_err(|_panic| Error::NotSaved)??;
        self.put_back(conn);
        Ok(done)
    }
}

impl Pool {
    pub(super) fn new(address: &Address, limits: Limits) -> Answer<Self> {
        let purpose = match address {
            Address::Sqlite(_) => Purpose::Read,
            Address::Postgres(_) => Purpose::Write,
        };
        let shared = Shared {
            address: address.clone(),
            purpose,
            idle: Mutex::new(Vec::new()),
        };
        // One connection at once, so that a wrong address is known now and not at the first call.
        shared.put_back(shared.take()?);
        let connections = usize::try_from(limits.connections).unwrap_or(8);
        Ok(Self {
            shared: Arc::new(shared),
            common: Queue::new(connections, limits.waiting),
            talk: Queue::new(connections.div_ceil(2), limits.waiting),
            help: Queue::new(HELP_CONNECTIONS, limits.waiting),
        })
    }

    pub(super) async fn read<T, E, F>(
        &self,
        lane: Lane,
        around: Surroundings,
        question: F,
    ) -> Result<T, E>
    where
        F: FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + std::error::Error + Send + 'static,
    {
        let begin = match self.shared.address {
            Address::Sqlite(_) => "begin",
            Address::Postgres(_) => "begin isolation level repeatable read read only",
        };
        self.run(self.queue(lane), move |shared| {
            shared.with(begin, |conn| {
                let answer = question(&mut Rx::new(conn, &around));
                conn.say("rollback")?;
                Ok(answer)
            })
        })
        .await?
    }

    pub(super) async fn write<T, E, F>(
        &self,
        lane: Lane,
        (around, bells): (Surroundings, Arc<Bells>),
        mut deed: F,
    ) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + std::error::Error + Send + 'static,
    {
        self.run(self.queue(lane), move |shared| {
            let mut once = || shared.with("begin", |conn| attempt(conn, &around, &mut deed));
            let first = once();
            let fault = match &first {
                Err(fault) => Some(fault),
                Ok(Err(refusal)) => Error::inside(refusal),
                Ok(Ok(_)) => None,
            };
            let last = if fault.is_some_and(Error::is_worth_another_try) {
                once()
            } else {
                first
            };
            Ok(last?.map(|(done, rings)| {
                bells.ring(rings);
                done
            }))
        })
        .await?
    }

    /// How many wait, by lane: help, talk, everything else.
    pub(super) fn waiting(&self) -> [usize; 3] {
        [&self.help, &self.talk, &self.common].map(|queue| queue.waiting.load(Ordering::Relaxed))
    }

    const fn queue(&self, lane: Lane) -> &Queue {
        match lane {
            Lane::Help => &self.help,
            Lane::Talk => &self.talk,
            Lane::Rest => &self.common,
        }
    }

    async fn run<R, W>(&self, queue: &Queue, work: W) -> Answer<R>
    where
        W: FnOnce(&Shared) -> Answer<R> + Send + 'static,
        R: Send + 'static,
    {
        let permit = queue.enter().await?;
        let shared = Arc::clone(&self.shared);
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&shared);
            drop(permit);
            done
        });
        done.await.map_err(|_panicked| Error::NotSaved)?
    }
}

/// Runs a unit in a transaction of its own. The inner result is the deed's; the outer error is a
/// fault after which the connection is not used again.
fn attempt<T, E, F>(
    conn: &mut Conn,
    around: &Surroundings,
    deed: &mut F,
) -> Answer<Result<(T, Rings), E>>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E>,
    E: From<Error>,
{
    let mut tx = Tx::new(conn, around);
    match deed(&mut tx) {
        Ok(done) => {
            let rings = tx.commit()?;
            Ok(Ok((done, rings)))
        }
        Err(refusal) => {
            drop(tx);
            conn.say("rollback")?;
            Ok(Err(refusal))
        }
    }
}
