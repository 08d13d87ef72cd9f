//! Notices: calls people outside the open app. Runs on every node; of two nodes that see the same
//! sending due, one makes the try.
//!
//! Nothing is sent inside a transaction: a try is begun and leased in one unit, made, and ended in
//! another. One that fails, or hangs, holds up no other.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use reqwest::header::RETRY_AFTER;
use reqwest::{Response, StatusCode};
use tokio::time::sleep;

use super::{Mill, Ran, letters, phones};
use crate::app::App;
use crate::base::push_hosts;
use crate::base::time::Moment;
use crate::base::web_push::{Receiver, Terms};
use crate::care::notices::sending::actions::{begin, call, calls, due, end};
use crate::care::notices::sending::{Ended, LEASE, Outcome, Target, Try};
use crate::care::notices::texts;
use crate::config::HTTP_PATIENCE;
use crate::db::{self, Lane, Urgency};

/// At most so many calls become sendings, or tries begin, in one unit.
const BATCH: i64 = 32;
/// At most so many tries are under way at once on this node.
const MOST_UNDER_WAY: usize = 64;
/// Somebody who asks us to come back later than this is asked again anyway.
const LONGEST_ASKED: Duration = Duration::from_hours(1);
/// A try has ended well before its lease does.
const _: () = assert!(HTTP_PATIENCE.as_secs() * 2 < LEASE.as_secs());
/// All pushes of one person take each other's place.
const TOPIC: &str = "daybook";

/// Makes sendings of the calls that are due, makes the tries that are due, and waits for them.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let next_call = make_sendings(&app).await?;
    let (tries, next_due) = begin_tries(&app, MOST_UNDER_WAY).await?;
    let done = tries.len();
    let mut under_way: FuturesUnordered<_> =
        tries.into_iter().map(|tried| make(&app, tried)).collect();
    while under_way.next().await.is_some() {}
    Ok(Ran {
        done,
        next_due: [next_call, next_due].into_iter().flatten().min(),
        more: done > 0,
    })
}

/// Turns until the service stops. Other than [`run_due`] it begins what falls due while slow tries
/// are still under way. What is under way when it stops is waited for, as long as the drain lets it.
pub async fn turn(poll: Duration, mill: Mill) {
    let Mill { app, turning, stop } = mill;
    turning.begins("notices", poll);
    let mut bells = app.store().due();
    let mut under_way = FuturesUnordered::new();
    while !stop.is_cancelled() {
        bells.mark_unchanged();
        let room = MOST_UNDER_WAY.saturating_sub(under_way.len());
        let wait = match look(&app, room).await {
            Ok((tries, next_due)) => {
                turning.turned("notices", poll);
                let is_more = !tries.is_empty();
                under_way.extend(tries.into_iter().map(|tried| make(&app, tried)));
                if is_more && under_way.len() < MOST_UNDER_WAY {
                    continue;
                }
                next_due.map_or(poll, |at| at.since(app.clock().now()).min(poll))
            }
            Err(error) => {
                tracing::error!(worker = "notices", error = %error, "a worker's step failed");
                Duration::from_secs(1)
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(wait.max(Duration::from_millis(20))) => {}
            _ = bells.changed() => {}
            Some(()) = under_way.next() => {}
        }
    }
    while under_way.next().await.is_some() {}
}

async fn look(app: &App, room: usize) -> Result<(VecDeque<Try>, Option<Moment>), db::Error> {
    let next_call = make_sendings(app).await?;
    let (tries, next_due) = begin_tries(app, room).await?;
    let next = [next_call, next_due].into_iter().flatten().min();
    Ok((tries, next))
}

/// Gives when the next call is due.
async fn make_sendings(app: &App) -> Result<Option<Moment>, db::Error> {
    let ways = app.ways();
    loop {
        let (due, next) = app.store().read(|rx| calls(rx, BATCH)).await?;
        if due.is_empty() {
            return Ok(next);
        }
        // Where another node has taken them all meanwhile there may be more behind them.
        app.store()
            .write(Lane::Help, move |tx| call(tx, &due, ways))
            .await?;
    }
}

async fn begin_tries(app: &App, room: usize) -> Result<(VecDeque<Try>, Option<Moment>), db::Error> {
    let mut begun = VecDeque::new();
    let ways = app.ways();
    loop {
        let left = room.saturating_sub(begun.len());
        let most = i64::try_from(left).unwrap_or(BATCH).min(BATCH);
        let (dues, next) = app.store().read(move |rx| due(rx, (most, ways))).await?;
        if dues.is_empty() {
            return Ok((begun, next));
        }
        let tries = app.store().write(Lane::Help, move |tx| begin(tx, &dues));
        begun.extend(tries.await?);
    }
}

/// Makes one try and notes what came of it. A note that cannot be stored leaves a try that is made
/// again when its lease has run out.
async fn make(app: &App, tried: Try) {
    let ended = send(app, &tried).await;
    app.numbers()
        .tried(tried.target.channel().as_str(), ended.outcome.as_str());
    say_what_failed(&tried, ended);
    let sending = tried.sending;
    let noted = app
        .store()
        .write(Lane::Help, move |tx| end(tx, &tried, ended));
    if let Err(fault) = noted.await {
        tracing::error!(sending.id = %sending, error = %fault, "the outcome of a try was not noted");
    }
}

fn say_what_failed(tried: &Try, ended: Ended) {
    let (sending, status) = (tried.sending, ended.status);
    let channel = tried.target.channel();
    match ended.outcome {
        Outcome::Refused => tracing::error!(
            sending.id = %sending, status, %channel,
            "operations paged: a notice is refused; of a push look at the VAPID key and the push \
             subject, of a mail at the mail server's credentials and the sender, of a call at the \
             phone hook's address and key"
        ),
        Outcome::Accepted | Outcome::Gone => {}
        Outcome::Begun
        | Outcome::Busy
        | Outcome::TimedOut
        | Outcome::Unreachable
        | Outcome::Fault => tracing::warn!(
            sending.id = %sending, status, outcome = %ended.outcome, %channel, "a notice did not go out"
        ),
    }
}

/// What a try came to, and nothing is known beside.
pub(super) const fn came_to(outcome: Outcome) -> Ended {
    Ended {
        outcome,
        status: None,
        retry_after: None,
    }
}

async fn send(app: &App, tried: &Try) -> Ended {
    match &tried.target {
        Target::Push {
            endpoint,
            p256dh,
            auth,
            ..
        } => push(app, tried, (endpoint, p256dh, auth)).await,
        Target::Mail { to, letter } => letters::send(app, tried, (to, letter)).await,
        Target::Phone { to, letter } => phones::send(app, tried, (to, letter)).await,
    }
}

async fn push(app: &App, tried: &Try, (endpoint, p256dh, auth): (&str, &[u8], &[u8])) -> Ended {
    // The guard again: what was let in once may not be allowed any more.
    let endpoint = push_hosts::endpoint(endpoint, &app.config().push_hosts);
    let (Some(endpoint), Some(vapid)) = (endpoint, app.vapid()) else {
        return came_to(Outcome::Refused);
    };
    let to = Receiver {
        endpoint,
        p256dh: p256dh.to_vec(),
        auth: auth.to_vec(),
    };
    let ttl = tried.time_to_live(app.clock().now()).as_secs();
    let terms = Terms {
        ttl_s: u32::try_from(ttl).unwrap_or(0),
        is_pressing: tried.urgency >= Urgency::Pressing,
        topic: TOPIC,
    };
    let payload = texts::payload(&tried.language, tried.urgency);
    let Ok(push) = vapid.push(&to, &payload, terms, app.clock().now()) else {
        return came_to(Outcome::Refused);
    };
    let mut request = app.http().post(push.endpoint);
    for (name, value) in push.headers {
        request = request.header(name, value);
    }
    match request.body(push.body).send().await {
        Ok(answer) => understand(&answer),
        Err(error) => unanswered(&error),
    }
}

/// What it means that there was no answer.
pub(super) fn unanswered(error: &reqwest::Error) -> Ended {
    if error.is_timeout() {
        came_to(Outcome::TimedOut)
    } else if error.is_connect() {
        came_to(Outcome::Unreachable)
    } else {
        came_to(Outcome::Fault)
    }
}

/// What a push service's answer means (RFC 8030), and a phone hook's. Its body is never read.
pub(super) fn understand(answer: &Response) -> Ended {
    let status = answer.status();
    let outcome = match status {
        _ if status.is_success() => Outcome::Accepted,
        StatusCode::NOT_FOUND | StatusCode::GONE => Outcome::Gone,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Outcome::Busy,
        StatusCode::REQUEST_TIMEOUT => Outcome::TimedOut,
        _ if status.is_client_error() || status.is_redirection() => Outcome::Refused,
        _ => Outcome::Fault,
    };
    let asked = answer.headers().get(RETRY_AFTER);
    let asked = asked.and_then(|value| value.to_str().ok()?.trim().parse().ok());
    Ended {
        outcome,
        status: Some(status.as_u16()),
        retry_after: asked.map(|seconds| Duration::from_secs(seconds).min(LONGEST_ASKED)),
    }
}
