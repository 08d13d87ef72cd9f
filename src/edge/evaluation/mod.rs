//! Evaluation over HTTP: figures of a span, to be read or to be taken away as a table.

mod csv;

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::alerts::figures::SpreadView;
use super::body::{Params, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{NotFound, Problem, Problems};
use crate::app::App;
use crate::base::ids::PodId;
use crate::base::time::Moment;
use crate::care::evaluation::{self, Figure, Measure, Span, Split, Unit, definitions};

/// Which days, and of which pod.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EvaluationSpan {
    /// The first day; left out: a year before the end. At most that.
    #[param(format = Date)]
    from: Option<String>,
    /// The last day, which belongs to the span; left out: today. Not in the future.
    #[param(format = Date)]
    to: Option<String>,
    /// Of this pod alone.
    pod_id: Option<PodId>,
}

impl EvaluationSpan {
    fn checked(&self) -> Result<Span, Problem> {
        let mut wrong = Wrong::new();
        let from = self.from.as_deref().map(|text| wrong.day("from", text));
        let to = self.to.as_deref().map(|text| wrong.day("to", text));
        wrong.done()?;
        Ok(Span {
            from,
            to,
            pod: self.pod_id,
        })
    }
}

/// One figure: a total, or a part of the one before it. Where `suppressed`, nothing more is said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvaluationFigure {
    measure: Measure,
    unit: Unit,
    /// By what the total is split; null: it is the total.
    split: Option<Split>,
    /// Which part it is.
    #[schema(example = "closure")]
    code: Option<String>,
    /// Fewer than five people or families stand behind it, or another could be reckoned from it.
    suppressed: bool,
    #[schema(example = 18)]
    count: Option<u32>,
    /// The total of which it is a part.
    #[schema(example = 42)]
    of: Option<u32>,
    /// The proportion is not below this (Wilson's 95 % interval), as a part of 1.
    #[schema(example = 0.291)]
    low: Option<f64>,
    /// Nor above this.
    #[schema(example = 0.578)]
    high: Option<f64>,
    /// For times.
    seconds: Option<SpreadView>,
}

/// As a part of 1, to the thousandth.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

impl From<Figure> for EvaluationFigure {
    fn from(figure: Figure) -> Self {
        let interval = figure.of.map(|(_, interval)| interval);
        Self {
            measure: figure.measure,
            unit: figure.unit,
            split: figure.part.map(|(split, _)| split),
            code: figure.part.map(|(_, code)| code.to_owned()),
            suppressed: figure.count.is_none(),
            count: figure.count,
            of: figure.of.map(|(of, _)| of),
            low: interval.map(|interval| rounded(interval.low)),
            high: interval.map(|interval| rounded(interval.high)),
            seconds: figure.spread.map(Into::into),
        }
    }
}

/// What a figure means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionView {
    measure: Measure,
    means: &'static str,
}

/// What the figures mean.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DefinitionsView {
    /// Whoever compares figures compares those of one version.
    #[schema(example = 1)]
    version: u32,
    /// What holds of all of them.
    general: &'static str,
    measures: Vec<DefinitionView>,
}

/// The figures of a span.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EvaluationView {
    #[schema(example = "2025-06-02", format = Date)]
    from: String,
    #[schema(example = "2026-06-01", format = Date)]
    to: String,
    /// Null: of all that you may see.
    pod_id: Option<PodId>,
    made_at: Moment,
    definitions: DefinitionsView,
    /// Always the same ones in the same order: each total, then its parts.
    items: Vec<EvaluationFigure>,
    /// Always null: the whole list is one page.
    next: Option<String>,
}

fn defined() -> DefinitionsView {
    let measure = |measure: Measure| DefinitionView {
        measure,
        means: measure.means(),
    };
    DefinitionsView {
        version: definitions::VERSION,
        general: definitions::GENERAL,
        measures: definitions::ALL.map(measure).into(),
    }
}

/// Says what came of the work with families: cases opened, moved between tiers, closed and referred again,
/// check-ins answered, alerts, and how long those waited.
///
/// For managers, of their authority; for supervising social workers, of the pods they supervise. Counts of
/// families and of their members, proportions with an interval, small numbers suppressed so that none can
/// be reckoned back from others of the answer, each figure with its definition. Alerts that you must not
/// know of do not count.
#[utoipa::path(tag = "evaluation", params(EvaluationSpan), security(("access_token" = [])), responses(
    (status = 200, description = "Figures", body = EvaluationView), Problems, NotFound,
))]
#[get("/evaluation")]
pub(crate) async fn show(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(span): Params<EvaluationSpan>,
) -> Result<HttpResponse, Problem> {
    let span = span.checked()?;
    let found = door::look(&app, &claims, move |rx, caller| {
        evaluation::of(rx, caller, span)
    })
    .await?;
    Ok(HttpResponse::Ok().json(EvaluationView {
        from: found.from.to_string(),
        to: found.to.to_string(),
        pod_id: found.pod,
        made_at: found.made_at,
        definitions: defined(),
        items: found.figures.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Gives the same figures as a table to be taken away (RFC 4180), with their definitions in it.
///
/// For the same people. Each line is `about` the table, a `figure`, or a `definition`. No cell begins as a
/// formula of a spreadsheet does. Who took it is in the audit.
#[utoipa::path(tag = "evaluation", params(EvaluationSpan), security(("access_token" = [])), responses(
    (status = 200, description = "A table", body = String, content_type = "text/csv", example = "line,measure,unit,split,code,suppressed,count,of,low,high,median_s,p90_s,worst_s,text\r\nabout,,,,,,,,,,,,,definitions 1\r\nfigure,cases_closed,families,outcome,closure,no,18,42,0.291,0.578,,,,\r\n"), Problems, NotFound,
))]
#[get("/evaluation.csv")]
pub(crate) async fn export(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(span): Params<EvaluationSpan>,
) -> Result<HttpResponse, Problem> {
    let span = span.checked()?;
    let found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| evaluation::export_needs(rx, caller, span),
        move |rx, caller| evaluation::of(rx, caller, span),
    )
    .await?;
    let name = format!("evaluation-{}-{}.csv", found.from, found.to);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8; header=present")
        .insert_header((
            "Content-Disposition",
            format!("attachment; filename=\"{name}\""),
        ))
        .body(csv::table(&found)))
}
