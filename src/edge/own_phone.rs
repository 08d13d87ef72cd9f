//! The own telephone number: named, verified by a code, forgotten.

use actix_web::{HttpResponse, delete, post, put, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::accounts::{OwnAccountView, view};
use super::body::{Body, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{Kind, Problem, Problems, TooMany, WrongState};
use crate::app::App;
use crate::base::phone_numbers::PhoneNumber;
use crate::base::secret::Secret;
use crate::care::accounts::phone;
use crate::care::notices::phoning;
use crate::db::Lane;

/// A number to be rung at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnPhoneNumber {
    /// With its country; spaces, dashes, dots and brackets are left out.
    #[schema(example = "+44 7700 900123", max_length = 40)]
    number: String,
}

/// The code that was sent to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhoneCode {
    /// Six digits.
    #[schema(example = "402817")]
    code: Secret,
}

/// Names a number the caller is to be rung at, and sends it a code. Until that is typed the number that
/// was verified before is rung. Shown to nobody else. Those who work here are rung there; a family member gets
/// a text that says nothing, and only if they agreed to it in their contact plan (`ok_text`). Mentors have none.
#[utoipa::path(tag = "own account", request_body = OwnPhoneNumber, security(("access_token" = [])), responses(
    (status = 202, description = "A code is on its way"), Problems, TooMany, WrongState,
))]
#[put("/accounts/me/phone-number")]
pub(crate) async fn ask(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<OwnPhoneNumber>,
) -> Result<HttpResponse, Problem> {
    let number = PhoneNumber::parse(&body.number);
    let mut wrong = Wrong::new();
    if let Err(why) = &number {
        wrong.note("/number", why.to_string());
    }
    wrong.done()?;
    if app.phone_hook().is_none() {
        return Err(Problem::new(Kind::WrongState).detail("nobody is rung from here"));
    }
    if let Ok(number) = number {
        door::act(&app, &claims, Lane::Rest, move |tx, caller| {
            phoning::verification(tx, caller, &number)
        })
        .await?;
    }
    Ok(HttpResponse::Accepted().finish())
}

/// Verifies the number that waits by the code that was sent to it.
#[utoipa::path(tag = "own account", request_body = PhoneCode, security(("access_token" = [])), responses(
    (status = 200, description = "The own account", body = OwnAccountView), Problems, TooMany, WrongState,
))]
#[post("/accounts/me/phone-number/confirmation")]
pub(crate) async fn confirm(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<PhoneCode>,
) -> Result<HttpResponse, Problem> {
    let mine = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        phoning::verified(tx, caller, &body.code)
    })
    .await??;
    Ok(HttpResponse::Ok().json(view(&app, mine)))
}

/// Forgets the caller's number: they are not rung any more.
#[utoipa::path(tag = "own account", security(("access_token" = [])), responses(
    (status = 204, description = "Forgotten, or there was none"), Problems,
))]
#[delete("/accounts/me/phone-number")]
pub(crate) async fn forget(
    app: web::Data<App>,
    Signed(claims): Signed,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, phone::forget).await?;
    Ok(HttpResponse::NoContent().finish())
}
