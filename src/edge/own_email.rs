//! Verifying the own e-mail: a code is mailed, and typed.

use actix_web::{HttpResponse, post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::accounts::{OwnAccountView, view};
use super::body::{Body, NoBody};
use super::claims::Signed;
use super::door;
use super::problem::{AlreadyDone, Kind, Problem, Problems, TooMany, WrongState};
use crate::app::App;
use crate::base::secret::Secret;
use crate::care::notices::mailing;
use crate::db::Lane;

/// The code that was mailed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailCode {
    /// However it is typed.
    #[schema(example = "K7F2M-9QRXW")]
    code: Secret,
}

/// Mails the caller a code that verifies their e-mail. Only at a verified address are they called.
#[utoipa::path(tag = "own account", security(("access_token" = [])), responses(
    (status = 202, description = "A code is on its way"), Problems, AlreadyDone, TooMany, WrongState,
))]
#[post("/accounts/me/email-verification")]
pub(crate) async fn ask(
    app: web::Data<App>,
    Signed(claims): Signed,
    NoBody: NoBody,
) -> Result<HttpResponse, Problem> {
    if app.mailer().is_none() {
        return Err(Problem::new(Kind::WrongState).detail("no mail is sent from here"));
    }
    door::act(&app, &claims, Lane::Rest, mailing::verification).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Verifies the caller's e-mail by the code that was mailed to it.
#[utoipa::path(tag = "own account", request_body = EmailCode, security(("access_token" = [])), responses(
    (status = 200, description = "The own account", body = OwnAccountView), Problems, AlreadyDone, TooMany,
))]
#[post("/accounts/me/email-verification/confirmation")]
pub(crate) async fn confirm(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<EmailCode>,
) -> Result<HttpResponse, Problem> {
    let mine = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        mailing::verified(tx, caller, &body.code)
    })
    .await??;
    Ok(HttpResponse::Ok().json(view(&app, mine)))
}
