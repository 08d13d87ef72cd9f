//! The own devices: see them, sign out the one that was lost, or all others.

use actix_web::{HttpResponse, delete, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::PathId;
use super::claims::Signed;
use super::door;
use super::problem::{EveryRole, Problem, Problems};
use crate::app::App;
use crate::base::ids::DeviceId;
use crate::base::time::Moment;
use crate::care::accounts::devices::own as devices;
use crate::db::Lane;

/// One of the own devices.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceView {
    id: DeviceId,
    /// What it is, as far as it says.
    #[schema(example = "app on Android")]
    label: String,
    created_at: Moment,
    /// When it last refreshed or unlocked.
    last_seen_at: Moment,
    /// Whether it is the one that asks.
    current: bool,
}

/// The own devices, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceList {
    items: Vec<DeviceView>,
    /// Always null: the whole list is one page.
    next: Option<String>,
}

/// Lists the caller's devices that are signed in.
#[utoipa::path(tag = "own account", security(("access_token" = [])), responses(
    (status = 200, description = "Devices", body = DeviceList), Problems, EveryRole,
))]
#[get("/accounts/me/devices")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
) -> Result<HttpResponse, Problem> {
    let (found, own) = door::look(&app, &claims, |rx, caller| {
        devices::list(rx, caller).map(|found| (found, caller.device_id))
    })
    .await?;
    let items = found
        .into_iter()
        .map(|device| DeviceView {
            id: device.id,
            label: device.label,
            created_at: device.created_at,
            last_seen_at: device.last_seen_at,
            current: device.id == own,
        })
        .collect();
    Ok(HttpResponse::Ok().json(DeviceList { items, next: None }))
}

/// Signs out one of the caller's devices; its sockets close.
#[utoipa::path(tag = "own account", params(("id" = DeviceId, Path)), security(("access_token" = [])), responses(
    (status = 204, description = "Signed out"), Problems, EveryRole,
))]
#[delete("/accounts/me/devices/{id}")]
pub(crate) async fn sign_out(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<DeviceId>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        devices::sign_out(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Signs out all of the caller's devices but the one that asks.
#[utoipa::path(tag = "own account", security(("access_token" = [])), responses(
    (status = 204, description = "Signed out"), Problems, EveryRole,
))]
#[delete("/accounts/me/devices")]
pub(crate) async fn sign_out_others(
    app: web::Data<App>,
    Signed(claims): Signed,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, devices::sign_out_others).await?;
    Ok(HttpResponse::NoContent().finish())
}
