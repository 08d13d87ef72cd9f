//! Links over HTTP: alerts of one family that belong together.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::AlertFacts;
use crate::app::App;
use crate::base::ids::AlertId;
use crate::care::alerts::links;
use crate::db::Lane;
use crate::edge::body::{Body, PathId};
use crate::edge::claims::Signed;
use crate::edge::door;
use crate::edge::problem::{Problem, Problems};

/// The alert to link with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkWith {
    /// Another alert of the same family, which you see whole too.
    alert_id: AlertId,
}

/// Links two alerts of one family that belong together. Each is shown with the other to whoever sees both.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), request_body = LinkWith, security(("access_token" = [])), responses(
    (status = 200, description = "The other alert: they are linked", body = AlertFacts), Problems,
))]
#[post("/alerts/{id}/links")]
pub(crate) async fn link(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Body(body): Body<LinkWith>,
) -> Result<HttpResponse, Problem> {
    let other = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        links::link(tx, caller, (id, body.alert_id))
    })
    .await?;
    Ok(HttpResponse::Ok().json(AlertFacts::from(other)))
}
