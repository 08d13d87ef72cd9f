//! One unit of work: its connection, its one `now`, and whom it tells.
//!
//! Tellings are gathered and written once, at the unit's end, sorted by person: on PostgreSQL that
//! is the lock order which keeps two units from waiting for each other. Nobody is woken before the
//! commit.

use std::sync::Arc;

use diesel::prelude::*;

use super::Surroundings;
use super::connection::{Conn, both};
use super::error::{Answer, Error};
use super::schema::{inbox, inbox_heads};
use crate::base::ids::{AccountId, SubjectId};
use crate::base::keyring::{Keyring, Place};
use crate::base::time::Moment;

/// What a person is told happened: the name of an event on the live socket.
pub type Event = &'static str;

/// One thing to tell one person: a row of their inbox.
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

    /// Seals words for one row.
    ///
    /// # Errors
    /// If the cipher refuses.
    pub fn seal_words(&self, place: Place<'_>, words: &str) -> Answer<Vec<u8>> {
        Ok(self.keys.seal(place, words.as_bytes())?)
    }

    /// Writes what was told and gives back whom to wake. Called once, by the store.
    pub(super) fn finish(mut self) -> Answer<Rings> {
        let mut tellings = std::mem::take(&mut self.tellings);
        tellings.sort_by_key(|telling| telling.to);
        let now = self.now;
        for mine in tellings.chunk_by(|a, b| a.to == b.to) {
            let Some(first) = mine.first() else { continue };
            let last_seq = self.advance_head(first.to, mine.len())?;
            let before = last_seq.saturating_sub(i64::try_from(mine.len()).unwrap_or(0));
            for (seq, telling) in (before.saturating_add(1)..).zip(mine) {
                diesel::insert_into(inbox::table)
                    .values((
                        inbox::account_id.eq(telling.to),
                        inbox::seq.eq(seq),
                        inbox::event.eq(telling.event),
                        inbox::subject_id.eq(telling.subject),
                        inbox::subject_seq.eq(telling.subject_seq),
                        inbox::detail.eq(telling.detail.as_deref()),
                        inbox::at.eq(now),
                    ))
                    .execute(self.conn)?;
            }
            self.rings.accounts.push(first.to);
        }
        self.rings.accounts.sort_unstable();
        self.rings.accounts.dedup();
        Ok(self.rings)
    }

    /// Moves a person's head by `by` and gives its new place. The row lock makes inboxes gapless
    /// in commit order.
    fn advance_head(&mut self, account: AccountId, by: usize) -> Answer<i64> {
        let by = i64::try_from(by).unwrap_or(0);
        let moved = diesel::update(inbox_heads::table.find(account))
            .set(inbox_heads::seq.eq(inbox_heads::seq + by))
            .returning(inbox_heads::seq)
            .get_result::<i64>(self.conn)
            .optional()?;
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
