//! The line between nodes that share one PostgreSQL: what one says, all hear, itself included.
//!
//! A connection of its own, opened like every other one, so that it speaks TLS, waits and signs in
//! exactly as the database's address says.
//!
//! Decided against: a second client library for PostgreSQL, which could wait for the line instead of
//! looking at it. It read the address in its own way, and could not speak TLS.

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;

use super::connection::{Address, Conn, Purpose, open};
use super::error::Answer;

/// A line that is open.
pub struct Line(Conn);

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line")
    }
}

impl Line {
    /// Opens the line and listens. Waits for the database.
    ///
    /// # Errors
    /// If the database cannot be reached.
    pub fn open(address: &Address) -> Answer<Self> {
        let mut conn = open(address, Purpose::Line)?;
        conn.batch_execute("listen daybook_bell")?;
        Ok(Self(conn))
    }

    /// What was said since the last time. Never waits.
    ///
    /// # Errors
    /// If the line is lost.
    pub fn heard(&mut self) -> Answer<Vec<String>> {
        self.0.heard()
    }

    /// Says something of up to 8,000 bytes. Waits for the database.
    ///
    /// # Errors
    /// If the line is lost.
    pub fn say(&mut self, words: &str) -> Answer<()> {
        diesel::sql_query("select pg_notify('daybook_bell', $1)")
            .bind::<Text, _>(words)
            .execute(&mut self.0)?;
        Ok(())
    }
}
