//! Leaving somebody out of an alert by hand, over HTTP.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::base::ids::{AccountId, AlertId};
use crate::care::alerts::leaving_out::leave_out;
use crate::db::Lane;
use crate::edge::body::{Body, PathId, Wrong};
use crate::edge::claims::Signed;
use crate::edge::door;
use crate::edge::problem::{Problem, Problems, WrongState};

/// Who must not know of an alert.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exclusion {
    /// A worker or mentor of the authority.
    account_id: AccountId,
    /// In a few words, for the history and the audit.
    #[schema(
        example = "He plays football with the stepfather.",
        min_length = 1,
        max_length = 1000
    )]
    reason: String,
}

/// Leaves somebody out of an alert: they are a part of it, or must not know of it for another reason.
///
/// From this moment on the alert does not exist for them, nor for whoever a manager has marked as close to them.
/// What they had climbs again, and whoever comes next is called at once. They learn nothing of it. Nobody is let
/// back in. A supervising social worker cannot leave a service manager out; a manager can leave another one out.
/// Whoever would then be the only one to be called, they and those they have let in, cannot.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), request_body = Exclusion, security(("access_token" = [])), responses(
    (status = 204, description = "They are left out"), Problems, WrongState,
))]
#[post("/alerts/{id}/exclusions")]
pub(crate) async fn exclude(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Body(body): Body<Exclusion>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.text("/reason", &body.reason, super::MOST_REASON);
    wrong.done()?;
    door::act(&app, &claims, Lane::Help, move |tx, caller| {
        leave_out(tx, caller, id, (body.account_id, &reason))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
