//! One phone's loop: what it sends, what it is told, and when it ends.
//!
//! One task per socket. A wake-up is only a hint: the socket then reads its inbox after the last
//! event it sent, under the rights its person has by then, so live delivery, catching up and a lost
//! hint are one path. Messages wait in a bounded queue and go to disk in the order they came, one
//! unit at a time; while the queue is full nothing more is read from the phone.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use actix_web::web;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError};
use tokio::time::{Instant, Sleep, sleep_until, timeout};

use super::frames::{self, Frame, Seen, Send, Taken, Typing};
use super::going_on::{Done, GoingOn, Handed, Page};
use super::hello::Greeted;
use super::incoming::{Allowance, ending_of, is_cut, refused};
use super::outgoing::{Ending, Wire};
use crate::app::App;
use crate::base::hub::Registration;
use crate::base::ids::{MessageId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::devices::STAYS_UNLOCKED;
use crate::care::conversations::{Outgoing, Sent};
use crate::edge::conversations::outgoing;
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
/// What waits when a socket ends may take so long to be sent.
const PATIENCE_WITH_THE_REST: Duration = Duration::from_secs(30);
/// Who types is told at most this often.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// One live socket.
pub(super) struct Socket {
    limits: web::Data<Limits>,
    place: Registration,
    /// The pod its owner was in at the hello.
    pod_id: Option<PodId>,
    wire: Wire,
    last_sent: i64,
    /// Something may be in the inbox that was not sent.
    woken: bool,
    /// The last reading failed: the next one waits a moment.
    rests: bool,
    waiting: VecDeque<Outgoing>,
    seen_up_to: Option<i64>,
    typed_at: Option<Instant>,
    going_on: GoingOn,
    allowance: Allowance,
    /// Why nothing more comes in, once nothing does.
    at_the_end: Ending,
    heard_at: Instant,
    opened_at: Moment,
}

/// What came of a frame.
enum Understood {
    /// A message waits to be sent.
    Message,
    /// Something was noted, or let go.
    Hint,
    /// It is answered at once.
    Asked(Frame),
}

impl Socket {
    /// A socket whose hello was answered.
    pub(super) fn new(
        app: web::Data<App>,
        limits: web::Data<Limits>,
        greeted: Greeted,
        wire: Wire,
    ) -> Self {
        let now = Instant::now();
        let opened_at = app.clock().now();
        Self {
            limits,
            place: greeted.place,
            pod_id: greeted.pod_id,
            wire,
            last_sent: greeted.last_sent,
            woken: true,
            rests: false,
            waiting: VecDeque::new(),
            seen_up_to: None,
            typed_at: None,
            going_on: GoingOn::new(app, greeted.claims),
            allowance: Allowance::new(now),
            at_the_end: Ending::Gone,
            heard_at: now,
            opened_at,
        }
    }

    /// Turns until the socket ends, and closes it.
    pub(super) async fn turn(mut self, mut stream: AggregatedMessageStream) {
        let mut tick = Box::pin(sleep_until(self.heard_at + PING_EVERY));
        let ending = loop {
            self.start_what_waits();
            if let Err(ending) = self.step(&mut stream, tick.as_mut()).await {
                break ending;
            }
        };
        tracing::debug!(?ending, "a live socket ended");
        self.send_the_rest().await;
        self.wire.close(ending).await;
    }

    /// Sends what the phone had handed in before its socket ended: whoever writes and hangs up is
    /// heard. What the store has not taken by then the phone sends again, under the same ids.
    async fn send_the_rest(&mut self) {
        let all_sent = async {
            loop {
                self.start_what_waits();
                if self.going_on.may_send() {
                    return;
                }
                if let Done::Sent(_, Err(problem)) = self.going_on.next().await {
                    tracing::debug!(kind = ?problem.kind(), "what a socket left was not sent");
                }
            }
        };
        if timeout(PATIENCE_WITH_THE_REST, all_sent).await.is_err() {
            tracing::warn!("what a socket left was not sent in time");
        }
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
            done = self.going_on.next() => self.finish(done).await,
            () = &mut tick => {
                tick.reset(Instant::now() + PING_EVERY);
                self.is_still_unlocked()?;
                if has_room && self.heard_at.elapsed() > SILENCE {
                    return Err(Ending::Gone);
                }
                self.wire.ping().await
            }
        }
    }

    /// An open socket is no way around the PIN: after as long as a device stays unlocked at most, it says
    /// anew who it is.
    fn is_still_unlocked(&self) -> Result<(), Ending> {
        let open_for = self.going_on.app().clock().now().since(self.opened_at);
        if open_for > STAYS_UNLOCKED {
            return Err(Ending::SignInAgain);
        }
        Ok(())
    }

    /// Somebody rang: there may be something new, or the socket must close.
    async fn rung(&mut self) -> Result<(), Ending> {
        if self.going_on.app().hub().is_closing() {
            return Err(Ending::Restart);
        }
        if self.place.bell().gives_way() {
            return Err(Ending::GaveWay);
        }
        self.is_still_unlocked()?;
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
        self.is_still_unlocked()?;
        let frame = match frame.ok_or(self.at_the_end)? {
            Ok(frame) => frame,
            // What came in before is still handed out; then the stream ends.
            Err(error) if is_cut(&error) => {
                self.at_the_end = ending_of(&error);
                return Ok(());
            }
            Err(error) => return Err(ending_of(&error)),
        };
        let AggregatedMessage::Text(text) = frame else {
            self.allowance.take(self.heard_at)?;
            return match frame {
                AggregatedMessage::Ping(asked) => self.wire.pong(&asked).await,
                AggregatedMessage::Pong(_) => Ok(()),
                AggregatedMessage::Text(_) | AggregatedMessage::Binary(_) => Err(Ending::Malformed),
                AggregatedMessage::Close(_) => Err(Ending::Asked),
            };
        };
        match self.understand(&text) {
            Ok(Understood::Message) => Ok(()),
            Ok(Understood::Hint) => self.allowance.take(self.heard_at),
            Ok(Understood::Asked(answer)) => {
                self.allowance.take(self.heard_at)?;
                self.wire.send(&answer).await
            }
            Err(problem) => {
                self.allowance.take(self.heard_at)?;
                self.tell(&problem, frames::id_in(&text)).await?;
                if problem.kind() == Kind::Unreadable {
                    return Err(Ending::Malformed);
                }
                Ok(())
            }
        }
    }

    /// Notes what a frame asks for.
    fn understand(&mut self, text: &str) -> Result<Understood, Problem> {
        match Taken::parse(text)? {
            Taken::Hello(_) => Err(Problem::field("/type", "must not be hello again")),
            Taken::Send(send) => self.accept(&send).map(|()| Understood::Message),
            Taken::Seen(Seen { seq, .. }) if seq < 0 || seq > self.last_sent => {
                let most = self.last_sent;
                let wrong = format!("must be 0 to {most}, the last event sent");
                Err(Problem::field("/seq", wrong))
            }
            Taken::Seen(Seen { seq, .. }) => {
                self.seen_up_to = self.seen_up_to.max(Some(seq));
                Ok(Understood::Hint)
            }
            Taken::Typing(typing) => {
                self.ask_who_sees(&typing);
                Ok(Understood::Hint)
            }
            Taken::Ping => Ok(Understood::Asked(Frame::Pong)),
        }
    }

    /// Puts a message into the queue, screened.
    fn accept(&mut self, send: &Send) -> Result<(), Problem> {
        let claims = self.going_on.claims();
        self.limits.count(claims.account_id)?;
        let words = (send.body.as_str(), send.written_at.as_deref());
        let key = (send.conversation_id, send.id);
        let message = outgoing(self.going_on.app(), claims, key, words)?;
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
        if self.going_on.may_ask() && !lately {
            self.typed_at = Some(now);
            self.going_on.ask_who_sees(typing.conversation_id);
        }
    }

    /// Starts what waits and is not going on yet.
    fn start_what_waits(&mut self) {
        if self.going_on.may_send() && !self.waiting.is_empty() {
            let most = self.waiting.len().min(BATCH);
            self.going_on.send(self.waiting.drain(..most).collect());
        }
        if self.woken && self.going_on.may_read() {
            self.woken = false;
            self.going_on.read(self.last_sent, self.rests);
        }
        if self.going_on.may_see()
            && let Some(seq) = self.seen_up_to.take()
        {
            self.going_on.see(seq);
        }
    }

    /// Answers for something that is done.
    async fn finish(&mut self, done: Done) -> Result<(), Ending> {
        match done {
            Done::Sent(handed, Ok(sent)) => {
                for (handed, sent) in handed.into_iter().zip(sent) {
                    self.acknowledge(handed, sent).await?;
                }
                Ok(())
            }
            Done::Sent(handed, Err(problem)) => {
                for (id, _) in handed {
                    self.tell(&problem, Some(id)).await?;
                }
                unless_ended_by(&problem)
            }
            Done::Read(read) => self.pass_on(read).await,
            Done::Seen(Ok(())) => Ok(()),
            Done::Seen(Err(problem)) => {
                self.tell(&problem, None).await?;
                unless_ended_by(&problem)
            }
            Done::Typed(conversation, companions) => {
                let typing = (conversation, self.going_on.claims().account_id);
                for companion in companions {
                    self.going_on.app().hub().typing(companion, typing);
                }
                Ok(())
            }
        }
    }

    async fn acknowledge(
        &mut self,
        (id, conversation_id): Handed,
        sent: Result<Sent, Problem>,
    ) -> Result<(), Ending> {
        let answer = match sent {
            Ok(Sent::Stored(message) | Sent::Repeated(message)) => Frame::Ack {
                id,
                conversation_id: message.conversation_id,
                seq: message.seq,
                received_at: message.received_at,
            },
            Ok(Sent::Held(_)) => Frame::Held {
                id,
                conversation_id,
            },
            Err(problem) => return self.tell(&problem, Some(id)).await,
        };
        self.wire.send(&answer).await
    }

    /// Sends events in their order. A place that is missing was deleted for its age meanwhile. If
    /// the store cannot answer just now, the socket stays and looks again in a moment.
    async fn pass_on(&mut self, read: Result<Page, Problem>) -> Result<(), Ending> {
        self.rests = false;
        let page = match read {
            Ok(page) => page,
            Err(problem) if is_for_now(problem.kind()) => {
                self.woken = true;
                self.rests = true;
                return Ok(());
            }
            Err(problem) => return unless_ended_by(&problem).and(Err(Ending::Fault)),
        };
        if page.pod_id != self.pod_id {
            return Err(Ending::Moved);
        }
        self.woken |= page.more;
        for event in page.events {
            let seq = event.seq();
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
}

/// Whether it is worth looking again in a moment.
const fn is_for_now(kind: Kind) -> bool {
    matches!(kind, Kind::NotSaved | Kind::Busy | Kind::TooMany)
}

/// A refusal that is about the person or the device ends the socket.
fn unless_ended_by(problem: &Problem) -> Result<(), Ending> {
    let ending = refused(problem);
    if matches!(ending, Ending::SignInAgain | Ending::NotActive) {
        Err(ending)
    } else {
        Ok(())
    }
}
