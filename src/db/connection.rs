//! One connection, to either engine, and how it is opened.
//!
//! The engine is chosen by the address alone and its own error comes through: Diesel's
//! `MultiConnection` would try each engine in turn and hide why it failed.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::{Connection, RunQueryDsl, SqliteConnection};

use super::error::{Answer, Error};
use super::owner::{folder_of, give_to_owner_of};
use super::prepared::Words;

/// A connection to SQLite or PostgreSQL.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL.
    #[cfg(feature = "postgres")]
    Pg(diesel::PgConnection),
    /// SQLite.
    Sqlite(SqliteConnection),
}

impl Conn {
    /// Runs words without values, as `begin`: prepared once where the engine is asked so often.
    pub(super) fn say(&mut self, words: &'static str) -> Answer<()> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Pg(conn) => conn.batch_execute(words)?,
            Self::Sqlite(conn) => {
                Words(words).execute(conn)?;
            }
        }
        Ok(())
    }

    /// What was notified to this connection since the last time. Never waits.
    pub(super) fn heard(&mut self) -> Answer<Vec<String>> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Pg(conn) => {
                let heard = conn.notifications_iter();
                let words = heard.map(|heard| heard.map(|heard| heard.payload));
                Ok(words.collect::<Result<_, _>>()?)
            }
            Self::Sqlite(_) => Ok(Vec::new()),
        }
    }
}

/// Runs the same text once per engine, for the few things `MultiConnection` cannot do as one
/// (`on_conflict`, batch inserts).
macro_rules! both {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            #[cfg(feature = "postgres")]
            $crate::db::Conn::Pg($c) => $body,
            $crate::db::Conn::Sqlite($c) => $body,
        }
    };
}

pub(crate) use both;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL.
    Postgres(String),
}

/// Why an address was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Neither `sqlite:` nor `postgres://`.
    #[error("must be sqlite:PATH or postgres://…")]
    Unknown,
    /// This build has no PostgreSQL in it.
    #[error("this daybook was built without PostgreSQL")]
    NoPostgres,
}

impl Address {
    /// The address as it may be shown and logged: without a password.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(url) => without_password(url),
        }
    }
}

/// A password stands before the last `@`, or after it as a parameter; what follows `?` is left out
/// as a whole.
fn without_password(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(front, _)| front);
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split_once(':').map_or(who, |(user, _)| user);
            format!("{scheme}://{user}@{place}")
        }
        None => format!("{scheme}://{rest}"),
    }
}

impl std::str::FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(BadAddress::Unknown);
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            if cfg!(feature = "postgres") {
                return Ok(Self::Postgres(text.to_owned()));
            }
            return Err(BadAddress::NoPostgres);
        }
        Err(BadAddress::Unknown)
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Reads only.
    Read,
    /// Reads and writes.
    Write,
    /// Carries what nodes say to each other.
    Line,
}

/// How the line between nodes shows in the database's list of connections.
#[cfg(feature = "postgres")]
const LINE: &str = "daybook%20bell";

/// Opens a connection.
///
/// # Errors
/// With the engine's own reason.
pub fn open(address: &Address, purpose: Purpose) -> Answer<Conn> {
    match address {
        Address::Sqlite(path) => open_sqlite(path, purpose).map(Conn::Sqlite),
        #[cfg(feature = "postgres")]
        Address::Postgres(url) => {
            let mut url = with_patience(url);
            if purpose == Purpose::Line {
                let join = if url.contains('?') { '&' } else { '?' };
                url = format!("{url}{join}application_name={LINE}");
            }
            let mut conn = diesel::PgConnection::establish(&url)
                .map_err(|error| Error::Unreachable(error.to_string()))?;
            conn.batch_execute(
                "set time zone 'UTC'; set lock_timeout = '5s'; set statement_timeout = '15s'; \
                 set idle_in_transaction_session_timeout = '30s'; set client_min_messages = warning; set standard_conforming_strings = on; \
                 set synchronous_commit = on",
            )?;
            Ok(Conn::Pg(conn))
        }
        #[cfg(not(feature = "postgres"))]
        Address::Postgres(_) => Err(Error::Unreachable("built without PostgreSQL".to_owned())),
    }
}

/// Adds how long to wait for a server that has fallen silent, unless the address says so itself:
/// after a failover without goodbye no thread may hang for the minutes the network would take.
#[cfg(feature = "postgres")]
fn with_patience(url: &str) -> String {
    const PATIENCE: [(&str, &str); 4] = [
        ("connect_timeout", "5"),
        ("tcp_user_timeout", "20000"),
        ("keepalives_idle", "10"),
        ("keepalives_interval", "5"),
    ];
    let mut patient = url.to_owned();
    for (name, value) in PATIENCE {
        if !url.contains(name) {
            let join = if patient.contains('?') { '&' } else { '?' };
            patient = format!("{patient}{join}{name}={value}");
        }
    }
    patient
}

/// A new file is one that nobody else on the machine may read: words are sealed in it, names are not. What
/// SQLite puts beside it gets the same rights.
fn make_private(path: &Path) -> Answer<()> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Ok(_empty) => give_to_owner_of(folder_of(path), path)
            .map_err(|error| Error::Unreachable(format!("{}: {error}", path.display()))),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::Unreachable(format!("{}: {error}", path.display()))),
    }
}

/// `synchronous=FULL`: a child's message may be the last one before the power fails.
fn open_sqlite(path: &Path, purpose: Purpose) -> Answer<SqliteConnection> {
    let name = path
        .to_str()
        .ok_or(Error::Corrupt("the database's path is not UTF-8"))?;
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        && !folder.is_dir()
    {
        let why = format!("there is no folder {}", folder.display());
        return Err(Error::Unreachable(why));
    }
    if purpose != Purpose::Read {
        make_private(path)?;
    }
    let mut conn = SqliteConnection::establish(name)
        .map_err(|error| Error::Unreachable(format!("{}: {error}", path.display())))?;
    conn.batch_execute(
        "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full; \
         pragma foreign_keys = on; pragma cache_size = -8000; pragma temp_store = memory; \
         pragma journal_size_limit = 67108864;",
    )
    .map_err(|error| Error::Unreachable(format!("{}: {error}", path.display())))?;
    if purpose == Purpose::Read {
        conn.batch_execute("pragma query_only = on; pragma cache_size = -2000;")?;
    }
    Ok(conn)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A build elsewhere may have lost `.cargo/config.toml`; nothing but speed would tell.
    #[test]
    fn sqlite_is_compiled_as_the_build_asks() {
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        for option in ["ENABLE_QPSG", "DEFAULT_MEMSTATUS=0", "THREADSAFE=2"] {
            let used = diesel::dsl::sql::<diesel::sql_types::Bool>(&format!(
                "sqlite_compileoption_used('{option}')"
            ));
            assert!(
                diesel::select(used).get_result::<bool>(&mut conn).unwrap(),
                "{option}"
            );
        }
    }

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (url, shown) in [
            ("postgres://me:hunter2@db:5432/x", "postgres://me@db:5432/x"),
            ("postgres://me:a@b@db/x", "postgres://me@db/x"),
            (
                "postgresql://db/x?user=me&password=hunter2",
                "postgresql://db/x",
            ),
        ] {
            assert_eq!(Address::Postgres(url.to_owned()).shown(), shown);
        }
    }
}
