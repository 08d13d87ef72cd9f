//! Reading the audit over HTTP.

mod views;

use actix_web::{HttpResponse, get, web};

use views::{AuditList, AuditPage};

use super::body::{Params, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{Problem, Problems};
use crate::app::App;
use crate::care::audit::reading::{self, Listing};

/// Reads the audit, newest first: who did and read what, when and why. For service managers.
///
/// Nobody sees a line that would reveal an alert in which they are implicated. Reading is audited.
#[utoipa::path(tag = "audit", params(AuditPage), security(("access_token" = [])), responses(
    (status = 200, description = "Lines", body = AuditList), Problems,
))]
#[get("/audit")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<AuditPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    wrong.done()?;
    let listing = Listing {
        about: page.about,
        subject: page.subject,
        actor: page.actor,
        after: page.after,
        limit: limit.saturating_add(1),
    };
    let first = listing.clone();
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, &first),
        move |rx, caller| reading::list(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).map(|line| line.id);
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(AuditList { items, next }))
}
