//! Check-ins over HTTP.

pub(crate) mod rhythms;
pub(crate) mod templates;
mod views;

use actix_web::{HttpResponse, get, post, web};
use views::{CheckInBody, CheckInList, CheckInPage, CheckInView, TakenCheckInView};

use super::body::{Body, Params, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::limits::Limits;
use super::problem::{EvenIfSuspended, EveryRole, IdUsed, NotFound, Problem, Problems, TooMany};
use crate::app::App;
use crate::care::check_ins::actions::CheckInError;
use crate::care::check_ins::history::{self, Listing, Place};
use crate::care::check_ins::standstill::lines_while_unseen;
use crate::care::check_ins::templates::TemplateRef;
use crate::care::check_ins::{MOST_SCALE, NewCheckIn, actions};
use crate::care::safeguarding::screen_text;
use crate::db::Lane;
use crate::workers::Turning;

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// Checks in.
///
/// A scale is enough; everything else may be left out. All words are screened. To put something right,
/// send another that names the first in `corrects`: the first stays. "Yes" to the question about safety
/// raises an immediate alert, "not sure" and "rather not say" an urgent one; the mentor learns nothing of
/// it. While nobody can be called the answer says so, and whom to call instead, whatever the check-in
/// says.
#[utoipa::path(tag = "check-ins", request_body = CheckInBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was stored before", body = TakenCheckInView),
    (status = 201, description = "Stored", body = TakenCheckInView), Problems, EvenIfSuspended, IdUsed, TooMany,
))]
#[post("/check-ins")]
pub(crate) async fn make(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    turning: web::Data<Turning>,
    Signed(claims): Signed,
    Body(body): Body<CheckInBody>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    if !(0..=MOST_SCALE).contains(&body.scale) {
        wrong.note("/scale", format!("must be 0 to {MOST_SCALE}"));
    }
    let parts = body.parts(&mut wrong);
    let template = body.template.as_deref().map(TemplateRef::parse);
    if template == Some(None) {
        wrong.note("/template", "must be a template such as en/1");
    }
    wrong.done()?;
    let lexicon = app.lexicons().expected(claims.authority_id);
    let screened = match (parts.words(), claims.author) {
        (Some(words), Some(author)) => {
            Some(screen_text(&lexicon, &words, author, &claims.language))
        }
        _ => None,
    };
    let new = NewCheckIn {
        id: body.id,
        scale: body.scale,
        parts,
        wants_contact: body.wants_contact,
        someone_makes_me_unsafe: body.someone_makes_me_unsafe,
        template: template.flatten(),
        corrects: body.corrects,
        screened,
    };
    let lexicons = app.lexicons().clone();
    let stands_still = !turning.can_call_people();
    let (stored, is_new, instead) =
        door::act_even_if_suspended(&app, &claims, Lane::Talk, move |tx, caller| {
            let (stored, is_new) = actions::check_in(tx, caller, &lexicons, &new)?;
            let instead = if stands_still {
                lines_while_unseen(tx, caller, &stored)?
            } else {
                None
            };
            Ok::<_, CheckInError>((stored, is_new, instead))
        })
        .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(TakenCheckInView::of(&stored, instead)))
}

/// Reads a family member's check-ins, newest first.
///
/// Family members read their own, the mentor theirs without the answer about safety. The pod's
/// supervising social worker and the allocated practitioner read audited; deputies and service
/// managers also say why.
#[utoipa::path(tag = "check-ins", params(CheckInPage), security(("access_token" = [])), responses(
    (status = 200, description = "Check-ins", body = CheckInList), Problems, EveryRole, NotFound,
))]
#[get("/check-ins")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<CheckInPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let listing = Listing {
        family_member_id: page.family_member_id,
        after,
        limit: limit.saturating_add(1),
        reason,
    };
    let first = listing.clone();
    let (mut found, shows_safety) = door::look_audited(
        &app,
        &claims,
        move |rx, caller| history::needs(rx, caller, &first),
        move |rx, caller| history::list(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).and_then(|last| {
        cursor::write(&Place {
            received_at: last.received_at,
            id: last.id,
        })
    });
    let items = found
        .iter()
        .map(|one| CheckInView::of(one, shows_safety))
        .collect();
    Ok(HttpResponse::Ok().json(CheckInList { items, next }))
}
