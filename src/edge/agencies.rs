//! The numbers of agencies over HTTP: read by workers, kept by managers.

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::AgencyLineId;
use crate::care::agencies::actions as lines;
use crate::care::agencies::{Agency, AgencyLine, NewAgencyLine};
use crate::care::help_lines::parse_day;
use crate::db::Lane;

/// A script has at most so many characters.
const MOST_SCRIPT: usize = 2000;

/// A number of an agency as a manager writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencyLineBody {
    /// Which agency answers.
    agency: Agency,
    /// The area it is for, as pods write theirs; left out: the whole authority.
    #[schema(example = "Crewe", min_length = 1, max_length = 80)]
    area: Option<String>,
    /// Who answers.
    #[schema(
        example = "Children's emergency duty team",
        min_length = 1,
        max_length = 120
    )]
    name: String,
    /// The number to call.
    #[schema(example = "0300 123 5022", min_length = 1, max_length = 40)]
    number: String,
    /// When somebody answers, in words.
    #[schema(
        example = "Monday to Thursday from 17:00, Friday from 16:30, all weekend",
        min_length = 1,
        max_length = 200
    )]
    hours: String,
    /// What to say and to ask for: read out by whoever calls.
    #[schema(
        example = "Say: a child may not be safe tonight. Give name, age, address, who is with them. Ask who rings \
            you back, by when, and for the reference.",
        min_length = 1,
        max_length = 2000
    )]
    script: String,
    /// The day on which somebody last verified it.
    #[schema(example = "2026-05-28", format = Date)]
    verified_on: String,
}

/// A number of an agency, and what to say there.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgencyLineView {
    id: AgencyLineId,
    agency: Agency,
    /// None: for the whole authority.
    area: Option<String>,
    name: String,
    #[schema(example = "0300 123 5022")]
    number: String,
    hours: String,
    script: String,
    /// The day on which somebody last verified it.
    #[schema(example = "2026-05-28", format = Date)]
    verified_on: String,
    /// Whether that is more than 90 days ago.
    overdue: bool,
}

impl From<AgencyLine> for AgencyLineView {
    fn from(line: AgencyLine) -> Self {
        Self {
            id: line.id,
            agency: line.said.agency,
            area: line.said.area,
            name: line.said.name,
            number: line.said.number,
            hours: line.said.hours,
            script: line.said.script,
            verified_on: line.said.verified_on.to_string(),
            overdue: line.overdue,
        }
    }
}

/// The numbers of an authority's agencies.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgencyLineList {
    items: Vec<AgencyLineView>,
    /// Always null: the whole list is one page.
    next: Option<String>,
}

/// Lists whom workers of the authority telephone outside the service, agency by agency.
#[utoipa::path(tag = "help", security(("access_token" = [])), responses(
    (status = 200, description = "The numbers", body = AgencyLineList), Problems,
))]
#[get("/agency-lines")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
) -> Result<HttpResponse, Problem> {
    let found = door::look(&app, &claims, |rx, caller| lines::list(rx, caller)).await?;
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(AgencyLineList { items, next: None }))
}

/// Adds a number of an agency to the authority.
#[utoipa::path(tag = "help", request_body = AgencyLineBody, security(("access_token" = [])), responses(
    (status = 201, description = "Added", body = AgencyLineView), Problems, WrongState,
))]
#[post("/agency-lines")]
pub(crate) async fn add(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<AgencyLineBody>,
) -> Result<HttpResponse, Problem> {
    let new = read(&body)?;
    let made = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        lines::add(tx, caller, &new)
    })
    .await?;
    Ok(HttpResponse::Created().json(AgencyLineView::from(made)))
}

/// Writes a number of an agency anew; how it is verified again.
#[utoipa::path(tag = "help", params(("id" = AgencyLineId, Path)), request_body = AgencyLineBody, security(("access_token" = [])), responses(
    (status = 200, description = "The number as it is now", body = AgencyLineView), Problems,
))]
#[put("/agency-lines/{id}")]
pub(crate) async fn put(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AgencyLineId>,
    Body(body): Body<AgencyLineBody>,
) -> Result<HttpResponse, Problem> {
    let new = read(&body)?;
    let line = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        lines::put(tx, caller, id, &new)
    })
    .await?;
    Ok(HttpResponse::Ok().json(AgencyLineView::from(line)))
}

/// Removes a number of an agency.
#[utoipa::path(tag = "help", params(("id" = AgencyLineId, Path)), security(("access_token" = [])), responses(
    (status = 204, description = "Removed"), Problems,
))]
#[delete("/agency-lines/{id}")]
pub(crate) async fn remove(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AgencyLineId>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        lines::remove(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn read(body: &AgencyLineBody) -> Result<NewAgencyLine, Problem> {
    let mut wrong = Wrong::new();
    let area = body
        .area
        .as_deref()
        .map(|area| wrong.name("/area", area, 80));
    let name = wrong.name("/name", &body.name, 120);
    let number = wrong.line("/number", &body.number, 40);
    let hours = wrong.line("/hours", &body.hours, 200);
    let script = wrong.text("/script", &body.script, MOST_SCRIPT);
    let verified_on = parse_day(&body.verified_on);
    if verified_on.is_none() {
        wrong.note("/verified_on", "must be a day such as 2026-05-28");
    }
    wrong.done()?;
    Ok(NewAgencyLine {
        agency: body.agency,
        area,
        name,
        number,
        hours,
        script,
        verified_on: verified_on.unwrap_or_default(),
    })
}
