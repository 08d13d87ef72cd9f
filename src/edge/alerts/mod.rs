//! Alerts over HTTP: lists, one alert whole, and what responders do with it.

pub mod calls;
pub mod exclusions;
pub mod figures;
pub mod links;
mod views;
pub mod work;

use actix_web::{HttpRequest, HttpResponse, get, post, web};

pub(super) use views::{AlertFacts, AlertView};
use views::{
    AlertList, AlertPage, Decide, DeedView, HandOver, HistoryList, OccurrenceList, OccurrenceView,
    PartPage, Reopen, WholeAlertView,
};

use super::body::{Body, NoBody, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{AlreadyDone, EveryRole, NotFound, Problem, Problems, WrongState};
use super::request::is_head_only;
use crate::app::App;
use crate::base::ids::AlertId;
use crate::care::accounts::Claims;
use crate::care::alerts::Alert;
use crate::care::alerts::actions;
use crate::care::alerts::deciding;
use crate::care::alerts::reading::{self, Listing, Occurrence, Place, Shown};
use crate::db::Lane;

/// A rationale has at most so many characters.
const MOST_RATIONALE: usize = 4000;
/// A reason has at most so many characters.
const MOST_REASON: usize = 1000;

/// Lists alerts, the most serious first and of those the newest. No words are shown.
///
/// Supervisors and deputies see those of their pods and those they were called to, managers those
/// of their authority, practitioners that there is one about their families, but no allegation. Nobody
/// sees an alert in which they are implicated.
#[utoipa::path(tag = "alerts", params(AlertPage), security(("access_token" = [])), responses(
    (status = 200, description = "Alerts", body = AlertList), Problems, EveryRole, NotFound,
))]
#[get("/alerts")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<AlertPage>,
) -> Result<HttpResponse, Problem> {
    listed(&app, &claims, page, false).await
}

/// Lists whose texts a person must read, because they are in a language without rules.
///
/// One standing item for each person. The verbs of alerts work on them.
#[utoipa::path(tag = "alerts", params(AlertPage), security(("access_token" = [])), responses(
    (status = 200, description = "Whose texts are to be read", body = AlertList), Problems, EveryRole, NotFound,
))]
#[get("/reading-list")]
pub(crate) async fn reading_list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<AlertPage>,
) -> Result<HttpResponse, Problem> {
    listed(&app, &claims, page, true).await
}

async fn listed(
    app: &App,
    claims: &Claims,
    page: AlertPage,
    to_be_read: bool,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    wrong.done()?;
    let listing = Listing {
        state: page.state,
        to_be_read,
        after,
        limit: limit.saturating_add(1),
    };
    let mut items = door::look(app, claims, move |rx, caller| {
        reading::list(rx, caller, &listing)
    })
    .await?;
    let more = cursor::cut(&mut items, limit);
    let next = items.last().filter(|_| more).and_then(|last| {
        cursor::write(&Place {
            severity: last.alert.severity,
            raised_at: last.alert.raised_at,
            id: last.alert.id,
        })
    });
    let items = items.into_iter().map(AlertView::from).collect();
    Ok(HttpResponse::Ok().json(AlertList { items, next }))
}

/// Reads one alert, with the words behind it.
///
/// Reading is audited first; only the responder of an alert that is not closed need not wait for
/// the audit. When the person who has it reads it, the occurrences in the answer count as seen, if
/// none before them was left out (`seen_seq`); older ones are read at `occurrences`.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The alert", body = WholeAlertView), Problems, EveryRole,
))]
#[get("/alerts/{id}")]
pub(crate) async fn one(
    request: HttpRequest,
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
) -> Result<HttpResponse, Problem> {
    let shown = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, id),
        move |rx, caller| reading::read(rx, caller, id),
    )
    .await?;
    if let Shown::Whole(whole) = &shown
        && !is_head_only(&request)
    {
        note_shown(&app, &claims, &whole.item.alert, &whole.occurrences).await;
    }
    Ok(HttpResponse::Ok().json(WholeAlertView::of(shown, app.clock().now())))
}

/// Notes what the holder is shown now for the first time. Not noted is not seen: then the clock runs
/// on, and the words are shown all the same.
async fn note_shown(app: &App, claims: &Claims, alert: &Alert, shown: &[Occurrence]) {
    let seqs = || shown.iter().map(|occurrence| occurrence.seq);
    let (Some(first), Some(last)) = (seqs().min(), seqs().max()) else {
        return;
    };
    if !alert.is_news_to(claims.account_id, (first, last)) {
        return;
    }
    let id = alert.id;
    let seen = door::act(app, claims, Lane::Help, move |tx, caller| {
        actions::see(tx, caller, id, (first, last))
    });
    if let Err(problem) = seen.await {
        tracing::error!(%problem, alert.id = %id, "it could not be noted that the holder looked");
    }
}

/// Reads an alert's occurrences, oldest first. What the person who has it reads here counts as seen,
/// if none before it was left out.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path), PartPage), security(("access_token" = [])), responses(
    (status = 200, description = "Occurrences", body = OccurrenceList), Problems,
))]
#[get("/alerts/{id}/occurrences")]
pub(crate) async fn occurrences(
    request: HttpRequest,
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Params(page): Params<PartPage>,
) -> Result<HttpResponse, Problem> {
    let (after, limit) = part(&page)?;
    let wanted = (after, limit.saturating_add(1));
    let (alert, mut found) = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, id),
        move |rx, caller| reading::occurrences(rx, caller, id, wanted),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    if !is_head_only(&request) {
        note_shown(&app, &claims, &alert, &found).await;
    }
    let items: Vec<OccurrenceView> = found.into_iter().map(Into::into).collect();
    let next = items.last().filter(|_| more).map(OccurrenceView::seq);
    Ok(HttpResponse::Ok().json(OccurrenceList { items, next }))
}

/// Reads an alert's history, oldest first.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path), PartPage), security(("access_token" = [])), responses(
    (status = 200, description = "What was done", body = HistoryList), Problems,
))]
#[get("/alerts/{id}/history")]
pub(crate) async fn history(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Params(page): Params<PartPage>,
) -> Result<HttpResponse, Problem> {
    let (after, limit) = part(&page)?;
    let wanted = (after, limit.saturating_add(1));
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, id),
        move |rx, caller| reading::history(rx, caller, id, wanted),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let items: Vec<DeedView> = found.into_iter().map(Into::into).collect();
    let next = items.last().filter(|_| more).map(DeedView::seq);
    Ok(HttpResponse::Ok().json(HistoryList { items, next }))
}

fn part(page: &PartPage) -> Result<(i32, i64), Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = page.after.unwrap_or(0);
    if after < 0 {
        wrong.note("after", "must not be negative");
    }
    wrong.done()?;
    Ok((after, limit))
}

/// "I have it": stops the climb and starts the decision clock. The first wins; a second person is
/// told who has it. Whom it is being handed to takes it over.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "You have it", body = WholeAlertView), Problems, AlreadyDone, WrongState,
))]
#[post("/alerts/{id}/acknowledgement")]
pub(crate) async fn acknowledge(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    _nothing: NoBody,
) -> Result<HttpResponse, Problem> {
    let shown = door::act(&app, &claims, Lane::Help, move |tx, caller| {
        actions::acknowledge(tx, caller, id)?;
        reading::read(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(WholeAlertView::of(shown, app.clock().now())))
}

/// Asks somebody to take an alert. You have it until they acknowledge it.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), request_body = HandOver, security(("access_token" = [])), responses(
    (status = 200, description = "They are asked", body = WholeAlertView), Problems, WrongState,
))]
#[post("/alerts/{id}/handover")]
pub(crate) async fn hand_over(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Body(body): Body<HandOver>,
) -> Result<HttpResponse, Problem> {
    let shown = door::act(&app, &claims, Lane::Help, move |tx, caller| {
        actions::hand_over(tx, caller, id, body.account_id)?;
        reading::read(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(WholeAlertView::of(shown, app.clock().now())))
}

/// Decides what comes of an alert, and closes it: the only way. Qualified people alone.
///
/// `no_concern` on an immediate alert waits for a second qualified person who says the same.
/// `edt_handover` needs a call to the out-of-hours team, and `lado` one to the allegations officer, logged
/// since the alert was last raised.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), request_body = Decide, security(("access_token" = [])), responses(
    (status = 200, description = "Decided, or waiting for a second person", body = WholeAlertView), Problems, WrongState,
))]
#[post("/alerts/{id}/decision")]
pub(crate) async fn decide(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Body(body): Body<Decide>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let rationale = wrong.text("/rationale", &body.rationale, MOST_RATIONALE);
    wrong.done()?;
    let shown = door::act(&app, &claims, Lane::Help, move |tx, caller| {
        deciding::decide(tx, caller, id, (body.outcome, &rationale))?;
        reading::read(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(WholeAlertView::of(shown, app.clock().now())))
}

/// Opens an alert again: a closed one, or one whose holder cannot go on with it.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), request_body = Reopen, security(("access_token" = [])), responses(
    (status = 200, description = "It climbs again", body = WholeAlertView), Problems, WrongState,
))]
#[post("/alerts/{id}/reopening")]
pub(crate) async fn reopen(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Body(body): Body<Reopen>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.text("/reason", &body.reason, MOST_REASON);
    wrong.done()?;
    let shown = door::act(&app, &claims, Lane::Help, move |tx, caller| {
        actions::reopen(tx, caller, id, &reason)?;
        reading::read(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(WholeAlertView::of(shown, app.clock().now())))
}
