//! One unit of work: its connection, its one `now`, and whom it tells.
//!
//! Tellings are gathered and written once, at the unit's end, sorted by person: on PostgreSQL that
//! is the lock order which keeps two units from waiting for each other. Nobody is woken before the
//! commit.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use super::Surroundings;
use super::connection::{Conn, both};
use super::error::{Answer, Error};
use super::prepared::MoveHead;
use super::schema::{inbox, inbox_heads};
use crate::base::ids::{AccountId, SubjectId};
use crate::base::keyring::{Keyring, Place};
use crate::base::time::Moment;

/// What a person is told happened: the name of an event on the live socket.
pub type Event = &'static str;

/// How much a telling presses to reach somebody who has not got the app open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// It waits in the inbox; nobody is called for it.
    Quiet,
    /// They are called if they have not seen it after a few seconds.
    Usual,
    /// They are called at once.
    Pressing,
    /// They are called at once and in words that say so: somebody may be seriously harmed.
    Now,
}

/// Somebody with the app open has so long to see a usual telling before they are called.
pub const TIME_TO_SEE: Duration = Duration::from_secs(5);

impl Urgency {
    /// Every urgency somebody is called with, the least first.
    pub const CALLS: [Self; 3] = [Self::Usual, Self::Pressing, Self::Now];

    /// As it is stored; the more it presses, the higher.
    #[must_use]
    pub const fn number(self) -> i32 {
        match self {
            Self::Quiet => 0,
            Self::Usual => 1,
            Self::Pressing => 2,
            Self::Now => 3,
        }
    }

    /// The urgency of a call that was stored with this number.
    #[must_use]
    pub fn of_call(number: i32) -> Option<Self> {
        Self::CALLS
            .into_iter()
            .find(|urgency| urgency.number() == number)
    }

    /// How long a call waits for the person to see it by themselves.
    #[must_use]
    pub const fn waits(self) -> Duration {
        match self {
            Self::Quiet | Self::Usual => TIME_TO_SEE,
            Self::Pressing | Self::Now => Duration::ZERO,
        }
    }
}

/// One thing to tell one person: a row of their inbox, and a call if it presses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telling {
    /// Who is told.
    pub to: AccountId,
    /// What happened.
    pub event: Event,
    /// To what.
    pub subject: SubjectId,
    /// Which one of it (a message's sequence), or 0.
    pub subject_seq: i64,
    /// Facts about it as JSON. Never words, never a name.
    pub detail: Option<String>,
    /// How much it presses.
    pub urgency: Urgency,
}

/// How much what one person is told presses.
pub(super) fn most_urgent(mine: &[Telling]) -> Urgency {
    let urgency = mine.iter().map(|telling| telling.urgency).max();
    urgency.unwrap_or(Urgency::Quiet)
}

/// Common to reading and writing: a connection, the time, the keys.
pub trait View {
    /// The connection, for a room's `queries.rs` alone.
    fn conn(&mut self) -> &mut Conn;
    /// The one moment at which this unit happens.
    fn now(&self) -> Moment;
    /// The keys.
    fn keys(&self) -> &Keyring;

    /// Opens sealed words.
    ///
    /// # Errors
    /// If they do not open, or are not text.
    fn open_words(&self, place: Place<'_>, sealed: &[u8]) -> Answer<String> {
        String::from_utf8(self.keys().open(place, sealed)?)
            .map_err(|_not_text| Error::Corrupt("sealed words are not UTF-8"))
    }
}

/// A unit that reads.
pub struct Rx<'c> {
    conn: &'c mut Conn,
    now: Moment,
    keys: Arc<Keyring>,
}

impl<'c> Rx<'c> {
    pub(super) fn new(conn: &'c mut Conn, surroundings: &Surroundings) -> Self {
        Self {
            conn,
            now: surroundings.clock.now(),
            keys: Arc::clone(&surroundings.keys),
        }
    }
}

impl View for Rx<'_> {
    fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    fn now(&self) -> Moment {
        self.now
    }

    fn keys(&self) -> &Keyring {
        &self.keys
    }
}

/// A unit that writes.
pub struct Tx<'c> {
    conn: &'c mut Conn,
    now: Moment,
    wall: Moment,
    keys: Arc<Keyring>,
    tellings: Vec<Telling>,
    rings: Rings,
}

/// Who must be woken once the unit is committed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Rings {
    pub(super) accounts: Vec<AccountId>,
    pub(super) workers: bool,
    /// How many events it wrote to inboxes, and how many texts of it were not screened: for the
    /// operators' numbers.
    pub(super) events: usize,
    pub(super) not_screened: usize,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c mut Conn, surroundings: &Surroundings) -> Self {
        Self {
            conn,
            now: surroundings.clock.now(),
            wall: surroundings.clock.wall(),
            keys: Arc::clone(&surroundings.keys),
            tellings: Vec::new(),
            rings: Rings::default(),
        }
    }

    /// What the machine's clock shows, which may be behind [`View::now`]: for what another clock
    /// has made, as the codes of a second factor.
    #[must_use]
    pub const fn wall(&self) -> Moment {
        self.wall
    }

    /// Tells somebody something: a row of their inbox, written with this unit or not at all.
    pub fn tell(&mut self, telling: Telling) {
        self.tellings.push(telling);
    }

    /// Wakes a person's sockets after the commit though their inbox has nothing new: they may have
    /// lost the right to be connected.
    pub fn wake(&mut self, account: AccountId) {
        self.rings.accounts.push(account);
    }

    /// Wakes the workers after the commit: something may be due earlier than they think.
    pub fn wake_workers(&mut self) {
        self.rings.workers = true;
    }

    /// Notes for the operators that a text of this unit could not be screened.
    pub fn note_not_screened(&mut self) {
        self.rings.not_screened = self.rings.not_screened.saturating_add(1);
    }

    /// Seals words for one row.
    ///
    /// # Errors
    /// If the cipher refuses.
    pub fn seal_words(&self, place: Place<'_>, words: &str) -> Answer<Vec<u8>> {
        Ok(self.keys.seal(place, words.as_bytes())?)
    }

    /// What was told, by person and in the order in which everybody takes the persons' heads; notes
    /// whom to wake for it.
    fn take_tellings(&mut self) -> Vec<Telling> {
        let mut tellings = std::mem::take(&mut self.tellings);
        tellings.sort_by_key(|telling| telling.to);
        self.rings.events = tellings.len();
        let presses = |telling: &Telling| telling.urgency >= Urgency::Pressing;
        self.rings.workers |= tellings.iter().any(presses);
        let told = tellings.iter().map(|telling| telling.to);
        self.rings.accounts.extend(told);
        self.rings.accounts.sort_unstable();
        self.rings.accounts.dedup();
        tellings
    }

    /// Writes what was told, commits, and gives back whom to wake. On PostgreSQL that is one message to
    /// the server.
    pub(super) fn commit(mut self) -> Answer<Rings> {
        let tellings = self.take_tellings();
        let words = super::last_words::of(&tellings, self.now);
        self.conn.batch_execute(&words)?;
        Ok(self.rings)
    }

    /// Writes what was told and gives back whom to wake. Called once, by the writer of SQLite, who
    /// commits.
    pub(super) fn finish(mut self) -> Answer<Rings> {
        let tellings = self.take_tellings();
        let now = self.now;
        for mine in tellings.chunk_by(|a, b| a.to == b.to) {
            let Some(first) = mine.first() else { continue };
            let urgency = most_urgent(mine);
            let last_seq = self.advance_head(first.to, mine.len(), urgency)?;
            let before = last_seq.saturating_sub(i64::try_from(mine.len()).unwrap_or(0));
            for (seq, telling) in (before.saturating_add(1)..).zip(mine) {
                let row = diesel::insert_into(inbox::table).values((
                    inbox::account_id.eq(telling.to),
                    inbox::seq.eq(seq),
                    inbox::event.eq(telling.event),
                    inbox::subject_id.eq(telling.subject),
                    inbox::subject_seq.eq(telling.subject_seq),
                    inbox::detail.eq(telling.detail.as_deref()),
                    inbox::at.eq(now),
                    inbox::urgency.eq(telling.urgency.number()),
                ));
                both!(&mut *self.conn, conn => row.execute(conn))?;
            }
        }
        Ok(self.rings)
    }

    /// Moves a person's head by `by` and gives its new place. The row lock makes inboxes gapless
    /// in commit order. In the same row it notes that the person is to be called, if they can be: a
    /// call that is pending already only becomes more urgent and earlier.
    fn advance_head(&mut self, account: AccountId, by: usize, urgency: Urgency) -> Answer<i64> {
        let by = i64::try_from(by).unwrap_or(0);
        let head = MoveHead {
            account,
            by,
            calls: urgency != Urgency::Quiet,
            call_due_at: self.now.plus(urgency.waits()),
            urgency: urgency.number(),
        };
        let moved = match &mut *self.conn {
            Conn::Sqlite(conn) => head.get_result::<i64>(conn).optional()?,
            #[cfg(feature = "postgres")]
            Conn::Pg(_) => return Err(Error::Corrupt("PostgreSQL moves heads as it commits")),
        };
        if let Some(seq) = moved {
            return Ok(seq);
        }
        let head = (
            inbox_heads::account_id.eq(account),
            inbox_heads::seq.eq(by),
            inbox_heads::seen_seq.eq(0_i64),
        );
        both!(&mut *self.conn, conn => diesel::insert_into(inbox_heads::table)
            .values(head)
            .on_conflict(inbox_heads::account_id)
            .do_update()
            .set(inbox_heads::seq.eq(inbox_heads::seq + by))
            .returning(inbox_heads::seq)
            .get_result(conn))
        .map_err(Error::from)
    }
}

impl View for Tx<'_> {
    fn conn(&mut self) -> &mut Conn {
        self.conn
    }

    fn now(&self) -> Moment {
        self.now
    }

    fn keys(&self) -> &Keyring {
        &self.keys
    }
}
