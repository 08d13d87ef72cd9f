//! SQLite's one writer: takes the waiting units, urgent lanes first, and commits them together.
//!
//! Each unit runs between a savepoint and its release, so that a refused unit leaves nothing and
//! harms nobody. Nobody is answered before `COMMIT` has returned, which with `synchronous=FULL` is
//! after the fsync. If a unit panics, if SQLite has lost the transaction (a full disk rolls back
//! everything, savepoints included), or if the commit fails, then no unit of the group is answered
//! as done: all get [`Error::NotSaved`], and the connection is closed and opened anew.
//!
//! Nothing waits for company: a group is whatever has come while the last one was written.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use tokio::sync::oneshot;

use super::Surroundings;
use super::bells::Bells;
use super::connection::{Address, Conn, Purpose, open};
use super::error::{Answer, Error};
use super::unit::{Rings, Tx};

const GROUP_UNITS: usize = 256;
const GROUP_TIME: Duration = Duration::from_millis(5);
const LANES: usize = 3;

/// How urgent a unit is. The writer empties the lanes in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Help, alerts and escalation steps.
    Help = 0,
    /// Messages and check-ins.
    Talk = 1,
    /// Everything else.
    Rest = 2,
}

/// A way for the next commit to go wrong, for tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Fault {
    /// Nothing goes wrong.
    None = 0,
    /// The commit fails.
    Commit = 1,
    /// SQLite has dropped the transaction, as it does when the disk is full.
    LostTransaction = 2,
}

/// Set by tests to make commits fail.
#[derive(Debug, Default)]
pub struct Faults(AtomicU8);

impl Faults {
    /// Makes the next group fail as told.
    pub fn next(&self, fault: Fault) {
        let code = match fault {
            Fault::None => 0,
            Fault::Commit => 1,
            Fault::LostTransaction => 2,
        };
        self.0.store(code, Ordering::SeqCst);
    }

    fn take(&self) -> Fault {
        match self.0.swap(0, Ordering::SeqCst) {
            1 => Fault::Commit,
            2 => Fault::LostTransaction,
            _ => Fault::None,
        }
    }
}

/// How a unit went, before the group is committed.
enum Ran {
    Done(Rings),
    Refused,
}

trait Work: Send {
    /// Runs the unit and keeps its result.
    fn run(&mut self, conn: &mut Conn, surroundings: &Surroundings) -> Ran;
    /// Answers the caller: the kept result, or "not saved".
    fn answer(self: Box<Self>, committed: bool);
}

struct Unit<T, E, F> {
    deed: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Work for Unit<T, E, F>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, conn: &mut Conn, surroundings: &Surroundings) -> Ran {
        let mut tx = Tx::new(conn, surroundings);
        let (result, ran) = match (self.deed)(&mut tx) {
            Ok(done) => match tx.finish() {
                Ok(rings) => (Ok(done), Ran::Done(rings)),
                Err(fault) => (Err(E::from(fault)), Ran::Refused),
            },
            Err(refusal) => (Err(refusal), Ran::Refused),
        };
        self.result = Some(result);
        ran
    }

    fn answer(self: Box<Self>, committed: bool) {
        let result = match self.result {
            Some(result) if committed => result,
            _ => Err(E::from(Error::NotSaved)),
        };
        // A caller that has gone away needs no answer; what was done stays done.
        drop(self.reply.send(result));
    }
}

#[derive(Default)]
struct Waiting {
    lanes: [VecDeque<Box<dyn Work>>; LANES],
    /// How many were taken in a row while a less urgent lane waited.
    in_a_row: usize,
    closed: bool,
}

/// After so many urgent units in a row a less urgent one is taken, so that a flood in one lane
/// slows the others down but never stops them.
const MOST_IN_A_ROW: usize = 8;

impl Waiting {
    /// The next lane below `first` that has somebody waiting.
    fn after(&self, first: usize) -> usize {
        let below = self.lanes.iter().enumerate().skip(first.saturating_add(1));
        below
            .filter(|(_, lane)| !lane.is_empty())
            .map(|(at, _)| at)
            .next()
            .unwrap_or(first)
    }

    fn next(&mut self) -> Option<Box<dyn Work>> {
        let first = self.lanes.iter().position(|lane| !lane.is_empty())?;
        let other = self.lanes.iter().rposition(|lane| !lane.is_empty())?;
        let chosen = if first == other || self.in_a_row < MOST_IN_A_ROW {
            self.in_a_row = if first == other {
                0
            } else {
                self.in_a_row.saturating_add(1)
            };
            first
        } else {
            self.in_a_row = 0;
            self.after(first)
        };
        self.lanes.get_mut(chosen).and_then(VecDeque::pop_front)
    }
}

struct Shared {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    faults: Faults,
}

/// The door to the writer thread.
pub(super) struct Writer {
    shared: Arc<Shared>,
    most_waiting: usize,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(
        address: Address,
        surroundings: Surroundings,
        bells: Arc<Bells>,
        most_waiting: usize,
    ) -> Answer<Self> {
        let shared = Arc::new(Shared {
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            faults: Faults::default(),
        });
        let conn = open(&address, Purpose::Write)?;
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                Loop {
                    address,
                    surroundings,
                    bells,
                    shared: theirs,
                    conn: Some(conn),
                }
                .turn();
            })
            .map_err(|error| Error::Unreachable(error.to_string()))?;
        Ok(Self {
            shared,
            most_waiting,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// How many units wait, by lane.
    pub(super) fn waiting(&self) -> [usize; LANES] {
        let waiting = lock(&self.shared.waiting);
        waiting.lanes.each_ref().map(VecDeque::len)
    }

    pub(super) fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    pub(super) async fn write<T, E, F>(&self, lane: Lane, deed: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.enter(
            lane,
            Box::new(Unit {
                deed,
                result: None,
                reply,
            }),
        )?;
        answer
            .await
            .unwrap_or_else(|_gone| Err(E::from(Error::NotSaved)))
    }

    fn enter(&self, lane: Lane, unit: Box<dyn Work>) -> Answer<()> {
        let mut waiting = lock(&self.shared.waiting);
        if waiting.closed {
            return Err(Error::Busy);
        }
        let [help, talk, rest] = &mut waiting.lanes;
        let queue = match lane {
            Lane::Help => help,
            Lane::Talk => talk,
            Lane::Rest => rest,
        };
        if queue.len() >= self.most_waiting {
            return Err(Error::Busy);
        }
        queue.push_back(unit);
        drop(waiting);
        self.shared.arrived.notify_one();
        Ok(())
    }

    /// Lets the thread finish what waits, and waits for it.
    pub(super) fn close(&self) {
        lock(&self.shared.waiting).closed = true;
        self.shared.arrived.notify_one();
        let thread = lock(&self.thread).take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer thread had panicked");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        lock(&self.shared.waiting).closed = true;
        self.shared.arrived.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Group = Vec<(Box<dyn Work>, Option<Ran>)>;

struct Loop {
    address: Address,
    surroundings: Surroundings,
    bells: Arc<Bells>,
    shared: Arc<Shared>,
    conn: Option<Conn>,
}

impl Loop {
    fn turn(mut self) {
        while let Some(first) = self.wait() {
            let mut group: Group = vec![(first, None)];
            let committed = match self.write_group(&mut group) {
                Ok(()) => {
                    self.surroundings.numbers.group(group.len());
                    true
                }
                Err(fault) => {
                    tracing::error!(units = group.len(), error = %fault, "a group was not saved");
                    // Closing rolls back whatever SQLite still holds open.
                    self.conn = None;
                    false
                }
            };
            for (unit, ran) in group {
                if committed && let Some(Ran::Done(rings)) = ran {
                    self.bells.ring(rings);
                }
                unit.answer(committed);
            }
        }
    }

    fn wait(&self) -> Option<Box<dyn Work>> {
        let mut waiting = lock(&self.shared.waiting);
        loop {
            if let Some(unit) = waiting.next() {
                return Some(unit);
            }
            if waiting.closed {
                return None;
            }
            waiting = self
                .shared
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn write_group(&mut self, group: &mut Group) -> Answer<()> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            empty => empty.insert(open(&self.address, Purpose::Write)?),
        };
        conn.say("begin immediate")?;
        let started = Instant::now();
        let mut at = 0;
        while let Some((unit, ran)) = group.get_mut(at) {
            *ran = Some(run_unit(unit.as_mut(), conn, &self.surroundings)?);
            at = at.saturating_add(1);
            if at < GROUP_UNITS
                && started.elapsed() < GROUP_TIME
                && let Some(next) = lock(&self.shared.waiting).next()
            {
                group.push((next, None));
            }
        }
        match self.shared.faults.take() {
            Fault::None => conn.say("commit")?,
            Fault::Commit => return Err(Error::NotSaved),
            Fault::LostTransaction => {
                conn.batch_execute("rollback")?;
                conn.batch_execute("commit")?;
            }
        }
        Ok(())
    }
}

/// Runs one unit inside a savepoint. An error here is the end of the whole group: the release (or
/// the rollback to the savepoint) fails exactly when SQLite is no longer inside the transaction in
/// which the savepoint was set.
fn run_unit(unit: &mut dyn Work, conn: &mut Conn, surroundings: &Surroundings) -> Answer<Ran> {
    conn.say("savepoint unit")?;
    let ran = catch_unwind(AssertUnwindSafe(|| unit.run(conn, surroundings)))
        .map_err(|_panic| Error::NotSaved)?;
    match ran {
        Ran::Done(_) => conn.say("release unit")?,
        Ran::Refused => conn.batch_execute("rollback to unit; release unit")?,
    }
    Ok(ran)
}
