//! Pushes over HTTP: the service's public key, and where the own device takes pushes.

use actix_web::{HttpResponse, delete, get, post, web};
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{EveryRole, Kind, Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::{DeviceId, SubscriptionId};
use crate::base::push_hosts;
use crate::base::web_push::{Receiver, Vapid};
use crate::care::notices::push::actions as push;
use crate::db::Lane;

/// Browsers write keys without padding, some clients with it.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The public key pushes are signed for.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushKey {
    /// What a browser wants as `applicationServerKey`: 65 bytes in base64url.
    #[schema(
        example = "BNbxGYNMhEIi9zrneh7mqV4oUanjLUK3m-mYZBc62frMKrEoMk88r3Lk596T0ck9xlT2EPVeRWuaqcNWBUTF5Ew"
    )]
    key: String,
}

/// A `PushSubscription` as a browser's `toJSON()` writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionBody {
    /// Where pushes go: an address of one of the browsers' push services.
    #[schema(
        example = "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABl",
        min_length = 1,
        max_length = 2048
    )]
    endpoint: String,
    /// When the push service means to end it, in milliseconds since 1970. Only taken note of by
    /// whoever reads it: an end shows when a push is refused.
    #[serde(rename = "expirationTime")]
    #[schema(example = json!(null))]
    expiration_time: Option<f64>,
    keys: SubscriptionKeys,
}

/// The keys a push is sealed for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubscriptionKeys {
    /// The browser's public key: 65 bytes in base64url.
    #[schema(
        example = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        min_length = 87,
        max_length = 88
    )]
    p256dh: String,
    /// The secret it shares with us: 16 bytes in base64url.
    #[schema(example = "BTBZMqHH6r4Tts7J_aSIgg", min_length = 22, max_length = 24)]
    auth: String,
}

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubscriptionView {
    id: SubscriptionId,
    /// The device that asked: the one it is for.
    device_id: DeviceId,
}

/// Gives the public key that a browser subscribes with.
#[utoipa::path(tag = "own account", security(("access_token" = [])), responses(
    (status = 200, description = "The key", body = PushKey), Problems, EveryRole, WrongState,
))]
#[get("/push/key")]
pub(crate) async fn key(
    app: web::Data<App>,
    Signed(claims): Signed,
) -> Result<HttpResponse, Problem> {
    let key = vapid(&app)?.public_key().to_owned();
    door::look(&app, &claims, |_rx, _caller| {
        Ok::<_, push::SubscriptionError>(())
    })
    .await?;
    Ok(HttpResponse::Ok().json(PushKey { key }))
}

/// Lets the device that asks take pushes at a place. A device has one: the newest takes the place of
/// the one before.
#[utoipa::path(tag = "own account", request_body = SubscriptionBody, security(("access_token" = [])), responses(
    (status = 200, description = "It takes pushes there already", body = SubscriptionView),
    (status = 201, description = "It takes pushes there from now on", body = SubscriptionView), Problems, EveryRole, WrongState,
))]
#[post("/push/subscriptions")]
pub(crate) async fn subscribe(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<SubscriptionBody>,
) -> Result<HttpResponse, Problem> {
    vapid(&app)?;
    let receiver = read(&app, &body)?;
    let (made, is_new) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        push::subscribe(tx, caller, &receiver)
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(SubscriptionView {
        id: made.id,
        device_id: made.device_id,
    }))
}

/// Ends one of the caller's subscriptions.
#[utoipa::path(tag = "own account", params(("id" = SubscriptionId, Path)), security(("access_token" = [])), responses(
    (status = 204, description = "Ended"), Problems, EveryRole,
))]
#[delete("/push/subscriptions/{id}")]
pub(crate) async fn unsubscribe(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<SubscriptionId>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        push::unsubscribe(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn vapid(app: &App) -> Result<&Vapid, Problem> {
    app.vapid().ok_or_else(|| {
        Problem::new(Kind::WrongState).detail("pushes are not set up here: there is no VAPID key")
    })
}

fn read(app: &App, body: &SubscriptionBody) -> Result<Receiver, Problem> {
    let mut wrong = Wrong::new();
    let endpoint = push_hosts::endpoint(&body.endpoint, &app.config().push_hosts);
    if endpoint.is_none() {
        wrong.note("/endpoint", "must be an address of a known push service");
    }
    if body
        .expiration_time
        .is_some_and(|at| !at.is_finite() || at < 0.0)
    {
        wrong.note("/expirationTime", "must be milliseconds since 1970");
    }
    let p256dh = BASE64URL.decode(&body.keys.p256dh).unwrap_or_default();
    if p256dh.len() != 65 || p256dh.first() != Some(&4) {
        wrong.note(
            "/keys/p256dh",
            "must be 65 bytes of a public key in base64url",
        );
    }
    let auth = BASE64URL.decode(&body.keys.auth).unwrap_or_default();
    if auth.len() != 16 {
        wrong.note("/keys/auth", "must be 16 bytes in base64url");
    }
    wrong.done()?;
    let endpoint = endpoint.ok_or_else(|| Problem::new(Kind::NotValid))?;
    let receiver = Receiver {
        endpoint,
        p256dh,
        auth,
    };
    // 65 bytes may still be no point of the curve: what cannot be sealed is told now, not at night.
    let can_be_sealed = app
        .vapid()
        .is_some_and(|vapid| vapid.can_seal_for(&receiver));
    if can_be_sealed {
        Ok(receiver)
    } else {
        Err(Problem::field(
            "/keys/p256dh",
            "is no key of the curve P-256",
        ))
    }
}
