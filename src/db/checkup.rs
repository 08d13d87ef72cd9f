//! Looks at a database without changing it: what `daybook doctor` and `daybook demo` ask before
//! anything runs. Never makes a file, a table or a row.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::connection::{Address, Conn, Purpose, open};
use super::error::{Answer, Error};
use super::schema::accounts;
use super::{clock, migrate, settings};
use crate::base::time::Moment;

/// What a database looks like from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkup {
    /// Migrations that have not run.
    pub pending: Vec<String>,
    /// The fingerprint of the keys it was sealed with, if it was ever used.
    pub keys_fingerprint: Option<String>,
    /// A moment it has surely reached.
    pub last_moment: Option<Moment>,
    /// Whether anybody has an account in it.
    pub has_accounts: bool,
    /// What its own clock shows (PostgreSQL).
    pub its_clock: Option<Moment>,
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Looks at the database.
///
/// # Errors
/// If it is not there or cannot be read.
pub fn look(address: &Address) -> Answer<Checkup> {
    if let Address::Sqlite(path) = address
        && !path.exists()
    {
        return Err(Error::Unreachable(format!(
            "{} does not exist",
            path.display()
        )));
    }
    let conn = &mut open(address, Purpose::Read)?;
    let ran = ran(conn)?;
    let pending: Vec<String> = migrate::known(address)?
        .into_iter()
        .filter(|known| !ran.contains(&known.version))
        .map(|known| known.name)
        .collect();
    let mut found = Checkup {
        its_clock: clock::database_now(conn)?,
        ..Checkup::default()
    };
    // What a table would say that may not be there yet is not asked.
    if pending.is_empty() {
        found.keys_fingerprint = settings::get(conn, settings::KEYS_FINGERPRINT)?;
        found.last_moment = settings::last_moment(conn)?;
        found.has_accounts = accounts::table.count().get_result::<i64>(conn)? > 0;
    }
    found.pending = pending;
    Ok(found)
}

/// The versions of the migrations that have run; none if their table is not there.
/// The versions of the migrations that have run here.
pub(super) fn ran(conn: &mut Conn) -> Answer<BTreeSet<String>> {
    let is_there = match conn {
        Conn::Sqlite(_) => {
            "select count(*) > 0 as yes from sqlite_master where name = '__diesel_schema_migrations'"
        }
        #[cfg(feature = "postgres")]
        Conn::Pg(_) => "select to_regclass('__diesel_schema_migrations') is not null as yes",
    };
    if !diesel::sql_query(is_there).get_result::<Yes>(conn)?.yes {
        return Ok(BTreeSet::new());
    }
    let versions = diesel::sql_query("select version as name from __diesel_schema_migrations")
        .load::<Name>(conn)?;
    Ok(versions.into_iter().map(|row| row.name).collect())
}
