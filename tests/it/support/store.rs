//! A database for each test: a copy of one that was migrated once.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};

use daybook::db::{Address, migrate};
use diesel::{Connection, PgConnection, RunQueryDsl};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A SQLite file in `folder`, migrated.
pub(crate) fn sqlite(folder: &Path) -> Address {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("template.db");
        migrate::run(&Address::Sqlite(path.clone())).unwrap();
        // Closing the last connection has folded the write-ahead log into the file.
        std::fs::read(path).unwrap()
    });
    let path = folder.join("daybook.db");
    std::fs::write(&path, template).unwrap();
    Address::Sqlite(path)
}

/// A PostgreSQL database of its own, dropped at the end.
pub(crate) struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    pub(crate) fn address(&self) -> Address {
        Address::Postgres(with_database(&self.server, &self.name))
    }

    /// Takes a copy of it; nobody may be connected.
    pub(crate) fn back_up(&self) {
        let name = &self.name;
        self.asks(&format!("create database {name}_backup template {name}"));
    }

    /// Puts the copy in its place; nobody may be connected.
    pub(crate) fn put_back(&self) {
        let name = &self.name;
        self.asks(&format!("drop database {name} with (force)"));
        self.asks(&format!("alter database {name}_backup rename to {name}"));
    }

    /// Makes it anew, without a single table; nobody may be connected.
    pub(crate) fn empty(&self) {
        let name = &self.name;
        self.asks(&format!("drop database {name} with (force)"));
        self.asks(&format!("create database {name}"));
    }

    fn asks(&self, what: &str) {
        let mut conn = PgConnection::establish(&self.server).unwrap();
        diesel::sql_query(what).execute(&mut conn).unwrap();
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        if let Ok(mut conn) = PgConnection::establish(&self.server) {
            let drop = format!("drop database if exists {} with (force)", self.name);
            let _gone = diesel::sql_query(drop).execute(&mut conn);
        }
    }
}

/// A fresh PostgreSQL database, or `None` where the person testing has said to go without.
///
/// # Panics
/// If there is no server to test on and nobody said to go without: never silently skipped.
pub(crate) fn postgres() -> Option<PostgresDatabase> {
    static TEMPLATE: Mutex<Option<String>> = Mutex::new(None);
    let Ok(server) = std::env::var("TEST_DATABASE_URL") else {
        let without = std::env::var("DAYBOOK_TEST_WITHOUT_POSTGRES").is_ok();
        assert!(
            without,
            "TEST_DATABASE_URL is not set: run `make test`, which starts a throwaway PostgreSQL, \
             or set DAYBOOK_TEST_WITHOUT_POSTGRES=1 to test SQLite alone"
        );
        return None;
    };
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("t_{}_{number}", std::process::id());
    let mut template = TEMPLATE.lock().unwrap();
    let mut conn = PgConnection::establish(&server).unwrap();
    let base = template.get_or_insert_with(|| {
        let base = format!("template_{}", std::process::id());
        diesel::sql_query(format!("create database {base}"))
            .execute(&mut conn)
            .unwrap();
        migrate::run(&Address::Postgres(with_database(&server, &base))).unwrap();
        base
    });
    diesel::sql_query(format!("create database {name} template {base}"))
        .execute(&mut conn)
        .unwrap();
    Some(PostgresDatabase { server, name })
}

/// The same server, another database: the path of the URL is replaced.
fn with_database(url: &str, name: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let query = path
        .split_once('?')
        .map_or(String::new(), |(_, query)| format!("?{query}"));
    format!("{scheme}://{authority}/{name}{query}")
}

/// Where the keys of a test lie.
pub(crate) fn keys_in(folder: &Path) -> PathBuf {
    folder.join("daybook.keys")
}
