//! Reading the audit over HTTP.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::body::{Params, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{Problem, Problems};
use crate::app::App;
use crate::base::ids::{AccountId, AuditLineId, SubjectId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::audit::reading::{self, Listing, Written};

/// Which lines of the audit.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditPage {
    /// Only lines that touch this person's affairs.
    about: Option<AccountId>,
    /// Only lines about this thing: a conversation, an account, an alert.
    subject: Option<SubjectId>,
    /// Only lines this person left.
    actor: Option<AccountId>,
    /// The `next` of the answer before.
    after: Option<AuditLineId>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A line of the audit.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLineView {
    id: AuditLineId,
    at: Moment,
    /// Who; nobody if it was done from the command line.
    actor: Option<Named>,
    #[schema(example = "supervising_social_worker")]
    actor_role: String,
    #[schema(example = "conversation.read")]
    deed: String,
    #[schema(example = "conversation")]
    subject: String,
    subject_id: Option<SubjectId>,
    /// Whose affairs it touches.
    about: Option<Named>,
    /// Facts about it.
    #[schema(value_type = Object)]
    detail: Value,
    /// The reason that was given.
    reason: Option<String>,
}

impl From<Written> for AuditLineView {
    fn from(line: Written) -> Self {
        let named = |(id, display_name)| Named { id, display_name };
        Self {
            id: line.id,
            at: line.at,
            actor: line.actor.map(named),
            actor_role: line.actor_role,
            deed: line.deed,
            subject: line.subject,
            subject_id: line.subject_id,
            about: line.about.map(named),
            detail: line.detail,
            reason: line.reason,
        }
    }
}

/// Some lines of the audit, newest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditList {
    items: Vec<AuditLineView>,
    /// Give it back as `after` for the next ones.
    next: Option<AuditLineId>,
}

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
        move |_, caller| reading::needs(caller, &first),
        move |rx, caller| reading::list(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).map(|line| line.id);
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(AuditList { items, next }))
}
