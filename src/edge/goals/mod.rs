//! Goals over HTTP.

mod views;

use actix_web::{HttpResponse, get, post, web};
use views::{
    GoalEndingBody, GoalEntryBody, GoalEntryList, GoalEntryPage, GoalEntryView, GoalList, GoalPage,
    GoalView, NewGoalBody,
};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::limits::Limits;
use super::problem::{AlreadyDone, EveryRole, IdUsed, NotFound, Problem, Problems, TooMany};
use crate::app::App;
use crate::base::ids::GoalId;
use crate::care::accounts::Claims;
use crate::care::goals::actions::{self, NewEntry, NewGoal};
use crate::care::goals::reading::{self, EntryListing, EntryPlace, Listing, Place};
use crate::care::goals::{EntryKind, MOST_GOAL, MOST_SCALE, MOST_WORDS};
use crate::care::safeguarding::reporting::spoken_as;
use crate::care::safeguarding::{Screened, screen_text};
use crate::db::Lane;

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// Writes down a goal of a family member.
///
/// Family members write their own, in their own words. Their mentor, the practitioner of the family
/// and the supervisor of the pod put theirs beside it and change nothing of it. The words are screened.
#[utoipa::path(tag = "goals", request_body = NewGoalBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was written before; what has become of it", body = GoalView),
    (status = 201, description = "Written", body = GoalView), Problems, NotFound, IdUsed, TooMany,
))]
#[post("/goals")]
pub(crate) async fn make(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    Signed(claims): Signed,
    Body(body): Body<NewGoalBody>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let words = wrong.text("/words", &body.words, MOST_GOAL);
    for (pointer, scale) in [("/start", body.start), ("/good_enough", body.good_enough)] {
        check_scale(&mut wrong, pointer, scale);
    }
    wrong.done()?;
    let new = NewGoal {
        id: body.id,
        family_member_id: body.family_member_id,
        start: body.start,
        good_enough: body.good_enough,
        screened: Some(screened(&app, &claims, &words)),
        words,
    };
    let lexicons = app.lexicons().clone();
    let (course, is_new) =
        door::act_even_if_suspended(&app, &claims, Lane::Talk, move |tx, caller| {
            actions::make(tx, caller, &lexicons, &new)
        })
        .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(GoalView::from(course)))
}

/// Reads a family member's goals with what was added to them, the newest first.
///
/// Family members read their own and nobody else's in the household, their mentor reads them too. The
/// practitioner and the supervisor read audited; deputies and service managers also say why.
#[utoipa::path(tag = "goals", params(GoalPage), security(("access_token" = [])), responses(
    (status = 200, description = "Goals", body = GoalList), Problems, EveryRole, NotFound,
))]
#[get("/goals")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<GoalPage>,
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
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, &first),
        move |rx, caller| reading::list(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).and_then(|last| {
        cursor::write(&Place {
            received_at: last.goal.received_at,
            id: last.goal.id,
        })
    });
    let items = found.into_iter().map(GoalView::from).collect();
    Ok(HttpResponse::Ok().json(GoalList { items, next }))
}

/// Adds to a goal: where it stands now, what helped, or one small next step.
///
/// Whoever may write one adds to all of this family member, and takes nothing away: each entry stays
/// with who said it. Words are screened. A goal that has ended still takes what comes late.
#[utoipa::path(tag = "goals", params(("id" = GoalId, Path)), request_body = GoalEntryBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was added before", body = GoalEntryView),
    (status = 201, description = "Added", body = GoalEntryView), Problems, IdUsed, TooMany,
))]
#[post("/goals/{id}/entries")]
pub(crate) async fn add(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    Signed(claims): Signed,
    PathId(goal_id): PathId<GoalId>,
    Body(body): Body<GoalEntryBody>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let words = wrong.maybe_text("/words", body.words.as_deref(), MOST_WORDS);
    match (body.kind, body.scale, &body.words) {
        (EntryKind::Now, Some(scale), None) => check_scale(&mut wrong, "/scale", scale),
        (EntryKind::Now, None, _) => wrong.note("/scale", "is needed to say where it stands"),
        (EntryKind::Now, Some(_), Some(_)) => wrong.note("/words", "do not go with `now`"),
        (EntryKind::Helped | EntryKind::NextStep, None, Some(_)) => {}
        (EntryKind::Helped | EntryKind::NextStep, Some(_), _) => {
            wrong.note("/scale", "goes with `now` alone");
        }
        (EntryKind::Helped | EntryKind::NextStep, None, None) => wrong.note("/words", "are needed"),
    }
    let written_at = wrong.maybe_moment("/written_at", body.written_at.as_deref());
    wrong.done()?;
    let screened = words.as_deref().map(|words| screened(&app, &claims, words));
    let new = NewEntry {
        id: body.id,
        goal_id,
        kind: body.kind,
        scale: body.scale,
        words,
        written_at,
        screened,
    };
    let lexicons = app.lexicons().clone();
    let (entry, is_new) =
        door::act_even_if_suspended(&app, &claims, Lane::Talk, move |tx, caller| {
            actions::add(tx, caller, &lexicons, &new)
        })
        .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(GoalEntryView::from(entry)))
}

/// Reads what was added to a goal, the newest first: also what is too old to come with it.
///
/// For whoever may read the goal, in the same way.
#[utoipa::path(tag = "goals", params(("id" = GoalId, Path), GoalEntryPage), security(("access_token" = [])), responses(
    (status = 200, description = "What was added", body = GoalEntryList), Problems, EveryRole,
))]
#[get("/goals/{id}/entries")]
pub(crate) async fn entries(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(goal_id): PathId<GoalId>,
    Params(page): Params<GoalEntryPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<EntryPlace>(&mut wrong, page.after.as_deref());
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let listing = EntryListing {
        goal_id,
        after,
        limit: limit.saturating_add(1),
        reason,
    };
    let first = listing.clone();
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::entries_need(rx, caller, &first),
        move |rx, caller| reading::entries(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).and_then(|last| {
        cursor::write(&EntryPlace {
            said_at: last.said_at,
            by: last.by.id,
            id: last.id,
        })
    });
    let items = found.into_iter().map(GoalEntryView::from).collect();
    Ok(HttpResponse::Ok().json(GoalEntryList { items, next }))
}

/// Ends a goal: reached, or let go.
///
/// Family members end any of theirs, staff what they wrote; the practitioner and the supervisor also
/// what others of the staff did.
#[utoipa::path(tag = "goals", params(("id" = GoalId, Path)), request_body = GoalEndingBody, security(("access_token" = [])), responses(
    (status = 200, description = "The goal as it is now", body = GoalView), Problems, AlreadyDone,
))]
#[post("/goals/{id}/ending")]
pub(crate) async fn end(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<GoalId>,
    Body(body): Body<GoalEndingBody>,
) -> Result<HttpResponse, Problem> {
    let course = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::end(tx, caller, (id, body.ending))
    })
    .await?;
    Ok(HttpResponse::Ok().json(GoalView::from(course)))
}

fn check_scale(wrong: &mut Wrong, pointer: &str, scale: i32) {
    if !(0..=MOST_SCALE).contains(&scale) {
        wrong.note(pointer, format!("must be 0 to {MOST_SCALE}"));
    }
}

fn screened(app: &App, claims: &Claims, words: &str) -> Screened {
    let lexicon = app.lexicons().expected(claims.authority_id);
    screen_text(&lexicon, words, spoken_as(claims.author), &claims.language)
}
