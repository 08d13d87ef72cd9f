//! Signing in, staying signed in, unlocking, signing out.

use std::time::Duration;

use actix_web::cookie::time::Duration as CookieDuration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::USER_AGENT;
use actix_web::{HttpRequest, HttpResponse, delete, post, web};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;
use utoipa::ToSchema;

use super::address::network_address;
use super::body::{Body, Wrong};
use super::claims::{Scope, SignedInPart, TOKEN_LIFE, Tokens};
use super::door;
use super::problem::{
    BeforeSecondFactor, EvenIfSuspended, EveryRole, Kind, Locked, NotActive, Problem, Problems,
    SecondFactorNeeded, SignInAgain, TooMany, WrongSecret, WrongState,
};
use crate::app::App;
use crate::base::ids::AccountId;
use crate::base::secret::Secret;
use crate::care::accounts::Role;
use crate::care::accounts::devices::own as devices;
use crate::care::accounts::devices::unlock::{self as unlocking, UnlockError};
use crate::care::accounts::sign_in::{self as signing, Attempt, SignInError, SignedIn};
use crate::care::notices::mailing;
use crate::db::Lane;

/// The cookie that holds the app's device secret: never readable by a script.
pub const DEVICE_COOKIE: &str = "__Host-daybook";

/// Whoever asks for a way back is answered after this time, whatever was found.
const ANSWERED_AFTER: Duration = Duration::from_millis(300);

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
    #[schema(example = "long enough to be one")]
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

/// A family member's PIN, which unlocks a device that is enrolled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Unlock {
    /// Six digits.
    #[schema(example = "246810")]
    pin: Secret,
    /// The device secret; the phone app leaves it out and sends its cookie.
    refresh_token: Option<Secret>,
}

/// Who signed in, briefly.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInAs {
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
    account: SignedInAs,
}

/// Whose way back in is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WayBack {
    /// The e-mail they sign in with.
    #[schema(example = "asha@example.org", max_length = 254)]
    email: String,
}

/// Mails a code to whoever of staff and mentors has this e-mail and has verified it: a way back in for a
/// lost password.
///
/// The answer is the same whether anybody has it. The code is given to `POST /invitations/accept`, with a
/// `one_time_code` where there is a second factor.
#[utoipa::path(tag = "sessions", request_body = WayBack, responses(
    (status = 202, description = "If somebody has this e-mail, a code is on its way"), Problems, TooMany, WrongState,
))]
#[post("/sessions/way-back")]
pub(crate) async fn way_back(
    app: web::Data<App>,
    request: HttpRequest,
    Body(body): Body<WayBack>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let email = wrong.email("/email", &body.email);
    wrong.done()?;
    if app.mailer().is_none() {
        let how = "no mail is sent from here; a manager can give a code";
        return Err(Problem::new(Kind::WrongState).detail(how));
    }
    let from = network_address(&request, app.config().trusted_proxies);
    let written = app
        .store()
        .write(Lane::Rest, move |tx| mailing::way_back(tx, &email, &from));
    // What is written for an address that somebody has takes longer. Nobody shall see it.
    let (written, ()) = tokio::join!(written, sleep(ANSWERED_AFTER));
    written?;
    Ok(HttpResponse::Accepted().finish())
}

/// Signs in with e-mail, password and, for whoever has a second factor, a one-time code: staff and
/// mentors. Families unlock a device instead.
#[utoipa::path(tag = "sessions", request_body = SignIn, responses(
    (status = 200, description = "Signed in", body = Session), Problems, WrongSecret, SecondFactorNeeded, NotActive, TooMany,
))]
#[post("/sessions")]
pub(crate) async fn sign_in(
    app: web::Data<App>,
    tokens: web::Data<Tokens>,
    request: HttpRequest,
    Body(body): Body<SignIn>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let email = wrong.line("/email", &body.email, 254).to_lowercase();
    wrong.done()?;
    let attempt = Attempt {
        email,
        from: network_address(&request, app.config().trusted_proxies),
        one_time_code: body.one_time_code,
        label: device_label(&request, body.client),
    };
    let counted = attempt.clone();
    let compared = app
        .store()
        .write(Lane::Rest, move |tx| signing::begin(tx, &counted))
        .await?;
    if !app.verify(&body.password, compared.stored.clone()).await? {
        return Err(Problem::new(Kind::WrongSecret));
    }
    let done = app
        .store()
        .write(Lane::Rest, move |tx| {
            signing::complete(tx, &compared, &attempt)
        })
        .await?;
    session(&app, &tokens, &done, body.client, Status::Ok)
}

/// Exchanges a device secret for a new access token and the next device secret.
///
/// A family member's device gives access for twelve hours after it was unlocked or used last; after that
/// it is locked, and their PIN comes first.
#[utoipa::path(tag = "sessions", request_body = Refresh, responses(
    (status = 200, description = "Still signed in", body = Session), Problems, WrongSecret, Locked,
))]
#[post("/sessions/refresh")]
pub(crate) async fn refresh(
    app: web::Data<App>,
    tokens: web::Data<Tokens>,
    request: HttpRequest,
    Body(body): Body<Refresh>,
) -> Result<HttpResponse, Problem> {
    let (secret, client) = device_secret(&request, body.refresh_token)?;
    let done = app
        .store()
        .write(Lane::Rest, move |tx| signing::refresh(tx, &secret))
        .await?
        .map_err(|_ended| Problem::from(SignInError::WrongSecret))?;
    session(&app, &tokens, &done, client, Status::Ok)
}

/// Unlocks an enrolled device with a family member's PIN. A PIN alone never signs anybody in.
#[utoipa::path(tag = "sessions", request_body = Unlock, responses(
    (status = 200, description = "Unlocked", body = Session), Problems, SignInAgain, WrongSecret, TooMany,
))]
#[post("/sessions/unlock")]
pub(crate) async fn unlock(
    app: web::Data<App>,
    tokens: web::Data<Tokens>,
    request: HttpRequest,
    Body(body): Body<Unlock>,
) -> Result<HttpResponse, Problem> {
    let (secret, client) = device_secret(&request, body.refresh_token)?;
    let secret = unlocking::parse(&secret)?;
    let presented = secret.clone();
    let tried = app
        .store()
        .write(Lane::Rest, move |tx| unlocking::begin(tx, &presented))
        .await??;
    if !app.verify(&body.pin, tried.stored.clone()).await? {
        let refusal: Result<UnlockError, UnlockError> = app
            .store()
            .write(Lane::Rest, move |tx| unlocking::refuse(tx, &tried))
            .await;
        return Err(refusal?.into());
    }
    let done = app
        .store()
        .write(Lane::Rest, move |tx| {
            unlocking::complete(tx, &tried, &secret)
        })
        .await??;
    session(&app, &tokens, &done, client, Status::Ok)
}

/// Signs out: the device is no longer enrolled, its sockets close.
#[utoipa::path(tag = "sessions", security(("access_token" = [])), responses(
    (status = 204, description = "Signed out"), Problems, BeforeSecondFactor, EveryRole, EvenIfSuspended,
))]
#[delete("/sessions/current")]
pub(crate) async fn sign_out(
    app: web::Data<App>,
    SignedInPart(claims): SignedInPart,
) -> Result<HttpResponse, Problem> {
    door::act_even_if_suspended(&app, &claims, Lane::Rest, |tx, caller| {
        devices::sign_out(tx, caller, caller.device_id)
    })
    .await?;
    let mut forgotten = device_cookie("");
    forgotten.make_removal();
    Ok(HttpResponse::NoContent().cookie(forgotten).finish())
}

/// The device secret as this client sends it, and which kind of client that is.
fn device_secret(
    request: &HttpRequest,
    given: Option<Secret>,
) -> Result<(Secret, Option<Client>), Problem> {
    if let Some(token) = given {
        return Ok((token, None));
    }
    request
        .cookie(DEVICE_COOKIE)
        .map(|cookie| (Secret::new(cookie.value()), Some(Client::App)))
        .ok_or_else(|| Problem::field("/refresh_token", "is required"))
}

/// What the device is, in a few words its owner will know it by. What the client writes of itself is
/// looked at, never kept.
pub(super) fn device_label(request: &HttpRequest, client: Option<Client>) -> String {
    const KNOWN: [(&str, &str); 6] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("Linux", "Linux"),
    ];
    let kind = match client {
        Some(Client::App) => "app",
        None => "browser or program",
    };
    let agent = request
        .headers()
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let system = agent.and_then(|agent| KNOWN.iter().find(|(mark, _)| agent.contains(mark)));
    match system {
        Some((_, system)) => format!("{kind} on {system}"),
        None => kind.to_owned(),
    }
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
    let must_have = app.config().require_second_factor.contains(&done.role);
    let scope = if must_have && !done.has_second_factor {
        Scope::SecondFactorOnly
    } else {
        Scope::Everything
    };
    let access_token = tokens.issue(&done.claims(), scope, app.clock().now())?;
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
        account: SignedInAs {
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
