//! The hello: the first frame of a live socket, which says who listens and from where.
//!
//! The token comes in it, never in the address, where it would be logged.

use std::time::Duration;

use actix_ws::{AggregatedMessage, AggregatedMessageStream};
use tokio::time::timeout;

use super::frames::{Frame, Hello, Taken};
use super::incoming::{ending_of, refused};
use super::outgoing::{Ending, Wire};
use crate::app::App;
use crate::base::hub::Registration;
use crate::base::ids::PodId;
use crate::care::accounts::Claims;
use crate::edge::claims::Tokens;
use crate::edge::door;
use crate::edge::events;
use crate::edge::problem::Problem;

/// The hello must come within.
const PATIENCE: Duration = Duration::from_secs(5);

/// Somebody who was recognised and listens.
pub(super) struct Greeted {
    /// Who, on which device.
    pub claims: Claims,
    /// Their socket's place in the hub.
    pub place: Registration,
    /// The last event that need not be sent.
    pub last_sent: i64,
    /// The pod they are in.
    pub pod_id: Option<PodId>,
}

/// Waits for the hello and answers it.
///
/// # Errors
/// Why the socket ends instead.
pub(super) async fn greet(
    app: &App,
    tokens: &Tokens,
    stream: &mut AggregatedMessageStream,
    wire: &mut Wire,
) -> Result<Greeted, Ending> {
    let Ok(first) = timeout(PATIENCE, first_frame(stream, wire)).await else {
        return Err(Ending::HelloLate);
    };
    let hello = match Taken::parse(&first?) {
        Ok(Taken::Hello(hello)) => hello,
        Ok(_) => {
            let problem = Problem::field("/type", "must be hello in the first frame");
            return Err(refuse(wire, &problem, Ending::Malformed).await);
        }
        Err(problem) => return Err(refuse(wire, &problem, Ending::Malformed).await),
    };
    match listen(app, tokens, hello).await {
        Ok((greeted, frames)) => {
            for frame in frames {
                wire.send(&frame).await?;
            }
            Ok(greeted)
        }
        Err(problem) => Err(refuse(wire, &problem, refused(&problem)).await),
    }
}

/// The first frame with words in it.
async fn first_frame(
    stream: &mut AggregatedMessageStream,
    wire: &mut Wire,
) -> Result<String, Ending> {
    loop {
        match stream.recv().await {
            Some(Ok(AggregatedMessage::Text(text))) => return Ok(text.to_string()),
            Some(Ok(AggregatedMessage::Binary(_))) => return Err(Ending::Malformed),
            Some(Ok(AggregatedMessage::Ping(asked))) => wire.pong(&asked).await?,
            Some(Ok(AggregatedMessage::Pong(_))) => {}
            Some(Ok(AggregatedMessage::Close(_))) => return Err(Ending::Asked),
            Some(Err(error)) => return Err(ending_of(&error)),
            None => return Err(Ending::Gone),
        }
    }
}

/// Recognises the listener and finds from where their events go on.
async fn listen(
    app: &App,
    tokens: &Tokens,
    hello: Hello,
) -> Result<(Greeted, Vec<Frame>), Problem> {
    if hello.after.is_some_and(|after| after < 0) {
        return Err(Problem::field("/after", "must not be negative"));
    }
    let claims = tokens.verify(&hello.token, app.clock().now())?;
    // Registered before the inbox is looked at: whatever comes later rings.
    let place = app.hub().register(claims.account_id, claims.device_id);
    let (pod_id, found) = door::look(app, &claims, |rx, caller| {
        let found = events::read_with_standing(rx, caller, None, 0);
        found.map(|found| (caller.pod_id, found))
    })
    .await?;
    let head = found.standing.head;
    let ready = Frame::Ready {
        account_id: claims.account_id,
        seq: head,
        epoch: app.epoch().to_owned(),
        server_time: app.clock().now(),
    };
    let same_life = hello.epoch.is_none_or(|known| known == app.epoch());
    let (last_sent, frames) = match hello.after {
        Some(after) if same_life && found.standing.reaches_back_to(after) => (after, vec![ready]),
        None if same_life => (head, vec![ready]),
        _ => (head, vec![ready, Frame::Resync { seq: head }]),
    };
    let greeted = Greeted {
        claims,
        place,
        last_sent,
        pod_id,
    };
    Ok((greeted, frames))
}

async fn refuse(wire: &mut Wire, problem: &Problem, ending: Ending) -> Ending {
    let frame = Frame::problem(problem, None, wire.request_id());
    wire.send(&frame).await.err().unwrap_or(ending)
}
