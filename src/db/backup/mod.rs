//! Copies of the whole database: taken while it is served, put back while it is not.
//!
//! SQLite copies itself: `vacuum into` reads one moment's view, and no writer waits for it. For
//! PostgreSQL its own programs are called, `pg_dump` and `pg_restore`: nobody knows its catalogue
//! better. A copy is written beside where it will lie, read through, synced, and only then given its
//! name; so whatever bears the name is whole. What was there before a copy is put back is set aside
//! (SQLite) or is a reason to refuse (PostgreSQL): never overwritten.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::connection::{Address, Conn, Purpose, open};
use super::error::Error;
use super::owner::{folder_of, give_to_owner_of};
use super::{checkup, migrate, settings};

#[cfg(feature = "postgres")]
mod programs;

/// Why there is no copy, or why it was not put back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file or folder could not be read or written.
    #[error("{path}: {error}")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// There is something under that name already.
    #[error("{0} exists already: a backup is never written over another one")]
    Exists(PathBuf),
    /// It is no backup of this kind of database.
    #[error("{path} is no backup of {kind}")]
    OtherKind {
        /// Which file.
        path: PathBuf,
        /// Of which database it should be.
        kind: &'static str,
    },
    /// It is a database, and not Daybook's.
    #[error("{0} holds no Daybook")]
    NotOurs(PathBuf),
    /// It is damaged.
    #[error("{path} is damaged: {why}")]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// The first thing that is wrong with it.
        why: String,
    },
    /// The keys at hand cannot open it.
    #[error("{path} was sealed with other keys ({sealed_with}): name the right file with --keys")]
    OtherKeys {
        /// Which file.
        path: PathBuf,
        /// The fingerprint of the right ones.
        sealed_with: String,
    },
    /// The database it would be put into is in use.
    #[error(
        "the database is not empty, and nothing in it is thrown away: make a new one (createdb) and \
         name it with --database"
    )]
    NotEmpty,
    /// PostgreSQL's own program could not do it.
    #[error("{program}: {why}")]
    Program {
        /// Which one.
        program: &'static str,
        /// What it said last.
        why: String,
    },
    /// A fault of the database.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<diesel::result::Error> for BackupError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
    let path = path.to_owned();
    |error| BackupError::File { path, error }
}

/// Copies the database into a new file, readable by its owner alone, and gives its size in bytes. It
/// may be served meanwhile. The words in it stay sealed, and the keys are not in it.
///
/// # Errors
/// If the file exists, cannot be written, or what was written does not read as a whole database.
pub fn save(address: &Address, file: &Path) -> Result<u64, BackupError> {
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let draft = with_ending(file, ".partial");
    new_file(&draft)?;
    let saved = save_into(address, &draft).and_then(|()| keep(&draft, file));
    if saved.is_err() {
        let _already_gone = std::fs::remove_file(&draft);
    }
    saved
}

fn save_into(address: &Address, draft: &Path) -> Result<(), BackupError> {
    match address {
        Address::Sqlite(path) => {
            if !path.exists() {
                let missing = std::io::Error::from(ErrorKind::NotFound);
                return Err(at(path)(missing));
            }
            let mut conn = open(address, Purpose::Write)?;
            let name = draft.to_string_lossy();
            sql_query("vacuum into ?")
                .bind::<Text, _>(name.as_ref())
                .execute(&mut conn)?;
            examine(draft, None)
        }
        #[cfg(feature = "postgres")]
        Address::Postgres(url) => programs::dump(url, draft),
        #[cfg(not(feature = "postgres"))]
        Address::Postgres(_) => {
            Err(Error::Unreachable("built without PostgreSQL".to_owned()).into())
        }
    }
}

/// Gives a file that is whole its name, for good.
fn keep(draft: &Path, file: &Path) -> Result<u64, BackupError> {
    let whole = File::open(draft).map_err(at(draft))?;
    whole.sync_all().map_err(at(draft))?;
    let bytes = whole.metadata().map_err(at(draft))?.len();
    // Not `rename`, which would take the place of a file made meanwhile.
    std::fs::hard_link(draft, file).map_err(not_new(file))?;
    std::fs::remove_file(draft).map_err(at(draft))?;
    sync_folder_of(file)?;
    Ok(bytes)
}

/// Puts a copy in the database's place, and says under which name what was there lies now. Nobody may
/// serve it meanwhile; `stamp` is part of that name.
///
/// # Errors
/// If it is no whole backup of this kind of database, was sealed with other keys than those of this
/// fingerprint, is newer than this program, or (PostgreSQL) the database is not empty.
pub fn put_back(
    address: &Address,
    file: &Path,
    (fingerprint, stamp): (&str, &str),
) -> Result<Option<PathBuf>, BackupError> {
    match address {
        Address::Sqlite(path) => {
            begins_with(file, b"SQLite format 3\0", "SQLite")?;
            let draft = with_ending(path, ".restoring");
            let _left_behind = std::fs::remove_file(&draft);
            let mut copy = new_file(&draft)?;
            let mut source = File::open(file).map_err(at(file))?;
            std::io::copy(&mut source, &mut copy).map_err(at(&draft))?;
            copy.sync_all().map_err(at(&draft))?;
            let replaced = if path.exists() { path } else { folder_of(path) };
            give_to_owner_of(replaced, &draft).map_err(at(&draft))?;
            examine(&draft, Some((address, fingerprint, file))).inspect_err(|_| {
                let _gone = std::fs::remove_file(&draft);
            })?;
            let aside = set_aside(path, stamp)?;
            std::fs::rename(&draft, path).map_err(at(path))?;
            sync_folder_of(path)?;
            Ok(aside)
        }
        #[cfg(feature = "postgres")]
        Address::Postgres(url) => {
            begins_with(file, b"PGDMP", "PostgreSQL")?;
            let mut conn = open(address, Purpose::Write)?;
            if !is_empty(&mut conn)? {
                return Err(BackupError::NotEmpty);
            }
            programs::restore(url, file)?;
            is_ours(&mut conn, (address, fingerprint, file))?;
            Ok(None)
        }
        #[cfg(not(feature = "postgres"))]
        Address::Postgres(_) => {
            Err(Error::Unreachable("built without PostgreSQL".to_owned()).into())
        }
    }
}

/// The address it will be read at, the keys at hand, and the file people know it by.
type Expected<'e> = (&'e Address, &'e str, &'e Path);

/// Reads a SQLite file through, and holds it against what is expected of it. Leaves nothing beside it.
fn examine(path: &Path, expected: Option<Expected<'_>>) -> Result<(), BackupError> {
    let known_as = expected.map_or(path, |(_, _, file)| file);
    let damaged = |why: String| BackupError::Damaged {
        path: known_as.to_owned(),
        why,
    };
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())
        .map_err(|error| damaged(error.to_string()))?;
    // A draft leaves no log of its own behind.
    conn.batch_execute("pragma journal_mode = delete")
        .map_err(|error| damaged(error.to_string()))?;
    let found = sql_query("select integrity_check as line from pragma_integrity_check limit 1")
        .get_result::<Line>(&mut conn)
        .map_err(|error| damaged(error.to_string()))?;
    if found.line != "ok" {
        return Err(damaged(found.line));
    }
    match expected {
        Some(expected) => is_ours(&mut Conn::Sqlite(conn), expected),
        None => Ok(()),
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Whether it is a Daybook that this program knows, sealed with the keys at hand.
fn is_ours(conn: &mut Conn, (address, fingerprint, file): Expected<'_>) -> Result<(), BackupError> {
    if checkup::ran(conn)?.is_empty() {
        return Err(BackupError::NotOurs(file.to_owned()));
    }
    migrate::refuse_newer(conn, address)?;
    match settings::get(conn, settings::KEYS_FINGERPRINT)? {
        Some(sealed_with) if sealed_with != fingerprint => Err(BackupError::OtherKeys {
            path: file.to_owned(),
            sealed_with,
        }),
        _ => Ok(()),
    }
}

#[cfg(feature = "postgres")]
fn is_empty(conn: &mut Conn) -> Result<bool, BackupError> {
    let tables = "select count(*)::text as line from pg_class c join pg_namespace n \
        on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'S') \
        and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')";
    Ok(sql_query(tables).get_result::<Line>(conn)?.line == "0")
}

/// Renames a SQLite database with what belongs to it, so that it can be opened under its new name.
fn set_aside(path: &Path, stamp: &str) -> Result<Option<PathBuf>, BackupError> {
    if path.exists() {
        // So that the log is folded into it, if it is whole enough for that.
        let _folded = open(&Address::Sqlite(path.to_owned()), Purpose::Write)
            .and_then(|mut conn| Ok(conn.batch_execute("pragma wal_checkpoint(truncate)")?));
    }
    let aside = with_ending(path, &format!(".before-{stamp}"));
    for ending in ["", "-wal", "-shm"] {
        let (from, to) = (with_ending(path, ending), with_ending(&aside, ending));
        if from.exists() {
            std::fs::rename(&from, &to).map_err(at(&from))?;
        }
    }
    Ok(aside.exists().then_some(aside))
}

fn begins_with(file: &Path, magic: &[u8], kind: &'static str) -> Result<(), BackupError> {
    let mut begins = Vec::new();
    File::open(file)
        .and_then(|opened| {
            let most = u64::try_from(magic.len()).unwrap_or(u64::MAX);
            opened.take(most).read_to_end(&mut begins)
        })
        .map_err(at(file))?;
    if begins == magic {
        return Ok(());
    }
    Err(BackupError::OtherKind {
        path: file.to_owned(),
        kind,
    })
}

/// A file that was not there before, and that nobody else may read.
fn new_file(path: &Path) -> Result<File, BackupError> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    made.map_err(not_new(path))
}

/// Why a file that must be new was not made.
fn not_new(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
    let path = path.to_owned();
    |error| {
        if error.kind() == ErrorKind::AlreadyExists {
            BackupError::Exists(path)
        } else {
            BackupError::File { path, error }
        }
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn sync_folder_of(path: &Path) -> Result<(), BackupError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at(folder))
}
