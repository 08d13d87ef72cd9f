//! A bounded pool of connections: all readers on SQLite, everybody on PostgreSQL.
//!
//! A caller waits for a permit before a thread is taken, so threads are never held waiting, and at
//! most a bounded number of callers wait; more are told to come back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use tokio::sync::Semaphore;

use super::connection::{Address, Conn, Purpose, open};
use super::error::{Answer, Error};
use super::unit::{Rings, Rx, Tx};
use super::{Limits, Surroundings};

/// Longer than this nobody waits for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Pool {
    shared: Arc<Shared>,
    permits: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
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

    /// Runs `work` with a connection, which goes back only if it was left in order.
    fn with<R>(&self, work: impl FnOnce(&mut Conn) -> Answer<R>) -> Answer<R> {
        let mut conn = self.take()?;
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
        Ok(Self {
            shared: Arc::new(shared),
            permits: Arc::new(Semaphore::new(
                usize::try_from(limits.connections).unwrap_or(8),
            )),
            waiting: AtomicUsize::new(0),
            most_waiting: limits.waiting,
        })
    }

    pub(super) async fn read<T, E, F>(&self, around: Surroundings, question: F) -> Result<T, E>
    where
        F: FnOnce(&mut Rx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + std::error::Error + Send + 'static,
    {
        self.run(move |shared| {
            shared.with(|conn| {
                conn.batch_execute(match conn {
                    Conn::Sqlite(_) => "begin",
                    #[cfg(feature = "postgres")]
                    Conn::Pg(_) => "begin isolation level repeatable read read only",
                })?;
                let answer = question(&mut Rx::new(conn, &around));
                conn.batch_execute("rollback")?;
                Ok(answer)
            })
        })
        .await?
    }

    pub(super) async fn write<T, E, F>(
        &self,
        around: Surroundings,
        mut deed: F,
    ) -> Result<(T, Rings), E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + std::error::Error + Send + 'static,
    {
        self.run(move |shared| {
            let first = shared.with(|conn| attempt(conn, &around, &mut deed));
            let fault = match &first {
                Err(fault) => Some(fault),
                Ok(Err(refusal)) => Error::inside(refusal),
                Ok(Ok(_)) => None,
            };
            if fault.is_some_and(Error::is_worth_another_try) {
                return shared.with(|conn| attempt(conn, &around, &mut deed));
            }
            first
        })
        .await?
    }

    async fn run<R, W>(&self, work: W) -> Answer<R>
    where
        W: FnOnce(&Shared) -> Answer<R> + Send + 'static,
        R: Send + 'static,
    {
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= self.most_waiting {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy);
        }
        let permit =
            tokio::time::timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let Ok(Ok(permit)) = permit else {
            return Err(Error::Busy);
        };
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
    conn.batch_execute("begin")?;
    let mut tx = Tx::new(conn, around);
    match deed(&mut tx) {
        Ok(done) => {
            let rings = tx.finish()?;
            conn.batch_execute("commit")?;
            Ok(Ok((done, rings)))
        }
        Err(refusal) => {
            drop(tx);
            conn.batch_execute("rollback")?;
            Ok(Err(refusal))
        }
    }
}
