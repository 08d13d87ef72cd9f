//! Logged calls over HTTP: who telephoned whom about an alert, and what was said.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::part;
use super::views::PartPage;
use crate::app::App;
use crate::base::ids::{AlertId, CallId};
use crate::base::time::Moment;
use crate::care::agencies::Agency;
use crate::care::alerts::actions::Named;
use crate::care::alerts::calls::{self, Call, NewCall, Said};
use crate::care::alerts::reading;
use crate::care::alerts::reading::telephone::Telephone;
use crate::db::Lane;
use crate::edge::agencies::AgencyLineView;
use crate::edge::body::{Body, Params, PathId, Wrong};
use crate::edge::claims::Signed;
use crate::edge::cursor;
use crate::edge::door;
use crate::edge::problem::{IdUsed, Problem, Problems};

/// What was said has at most so many characters.
const MOST_SAID: usize = 4000;
/// Names and references have at most so many.
const MOST_LINE: usize = 200;

/// A telephone call to be logged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewCallBody {
    /// Made by the client; the same again is the same call.
    id: CallId,
    /// Whom you called.
    agency: Agency,
    /// When; left out: now. Not in the future.
    #[schema(format = DateTime, example = "2026-06-05T17:48:00Z")]
    called_at: Option<String>,
    /// With whom you spoke there.
    #[schema(
        example = "Dee Marsh, duty social worker",
        min_length = 1,
        max_length = 200
    )]
    spoke_with: String,
    /// The reference they gave, if they gave one.
    #[schema(example = "EDT/26/1093", min_length = 1, max_length = 200)]
    reference: Option<String>,
    /// What was said, and what they will do.
    #[schema(
        example = "Told them what Robin wrote and where he is. They ring the aunt tonight and me by nine.",
        min_length = 1,
        max_length = 4000
    )]
    said: String,
}

/// A telephone call that was logged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallView {
    /// Its number within the alert: 1, 2, 3, …
    seq: i32,
    id: CallId,
    /// Who called.
    by: Named,
    agency: Agency,
    /// When they called, as they say.
    called_at: Moment,
    /// When they logged it.
    recorded_at: Moment,
    spoke_with: String,
    reference: Option<String>,
    said: String,
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        Self {
            seq: call.seq,
            id: call.id,
            by: call.by,
            agency: call.agency,
            called_at: call.called_at,
            recorded_at: call.recorded_at,
            spoke_with: call.words.spoke_with,
            reference: call.words.reference,
            said: call.words.said,
        }
    }
}

/// Whom to telephone about an alert just now, and what to say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TelephoneView {
    /// Whether it is out of hours: nights, weekends and bank holidays.
    out_of_hours: bool,
    /// The first to be called first: out of hours the emergency duty team, else the front door; about
    /// somebody of the service the allegations officer; the police. Empty if the authority keeps none.
    lines: Vec<AgencyLineView>,
}

impl From<Telephone> for TelephoneView {
    fn from(telephone: Telephone) -> Self {
        Self {
            out_of_hours: telephone.out_of_hours,
            lines: telephone.lines.into_iter().map(Into::into).collect(),
        }
    }
}

/// Some calls about an alert, oldest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallList {
    items: Vec<CallView>,
    /// Give it back as `after` for the next ones.
    next: Option<i32>,
}

/// Logs a telephone call about an alert: for those who may act on it, also after it was decided.
///
/// An e-mail or a form never counts as handed over; a call does. What was logged never changes.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), request_body = NewCallBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was logged before", body = CallView),
    (status = 201, description = "Logged", body = CallView), Problems, IdUsed,
))]
#[post("/alerts/{id}/calls")]
pub(crate) async fn log(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Body(body): Body<NewCallBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let called_at = wrong.maybe_moment("/called_at", body.called_at.as_deref());
    let spoke_with = wrong.line("/spoke_with", &body.spoke_with, MOST_LINE);
    let reference = body
        .reference
        .as_deref()
        .map(|reference| wrong.line("/reference", reference, MOST_LINE));
    let said = wrong.text("/said", &body.said, MOST_SAID);
    wrong.done()?;
    let new = NewCall {
        id: body.id,
        agency: body.agency,
        called_at,
        words: Said {
            spoke_with,
            reference,
            said,
        },
    };
    let (call, is_new) = door::act(&app, &claims, Lane::Help, move |tx, caller| {
        calls::log(tx, caller, id, &new)
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(CallView::from(call)))
}

/// Reads the calls logged about an alert, oldest first. Audited as reading the alert is.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path), PartPage), security(("access_token" = [])), responses(
    (status = 200, description = "Calls", body = CallList), Problems,
))]
#[get("/alerts/{id}/calls")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Params(page): Params<PartPage>,
) -> Result<HttpResponse, Problem> {
    let (after, limit) = part(&page)?;
    let wanted = (after, limit.saturating_add(1));
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, id),
        move |rx, caller| calls::list(rx, caller, id, wanted),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let items: Vec<CallView> = found.into_iter().map(Into::into).collect();
    let next = items.last().filter(|_| more).map(|last| last.seq);
    Ok(HttpResponse::Ok().json(CallList { items, next }))
}
