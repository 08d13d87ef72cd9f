//! Serving: bind, start the edge and the workers, wait for the signal, drain in order.
//!
//! Drain: stop taking connections, let the workers finish their step, close the live sockets with
//! "service restart" (1012), let open requests end, then let the writer finish what waits.

use std::any::Any;
use std::fs::{File, TryLockError};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
#[cfg(target_os = "linux")]
use actix_web::rt::net::TcpStream;
use actix_web::{App as ActixApp, HttpServer};
use anyhow::Context as _;
use sd_notify::NotifyState;
#[cfg(target_os = "linux")]
use socket2::SockRef;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::App;
use crate::db::Address;
use crate::db::owner::{folder_of, give_to_owner_of};
use crate::edge::body::Patience;
use crate::edge::{Edge, request};
use crate::workers::waiting;
use crate::workers::{
    Mill, Turning, actions, check_ins, clock, cover, escalation, forecast, heartbeat, notices,
    reconcile, relay, reminders, retention, turn, turn_steadily,
};

/// A peer must take what it is sent within.
#[cfg(target_os = "linux")]
const PATIENCE: Duration = Duration::from_secs(30);
/// Open requests get this long to end.
const SHUTDOWN_S: u64 = 10;
/// A worker's step gets this long to finish.
const WORKERS_GRACE: Duration = Duration::from_secs(20);
/// Connections that may wait to be taken.
const BACKLOG: i32 = 4096;
/// Every worker looks at least this often.
const POLL: Duration = Duration::from_secs(2);
/// The clock's worker has nothing to hurry for.
const CLOCK_POLL: Duration = Duration::from_secs(10);
/// What is handed up has waited a working day.
const WAITING_POLL: Duration = Duration::from_secs(15);
/// Nothing waits for what is forgotten.
const RETENTION_POLL: Duration = Duration::from_mins(1);

/// Whether time passes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workers {
    /// The workers turn.
    Turn,
    /// Nothing happens unless a test calls `run_due`.
    Wait,
}

/// A running service.
#[derive(Debug)]
pub struct Running {
    /// The address it listens on.
    pub address: SocketAddr,
    app: App,
    handle: ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
    stop: CancellationToken,
    tasks: TaskTracker,
    /// Kept while it serves: no other process may serve the same SQLite file.
    alone: Option<File>,
}

/// Makes sure that no other process serves the same SQLite file: its sockets would never hear what
/// is said here. The lock is the kernel's, so it ends with the process, however that ends. It lies
/// beside the database, because closing the database's own file would drop SQLite's locks.
///
/// # Errors
/// If another process serves it.
pub fn alone(address: &Address) -> anyhow::Result<Option<File>> {
    let Address::Sqlite(path) = address else {
        return Ok(None);
    };
    let mut name = path.clone().into_os_string();
    name.push("-serving");
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&name)
        .with_context(|| format!("cannot open {}", name.display()))?;
    give_to_owner_of(folder_of(path), Path::new(&name))?;
    lock.try_lock().map_err(|held| match held {
        TryLockError::WouldBlock => anyhow::anyhow!(
            "another daybook serves {} already: stop it first; for several nodes use PostgreSQL",
            path.display()
        ),
        TryLockError::Error(error) => error.into(),
    })?;
    Ok(Some(lock))
}

/// Binds with room for every phone that comes back at once after a restart.
fn bind(listen: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(listen),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_reuse_address(true)?;
    socket.bind(&listen.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Starts serving on `listen` (port 0: any free one).
///
/// # Errors
/// If the address cannot be bound, or another process serves the same SQLite file.
pub fn start(app: App, listen: SocketAddr, workers: Workers) -> anyhow::Result<Running> {
    start_within(app, listen, workers, Patience::default())
}

/// As [`start`], with another patience for requests to come in.
///
/// # Errors
/// As [`start`].
pub fn start_within(
    app: App,
    listen: SocketAddr,
    workers: Workers,
    patience: Patience,
) -> anyhow::Result<Running> {
    let alone = self::alone(app.store().address())?;
    let listener =
        bind(listen).map_err(|error| anyhow::anyhow!("cannot listen on {listen}: {error}"))?;
    let address = listener.local_addr()?;
    let turning = Turning::by(app.clock().clone());
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    let edge = Edge::new(app.clone(), turning.clone(), patience);
    let server = HttpServer::new(move || {
        let edge = edge.clone();
        ActixApp::new()
            .wrap(Compress::default())
            .wrap(from_fn(request::around))
            .configure(move |config| edge.configure(config))
    })
    .workers(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
    .max_connections(25_000)
    // A small frame must not wait for the acknowledgement of the one before.
    .tcp_nodelay(true)
    .on_connect(|connection, _| limit_patience(connection))
    .client_request_timeout(patience.head)
    .keep_alive(Duration::from_secs(75))
    .disable_signals()
    .shutdown_timeout(SHUTDOWN_S)
    .listen(listener)?
    .run();
    let handle = server.handle();
    #[expect(
        clippy::disallowed_methods,
        reason = "the server itself; stop() waits for it"
    )]
    let server = tokio::spawn(server);
    if workers == Workers::Turn {
        start_workers(
            &Mill {
                app: app.clone(),
                turning,
                stop: stop.clone(),
            },
            &tasks,
        );
    }
    tasks.close();
    Ok(Running {
        address,
        app,
        handle,
        server,
        stop,
        tasks,
        alone,
    })
}

/// Serves with the workers turning, until SIGTERM or Ctrl-C, and drains. `ready` is told the address
/// once: whoever hears it may send either signal at once, and the service still drains.
///
/// # Errors
/// As [`start`], and if the server fails.
pub async fn until_told_to_stop(
    app: App,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> anyhow::Result<()> {
    let running = start(app, listen, Workers::Turn)?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tracing::info!(address = %running.address, "serving");
    tell_service_manager(NotifyState::Ready);
    ready(running.address);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("told to stop");
    tell_service_manager(NotifyState::Stopping);
    running.stop().await
}

/// Lets the kernel end a connection whose peer takes nothing for so long: one that never reads
/// would otherwise keep its memory here for ever, long after its live socket was given up.
fn limit_patience(connection: &dyn Any) {
    #[cfg(target_os = "linux")]
    if let Some(stream) = connection.downcast_ref::<TcpStream>()
        && let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(PATIENCE))
    {
        tracing::warn!(%error, "a connection takes no limit of patience");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = connection;
}

/// Every worker, one line each.
fn start_workers(mill: &Mill, tasks: &TaskTracker) {
    tasks.spawn(turn_steadily(
        "clock",
        CLOCK_POLL,
        mill.clone(),
        clock::run_due,
    ));
    tasks.spawn(turn("escalation", POLL, mill.clone(), escalation::run_due));
    tasks.spawn(turn("cover", POLL, mill.clone(), cover::run_due));
    tasks.spawn(turn("forecast", POLL, mill.clone(), forecast::run_due));
    tasks.spawn(notices::turn(POLL, mill.clone()));
    tasks.spawn(turn("reminders", POLL, mill.clone(), reminders::run_due));
    tasks.spawn(turn("check-ins", POLL, mill.clone(), check_ins::run_due));
    tasks.spawn(turn_steadily(
        "retention",
        RETENTION_POLL,
        mill.clone(),
        retention::run_due,
    ));
    tasks.spawn(turn_steadily(
        "waiting",
        WAITING_POLL,
        mill.clone(),
        waiting::run_due,
    ));
    tasks.spawn(turn_steadily(
        "actions",
        WAITING_POLL,
        mill.clone(),
        actions::run_due,
    ));
    tasks.spawn(turn("reconcile", POLL, mill.clone(), reconcile::run_due));
    tasks.spawn(heartbeat::turn(mill.clone()));
    if matches!(mill.app.store().address(), Address::Postgres(_)) {
        tasks.spawn(relay::turn(mill.clone()));
    }
}

impl Running {
    /// Lets every worker finish its step and stop.
    pub async fn stop_workers(&self) {
        self.stop.cancel();
        if timeout(WORKERS_GRACE, self.tasks.wait()).await.is_err() {
            tracing::error!("a worker did not finish its step in time");
        }
    }

    /// Drains and stops.
    ///
    /// # Errors
    /// If the server had failed.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.handle.pause().await;
        self.stop_workers().await;
        self.app.hub().close();
        self.handle.stop(true).await;
        self.server.await??;
        let app = self.app;
        tokio::task::spawn_blocking(move || app.store().close()).await?;
        drop(self.alone);
        Ok(())
    }
}

/// Tells systemd, where it is the one that started us and wants to know.
fn tell_service_manager(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "the service manager could not be told");
    }
}
