//! Handovers: suspending people, lifting it, letting them go, moving them, marking managers.

use actix_web::{HttpResponse, delete, post, put, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::accounts::AccountView;
use super::body::{Body, MaybeBody, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::{AccountId, PodId};
use crate::care::handovers::moving;
use crate::care::handovers::standing::{self, Going};
use crate::db::Lane;

/// Why somebody is suspended or leaves, and who takes over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoingBody {
    /// In a few words, for the audit.
    #[schema(example = "on leave from Friday", min_length = 1, max_length = 500)]
    reason: String,
    /// Who takes over: of a supervising social worker the pods and places among deputies, the shifts that they
    /// could hold, the alerts and what is to be done about them; of a manager the alerts; of a practitioner the
    /// families. Or who stands in, for four weeks, for a mentor who is suspended. What they may not have
    /// (`goes_to` in `responsibilities`) ends, or climbs.
    replacement_account_id: Option<AccountId>,
}

/// Why a suspension is lifted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lifting {
    /// In a few words, for the audit.
    #[schema(example = "nothing came of it", min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// Where somebody moves to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountMove {
    /// A pod of the authority.
    pod_id: PodId,
    /// Who takes over a practitioner's families, which stay in the old pod.
    replacement_account_id: Option<AccountId>,
}

/// Whether a manager is a qualified social worker.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Qualified {
    /// With it a manager may decide on alerts.
    #[schema(example = true)]
    qualified: bool,
}

/// Suspends somebody: their next request is refused, their live sockets close, what they still send
/// is held. A manager may do so to anybody, whoever supervises or covers a pod to its mentors. What rests on
/// them goes to whoever is named in the same moment, and stays there when the suspension is lifted.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), request_body = GoingBody, security(("access_token" = [])), responses(
    (status = 200, description = "Suspended", body = AccountView), Problems, WrongState,
))]
#[post("/accounts/{id}/suspension")]
pub(crate) async fn suspend(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<GoingBody>,
) -> Result<HttpResponse, Problem> {
    let going = read(id, &body)?;
    let account = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        standing::suspend(tx, caller, &going)
    })
    .await?;
    Ok(HttpResponse::Ok().json(AccountView::from(account)))
}

/// Lifts a suspension.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), request_body = Option<Lifting>, security(("access_token" = [])), responses(
    (status = 200, description = "Active again", body = AccountView), Problems, WrongState,
))]
#[delete("/accounts/{id}/suspension")]
pub(crate) async fn lift_suspension(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    body: MaybeBody<Lifting>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.maybe_text("/reason", body.0.reason.as_deref(), 500);
    wrong.done()?;
    let account = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        standing::lift(tx, caller, id, reason.as_deref())
    })
    .await?;
    Ok(HttpResponse::Ok().json(AccountView::from(account)))
}

/// Lets somebody go for good. Their matches end; what rests on them goes to somebody else first.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), request_body = GoingBody, security(("access_token" = [])), responses(
    (status = 200, description = "Departed", body = AccountView), Problems, WrongState,
))]
#[post("/accounts/{id}/departure")]
pub(crate) async fn depart(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<GoingBody>,
) -> Result<HttpResponse, Problem> {
    let going = read(id, &body)?;
    let account = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        standing::depart(tx, caller, &going)
    })
    .await?;
    Ok(HttpResponse::Ok().json(AccountView::from(account)))
}

/// Moves a mentor or practitioner to another pod.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), request_body = AccountMove, security(("access_token" = [])), responses(
    (status = 200, description = "Moved", body = AccountView), Problems, WrongState,
))]
#[put("/accounts/{id}/pod")]
pub(crate) async fn put_pod(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<AccountMove>,
) -> Result<HttpResponse, Problem> {
    let account = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        let heir = body.replacement_account_id;
        moving::move_account(tx, caller, (id, body.pod_id), heir)
    })
    .await?;
    Ok(HttpResponse::Ok().json(AccountView::from(account)))
}

/// Marks another manager as a qualified social worker, or takes the mark away.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), request_body = Qualified, security(("access_token" = [])), responses(
    (status = 200, description = "Marked", body = AccountView), Problems, WrongState,
))]
#[put("/accounts/{id}/qualified")]
pub(crate) async fn put_qualified(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<Qualified>,
) -> Result<HttpResponse, Problem> {
    let account = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        standing::put_qualified(tx, caller, (id, body.qualified))
    })
    .await?;
    Ok(HttpResponse::Ok().json(AccountView::from(account)))
}

fn read(account_id: AccountId, body: &GoingBody) -> Result<Going, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.text("/reason", &body.reason, 500);
    wrong.done()?;
    Ok(Going {
        account_id,
        reason,
        replacement: body.replacement_account_id,
    })
}
