//! What is going on for one socket while it listens: of each kind at most one thing, none of which
//! keeps the socket from hearing its phone.

use std::future::pending;
use std::time::Duration;

use actix_web::web;
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::time::sleep;

use crate::app::App;
use crate::base::ids::{AccountId, ConversationId, MessageId, PodId};
use crate::care::accounts::Claims;
use crate::care::conversations::actions::note_seen;
use crate::care::conversations::{Outgoing, Sent, history};
use crate::db::Lane;
use crate::edge::conversations::send_all;
use crate::edge::door;
use crate::edge::events::{self, EventView};
use crate::edge::problem::Problem;

/// So many events are read at once.
const EVENTS: i64 = 100;
/// After the store failed, the inbox is read again.
const RETRY: Duration = Duration::from_secs(1);

/// A message's id and where it was sent, for the answer.
pub(super) type Handed = (MessageId, ConversationId);

/// Something that was going on is done.
pub(super) enum Done {
    /// These messages were sent, or none of them.
    Sent(Vec<Handed>, Result<Vec<Result<Sent, Problem>>, Problem>),
    /// The inbox was read.
    Read(Result<Page, Problem>),
    /// The inbox was marked as seen.
    Seen(Result<(), Problem>),
    /// These people see who is typing in a conversation.
    Typed(ConversationId, Vec<AccountId>),
}

/// A stretch of the inbox.
pub(super) struct Page {
    /// The pod the listener is in.
    pub(super) pod_id: Option<PodId>,
    /// What is told.
    pub events: Vec<EventView>,
    /// Whether there may be more.
    pub more: bool,
}

/// What is going on.
#[expect(
    clippy::struct_excessive_bools,
    reason = "of each kind at most one thing goes on"
)]
pub(super) struct GoingOn {
    app: web::Data<App>,
    claims: Claims,
    sending: bool,
    reading: bool,
    seeing: bool,
    asking: bool,
    all: FuturesUnordered<LocalBoxFuture<'static, Done>>,
}

impl GoingOn {
    /// Nothing yet.
    pub(super) fn new(app: web::Data<App>, claims: Claims) -> Self {
        Self {
            app,
            claims,
            sending: false,
            reading: false,
            seeing: false,
            asking: false,
            all: FuturesUnordered::new(),
        }
    }

    /// The application.
    pub(super) fn app(&self) -> &App {
        &self.app
    }

    /// Whose socket it is.
    pub(super) const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Whether messages may be sent: the ones before are done.
    pub(super) const fn may_send(&self) -> bool {
        !self.sending
    }

    /// Whether the inbox may be read.
    pub(super) const fn may_read(&self) -> bool {
        !self.reading
    }

    /// Whether the inbox may be marked.
    pub(super) const fn may_see(&self) -> bool {
        !self.seeing
    }

    /// Whether it may be asked who sees the typing.
    pub(super) const fn may_ask(&self) -> bool {
        !self.asking
    }

    /// Sends messages, in one unit of work.
    pub(super) fn send(&mut self, batch: Vec<Outgoing>) {
        self.sending = true;
        let (app, claims) = (self.app.clone(), self.claims.clone());
        self.all.push(Box::pin(async move {
            let handed = batch
                .iter()
                .map(|message| (message.id, message.conversation_id))
                .collect();
            Done::Sent(handed, send_all(&app, &claims, batch).await)
        }));
    }

    /// Reads the inbox after a place; if `rested`, in a moment.
    pub(super) fn read(&mut self, after: i64, rested: bool) {
        self.reading = true;
        let (app, claims) = (self.app.clone(), self.claims.clone());
        self.all.push(Box::pin(async move {
            if rested {
                sleep(RETRY).await;
            }
            let found = door::look(&app, &claims, move |rx, caller| {
                events::read(rx, caller, after, EVENTS).map(|events| (caller.pod_id, events))
            });
            Done::Read(found.await.map(|(pod_id, events)| Page {
                more: i64::try_from(events.len()).is_ok_and(|count| count >= EVENTS),
                pod_id,
                events,
            }))
        }));
    }

    /// Marks the inbox as seen up to a place.
    pub(super) fn see(&mut self, seq: i64) {
        self.seeing = true;
        let (app, claims) = (self.app.clone(), self.claims.clone());
        self.all.push(Box::pin(async move {
            let noted = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
                note_seen(tx, caller, seq)
            });
            Done::Seen(noted.await)
        }));
    }

    /// Finds who sees that this person types.
    pub(super) fn ask_who_sees(&mut self, conversation: ConversationId) {
        self.asking = true;
        let (app, claims) = (self.app.clone(), self.claims.clone());
        self.all.push(Box::pin(async move {
            let found = door::look(&app, &claims, move |rx, caller| {
                history::companions(rx, caller, conversation)
            });
            Done::Typed(conversation, found.await.unwrap_or_default())
        }));
    }

    /// The next thing that is done; waits for ever while nothing is going on.
    pub(super) async fn next(&mut self) -> Done {
        let done = match self.all.next().await {
            Some(done) => done,
            None => pending().await,
        };
        match done {
            Done::Sent(..) => self.sending = false,
            Done::Read(_) => self.reading = false,
            Done::Seen(_) => self.seeing = false,
            Done::Typed(..) => self.asking = false,
        }
        done
    }
}
