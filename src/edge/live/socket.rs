//! One phone's loop: what it sends, what it is told, and when it ends.
//!
//! One task per socket. A wake-up is only a hint: the socket then reads its inbox after the last
//! event it sent, under the rights its person has by then, so live delivery, catching up and a lost
//! hint are one path. Messages wait in a bounded queue and go to disk in the order they came, one
//! unit at a time; while the queue is full nothing more is read from the phone.

use std::collections::VecDeque;
use std::future::pending;
use std::pin::Pin;
use std::time::Duration;

use actix_web::web;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::time::{Instant, Sleep, sleep_until};

use super::frames::{self, Frame, Seen, Send, Taken, Typing};
use super::hello::Greeted;
use super::incoming::{Allowance, ending_of};
use super::outgoing::{Ending, Wire};
use crate::app::App;
use crate::base::hub::Registration;
use crate::base::ids::{AccountId, ConversationId, MessageId};
use crate::care::accounts::Claims;
use crate::care::conversations::actions::note_seen;
use crate::care::conversations::{Outgoing, Sent, history};
use crate::db::Lane;
use crate::edge::conversations::{outgoing, send_all};
use crate::edge::door;
use crate::edge::events::{self, EventView};
use crate::edge::limits::Limits;
use crate::edge::problem::{Kind, Problem};

/// A sign of life is asked for this often.
const PING_EVERY: Duration = Duration::from_secs(15);
/// Whoever gives none for so long is gone.
const SILENCE: Duration = Duration::from_secs(40);
/// So many messages of one socket may wait; then nothing more is read from it.
const MOST_WAITING: usize = 64;
/// So many of them go into one unit of work.
const BATCH: usize = 16;
/// So many events are read at once.
const EVENTS: i64 = 100;
/// After the store failed, the inbox is read again.
const RETRY: Duration = Duration::from_secs(1);
/// Who types is told at most this often.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Something that was going on is done.
enum Done {
    Sent(
        Vec<(MessageId, ConversationId)>,
        Result<Vec<Result<Sent, Problem>>, Problem>,
    ),
    Read(Result<Vec<EventView>, Problem>),
    Seen(Result<(), Problem>),
    Typed(ConversationId, Vec<AccountId>),
    Rested,
}

/// What is going on; of each at most one.
#[derive(Debug, Default)]
struct Busy {
    sending: bool,
    reading: bool,
    seeing: bool,
    typing: bool,
}

/// One live socket.
pub struct Socket {
    app: web::Data<App>,
    limits: web::Data<Limits>,
    claims: Claims,
    place: Registration,
    wire: Wire,
    last_sent: i64,
    /// Something may be in the inbox that was not sent.
    woken: bool,
    waiting: VecDeque<Outgoing>,
    seen_up_to: Option<i64>,
    typed_at: Option<Instant>,
    busy: Busy,
    going_on: FuturesUnordered<LocalBoxFuture<'static, Done>>,
    allowance: Allowance,
    heard_at: Instant,
}

impl Socket {
    /// A socket whose hello was answered.
    pub fn new(
        app: web::Data<App>,
        limits: web::Data<Limits>,
        greeted: Greeted,
        wire: Wire,
    ) -> Self {
        let now = Instant::now();
        let allowance = Allowance::new(app.config().deeds_per_minute, now);
        Self {
            app,
            limits,
            claims: greeted.claims,
            place: greeted.place,
            wire,
            last_sent: greeted.last_sent,
            woken: true,
            waiting: VecDeque::new(),
            seen_up_to: None,
            typed_at: None,
            busy: Busy::default(),
            going_on: FuturesUnordered::new(),
            allowance,
            heard_at: now,
        }
    }

    /// Turns until the socket ends, and closes it.
    pub async fn turn(mut self, mut stream: AggregatedMessageStream) {
        let mut tick = Box::pin(sleep_until(self.heard_at + PING_EVERY));
        let ending = loop {
            self.start_what_waits();
            if let Err(ending) = self.step(&mut stream, tick.as_mut()).await {
                break ending;
            }
        };
        tracing::debug!(?ending, "a live socket ended");
        self.wire.close(ending).await;
    }

    /// One thing that happens: a frame, a hint, something done, or time.
    async fn step(
        &mut self,
        stream: &mut AggregatedMessageStream,
        mut tick: Pin<&mut Sleep>,
    ) -> Result<(), Ending> {
        let has_room = self.waiting.len() < MOST_WAITING;
        tokio::select! {
            frame = stream.recv(), if has_room => self.take(frame).await,
            () = self.place.bell().rung() => self.rung().await,
            done = next(&mut self.going_on) => self.finish(done).await,
            () = &mut tick => {
                tick.reset(Instant::now() + PING_EVERY);
                if has_room && self.heard_at.elapsed() > SILENCE {
                    return Err(Ending::Gone);
                }
                self.wire.ping().await
            }
        }
    }

    /// Somebody rang: there may be something new, or the socket must close.
    async fn rung(&mut self) -> Result<(), Ending> {
        if self.app.hub().is_closing() {
            return Err(Ending::Restart);
        }
        if self.place.bell().gives_way() {
            return Err(Ending::GaveWay);
        }
        self.woken = true;
        for (conversation_id, account_id) in self.place.bell().take_typing() {
            let frame = Frame::Typing {
                conversation_id,
                account_id,
            };
            self.wire.send(&frame).await?;
        }
        Ok(())
    }

    /// Takes what the phone sent.
    async fn take(
        &mut self,
        frame: Option<Result<AggregatedMessage, ProtocolError>>,
    ) -> Result<(), Ending> {
        self.heard_at = Instant::now();
        let frame = frame
            .ok_or(Ending::Gone)?
            .map_err(|error| ending_of(&error))?;
        self.allowance.take(self.heard_at)?;
        match frame {
            AggregatedMessage::Text(text) => match self.understand(&text) {
                Ok(None) => Ok(()),
                Ok(Some(answer)) => self.wire.send(&answer).await,
                Err(problem) => {
                    self.tell(&problem, frames::id_in(&text)).await?;
                    if problem.kind() == Kind::Unreadable {
                        return Err(Ending::Malformed);
                    }
                    Ok(())
                }
            },
            AggregatedMessage::Ping(asked) => self.wire.pong(&asked).await,
            AggregatedMessage::Pong(_) => Ok(()),
            AggregatedMessage::Binary(_) => Err(Ending::Malformed),
            AggregatedMessage::Close(_) => Err(Ending::Asked),
        }
    }

    /// Notes what a frame asks for; gives the answer if it is one at once.
    fn understand(&mut self, text: &str) -> Result<Option<Frame>, Problem> {
        match Taken::parse(text)? {
            Taken::Hello(_) => Err(Problem::field("/type", "must not be hello again")),
            Taken::Send(send) => self.accept(&send).map(|()| None),
            Taken::Seen(Seen { seq, .. }) if seq < 0 || seq > self.last_sent => {
                let most = self.last_sent;
                Err(Problem::field(
                    "/seq",
                    format!("must be 0 to {most}, the last event sent"),
                ))
            }
            Taken::Seen(Seen { seq, .. }) => {
                self.seen_up_to = self.seen_up_to.max(Some(seq));
                Ok(None)
            }
            Taken::Typing(typing) => {
                self.ask_who_sees(&typing);
                Ok(None)
            }
            Taken::Ping => Ok(Some(Frame::Pong)),
        }
    }

    /// Puts a message into the queue, screened.
    fn accept(&mut self, send: &Send) -> Result<(), Problem> {
        self.limits.count(self.claims.account_id)?;
        let words = (send.body.as_str(), send.written_at.as_deref());
        let key = (send.conversation_id, send.id);
        let message = outgoing(&self.app, &self.claims, key, words)?;
        self.waiting.push_back(message);
        Ok(())
    }

    /// Finds who sees that this person types. Told too often, or while the last one is still being
    /// told, it is let go: nobody misses it.
    fn ask_who_sees(&mut self, typing: &Typing) {
        let now = Instant::now();
        let lately = self
            .typed_at
            .is_some_and(|before| now.duration_since(before) < TYPING_EVERY);
        if self.busy.typing || lately {
            return;
        }
        self.busy.typing = true;
        self.typed_at = Some(now);
        let (app, claims) = (self.app.clone(), self.claims.clone());
        let conversation = typing.conversation_id;
        self.going_on.push(Box::pin(async move {
            let found = door::look(&app, &claims, move |rx, caller| {
                history::companions(rx, caller, conversation)
            });
            Done::Typed(conversation, found.await.unwrap_or_default())
        }));
    }

    /// Starts what waits and is not going on yet.
    fn start_what_waits(&mut self) {
        if !self.busy.sending && !self.waiting.is_empty() {
            self.busy.sending = true;
            let most = self.waiting.len().min(BATCH);
            let batch: Vec<Outgoing> = self.waiting.drain(..most).collect();
            let (app, claims) = (self.app.clone(), self.claims.clone());
            self.going_on.push(Box::pin(async move {
                let keys = batch
                    .iter()
                    .map(|message| (message.id, message.conversation_id))
                    .collect();
                Done::Sent(keys, send_all(&app, &claims, batch).await)
            }));
        }
        if self.woken && !self.busy.reading {
            self.woken = false;
            self.busy.reading = true;
            let (app, claims, after) = (self.app.clone(), self.claims.clone(), self.last_sent);
            self.going_on.push(Box::pin(async move {
                let found = door::look(&app, &claims, move |rx, caller| {
                    events::read(rx, caller, after, EVENTS)
                });
                Done::Read(found.await)
            }));
        }
        if !self.busy.seeing
            && let Some(seq) = self.seen_up_to.take()
        {
            self.busy.seeing = true;
            let (app, claims) = (self.app.clone(), self.claims.clone());
            self.going_on.push(Box::pin(async move {
                let noted = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
                    note_seen(tx, caller, seq)
                });
                Done::Seen(noted.await)
            }));
        }
    }

    /// Answers for something that is done.
    async fn finish(&mut self, done: Done) -> Result<(), Ending> {
        match done {
            Done::Sent(keys, Ok(sent)) => {
                self.busy.sending = false;
                for ((id, conversation), sent) in keys.into_iter().zip(sent) {
                    self.acknowledge((id, conversation), sent).await?;
                }
                Ok(())
            }
            Done::Sent(keys, Err(problem)) => {
                self.busy.sending = false;
                for (id, _) in keys {
                    self.tell(&problem, Some(id)).await?;
                }
                self.unless_ended_by(&problem)
            }
            Done::Read(Ok(events)) => {
                self.busy.reading = false;
                self.pass_on(events).await
            }
            Done::Read(Err(problem)) if problem.kind().status() == 503 => {
                // Not now: the socket stays, and looks again in a moment.
                self.going_on.push(Box::pin(async {
                    tokio::time::sleep(RETRY).await;
                    Done::Rested
                }));
                Ok(())
            }
            Done::Read(Err(problem)) => {
                self.unless_ended_by(&problem)?;
                Err(Ending::Fault)
            }
            Done::Rested => {
                self.busy.reading = false;
                self.woken = true;
                Ok(())
            }
            Done::Seen(noted) => {
                self.busy.seeing = false;
                match noted {
                    Ok(()) => Ok(()),
                    Err(problem) => {
                        self.tell(&problem, None).await?;
                        self.unless_ended_by(&problem)
                    }
                }
            }
            Done::Typed(conversation, companions) => {
                self.busy.typing = false;
                for companion in companions {
                    let typing = (conversation, self.claims.account_id);
                    self.app.hub().typing(companion, typing);
                }
                Ok(())
            }
        }
    }

    async fn acknowledge(
        &mut self,
        (id, conversation_id): (MessageId, ConversationId),
        sent: Result<Sent, Problem>,
    ) -> Result<(), Ending> {
        match sent {
            Ok(Sent::Stored(message) | Sent::Repeated(message)) => {
                let ack = Frame::Ack {
                    id,
                    conversation_id: message.conversation_id,
                    seq: message.seq,
                    received_at: message.received_at,
                };
                self.wire.send(&ack).await
            }
            Ok(Sent::Held(_)) => {
                let held = Frame::Held {
                    id,
                    conversation_id,
                };
                self.wire.send(&held).await
            }
            Err(problem) => self.tell(&problem, Some(id)).await,
        }
    }

    /// Sends events in their order. A place that is missing was deleted for its age meanwhile.
    async fn pass_on(&mut self, events: Vec<EventView>) -> Result<(), Ending> {
        if i64::try_from(events.len()).is_ok_and(|count| count >= EVENTS) {
            self.woken = true;
        }
        for event in events {
            let seq = event.seq;
            if seq > self.last_sent.saturating_add(1) {
                let before = seq.saturating_sub(1);
                self.wire.send(&Frame::Resync { seq: before }).await?;
            }
            self.wire.send(&Frame::Event(event)).await?;
            self.last_sent = seq;
        }
        Ok(())
    }

    async fn tell(&mut self, problem: &Problem, id: Option<MessageId>) -> Result<(), Ending> {
        let frame = Frame::problem(problem, id, self.wire.request_id());
        self.wire.send(&frame).await
    }

    /// A refusal that is about the person or the device ends the socket.
    fn unless_ended_by(&self, problem: &Problem) -> Result<(), Ending> {
        match problem.kind() {
            Kind::SignInAgain => Err(Ending::SignInAgain),
            Kind::NotActive => Err(Ending::NotActive),
            _ => Ok(()),
        }
    }
}

/// The next thing that is done; waits for ever while nothing is going on.
async fn next(going_on: &mut FuturesUnordered<LocalBoxFuture<'static, Done>>) -> Done {
    match going_on.next().await {
        Some(done) => done,
        None => pending().await,
    }
}
