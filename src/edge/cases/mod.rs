//! Cases over HTTP: when a family's case was opened, moved between tiers of need and closed.

mod views;

use actix_web::{HttpResponse, get, post, web};
use views::{
    CaseFacts, CaseList, CasePage, ClosureBody, CorrectionBody, NewCaseBody, StepChangeBody,
};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{IdUsed, Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::{CaseId, FamilyId};
use crate::care::accounts::Claims;
use crate::care::cases::actions::{self, NewCase, NewEvent};
use crate::care::cases::{EventKind, Facts, MOST_RATIONALE, reading};
use crate::db::Lane;

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// Opens a case of a family: from which day, on which tier of need, and who asked for it.
///
/// For the family's practitioner, who supervises or covers its pod, and managers. A family has one open
/// case at most; one that follows another is a re-referral of it.
#[utoipa::path(tag = "families", params(("id" = FamilyId, Path)), request_body = NewCaseBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was opened before; how it stands", body = CaseFacts),
    (status = 201, description = "Opened", body = CaseFacts), Problems, IdUsed, WrongState,
))]
#[post("/families/{id}/cases")]
pub(crate) async fn open(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(family_id): PathId<FamilyId>,
    Body(body): Body<NewCaseBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let on = wrong.day("/on", &body.on);
    wrong.done()?;
    let new = NewCase {
        id: body.id,
        family_id,
        on,
        tier: body.tier,
        referred_by: body.referred_by,
    };
    let (standing, is_new) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        actions::open(tx, caller, &new)
    })
    .await?;
    Ok(recorded(is_new).json(CaseFacts::from(&standing)))
}

/// Reads the cases of a family with what happened to them, the newest first.
///
/// The family's practitioner and the pod's supervising social worker read audited; deputies, whoever
/// covers, and managers also say why.
#[utoipa::path(tag = "families", params(("id" = FamilyId, Path), CasePage), security(("access_token" = [])), responses(
    (status = 200, description = "Cases", body = CaseList), Problems,
))]
#[get("/families/{id}/cases")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(family): PathId<FamilyId>,
    Params(page): Params<CasePage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let first = reason.clone();
    let found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, (family, first.as_deref())),
        move |rx, caller| reading::list(rx, caller, (family, reason.as_deref())),
    )
    .await?;
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(CaseList { items, next: None }))
}

/// Records that a case moved to another tier of need: a step up or a step down.
///
/// For qualified people. It says what a person has decided, and decides nothing by itself.
#[utoipa::path(tag = "families", params(("id" = CaseId, Path)), request_body = StepChangeBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was recorded before; how the case stands", body = CaseFacts),
    (status = 201, description = "Recorded", body = CaseFacts), Problems, IdUsed, WrongState,
))]
#[post("/cases/{id}/step-changes")]
pub(crate) async fn change_step(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(case_id): PathId<CaseId>,
    Body(body): Body<StepChangeBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let on = wrong.day("/on", &body.on);
    let rationale = wrong.text("/rationale", &body.rationale, MOST_RATIONALE);
    let facts = Facts {
        on: Some(on),
        tier: Some(body.tier),
        ..Facts::default()
    };
    let new = NewEvent {
        id: body.id,
        case_id,
        kind: EventKind::StepChange,
        facts,
        corrects: None,
        is_withdrawn: false,
        rationale,
    };
    add(&app, &claims, wrong, new).await
}

/// Closes a case with an outcome and a rationale.
///
/// For qualified people. Not while an alert about the family is open: it closes none. From then on the
/// family is asked for no check-in and reminded of no date, until a case is opened again.
#[utoipa::path(tag = "families", params(("id" = CaseId, Path)), request_body = ClosureBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was closed so before; how the case stands", body = CaseFacts),
    (status = 201, description = "Closed", body = CaseFacts), Problems, IdUsed, WrongState,
))]
#[post("/cases/{id}/closure")]
pub(crate) async fn close(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(case_id): PathId<CaseId>,
    Body(body): Body<ClosureBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let on = wrong.day("/on", &body.on);
    let rationale = wrong.text("/rationale", &body.rationale, MOST_RATIONALE);
    let facts = Facts {
        on: Some(on),
        outcome: Some(body.outcome),
        ..Facts::default()
    };
    let new = NewEvent {
        id: body.id,
        case_id,
        kind: EventKind::Closed,
        facts,
        corrects: None,
        is_withdrawn: false,
        rationale,
    };
    add(&app, &claims, wrong, new).await
}

/// Puts right what was recorded wrongly of a case, or withdraws what did not happen. The first record
/// stays as it was, with this beside it.
///
/// For qualified people. A closing that is withdrawn leaves the case open; an opening that is withdrawn,
/// the last thing there is to withdraw, leaves no case.
#[utoipa::path(tag = "families", params(("id" = CaseId, Path)), request_body = CorrectionBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was put right before; how the case stands", body = CaseFacts),
    (status = 201, description = "Put right", body = CaseFacts), Problems, IdUsed, WrongState,
))]
#[post("/cases/{id}/corrections")]
pub(crate) async fn correct(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(case_id): PathId<CaseId>,
    Body(body): Body<CorrectionBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let on = body.on.as_deref().map(|on| wrong.day("/on", on));
    let rationale = wrong.text("/rationale", &body.rationale, MOST_RATIONALE);
    let facts = Facts {
        on,
        tier: body.tier,
        referred_by: body.referred_by,
        outcome: body.outcome,
    };
    if body.withdrawn == (facts != Facts::default()) {
        wrong.note(
            "/withdrawn",
            "or else something that is put right, and not both",
        );
    }
    let new = NewEvent {
        id: body.id,
        case_id,
        kind: EventKind::Corrected,
        facts,
        corrects: Some(body.corrects),
        is_withdrawn: body.withdrawn,
        rationale,
    };
    add(&app, &claims, wrong, new).await
}

async fn add(
    app: &App,
    claims: &Claims,
    mut wrong: Wrong,
    new: NewEvent,
) -> Result<HttpResponse, Problem> {
    if new.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    wrong.done()?;
    let (standing, is_new) = door::act(app, claims, Lane::Rest, move |tx, caller| {
        actions::add(tx, caller, &new)
    })
    .await?;
    Ok(recorded(is_new).json(CaseFacts::from(&standing)))
}

fn recorded(is_new: bool) -> actix_web::HttpResponseBuilder {
    if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    }
}
