//! The own second factor: set up, confirmed, removed.

use actix_web::{HttpResponse, delete, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Body;
use super::claims::{Signed, SignedInPart};
use super::door;
use super::problem::{
    AlreadyDone, BeforeSecondFactor, EveryRole, Problem, Problems, TooMany, WrongState,
};
use crate::app::App;
use crate::base::secret::Secret;
use crate::care::accounts::second_factor as factors;
use crate::db::Lane;

/// A second factor just made. All of it is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactor {
    /// To be typed into an authenticator.
    #[schema(example = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")]
    secret: String,
    /// The same as an address, to be shown as a QR code.
    #[schema(example = "otpauth://totp/Daybook:ruth%40example.org?secret=JBSWY3DPEHPK3PXP")]
    otpauth_url: String,
    /// Ten codes for the day the phone is lost, each good once instead of a one-time code.
    recovery_codes: Vec<String>,
}

/// A one-time code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneTimeCode {
    /// The six digits the authenticator shows now.
    #[schema(example = "123456")]
    one_time_code: Secret,
}

/// A one-time code or a recovery code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneTimeOrRecoveryCode {
    /// The six digits the authenticator shows now, or a recovery code.
    #[schema(example = "123456")]
    one_time_code: Secret,
}

/// The password, given again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPassword {
    /// The caller's password.
    #[schema(example = "long enough to be one")]
    password: Secret,
}

/// Makes a second factor for the caller, to be confirmed by a first code.
///
/// Wants the password again: whoever finds a browser open must not lock its owner out.
#[utoipa::path(tag = "own account", request_body = OwnPassword, security(("access_token" = [])), responses(
    (status = 201, description = "Made, and not yet asked for", body = SecondFactor), Problems, BeforeSecondFactor, AlreadyDone, TooMany,
))]
#[post("/accounts/me/second-factor")]
pub(crate) async fn enrol(
    app: web::Data<App>,
    SignedInPart(claims): SignedInPart,
    Body(body): Body<OwnPassword>,
) -> Result<HttpResponse, Problem> {
    let stored = door::act(&app, &claims, Lane::Rest, factors::begin_enrolment).await?;
    if !app.verify(&body.password, stored).await? {
        return Err(Problem::field("/password", "is not right"));
    }
    let made = door::act(&app, &claims, Lane::Rest, factors::enrol).await?;
    Ok(HttpResponse::Created().json(SecondFactor {
        secret: made.secret.expose().to_owned(),
        otpauth_url: made.otpauth_url.expose().to_owned(),
        recovery_codes: made
            .recovery_codes
            .iter()
            .map(|code| code.expose().to_owned())
            .collect(),
    }))
}

/// Confirms the second factor by a first code. Whoever had to have one refreshes their token now.
#[utoipa::path(tag = "own account", request_body = OneTimeCode, security(("access_token" = [])), responses(
    (status = 204, description = "Confirmed; signing in asks for a code from now on"), Problems, BeforeSecondFactor, EveryRole, AlreadyDone, WrongState, TooMany,
))]
#[post("/accounts/me/second-factor/confirmation")]
pub(crate) async fn confirm(
    app: web::Data<App>,
    SignedInPart(claims): SignedInPart,
    Body(body): Body<OneTimeCode>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        factors::confirm(tx, caller, &body.one_time_code)
    })
    .await??;
    Ok(HttpResponse::NoContent().finish())
}

/// Removes the caller's second factor, unless their role must have one.
#[utoipa::path(tag = "own account", request_body = OneTimeOrRecoveryCode, security(("access_token" = [])), responses(
    (status = 204, description = "Removed"), Problems, EveryRole, WrongState, TooMany,
))]
#[delete("/accounts/me/second-factor")]
pub(crate) async fn remove(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<OneTimeOrRecoveryCode>,
) -> Result<HttpResponse, Problem> {
    let must_have = app.config().require_second_factor.clone();
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        let required = must_have.contains(&caller.role);
        factors::remove(tx, caller, (&body.one_time_code, required))
    })
    .await??;
    Ok(HttpResponse::NoContent().finish())
}
