//! The bare minimum: what any durable relay of texts must do, and nothing else.
//!
//! POST in, WebSocket out, one writer thread that commits the waiting inserts together into SQLite
//! (WAL, `synchronous=FULL`), two indexes. No accounts, rights, screening, sealing, audit, and no
//! inbox: the practical ceiling of one node, in the libraries that Daybook is made of.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use actix_ws::{AggregatedMessage, Session};
use anyhow::Result;
use daybook::base::ids::MessageId;
use daybook::base::time::Clock;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, oneshot};

use super::figures::say;

diesel::table! {
    messages (id) {
        id -> BigInt,
        sender -> BigInt,
        receiver -> BigInt,
        key -> Binary,
        body -> Text,
        at -> BigInt,
    }
}

const SCHEMA: &str = "create table if not exists messages (id integer primary key, \
    sender bigint not null, receiver bigint not null, key blob not null, body text not null, \
    at bigint not null); \
    create unique index if not exists messages_by_sender on messages (sender, key); \
    create index if not exists messages_by_receiver on messages (receiver, id);";
const MOST_IN_A_COMMIT: usize = 256;
const READERS: usize = 8;

/// A message as it comes in.
#[derive(Debug, Deserialize)]
struct Posted {
    id: MessageId,
    sender: i64,
    body: String,
}

/// A message as it goes out.
#[derive(Debug, Serialize)]
struct Event<'a> {
    r#type: &'static str,
    seq: i64,
    id: &'a str,
    sender: i64,
    body: &'a str,
    at: i64,
}

impl Event<'_> {
    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[derive(Debug, Deserialize)]
struct Hello {
    receiver: i64,
    after: Option<i64>,
}

/// One message for the writer, and where its place and time are wanted.
struct Unit {
    posted: Arc<Posted>,
    receiver: i64,
    done: oneshot::Sender<Option<(i64, i64)>>,
}

/// Sockets are numbered, so that a late close never puts a successor out.
type Listeners = Mutex<HashMap<i64, (u64, Session)>>;

struct Relay {
    writer: mpsc::Sender<Unit>,
    listeners: Listeners,
    number: AtomicU64,
    readers: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
    path: String,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(path: &str) -> Result<SqliteConnection> {
    let mut conn = SqliteConnection::establish(path)?;
    conn.batch_execute(
        "pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full;",
    )?;
    Ok(conn)
}

/// Serves until it is killed. Prints the address it listens on.
pub(crate) fn serve(database: &Path) -> Result<()> {
    let path = database.to_string_lossy().into_owned();
    let mut conn = open(&path)?;
    conn.batch_execute(SCHEMA)?;
    let (writer, units) = mpsc::channel();
    let thread = thread::Builder::new().name("writer".to_owned());
    drop(thread.spawn(move || write(&mut conn, &units))?);
    let relay = web::Data::new(Relay {
        writer,
        listeners: Mutex::default(),
        number: AtomicU64::new(0),
        readers: Semaphore::new(READERS),
        idle: Mutex::default(),
        path,
    });
    rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            App::new()
                .app_data(relay.clone())
                .route("/messages/{receiver}", web::post().to(post))
                .route("/live", web::get().to(live))
        })
        .workers(thread::available_parallelism().map_or(2, std::num::NonZero::get))
        .backlog(4096)
        .max_connections(25_000)
        .bind("127.0.0.1:0")?;
        for address in server.addrs() {
            say(&address.to_string());
        }
        Ok(server.run().await?)
    })
}

/// The writer: whatever has come while the last commit was under way is the next one.
fn write(conn: &mut SqliteConnection, units: &mpsc::Receiver<Unit>) -> Result<()> {
    let clock = Clock::system();
    let last = messages::table.select(diesel::dsl::max(messages::id));
    let mut last = last.first::<Option<i64>>(conn)?.unwrap_or(0);
    while let Ok(first) = units.recv() {
        let at = clock.now().micros();
        conn.batch_execute("begin immediate")?;
        let mut written = Vec::new();
        let mut next = Some(first);
        while let Some(unit) = next {
            last += 1;
            let inserted = diesel::insert_into(messages::table)
                .values((
                    messages::id.eq(last),
                    messages::sender.eq(unit.posted.sender),
                    messages::receiver.eq(unit.receiver),
                    messages::key.eq(unit.posted.id.as_bytes().as_slice()),
                    messages::body.eq(&unit.posted.body),
                    messages::at.eq(at),
                ))
                .execute(conn);
            written.push((unit.done, inserted.ok().map(|_one| (last, at))));
            next = (written.len() < MOST_IN_A_COMMIT)
                .then(|| units.try_recv().ok())
                .flatten();
        }
        conn.batch_execute("commit")?;
        for (done, place) in written {
            // A caller that has gone away needs no answer.
            let _heard = done.send(place);
        }
    }
    Ok(())
}

async fn post(
    relay: web::Data<Relay>,
    receiver: web::Path<i64>,
    posted: web::Json<Posted>,
) -> HttpResponse {
    let (posted, receiver) = (Arc::new(posted.into_inner()), *receiver);
    let (done, place) = oneshot::channel();
    let unit = Unit {
        posted: Arc::clone(&posted),
        receiver,
        done,
    };
    if relay.writer.send(unit).is_err() {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let Ok(Some((seq, at))) = place.await else {
        return HttpResponse::Conflict().finish();
    };
    let id = posted.id.to_string();
    let event = Event {
        r#type: "event",
        seq,
        id: &id,
        sender: posted.sender,
        body: &posted.body,
        at,
    };
    let listener = lock(&relay.listeners)
        .get(&receiver)
        .map(|(_, session)| session.clone());
    if let Some(mut session) = listener {
        // It has just gone: the message waits for its next hello.
        drop(session.text(event.text()).await);
    }
    HttpResponse::Created().json(event)
}

async fn live(
    relay: web::Data<Relay>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, actix_web::Error> {
    let (answer, mut session, stream) = actix_ws::handle(&request, body)?;
    let mut stream = stream.aggregate_continuations();
    #[expect(
        clippy::disallowed_methods,
        reason = "the loop of one socket, which ends with it"
    )]
    rt::spawn(async move {
        let Some(Ok(AggregatedMessage::Text(hello))) = stream.recv().await else {
            return;
        };
        let Ok(Hello { receiver, after }) = serde_json::from_str(&hello) else {
            return;
        };
        let number = relay.number.fetch_add(1, Ordering::Relaxed);
        let ready = format!(r#"{{"type":"ready","receiver":{receiver}}}"#);
        let mut alive = session.text(ready).await.is_ok();
        lock(&relay.listeners).insert(receiver, (number, session.clone()));
        if let Some(after) = after {
            for event in missed(&relay, receiver, after).await {
                alive = alive && session.text(event).await.is_ok();
            }
        }
        while alive {
            match stream.recv().await {
                Some(Ok(AggregatedMessage::Ping(asked))) => {
                    alive = session.pong(&asked).await.is_ok();
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => alive = false,
            }
        }
        let mut listeners = lock(&relay.listeners);
        if listeners.get(&receiver).is_some_and(|(n, _)| *n == number) {
            listeners.remove(&receiver);
        }
    });
    Ok(answer)
}

/// What came for somebody after a place, read by a bounded number of readers.
async fn missed(relay: &web::Data<Relay>, receiver: i64, after: i64) -> Vec<String> {
    let Ok(permit) = relay.readers.acquire().await else {
        return Vec::new();
    };
    let theirs = relay.clone();
    let found = web::block(move || read(&theirs, receiver, after)).await;
    drop(permit);
    found.ok().and_then(Result::ok).unwrap_or_default()
}

fn read(relay: &Relay, receiver: i64, after: i64) -> Result<Vec<String>> {
    let idle = lock(&relay.idle).pop();
    let mut conn = idle.map_or_else(|| open(&relay.path), Ok)?;
    let rows = messages::table
        .filter(messages::receiver.eq(receiver))
        .filter(messages::id.gt(after))
        .order(messages::id)
        .load::<(i64, i64, i64, Vec<u8>, String, i64)>(&mut conn)?;
    lock(&relay.idle).push(conn);
    let events = rows.into_iter().map(|(seq, sender, _, key, body, at)| {
        let id = uuid::Uuid::from_slice(&key).unwrap_or_default().to_string();
        let event = Event {
            r#type: "event",
            seq,
            id: &id,
            sender,
            body: &body,
            at,
        };
        event.text()
    });
    Ok(events.collect())
}
