//! Signing in, staying signed in.

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::network_address;
use super::body::{Body, Wrong};
use super::claims::{TOKEN_LIFE, Tokens};
use super::problem::{Kind, Problem, Problems};
use crate::app::App;
use crate::base::ids::AccountId;
use crate::base::secret::Secret;
use crate::care::accounts::Role;
use crate::care::accounts::sign_in::{self as signing, SignInError, SignedIn};
use crate::db::Lane;

/// The cookie that holds the app's device secret: never readable by a script.
pub const DEVICE_COOKIE: &str = "__Host-daybook";

/// Which kind of client is signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Client {
    /// The phone app: its device secret travels in a cookie.
    App,
}

/// Who signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The e-mail they were invited with.
    #[schema(example = "asha@example.org", max_length = 254)]
    email: String,
    /// Their password.
    password: Secret,
    /// The code their authenticator shows, if they have one.
    #[schema(example = "123456")]
    one_time_code: Option<Secret>,
    /// `app` for the phone app.
    client: Option<Client>,
}

/// A device secret to be exchanged for the next one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The device secret; the phone app leaves it out and sends its cookie.
    refresh_token: Option<Secret>,
}

/// Somebody's own account, briefly.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnAccount {
    /// Its id.
    id: AccountId,
    /// What they are.
    role: Role,
    /// What they are called.
    #[schema(example = "Asha")]
    display_name: String,
}

/// What a signed-in client holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// For the `Authorization: Bearer` header and the live socket's hello.
    access_token: String,
    /// Seconds until it expires.
    #[schema(example = 600)]
    expires_in: u64,
    /// The device secret: keep it safe, use it once. The phone app gets a cookie instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    /// Who signed in.
    account: OwnAccount,
}

/// Signs in with e-mail and password: staff and mentors.
#[utoipa::path(tag = "sessions", request_body = SignIn, responses(
    (status = 200, description = "Signed in", body = Session), Problems,
))]
#[post("/sessions")]
pub(crate) async fn sign_in(
    app: web::Data<App>,
    tokens: web::Data<Tokens>,
    request: HttpRequest,
    body: Body<SignIn>,
) -> Result<HttpResponse, Problem> {
    let Body(SignIn {
        email,
        password,
        one_time_code: _,
        client,
    }) = body;
    let mut wrong = Wrong::new();
    let email = wrong.line("/email", &email, 254).to_lowercase();
    wrong.done()?;
    let from = network_address(&request, app.config().trusted_proxies);

    let (theirs, theirs_from) = (email.clone(), from.clone());
    let compared = app
        .store()
        .write(Lane::Rest, move |tx| {
            signing::begin(tx, &theirs, &theirs_from)
        })
        .await?;
    if !app.verify(&password, compared.stored.clone()).await? {
        return Err(Problem::new(Kind::WrongSecret));
    }
    let done = app
        .store()
        .write(Lane::Rest, move |tx| {
            signing::complete(tx, &compared, (&email, &from), "browser or app")
        })
        .await?;
    session(&app, &tokens, &done, client, Status::Ok)
}

/// Exchanges a device secret for a new access token and the next device secret.
#[utoipa::path(tag = "sessions", request_body = Refresh, responses(
    (status = 200, description = "Still signed in", body = Session), Problems,
))]
#[post("/sessions/refresh")]
pub(crate) async fn refresh(
    app: web::Data<App>,
    tokens: web::Data<Tokens>,
    request: HttpRequest,
    body: Body<Refresh>,
) -> Result<HttpResponse, Problem> {
    let cookie = request
        .cookie(DEVICE_COOKIE)
        .map(|cookie| Secret::new(cookie.value()));
    let (secret, client) = match (body.0.refresh_token, cookie) {
        (Some(token), _) => (token, None),
        (None, Some(cookie)) => (cookie, Some(Client::App)),
        (None, None) => return Err(Problem::field("/refresh_token", "is required")),
    };
    let done = app
        .store()
        .write(Lane::Rest, move |tx| signing::refresh(tx, &secret))
        .await?
        .map_err(|_ended| Problem::from(SignInError::WrongSecret))?;
    session(&app, &tokens, &done, client, Status::Ok)
}

/// Whether something was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    Created,
}

/// Answers with a session.
pub(super) fn session(
    app: &App,
    tokens: &Tokens,
    done: &SignedIn,
    client: Option<Client>,
    status: Status,
) -> Result<HttpResponse, Problem> {
    let access_token = tokens.issue(&done.claims(), app.clock().now())?;
    let secret = done.device.secret.expose();
    let mut response = match status {
        Status::Ok => HttpResponse::Ok(),
        Status::Created => HttpResponse::Created(),
    };
    if client == Some(Client::App) {
        response.cookie(device_cookie(secret));
    }
    Ok(response.json(Session {
        access_token,
        expires_in: TOKEN_LIFE.as_secs(),
        refresh_token: client.is_none().then(|| secret.to_owned()),
        account: OwnAccount {
            id: done.account_id,
            role: done.role,
            display_name: done.display_name.clone(),
        },
    }))
}

fn device_cookie(secret: &str) -> Cookie<'static> {
    Cookie::build(DEVICE_COOKIE, secret.to_owned())
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .max_age(CookieDuration::days(400))
        .finish()
}
