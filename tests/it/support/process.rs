//! The real program as its own process, to be killed.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use daybook::base::ids::{AccountId, AlertId};
use daybook::db::schema::{alert_deeds, alert_tellings, alerts};
use daybook::db::{self, Address, Purpose};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::mail_server::MailServer;
use super::people::{PASSWORD, Person};
use super::store::{PostgresDatabase, postgres, sqlite};
use super::tls::TlsWay;
use super::wire::Wire;

/// A database for a process, kept until the test ends.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    address: Address,
    /// The way to the database, if it is one that can be cut.
    wire: Option<Wire>,
    /// The way to the database, if it is one that speaks TLS alone.
    tls: Option<TlsWay>,
    database: Option<PostgresDatabase>,
}

impl Place {
    pub(crate) fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = sqlite(folder.path());
        Self {
            folder,
            address,
            wire: None,
            tls: None,
            database: None,
        }
    }

    pub(crate) fn on_postgres() -> Option<Self> {
        let database = postgres()?;
        Some(Self {
            folder: tempfile::tempdir().unwrap(),
            address: database.address(),
            wire: None,
            tls: None,
            database: Some(database),
        })
    }

    /// The same, with a wire between the processes and the database.
    pub(crate) fn on_a_wire() -> Option<Self> {
        let mut place = Self::on_postgres()?;
        place.wire = Some(Wire::to(&place.url()));
        Some(place)
    }

    /// The same, with the processes reaching the database by TLS alone.
    pub(crate) fn by_tls() -> Option<Self> {
        let mut place = Self::on_postgres()?;
        place.tls = Some(TlsWay::to(&place.url()));
        Some(place)
    }

    /// The way to the database.
    pub(crate) fn wire(&self) -> &Wire {
        self.wire.as_ref().unwrap()
    }

    /// Lets time pass for every alert at once: what would happen next by itself is due now. The
    /// clock of a process of its own cannot be moved.
    pub(crate) fn make_alerts_due(&self) {
        let mut conn = db::open(&self.address, Purpose::Write).unwrap();
        diesel::sql_query("update alerts set next_due_at = 1 where next_due_at is not null")
            .execute(&mut conn)
            .unwrap();
    }

    /// Raises the one open alert again and again, each time about another member of the same family,
    /// until there are so many, none of them due before all are: as if a whole service had been worried
    /// at once (PostgreSQL only).
    pub(crate) fn repeat_alert(&self, alerts: usize) {
        let mut conn = db::open(&self.address, Purpose::Write).unwrap();
        let copies = format!(
            "create temporary table copies as
               select decode(md5('member ' || n), 'hex') as member, decode(md5('alert ' || n), 'hex') as alert
               from generate_series(2, {alerts}) n"
        );
        diesel::sql_query(copies).execute(&mut conn).unwrap();
        for (table, of, changed) in [
            ("accounts", "family_member_id = one.id", "'id', member"),
            (
                "alerts",
                "id = one.id",
                "'id', alert, 'family_member_id', member, 'fold_key', member",
            ),
            (
                "alert_occurrences",
                "id = one.alert_id",
                "'alert_id', alert",
            ),
            ("alert_deeds", "id = one.alert_id", "'alert_id', alert"),
            ("alert_tellings", "id = one.alert_id", "'alert_id', alert"),
        ] {
            let rows = format!(
                "insert into {table} select another.*
                 from {table} one, copies,
                   jsonb_populate_record(one, jsonb_build_object({changed})) another
                 where exists (select 1 from alerts where {of})"
            );
            diesel::sql_query(rows).execute(&mut conn).unwrap();
        }
    }

    /// How often the alerts have stepped: steps, and how many stand there.
    pub(crate) fn alerts_by_step(&self) -> BTreeMap<i32, i64> {
        let mut conn = db::open(&self.address, Purpose::Read).unwrap();
        let counted = alerts::table
            .group_by(alerts::step)
            .select((alerts::step, count_star()));
        let counted: Vec<(i32, i64)> = counted.load(&mut conn).unwrap();
        counted.into_iter().collect()
    }

    /// Of each alert how often it says that it stepped up, and who was told of it at which step.
    pub(crate) fn climbs(&self) -> BTreeMap<AlertId, (usize, Vec<(i32, AccountId)>)> {
        let mut conn = db::open(&self.address, Purpose::Read).unwrap();
        let mut climbs: BTreeMap<AlertId, (usize, Vec<(i32, AccountId)>)> = BTreeMap::new();
        let stepped: Vec<AlertId> = alert_deeds::table
            .filter(alert_deeds::deed.eq("stepped_up"))
            .select(alert_deeds::alert_id)
            .load(&mut conn)
            .unwrap();
        for alert in stepped {
            climbs.entry(alert).or_default().0 += 1;
        }
        let tellings: Vec<(AlertId, i32, AccountId)> = alert_tellings::table
            .order(alert_tellings::seq)
            .select((
                alert_tellings::alert_id,
                alert_tellings::step,
                alert_tellings::account_id,
            ))
            .load(&mut conn)
            .unwrap();
        for (alert, step, who) in tellings {
            climbs.entry(alert).or_default().1.push((step, who));
        }
        climbs
    }

    /// Takes a backup, while nothing serves.
    pub(crate) fn back_up(&self) {
        match (&self.address, &self.database) {
            (Address::Sqlite(path), _) => {
                std::fs::copy(path, self.file("backup.db")).unwrap();
            }
            (Address::Postgres(_), database) => database.as_ref().unwrap().back_up(),
        }
    }

    /// Puts the backup in the place of what there is, while nothing serves.
    pub(crate) fn put_back(&self) {
        match (&self.address, &self.database) {
            (Address::Sqlite(path), _) => {
                for log in ["daybook.db-wal", "daybook.db-shm"] {
                    let _none = std::fs::remove_file(self.file(log));
                }
                std::fs::copy(self.file("backup.db"), path).unwrap();
            }
            (Address::Postgres(_), database) => database.as_ref().unwrap().put_back(),
        }
    }

    /// The same with nothing in its database (PostgreSQL; a file is simply replaced).
    pub(crate) fn with_an_empty_database(self) -> Self {
        if let Some(database) = &self.database {
            database.empty();
        }
        self
    }

    /// A file in this place's own folder.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The database as the command line names it.
    pub(crate) fn url(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(url) => url.clone(),
        }
    }

    fn reached_by(&self) -> String {
        let wire = self.wire.as_ref().map(Wire::url);
        let way = wire.or_else(|| self.tls.as_ref().map(TlsWay::url));
        way.map_or_else(|| self.url(), str::to_owned)
    }

    fn command(&self, wrap: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_daybook");
        let mut command = match wrap {
            [] => Command::new(program),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        command
            .env("DAYBOOK_DATABASE", self.reached_by())
            .env("DAYBOOK_KEYS", self.file("daybook.keys"))
            .env("DAYBOOK_LISTEN", "127.0.0.1:0")
            .env("DAYBOOK_DEEDS_PER_MINUTE", "1000000")
            .env("DAYBOOK_REQUIRE_SECOND_FACTOR", "none")
            .env("DAYBOOK_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        command
    }

    /// Starts serving and waits until it listens.
    pub(crate) fn serve(&self) -> Process {
        self.serve_under(&[])
    }

    /// Starts serving under another program, as `strace`.
    pub(crate) fn serve_under(&self, wrap: &[&str]) -> Process {
        Self::serving(self.command(wrap))
    }

    /// Starts serving with these variables, the log going somewhere.
    pub(crate) fn serve_with(&self, variables: &[(&str, &str)], log: Stdio) -> Process {
        let mut command = self.command(&[]);
        command.envs(variables.iter().copied()).stderr(log);
        Self::serving(command)
    }

    /// Starts serving with a mail server, believing this certificate.
    pub(crate) fn serve_mailing(&self, mail: &MailServer) -> Process {
        let mut command = self.command(&[]);
        command
            .env("DAYBOOK_SMTP_URL", mail.url())
            .env("DAYBOOK_MAIL_FROM", "Daybook <daybook@northbrook.gov.uk>")
            .env("SSL_CERT_FILE", mail.certificate());
        Self::serving(command)
    }

    /// Starts serving as it is shipped, to people outside: staff must have a second factor.
    pub(crate) fn serve_as_shipped(&self) -> Process {
        let mut command = self.command(&[]);
        command
            .env_remove("DAYBOOK_REQUIRE_SECOND_FACTOR")
            .env("DAYBOOK_PUBLIC_URL", "https://daybook.example.org");
        Self::serving(command)
    }

    /// Types a command and gives all that it says.
    pub(crate) fn tried(&self, what: &[&str]) -> String {
        let mut command = self.command(&[]);
        let said = command.args(what).stderr(Stdio::piped()).output().unwrap();
        let both = [said.stdout, said.stderr].concat();
        String::from_utf8(both).unwrap()
    }

    /// Tries to serve where it must not, and gives what is said about it.
    pub(crate) fn refuses_to_serve(&self) -> String {
        let mut command = self.command(&["timeout", "20"]);
        let tried = command
            .arg("serve")
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(tried.status.code(), Some(1), "it served");
        String::from_utf8(tried.stderr).unwrap()
    }

    fn serving(mut command: Command) -> Process {
        let mut child = command.arg("serve").spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ");
        let url = url
            .unwrap_or_else(|| panic!("the server said {line:?}"))
            .to_owned();
        Process { child, url }
    }

    /// Makes a manager as the README says, and signs them in.
    pub(crate) async fn manager(&self, url: &str) -> Person {
        let email = "maryam@example.org";
        let mut child = self
            .command(&[])
            .args(["account", "create", "--role", "service_manager"])
            .args(["--name", "Maryam", "--email", email, "--password-stdin"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(PASSWORD.as_bytes())
            .unwrap();
        let made = child.wait_with_output().unwrap();
        assert!(made.status.success());
        Person::sign_in(url, "Maryam", email, PASSWORD).await
    }
}

/// The program, serving.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
}

impl Process {
    /// Makes every sync to the disk fail from now on, and waits until it is so.
    pub(crate) fn fail_syncs(&self) -> Child {
        let pid = self.child.id().to_string();
        let strace = Command::new("strace")
            .args([
                "-f",
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                "trace=fdatasync,fsync",
            ])
            .args(["-e", "inject=fdatasync,fsync:error=EIO", "-p", &pid])
            .spawn()
            .expect("strace is installed: scripts/need test");
        let is_traced = |task: std::io::Result<std::fs::DirEntry>| {
            let status = std::fs::read_to_string(task.unwrap().path().join("status"));
            status.is_ok_and(|status| !status.contains("TracerPid:\t0\n"))
        };
        let tasks = format!("/proc/{pid}/task");
        while !std::fs::read_dir(&tasks).unwrap().all(is_traced) {
            std::thread::yield_now();
        }
        strace
    }

    /// SIGKILL: no time to say goodbye.
    pub(crate) fn kill(self) {
        drop(self);
    }

    /// SIGTERM, and whether it ended well.
    pub(crate) fn stop(self) -> bool {
        self.tell_to_stop();
        self.ends_well()
    }

    /// SIGTERM; it may have something to finish yet.
    pub(crate) fn tell_to_stop(&self) {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    }

    /// Waits for its end, and says whether that was a good one.
    pub(crate) fn ends_well(mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Under another program the server is that one's child, and would outlive it.
        let pid = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        for child in children.unwrap_or_default().split_whitespace() {
            let _gone = Command::new("kill").args(["-KILL", child]).status();
        }
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
