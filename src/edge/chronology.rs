//! The chronology of a family over HTTP.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::body::{Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{Problem, Problems};
use crate::app::App;
use crate::base::ids::{AlertId, FamilyId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::chronology::{self, Line, Listing, Place};

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// Which part of a chronology.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChronologyPage {
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Why you must read it: deputies, whoever covers, and managers say.
    #[param(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// A dated event.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChronologyLine {
    at: Moment,
    /// `check_in.low` (0 to 2 on the scale), `follow_up.reached`, or of an alert `alert.opened`,
    /// `alert.raised_again`, `alert.called`, `alert.decided`, `alert.referred`, `alert.decision_received`,
    /// `alert.reopened`.
    #[schema(example = "alert.decided")]
    event: String,
    /// About whom.
    family_member: Named,
    /// Who did it; nobody if it happened by itself.
    by: Option<Named>,
    /// The alert it belongs to.
    alert_id: Option<AlertId>,
    /// Facts about it; never words.
    #[schema(value_type = Object)]
    detail: Value,
}

impl From<Line> for ChronologyLine {
    fn from(line: Line) -> Self {
        Self {
            at: line.place.at,
            event: line.event,
            family_member: line.family_member,
            by: line.by,
            alert_id: line.alert_id,
            detail: line.detail,
        }
    }
}

/// Some of a family's chronology, oldest first, and where the next lines begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct Chronology {
    items: Vec<ChronologyLine>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Reads a family's chronology: dated key events in their order, oldest first, without a word of them.
///
/// Each line is shown to whoever may see what it is about, and no line of an alert to anybody in whom its
/// worry lies. The family's practitioner and the pod's supervising social worker read audited; deputies,
/// whoever covers, and managers also say why.
#[utoipa::path(tag = "families", params(("id" = FamilyId, Path), ChronologyPage), security(("access_token" = [])), responses(
    (status = 200, description = "Key events", body = Chronology), Problems,
))]
#[get("/families/{id}/chronology")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(family_id): PathId<FamilyId>,
    Params(page): Params<ChronologyPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let listing = Listing {
        family_id,
        after,
        limit: limit.saturating_add(1),
        reason,
    };
    let first = listing.clone();
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| chronology::needs(rx, caller, &first),
        move |rx, caller| chronology::list(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found
        .last()
        .filter(|_| more)
        .and_then(|last| cursor::write(&last.place));
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(Chronology { items, next }))
}
