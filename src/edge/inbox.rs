//! The inbox for clients that ask instead of listening: the same events as on the live socket.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, Wrong};
use super::claims::Signed;
use super::door;
use super::events::{self, EventView};
use super::problem::{EveryRole, Problem, Problems};
use crate::app::App;
use crate::care::conversations::actions::note_seen;
use crate::db::Lane;

/// Which part of the inbox.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InboxPage {
    /// Only events with a larger sequence. Without it nothing but the head is told.
    #[param(minimum = 0)]
    after: Option<i64>,
    /// The `epoch` the caller knows; another one asks for a new start.
    #[param(max_length = 64)]
    epoch: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// No mark of a database's life is longer.
const MOST_EPOCH: usize = 64;

/// A stretch of an inbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct InboxView {
    items: Vec<EventView>,
    /// Give it back as `after` for the next ones; not there if this is all.
    #[schema(example = 92)]
    next: Option<i64>,
    /// The newest place given out.
    #[schema(example = 120)]
    head: i64,
    /// The mark of this database's life.
    #[schema(example = "5b0f6a1c9d3e4f72")]
    epoch: String,
    /// Something after `after` is not here any more: read the lists anew and go on from `head`.
    resync: bool,
}

/// How far somebody has seen their inbox.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenUpTo {
    /// The sequence of the last event that has arrived.
    #[schema(example = 42, minimum = 0)]
    seq: i64,
}

/// Reads what the caller was told, oldest first.
#[utoipa::path(tag = "inbox", params(InboxPage), security(("access_token" = [])), responses(
    (status = 200, description = "Events", body = InboxView), Problems, EveryRole,
))]
#[get("/inbox")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<InboxPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    if page.after.is_some_and(|after| after < 0) {
        wrong.note("after", "must not be negative");
    }
    if page
        .epoch
        .as_ref()
        .is_some_and(|epoch| epoch.chars().count() > MOST_EPOCH)
    {
        wrong.note(
            "epoch",
            format!("must have at most {MOST_EPOCH} characters"),
        );
    }
    wrong.done()?;
    let found = door::look(&app, &claims, move |rx, caller| {
        events::read_with_standing(rx, caller, page.after, limit)
    })
    .await?;
    let same_life = page.epoch.is_none_or(|known| known == app.epoch());
    let reaches = page
        .after
        .is_none_or(|after| found.standing.reaches_back_to(after));
    let resync = !(same_life && reaches);
    let items = if resync { Vec::new() } else { found.events };
    let next = items
        .last()
        .map(EventView::seq)
        .filter(|last| *last < found.standing.head);
    Ok(HttpResponse::Ok().json(InboxView {
        items,
        next,
        head: found.standing.head,
        epoch: app.epoch().to_owned(),
        resync,
    }))
}

/// Notes how far the caller's inbox has arrived: the messages it tells of are then delivered.
#[utoipa::path(tag = "inbox", request_body = SeenUpTo, security(("access_token" = [])), responses(
    (status = 204, description = "Noted"), Problems, EveryRole,
))]
#[post("/inbox/seen")]
pub(crate) async fn seen(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(seen): Body<SeenUpTo>,
) -> Result<HttpResponse, Problem> {
    if seen.seq < 0 {
        return Err(Problem::field("/seq", "must not be negative"));
    }
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        note_seen(tx, caller, seen.seq)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
