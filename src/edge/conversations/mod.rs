//! Conversations over HTTP: sending, reading, marks.
//!
//! Sending is the same here and on the live socket: [`send_all`]. A text is screened on the way,
//! before its unit of work begins.

mod views;

use actix_web::{HttpResponse, get, post, web};

pub use views::MessageView;
use views::{
    ConversationList, ConversationPage, ConversationView, HeldList, HeldPage, HeldView,
    MessageList, MessagePage, NewMessage, ReadMark, ReadUpTo,
};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::limits::Limits;
use super::problem::{EvenIfSuspended, EveryRole, IdUsed, Kind, Problem, Problems, TooMany};
use crate::app::App;
use crate::base::ids::{ConversationId, MessageId};
use crate::care::accounts::Claims;
use crate::care::conversations::actions::{SendError, mark_read, send_message};
use crate::care::conversations::history::{self, HeldPlace, Listing, Range, Stretch};
use crate::care::conversations::{MOST_CHARACTERS, MessageText, Outgoing, Sent};
use crate::care::safeguarding::screen_text;
use crate::db::Lane;

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// Checks the words of a message and screens them, on this thread.
pub(super) fn outgoing(
    app: &App,
    claims: &Claims,
    (conversation_id, id): (ConversationId, MessageId),
    (body, written_at): (&str, Option<&str>),
) -> Result<Outgoing, Problem> {
    let mut wrong = Wrong::new();
    if id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    wrong.text("/body", body, MOST_CHARACTERS);
    let written_at = wrong.maybe_moment("/written_at", written_at);
    wrong.done()?;
    let body =
        MessageText::parse(body).map_err(|refused| Problem::field("/body", refused.to_string()))?;
    let lexicon = app.lexicons().expected(claims.authority_id);
    let screened = claims
        .author
        .map(|author| screen_text(&lexicon, body.as_str(), author, &claims.language));
    Ok(Outgoing {
        conversation_id,
        id,
        body,
        written_at,
        screened,
    })
}

/// Sends messages of one person in the order given, all in one unit of work: what one of them is
/// refused for is its own affair, and no refusal comes after a write.
pub(super) async fn send_all(
    app: &App,
    claims: &Claims,
    batch: Vec<Outgoing>,
) -> Result<Vec<Result<Sent, Problem>>, Problem> {
    let lexicons = app.lexicons().clone();
    let sent = door::act_even_if_suspended(app, claims, Lane::Talk, move |tx, caller| {
        let mut sent = Vec::with_capacity(batch.len());
        for message in &batch {
            match send_message(tx, caller, &lexicons, message) {
                Err(SendError::Store(fault)) => return Err(SendError::Store(fault)),
                done => sent.push(done),
            }
        }
        Ok(sent)
    })
    .await?;
    Ok(sent
        .into_iter()
        .map(|done| done.map_err(Problem::from))
        .collect())
}

/// Sends a message.
///
/// Answered once it is on disk, together with whatever screening made of it. The same message again
/// (same `id`, same words) answers 200 with the first result.
#[utoipa::path(tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = NewMessage, security(("access_token" = [])), responses(
    (status = 200, description = "It was stored before", body = MessageView),
    (status = 201, description = "Stored", body = MessageView),
    (status = 202, description = "Kept back: the account may not act; the supervisor sees it",
        body = HeldView),
    Problems, EvenIfSuspended, EveryRole, IdUsed, TooMany,
))]
#[post("/conversations/{id}/messages")]
pub(crate) async fn send(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    Signed(claims): Signed,
    PathId(conversation): PathId<ConversationId>,
    Body(new): Body<NewMessage>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let words = (new.body.as_str(), new.written_at.as_deref());
    let outgoing = outgoing(&app, &claims, (conversation, new.id), words)?;
    let sent = send_all(&app, &claims, vec![outgoing]).await?.pop();
    match sent.unwrap_or_else(|| Err(Problem::new(Kind::Fault)))? {
        Sent::Stored(message) => Ok(HttpResponse::Created().json(MessageView::from(message))),
        Sent::Repeated(message) => Ok(HttpResponse::Ok().json(MessageView::from(message))),
        Sent::Held(id) => Ok(HttpResponse::Accepted().json(HeldView { id, state: "held" })),
    }
}

/// Reads messages, oldest first.
///
/// The pair reads its own. The pod's supervising social worker and the allocated practitioner read
/// audited; deputies and service managers also say why. None of them leaves a mark the pair sees.
#[utoipa::path(tag = "conversations", params(("id" = ConversationId, Path), MessagePage),
    security(("access_token" = [])), responses(
    (status = 200, description = "Messages", body = MessageList), Problems, EveryRole,
))]
#[get("/conversations/{id}/messages")]
pub(crate) async fn messages(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(conversation): PathId<ConversationId>,
    Params(page): Params<MessagePage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = page.after.unwrap_or(0);
    if after < 0 {
        wrong.note("after", "must not be negative");
    }
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let range = Range { after, limit };
    let why = reason.clone();
    let stretch = Stretch::Messages(range);
    let found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| history::needs(rx, caller, conversation, stretch, why.as_deref()),
        move |rx, caller| history::messages(rx, caller, conversation, range, reason.as_deref()),
    )
    .await?;
    let next = found
        .messages
        .last()
        .filter(|_| found.more)
        .map(|last| last.seq);
    let items = found.messages.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(MessageList { items, next }))
}

/// Reads what was kept back because its author may not act. Audited like every reading by the staff.
#[utoipa::path(tag = "conversations", params(("id" = ConversationId, Path), HeldPage),
    security(("access_token" = [])), responses(
    (status = 200, description = "Held messages, newest first", body = HeldList), Problems, EveryRole,
))]
#[get("/conversations/{id}/held-messages")]
pub(crate) async fn held(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(conversation): PathId<ConversationId>,
    Params(page): Params<HeldPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<HeldPlace>(&mut wrong, page.after.as_deref());
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let range = (after, limit.saturating_add(1));
    let why = reason.clone();
    let stretch = Stretch::Held(limit);
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| history::needs(rx, caller, conversation, stretch, why.as_deref()),
        move |rx, caller| history::held(rx, caller, conversation, range, reason.as_deref()),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let last = found.last().filter(|_| more).map(|last| HeldPlace {
        received_at: last.received_at,
        author_id: last.author_id,
        id: last.id,
    });
    let next = last.as_ref().and_then(cursor::write);
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(HeldList { items, next }))
}

/// Notes how far the caller has read.
#[utoipa::path(tag = "conversations", params(("id" = ConversationId, Path)),
    request_body = ReadUpTo, security(("access_token" = [])), responses(
    (status = 200, description = "Where the mark stands now", body = ReadMark), Problems, EveryRole,
))]
#[post("/conversations/{id}/read")]
pub(crate) async fn read(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(conversation): PathId<ConversationId>,
    Body(mark): Body<ReadUpTo>,
) -> Result<HttpResponse, Problem> {
    if mark.up_to < 0 {
        return Err(Problem::field("/up_to", "must not be negative"));
    }
    let read_seq = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        mark_read(tx, caller, conversation, mark.up_to)
    })
    .await?;
    Ok(HttpResponse::Ok().json(ReadMark {
        conversation_id: conversation,
        read_seq,
    }))
}

/// Lists conversations: their own for the pair, those of their families for the staff.
#[utoipa::path(tag = "conversations", params(ConversationPage), security(("access_token" = [])),
    responses((status = 200, description = "Conversations", body = ConversationList), Problems, EveryRole))]
#[get("/conversations")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<ConversationPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    wrong.done()?;
    let listing = Listing {
        after: page.after,
        limit: limit.saturating_add(1),
        family_member_id: page.family_member_id,
    };
    let mut found = door::look(&app, &claims, move |rx, caller| {
        history::list(rx, caller, &listing)
    })
    .await?;
    let most = usize::try_from(limit).unwrap_or(0);
    let more = found.len() > most;
    found.truncate(most);
    let next = found.last().filter(|_| more).map(|last| last.id);
    let items = found
        .into_iter()
        .map(|conversation| ConversationView::for_reader(conversation, &claims))
        .collect();
    Ok(HttpResponse::Ok().json(ConversationList { items, next }))
}
