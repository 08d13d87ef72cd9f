//! Handover notes over HTTP.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::limits::Limits;
use super::problem::{AlreadyDone, IdUsed, Kind, NotFound, Problem, Problems, TooMany};
use crate::app::App;
use crate::base::ids::{AccountId, HandoverNoteId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::handover_notes::actions::{self, NewNote, Saved};
use crate::care::handover_notes::reading::{self, Listing};
use crate::care::handover_notes::{MOST_WORDS, Note, Prompts, Side};
use crate::care::safeguarding::reporting::spoken_as;
use crate::care::safeguarding::screen_text;
use crate::db::Lane;

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// A version to be saved; something is said to one prompt at least.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewHandoverNote {
    /// Made by the client; the same again is the same version.
    id: HandoverNoteId,
    /// About whom of a family.
    family_member_id: AccountId,
    /// The version you have seen; 0 where there was none.
    #[schema(minimum = 0)]
    based_on: i32,
    /// What is going on now.
    #[schema(example = "New flat on Friday", min_length = 1, max_length = 2000)]
    going_on: Option<String>,
    /// What you promised.
    #[schema(example = "Call on Wednesday", min_length = 1, max_length = 2000)]
    promised: Option<String>,
    /// What to look out for.
    #[schema(example = "Sundays are hard", min_length = 1, max_length = 2000)]
    look_out_for: Option<String>,
}

/// A version of a handover note.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandoverNoteView {
    id: HandoverNoteId,
    family_member_id: AccountId,
    side: Side,
    /// 1 is the first.
    #[schema(minimum = 1, example = 4)]
    version: i32,
    /// Who saved it.
    by: Named,
    #[schema(example = "New flat on Friday")]
    going_on: Option<String>,
    #[schema(example = "Call on Wednesday")]
    promised: Option<String>,
    #[schema(example = "Sundays are hard")]
    look_out_for: Option<String>,
    saved_at: Moment,
}

impl From<Note> for HandoverNoteView {
    fn from(note: Note) -> Self {
        Self {
            id: note.id,
            family_member_id: note.family_member_id,
            side: note.side,
            version: note.version,
            by: note.by,
            going_on: note.prompts.going_on,
            promised: note.prompts.promised,
            look_out_for: note.prompts.look_out_for,
            saved_at: note.saved_at,
        }
    }
}

/// Some versions, the newest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandoverNoteList {
    items: Vec<HandoverNoteView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which versions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HandoverNotePage {
    /// About whom of a family.
    family_member_id: AccountId,
    /// Whose note: from mentor to mentor, or from worker to worker.
    side: Side,
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Why you must read it: deputies, whoever covers, and managers say.
    #[param(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// Saves a version of a handover note: what whoever works with a family member next must know.
///
/// Mentors, and whoever covers for one, save what mentors hand over to mentors; the practitioner, and whoever
/// supervises or covers the pod, what workers hand over to workers. The words are screened; families do not see
/// them. Where another version was saved since the one yours is based on, nothing is stored: the problem says
/// who saved it (`by`) and what it is (`current`), so that both can be shown. Deputies and whoever covers read it
/// with their reason instead (`GET /handover-notes`): to them it says neither.
#[utoipa::path(tag = "handover notes", request_body = NewHandoverNote, security(("access_token" = [])), responses(
    (status = 200, description = "It was saved before", body = HandoverNoteView),
    (status = 201, description = "Saved", body = HandoverNoteView), Problems, NotFound, IdUsed, AlreadyDone, TooMany,
))]
#[post("/handover-notes")]
pub(crate) async fn save(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    Signed(claims): Signed,
    Body(body): Body<NewHandoverNote>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    if body.based_on < 0 {
        wrong.note("/based_on", "must be 0 or a version");
    }
    let prompts = Prompts {
        going_on: wrong.maybe_text("/going_on", body.going_on.as_deref(), MOST_WORDS),
        promised: wrong.maybe_text("/promised", body.promised.as_deref(), MOST_WORDS),
        look_out_for: wrong.maybe_text("/look_out_for", body.look_out_for.as_deref(), MOST_WORDS),
    };
    if prompts.is_empty() {
        wrong.note("/going_on", "one of the three must say something");
    }
    wrong.done()?;
    let lexicon = app.lexicons().expected(claims.authority_id);
    let (text, author) = (prompts.joined(), spoken_as(claims.author));
    let new = NewNote {
        id: body.id,
        family_member_id: body.family_member_id,
        based_on: body.based_on,
        prompts,
        screened: Some(screen_text(&lexicon, &text, author, &claims.language)),
    };
    let lexicons = app.lexicons().clone();
    let saved = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::save(tx, caller, &lexicons, &new)
    })
    .await?;
    match saved {
        Saved::New(note) => Ok(HttpResponse::Created().json(HandoverNoteView::from(note))),
        Saved::Before(note) => Ok(HttpResponse::Ok().json(HandoverNoteView::from(note))),
        Saved::Meanwhile(note) => Err(Problem::new(Kind::AlreadyDone)
            .detail("another version was saved since the one this is based on")
            .by(json!(note.by))
            .current(json!(HandoverNoteView::from(note)))),
        Saved::MeanwhileUnseen => Err(Problem::new(Kind::AlreadyDone).detail(
            "another version was saved since the one this is based on: read it first, saying why",
        )),
    }
}

/// Reads the versions of a handover note, the newest first: that one stands.
///
/// Mentors read what mentors hand over, while they are or cover for the mentor. The practitioner and the
/// supervisor read both notes, audited; deputies, whoever covers, and managers also say why.
#[utoipa::path(tag = "handover notes", params(HandoverNotePage), security(("access_token" = [])), responses(
    (status = 200, description = "Versions", body = HandoverNoteList), Problems, NotFound,
))]
#[get("/handover-notes")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<HandoverNotePage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<i32>(&mut wrong, page.after.as_deref());
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let listing = Listing {
        family_member_id: page.family_member_id,
        side: page.side,
        after,
        limit: limit.saturating_add(1),
        reason,
    };
    let first = listing.clone();
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, &first),
        move |rx, caller| reading::list(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found
        .last()
        .filter(|_| more)
        .and_then(|last| cursor::write(&last.version));
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(HandoverNoteList { items, next }))
}
