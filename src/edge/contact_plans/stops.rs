//! Stopping all contact with a family member over HTTP, and letting it go on.

use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PlanView;
use crate::app::App;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::contact_plans::ContactPlan;
use crate::care::contact_plans::stops::{self, Stop};
use crate::db::Lane;
use crate::edge::body::{Body, PathId, Wrong};
use crate::edge::claims::Signed;
use crate::edge::door;
use crate::edge::problem::{AlreadyDone, Problem, Problems};

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// Why all contact is stopped, or goes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StopBody {
    /// In a few words, for whoever oversees and for the audit. No mentor and no family sees it.
    #[schema(
        example = "He has their phone since Friday",
        min_length = 1,
        max_length = 500
    )]
    reason: String,
}

/// Who stopped all contact.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoppedByView {
    id: AccountId,
    #[schema(example = "Ruth")]
    display_name: String,
}

/// All contact with them is stopped: do not write, do not call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoppedView {
    since: Moment,
    by: StoppedByView,
    /// Why. Left out for mentors.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "He has their phone since Friday")]
    reason: Option<String>,
}

impl From<Stop> for StoppedView {
    fn from(found: Stop) -> Self {
        let (id, display_name) = found.by;
        Self {
            since: found.since,
            by: StoppedByView { id, display_name },
            reason: found.why,
        }
    }
}

/// Stops all contact with a family member: from now on nothing rings or shows on their phone, whatever their
/// plan allows, and they are reminded of nothing and asked nothing.
///
/// For whoever supervises their pod or deputises there, and for managers. It is looked at when something
/// would be sent. They are not told, and go on being heard; whoever works with them is told.
#[utoipa::path(tag = "contact plans", params(("id" = AccountId, Path)), request_body = StopBody, security(("access_token" = [])), responses(
    (status = 200, description = "The plan, with the stop", body = PlanView), Problems, AlreadyDone,
))]
#[post("/contact-plans/{id}/stop")]
pub(crate) async fn stop(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<StopBody>,
) -> Result<HttpResponse, Problem> {
    let why = read(&body)?;
    let plan = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        stops::stop(tx, caller, (id, &why))
    })
    .await?;
    Ok(shown(&app, plan))
}

/// Lets contact with a family member go on: what their plan says holds again.
///
/// For whoever may stop it. Where it was not stopped nothing happens.
#[utoipa::path(tag = "contact plans", params(("id" = AccountId, Path)), request_body = StopBody, security(("access_token" = [])), responses(
    (status = 200, description = "The plan as it holds again", body = PlanView), Problems,
))]
#[post("/contact-plans/{id}/stop/ending")]
pub(crate) async fn end(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<StopBody>,
) -> Result<HttpResponse, Problem> {
    let why = read(&body)?;
    let plan = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        stops::end(tx, caller, (id, &why))
    })
    .await?;
    Ok(shown(&app, plan))
}

fn read(body: &StopBody) -> Result<String, Problem> {
    let mut wrong = Wrong::new();
    let why = wrong.text("/reason", &body.reason, MOST_REASON);
    wrong.done()?;
    Ok(why)
}

fn shown(app: &App, plan: ContactPlan) -> HttpResponse {
    HttpResponse::Ok().json(PlanView::of(plan, app.clock().now()))
}
