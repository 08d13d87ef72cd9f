//! A whole service for one test.

use std::net::SocketAddr;
use std::time::Duration;

use daybook::app::App;
use daybook::base::ids::AccountId;
use daybook::base::passwords::HashCost;
use daybook::base::secret::Secret;
use daybook::base::time::{Clock, Moment};
use daybook::care::accounts::Role;
use daybook::care::accounts::invitations::{self, Invite};
use daybook::config::second_factor::NOBODY;
use daybook::config::{Config, Settings};
use daybook::db::{Address, Lane};
use daybook::edge::body::Patience;
use daybook::serve::{self, Running, Workers};
use daybook::workers::{
    actions, check_ins, escalation, notices, reconcile, reminders, retention, waiting,
};
use tempfile::TempDir;

use super::people::{PASSWORD, Person};
use super::store;
use super::wire::Wire;

/// Monday 1 June 2026, 10:00 in London: a working day.
pub(crate) const START: &str = "2026-06-01T09:00:00Z";

/// A service of its own: free port, fresh database, a clock that stands still.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) url: String,
    running: Option<Running>,
    folder: TempDir,
    database: Option<store::PostgresDatabase>,
}

/// A clock that stands until it is advanced.
fn standing() -> Clock {
    Clock::manual(Moment::parse_rfc3339(START).unwrap())
}

impl TestApp {
    pub(crate) async fn on_sqlite() -> Self {
        Self::on_sqlite_by(standing()).await
    }

    /// On SQLite, by this clock.
    pub(crate) async fn on_sqlite_by(clock: Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = config(&folder, store::sqlite(folder.path()));
        Self::start_with(folder, (config, clock), None).await
    }

    pub(crate) async fn on_postgres() -> Option<Self> {
        Self::on_postgres_by(standing()).await
    }

    /// On PostgreSQL, by this clock.
    pub(crate) async fn on_postgres_by(clock: Clock) -> Option<Self> {
        let database = tokio::task::spawn_blocking(store::postgres)
            .await
            .unwrap()?;
        let folder = tempfile::tempdir().unwrap();
        let address = database.address();
        let config = config(&folder, address);
        Some(Self::start_with(folder, (config, clock), Some(database)).await)
    }

    /// On PostgreSQL, over a wire that counts.
    pub(crate) async fn on_a_wire() -> Option<(Self, Wire)> {
        let database = tokio::task::spawn_blocking(store::postgres)
            .await
            .unwrap()?;
        let Address::Postgres(url) = database.address() else {
            unreachable!("a PostgreSQL database has a PostgreSQL address");
        };
        let wire = Wire::to(&url);
        let folder = tempfile::tempdir().unwrap();
        let config = config(&folder, Address::Postgres(wire.url().to_owned()));
        let app = Self::start_with(folder, (config, standing()), Some(database)).await;
        Some((app, wire))
    }

    async fn start_with(
        folder: TempDir,
        (config, clock): (Config, Clock),
        kept: Option<store::PostgresDatabase>,
    ) -> Self {
        let how = (Workers::Wait, Patience::default());
        Self::start_so(folder, (config, clock), how, kept).await
    }

    async fn start_so(
        folder: TempDir,
        (config, clock): (Config, Clock),
        (workers, patience): (Workers, Patience),
        kept: Option<store::PostgresDatabase>,
    ) -> Self {
        let app = App::start(config, clock).await.unwrap();
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        let running = serve::start_within(app.clone(), listen, workers, patience).unwrap();
        let url = format!("http://{}", running.address);
        Self {
            app,
            url,
            running: Some(running),
            folder,
            database: kept,
        }
    }

    /// A second node on the same database (PostgreSQL only).
    pub(crate) async fn second_node(&self) -> Self {
        self.second_node_by(standing()).await
    }

    /// A second node by a clock of its own.
    pub(crate) async fn second_node_by(&self, clock: Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(
            store::keys_in(self.folder.path()),
            store::keys_in(folder.path()),
        )
        .unwrap();
        let address = self.app.store().address().clone();
        let config = config(&folder, address);
        Self::start_with(folder, (config, clock), None).await
    }

    /// The same service after a restart, with another configuration: same database, same clock.
    pub(crate) async fn again(mut self, change: impl FnOnce(&mut Config)) -> Self {
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
        let mut config = self.app.config().clone();
        change(&mut config);
        let clock = self.app.clock().clone();
        Self::start_with(self.folder, (config, clock), self.database).await
    }

    /// The same service after a restart, with its workers turning.
    pub(crate) async fn turning(self) -> Self {
        self.again_so((Workers::Turn, Patience::default())).await
    }

    /// The same service after a restart, with so much patience for a request to come in.
    pub(crate) async fn waiting(self, patience: Patience) -> Self {
        self.again_so((Workers::Wait, patience)).await
    }

    async fn again_so(mut self, how: (Workers, Patience)) -> Self {
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
        let started = (self.app.config().clone(), self.app.clock().clone());
        Self::start_so(self.folder, started, how, self.database).await
    }

    /// Every worker finishes its step and stops; the service goes on.
    pub(crate) async fn stop_workers(&self) {
        self.running.as_ref().unwrap().stop_workers().await;
    }

    /// Lets every text be screened again whose time has come, as the reconciling worker does; says how
    /// many were settled or put off.
    pub(crate) async fn reconcile(&self) -> usize {
        let mut done = 0;
        loop {
            let ran = reconcile::run_due(self.app.clone()).await.unwrap();
            done += ran.done;
            if !ran.more {
                return done;
            }
        }
    }

    /// Lets time pass.
    pub(crate) fn advance(&self, minutes: u64) {
        self.app.clock().advance(Duration::from_secs(minutes * 60));
    }

    /// Lets every alert step whose time has come, as the escalation worker does; says how many did.
    pub(crate) async fn escalate(&self) -> usize {
        let mut done = 0;
        loop {
            let ran = escalation::run_due(self.app.clone()).await.unwrap();
            done += ran.done;
            if !ran.more {
                return done;
            }
        }
    }

    /// Lets time pass and hands up what has waited too long, as its worker does; says how much was.
    pub(crate) async fn hand_up_after(&self, minutes: u64) -> usize {
        self.advance(minutes);
        let mut done = 0;
        loop {
            let ran = waiting::run_due(self.app.clone()).await.unwrap();
            done += ran.done;
            if !ran.more {
                return done;
            }
        }
    }

    /// Lets time pass and people be told of what is overdue, as the worker of actions does; says of how
    /// many.
    pub(crate) async fn chase_after(&self, minutes: u64) -> usize {
        self.advance(minutes);
        let mut done = 0;
        loop {
            let ran = actions::run_due(self.app.clone()).await.unwrap();
            done += ran.done;
            if !ran.more {
                return done;
            }
        }
    }

    /// Lets everybody be called who is to be, as the worker of notices does; says how many tries were
    /// made.
    pub(crate) async fn call_people(&self) -> usize {
        let mut done = 0;
        loop {
            let ran = notices::run_due(self.app.clone()).await.unwrap();
            done += ran.done;
            if !ran.more {
                return done;
            }
        }
    }

    /// Lets everybody be reminded whose time has come, as the worker of reminders does; says how many
    /// reminders were sent or dropped.
    pub(crate) async fn remind(&self) -> usize {
        let mut done = 0;
        loop {
            let ran = reminders::run_due(self.app.clone()).await.unwrap();
            done += ran.done;
            if !ran.more {
                return done;
            }
        }
    }

    /// Lets everybody be asked how things are whose time has come, and judges what was not answered, as
    /// the worker of check-ins does; says how many there were.
    pub(crate) async fn ask(&self) -> usize {
        let mut done = 0;
        loop {
            let ran = check_ins::run_due(self.app.clone()).await.unwrap();
            done += ran.done;
            if !ran.more {
                return done;
            }
        }
    }

    /// Lets some be forgotten of what has been kept for its time; says how many rows went.
    pub(crate) async fn forget_some(&self) -> usize {
        retention::run_due(self.app.clone()).await.unwrap().done
    }

    /// Lets so many seconds pass and people be called.
    pub(crate) async fn call_people_after(&self, seconds: u64) -> usize {
        self.app.clock().advance(Duration::from_secs(seconds));
        self.call_people().await
    }

    /// Lets time pass and the alerts step.
    pub(crate) async fn pass(&self, minutes: u64) -> usize {
        self.advance(minutes);
        self.escalate().await
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Moment {
        self.app.clock().now()
    }

    /// The first manager of an authority, made as the command line makes it, and signed in.
    pub(crate) async fn manager_of(&self, authority: &str) -> Person {
        let email = format!("manager-{}@example.org", AccountId::new());
        self.staff_of(authority, Role::ServiceManager, "Maryam", &email)
            .await
    }

    /// A manager of the usual authority.
    pub(crate) async fn manager(&self) -> Person {
        self.manager_of("Cheshire East").await
    }

    async fn staff_of(&self, authority: &str, role: Role, name: &str, email: &str) -> Person {
        let who = Invite {
            role,
            kind: None,
            display_name: name.to_owned(),
            email: Some(email.to_owned()),
            pod_id: None,
            family_id: None,
        };
        let hash = self.app.hash(&Secret::new(PASSWORD)).await.unwrap();
        let authority = authority.to_owned();
        self.app
            .store()
            .write(Lane::Rest, move |tx| {
                invitations::found(tx, &authority, &who, &hash)
            })
            .await
            .unwrap();
        Person::sign_in(&self.url, name, email, PASSWORD).await
    }

    /// Somebody without a token.
    pub(crate) fn nobody(&self) -> Person {
        Person::nobody(&self.url)
    }

    /// Stops the service as SIGTERM does.
    pub(crate) async fn stop(mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await.unwrap();
        }
    }
}

fn config(folder: &TempDir, database: Address) -> Config {
    let settings = Settings {
        keys: Some(store::keys_in(folder.path())),
        database: Some("sqlite:unused.db".to_owned()),
        connections: Some(6),
        deeds_per_minute: Some(100_000),
        require_second_factor: Some(vec![NOBODY.to_owned()]),
        push_subject: Some("mailto:duty@northbrook.gov.uk".to_owned()),
        // Nobody listens there: a test of letters names a server of its own.
        smtp_url: Some("smtp://127.0.0.1:9".to_owned()),
        mail_from: Some("Daybook <daybook@northbrook.gov.uk>".to_owned()),
        phone_hook_url: Some("http://127.0.0.1:9/hook".to_owned()),
        phone_hook_key: Some("0123456789abcdef0123456789abcdef".to_owned()),
        push_host: Some(vec!["127.0.0.1".parse().unwrap()]),
        ..Settings::default()
    };
    let mut config = settings.resolve().unwrap();
    config.database = database;
    config.hash_cost = HashCost::Testing;
    config
}
