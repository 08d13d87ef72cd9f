//! Pods: who supervises them, who covers.

use actix_web::{HttpResponse, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::page::cut;
use super::problem::{AlreadyDone, Problem, Problems};
use crate::app::App;
use crate::base::ids::{AccountId, PodId};
use crate::base::time::Moment;
use crate::care::handovers::charge as handing;
use crate::care::pods::Pod;
use crate::care::pods::actions::{self as pods, MOST_DEPUTIES};
use crate::db::Lane;

/// A pod to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPod {
    /// What it is called; unique in the authority.
    #[schema(example = "Crewe North", min_length = 1, max_length = 80)]
    name: String,
    /// Where it works.
    #[schema(example = "Crewe", min_length = 1, max_length = 80)]
    area: String,
}

/// A pod.
#[derive(Debug, Serialize, ToSchema)]
pub struct PodView {
    id: PodId,
    name: String,
    area: String,
    /// Who supervises it. None is an alarm.
    supervising_social_worker_id: Option<AccountId>,
    /// Who covers, in order.
    deputies: Vec<AccountId>,
    created_at: Moment,
}

impl From<Pod> for PodView {
    fn from(pod: Pod) -> Self {
        Self {
            id: pod.id,
            name: pod.name,
            area: pod.area,
            supervising_social_worker_id: pod.supervising_social_worker_id,
            deputies: pod.deputies,
            created_at: pod.created_at,
        }
    }
}

/// Some pods, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct PodList {
    items: Vec<PodView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PodPage {
    /// The `next` of the answer before.
    after: Option<PodId>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Whom to put in charge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutSupervisor {
    /// An active supervising social worker of the authority.
    account_id: AccountId,
}

/// Who covers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutCover {
    /// Active supervising social workers of the authority, in the order they are called.
    #[schema(max_items = 20)]
    deputies: Vec<AccountId>,
}

/// Makes a pod.
#[utoipa::path(tag = "pods", request_body = NewPod, security(("access_token" = [])), responses(
    (status = 201, description = "Made", body = PodView), Problems, AlreadyDone,
))]
#[post("/pods")]
pub(crate) async fn make(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<NewPod>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let name = wrong.name("/name", &body.name, 80);
    let area = wrong.name("/area", &body.area, 80);
    wrong.done()?;
    let pod = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        pods::make(tx, caller, (&name, &area))
    })
    .await?;
    Ok(HttpResponse::Created().json(PodView::from(pod)))
}

/// Lists pods: a manager's authority, or the ones somebody supervises, covers or works in.
#[utoipa::path(tag = "pods", params(PodPage), security(("access_token" = [])), responses(
    (status = 200, description = "Pods", body = PodList), Problems,
))]
#[get("/pods")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<PodPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    wrong.done()?;
    let found = door::look(&app, &claims, move |rx, caller| {
        pods::list(rx, caller, (page.after, limit.saturating_add(1)))
    })
    .await?;
    let items: Vec<PodView> = found.into_iter().map(Into::into).collect();
    let (items, next) = cut(items, limit, |last| last.id.to_string());
    Ok(HttpResponse::Ok().json(PodList { items, next }))
}

/// Puts a supervising social worker in charge of a pod.
#[utoipa::path(tag = "pods", params(("id" = PodId, Path)), request_body = PutSupervisor, security(("access_token" = [])), responses(
    (status = 200, description = "The pod as it is now", body = PodView), Problems,
))]
#[put("/pods/{id}/supervising-social-worker")]
pub(crate) async fn put_supervisor(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(pod_id): PathId<PodId>,
    Body(body): Body<PutSupervisor>,
) -> Result<HttpResponse, Problem> {
    let pod = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        handing::put_supervisor(tx, caller, pod_id, body.account_id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(PodView::from(pod)))
}

/// Names who covers for a pod's supervisor, in order.
#[utoipa::path(tag = "pods", params(("id" = PodId, Path)), request_body = PutCover, security(("access_token" = [])), responses(
    (status = 200, description = "The pod as it is now", body = PodView), Problems,
))]
#[put("/pods/{id}/cover")]
pub(crate) async fn put_cover(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(pod_id): PathId<PodId>,
    Body(body): Body<PutCover>,
) -> Result<HttpResponse, Problem> {
    if body.deputies.len() > MOST_DEPUTIES {
        return Err(Problem::field(
            "/deputies",
            format!("must be at most {MOST_DEPUTIES}"),
        ));
    }
    let pod = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        handing::put_cover(tx, caller, pod_id, &body.deputies)
    })
    .await?;
    Ok(HttpResponse::Ok().json(PodView::from(pod)))
}
