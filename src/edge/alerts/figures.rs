//! Figures over HTTP: how long alerts wait for a person and for a decision.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::base::ids::PodId;
use crate::base::time::Moment;
use crate::care::alerts::figures::{self, Cell, Span, Spread};
use crate::care::words::Severity;
use crate::edge::body::{Params, Wrong};
use crate::edge::claims::Signed;
use crate::edge::door;
use crate::edge::problem::{NotFound, Problem, Problems};

/// Which alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FiguresSpan {
    /// Those raised from then on; left out: 28 days before the end. At most 366 days before it.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Those raised before then; left out: before now.
    #[param(format = DateTime)]
    until: Option<String>,
    /// Those of this pod alone.
    pod_id: Option<PodId>,
}

/// How long something took, in seconds. Each is a time that was (nearest rank); what is still waited for
/// counts with the time so far.
#[derive(Debug, Serialize, ToSchema)]
#[expect(
    clippy::struct_field_names,
    reason = "on the wire a number says its unit"
)]
pub(crate) struct SpreadView {
    /// Half took no longer.
    #[schema(example = 140)]
    median_s: u64,
    /// Nine in ten took no longer.
    #[schema(example = 260)]
    p90_s: u64,
    /// The longest.
    #[schema(example = 900)]
    worst_s: u64,
}

impl From<Spread> for SpreadView {
    fn from(spread: Spread) -> Self {
        Self {
            median_s: spread.median_s,
            p90_s: spread.p90_s,
            worst_s: spread.worst_s,
        }
    }
}

/// The alerts of one severity, at one hour of the day or at all.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CellView {
    severity: Severity,
    /// The hour of the day in London at which they were raised; null: at any.
    #[schema(minimum = 0, maximum = 23)]
    hour: Option<u32>,
    /// Fewer than five, or the smallest other hour beside the only one with fewer: nothing more is said of them.
    suppressed: bool,
    alerts: Option<usize>,
    /// From being raised until somebody had them first.
    acknowledged: Option<SpreadView>,
    /// From being raised until it was decided first.
    decided: Option<SpreadView>,
}

impl From<Cell> for CellView {
    fn from(cell: Cell) -> Self {
        Self {
            severity: cell.severity,
            hour: cell.hour,
            suppressed: cell.told.is_none(),
            alerts: cell.told.map(|told| told.alerts),
            acknowledged: cell.told.map(|told| told.acknowledged.into()),
            decided: cell.told.map(|told| told.decided.into()),
        }
    }
}

/// Figures of a span.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FiguresView {
    from: Moment,
    until: Moment,
    /// The most serious first; of each severity first all hours, then hour by hour where there was any.
    items: Vec<CellView>,
    /// Always null: the whole list is one page.
    next: Option<String>,
}

/// Says how long alerts waited for a person and for a decision: by severity, and by the hour of the day.
///
/// For managers, of their authority; for supervising social workers, of the pods they supervise. A cell of
/// fewer than five alerts is suppressed, and another hour with it where it could be reckoned back. Alerts that you must not know of do not count.
#[utoipa::path(tag = "alerts", params(FiguresSpan), security(("access_token" = [])), responses(
    (status = 200, description = "Figures", body = FiguresView), Problems, NotFound,
))]
#[get("/response-times")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(span): Params<FiguresSpan>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let from = wrong.maybe_moment("from", span.from.as_deref());
    let until = wrong.maybe_moment("until", span.until.as_deref());
    wrong.done()?;
    let span = Span {
        from,
        until,
        pod: span.pod_id,
    };
    let found = door::look(&app, &claims, move |rx, caller| {
        figures::of(rx, caller, span)
    })
    .await?;
    Ok(HttpResponse::Ok().json(FiguresView {
        from: found.from,
        until: found.until,
        items: found.cells.into_iter().map(Into::into).collect(),
        next: None,
    }))
}
