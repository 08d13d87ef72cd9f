//! What is measured: each system is a process of its own, looked at from outside through `/proc`.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use daybook::db::Address;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;

use super::postgres;

pub(crate) const EMAIL: &str = "manager@example.org";
pub(crate) const PASSWORD: &str = "long enough to be one";
/// `/proc` counts processor time in hundredths of a second, whatever the kernel's own tick is.
const TICK: Duration = Duration::from_millis(10);
/// So long a system may take to start, and to drain.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The bare minimum.
    Bare,
    /// Daybook on SQLite.
    Sqlite,
    /// Daybook on the PostgreSQL at this address.
    Postgres(String),
}

impl Kind {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Sqlite => "daybook",
            Self::Postgres(_) => "daybook + PostgreSQL",
        }
    }
}

/// Where a system keeps what it stores, beyond one process.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) kind: Kind,
    folder: TempDir,
}

impl Home {
    /// An empty one, on the disk the build is on: a folder for temporary files may be in memory.
    pub(crate) fn new(kind: Kind) -> Result<Self> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let home = Self { kind, folder };
        if home.kind != Kind::Bare {
            home.make_manager()?;
        }
        Ok(home)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("messages.db")
    }

    /// Where the database of Daybook is.
    pub(crate) fn address(&self) -> Address {
        match &self.kind {
            Kind::Postgres(url) => Address::Postgres(url.clone()),
            Kind::Bare | Kind::Sqlite => Address::Sqlite(self.file()),
        }
    }

    /// Daybook's command line, told where everything is by flags alone.
    fn daybook(&self, words: &[&str]) -> Command {
        let database = match &self.kind {
            Kind::Postgres(url) => url.clone(),
            Kind::Bare | Kind::Sqlite => format!("sqlite:{}", self.file().display()),
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
        command
            .args(words)
            .args(["--database", &database, "--keys", "daybook.keys"])
            .current_dir(self.folder.path())
            .env_clear()
            .env("DAYBOOK_REQUIRE_SECOND_FACTOR", "none");
        command
    }

    fn make_manager(&self) -> Result<()> {
        let what = ["account", "create", "--role", "service_manager"];
        let who = ["--name", "Maryam", "--email", EMAIL, "--password-stdin"];
        let mut child = self
            .daybook(&[what.as_slice(), &who].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        let mut input = child.stdin.take().context("no way to give the password")?;
        writeln!(input, "{PASSWORD}")?;
        drop(input);
        ensure!(child.wait()?.success(), "no manager could be made");
        Ok(())
    }

    /// Starts the system here and waits until it answers.
    pub(crate) fn start(&self) -> Result<System> {
        let (child, address) = match self.kind {
            Kind::Bare => self.start_bare()?,
            Kind::Sqlite | Kind::Postgres(_) => self.start_daybook()?,
        };
        let mut system = System {
            name: self.kind.name(),
            address,
            child,
            postmaster: None,
        };
        let patience = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            let gone = system.child.try_wait()?;
            ensure!(gone.is_none(), "{} has ended: {gone:?}", system.name);
            ensure!(Instant::now() < patience, "{} is silent", system.name);
            thread::sleep(Duration::from_millis(20));
        }
        if let Kind::Postgres(url) = &self.kind {
            system.postmaster = Some(postgres::postmaster(url)?);
        }
        Ok(system)
    }

    fn start_bare(&self) -> Result<(Child, SocketAddr)> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("--bare")
            .arg(self.file())
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().context("the relay says nothing")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        Ok((child, line.trim().parse()?))
    }

    fn start_daybook(&self) -> Result<(Child, SocketAddr)> {
        // It was free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = File::create(self.folder.path().join("serve.log"))?;
        let child = self
            .daybook(&["serve", "--deeds-per-minute", "100000000"])
            .args(["--listen", &address.to_string()])
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        Ok((child, address))
    }

    /// Bytes on the disk, once everything is in the file itself.
    pub(crate) fn bytes(&self) -> Result<u64> {
        if let Kind::Postgres(url) = &self.kind {
            return postgres::bytes(url);
        }
        let path = self.file();
        checkpoint(&path)?;
        Ok(fs::metadata(path)?.len())
    }
}

fn checkpoint(path: &Path) -> Result<()> {
    let mut conn = SqliteConnection::establish(&path.to_string_lossy())?;
    Ok(conn.batch_execute("pragma wal_checkpoint(truncate)")?)
}

/// A running system.
#[derive(Debug)]
pub(crate) struct System {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    child: Child,
    postmaster: Option<u32>,
}

impl System {
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The processor time it has used so far, with its PostgreSQL's.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let mut used = cpu_of(self.pid(), false)?;
        if let Some(postmaster) = self.postmaster {
            used += cpu_of(postmaster, true)?;
            for child in children_of(postmaster)? {
                // A backend that ended between the two looks is counted with the postmaster next time.
                used += cpu_of(child, false).unwrap_or_default();
            }
        }
        Ok(used)
    }

    /// Its share of memory in KiB, as the kernel divides what is shared.
    pub(crate) fn memory_kib(&self) -> Result<u32> {
        kib(&format!("/proc/{}/smaps_rollup", self.pid()), "Pss:")
    }

    /// The most memory it has had so far, in KiB.
    pub(crate) fn peak_kib(&self) -> Result<u32> {
        kib(&format!("/proc/{}/status", self.pid()), "VmHWM:")
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        signal("TERM", self.pid())?;
        let patience = Instant::now() + PATIENCE;
        while self.child.try_wait()?.is_none() && Instant::now() < patience {
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for System {
    fn drop(&mut self) {
        // It is gone already if it was stopped.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a signal to a process that this one has started.
pub(crate) fn signal(name: &str, pid: u32) -> Result<()> {
    let sent = Command::new("kill")
        .args([format!("-{name}"), pid.to_string()])
        .status()?;
    ensure!(sent.success(), "{pid} took no signal");
    Ok(())
}

/// User and system time; with `waited`, that of its ended children too.
fn cpu_of(pid: u32, waited: bool) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The second field is a name in parentheses that may hold anything.
    let (_, fields) = stat.rsplit_once(')').context("no such process")?;
    let ticks = fields
        .split_whitespace()
        .skip(11)
        .take(if waited { 4 } else { 2 });
    let ticks: u32 = ticks.filter_map(|field| field.parse::<u32>().ok()).sum();
    Ok(TICK * ticks)
}

fn children_of(pid: u32) -> Result<Vec<u32>> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    Ok(children
        .split_whitespace()
        .filter_map(|child| child.parse().ok())
        .collect())
}

fn kib(path: &str, name: &str) -> Result<u32> {
    let text = fs::read_to_string(path)?;
    let line = text.lines().find(|line| line.starts_with(name));
    let figure = line.and_then(|line| line.split_whitespace().nth(1));
    let figure = figure.with_context(|| format!("no {name} in {path}"))?;
    Ok(figure.parse()?)
}
