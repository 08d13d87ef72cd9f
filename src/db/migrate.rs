//! Migrations: twin folders, one per engine, embedded in the binary.
//!
//! Several nodes may start at once: on PostgreSQL an advisory lock lets one of them migrate.

use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::checkup;
use super::connection::{Address, Conn, Purpose, open};
use super::error::{Answer, Error};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
#[cfg(feature = "postgres")]
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// Any number will do, as long as all nodes use the same.
#[cfg(feature = "postgres")]
const LOCK: i64 = 0x0064_6179_626f_6f6b;

/// Brings the database up to date and says which migrations ran.
///
/// # Errors
/// If the database cannot be reached, is newer than this program, or a migration fails.
pub fn run(address: &Address) -> Answer<Vec<String>> {
    let mut conn = open(address, Purpose::Write)?;
    refuse_newer(&mut conn, address)?;
    match &mut conn {
        Conn::Sqlite(conn) => ran(conn.run_pending_migrations(SQLITE)),
        #[cfg(feature = "postgres")]
        Conn::Pg(conn) => {
            use diesel::connection::SimpleConnection;
            conn.batch_execute(&format!(
                "set lock_timeout = 0; set statement_timeout = 0; select pg_advisory_lock({LOCK})"
            ))?;
            let done = ran(conn.run_pending_migrations(POSTGRES));
            conn.batch_execute(&format!("select pg_advisory_unlock({LOCK})"))?;
            done
        }
    }
}

pub(super) fn refuse_newer(conn: &mut Conn, address: &Address) -> Answer<()> {
    let known: Vec<String> = known(address)?.into_iter().map(|one| one.version).collect();
    let newer = checkup::ran(conn)?
        .into_iter()
        .find(|version| !known.contains(version));
    newer.map_or(Ok(()), |version| Err(Error::Newer(version)))
}

/// Which migrations are still to run; the database is not changed.
///
/// # Errors
/// If the database cannot be reached.
pub fn pending(address: &Address) -> Answer<Vec<String>> {
    checkup::look(address).map(|found| found.pending)
}

/// A migration this program was built with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// As the database writes it down.
    pub(super) version: String,
    /// As its folder is called.
    pub(super) name: String,
}

/// Every migration for this kind of database, oldest first.
pub(super) fn known(address: &Address) -> Answer<Vec<Known>> {
    let named = match address {
        Address::Sqlite(_) => names::<diesel::sqlite::Sqlite>(&SQLITE),
        #[cfg(feature = "postgres")]
        Address::Postgres(_) => names::<diesel::pg::Pg>(&POSTGRES),
        #[cfg(not(feature = "postgres"))]
        Address::Postgres(_) => Ok(Vec::new()),
    };
    let mut known = named.map_err(|error| Error::Unreachable(error.to_string()))?;
    known.sort_by(|a, b| a.version.cmp(&b.version));
    Ok(known)
}

fn names<DB: diesel::backend::Backend>(
    embedded: &EmbeddedMigrations,
) -> Result<Vec<Known>, Box<dyn std::error::Error + Send + Sync>> {
    let all = MigrationSource::<DB>::migrations(embedded)?;
    Ok(all
        .iter()
        .map(|one| Known {
            version: one.name().version().to_string(),
            name: one.name().to_string(),
        })
        .collect())
}

/// Undoes every migration, newest first: for the test that goes up, down and up again.
///
/// # Errors
/// If a migration cannot be undone.
pub fn undo_all(address: &Address) -> Answer<()> {
    let done = match &mut open(address, Purpose::Write)? {
        Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE).map(drop),
        #[cfg(feature = "postgres")]
        Conn::Pg(conn) => conn.revert_all_migrations(POSTGRES).map(drop),
    };
    done.map_err(|error| Error::Unreachable(error.to_string()))
}

fn ran(
    result: Result<
        Vec<diesel::migration::MigrationVersion<'_>>,
        Box<dyn std::error::Error + Send + Sync>,
    >,
) -> Answer<Vec<String>> {
    result
        .map(|versions| versions.iter().map(ToString::to_string).collect())
        .map_err(|error| Error::Unreachable(format!("a migration failed: {error}")))
}
