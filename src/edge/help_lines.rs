//! Help lines: read by anyone, even without a token; kept by managers.

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::{MaybeSigned, Signed};
use super::door;
use super::problem::{Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::HelpLineId;
use crate::care::help_lines::actions::{self as lines, HelpLineError};
use crate::care::help_lines::{HelpLine, NewHelpLine, parse_day};
use crate::db::Lane;

/// A help line as a manager writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HelpLineBody {
    /// The place it is for.
    #[schema(example = "Cheshire East", min_length = 1, max_length = 80)]
    locality: String,
    /// Who answers.
    #[schema(
        example = "Children's front door, out of hours",
        min_length = 1,
        max_length = 120
    )]
    name: String,
    /// The number to call.
    #[schema(example = "0300 123 5022", min_length = 1, max_length = 40)]
    number: String,
    /// The number to text, if one may.
    #[schema(min_length = 1, max_length = 40)]
    text_number: Option<String>,
    /// When somebody answers, in words.
    #[schema(
        example = "evenings, nights, weekends and bank holidays",
        min_length = 1,
        max_length = 200
    )]
    hours: String,
    /// Its place among the authority's own lines; the lowest comes first.
    #[schema(example = 1, minimum = 0, maximum = 1000)]
    position: Option<i32>,
    /// The day on which somebody last verified it.
    #[schema(example = "2026-05-28", format = Date)]
    verified_on: String,
}

/// A help line.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpLineView {
    /// None for a national line, which ships with the service.
    id: Option<HelpLineId>,
    /// None for a national line.
    locality: Option<String>,
    name: String,
    #[schema(example = "0800 1111")]
    number: String,
    text_number: Option<String>,
    hours: String,
    /// The day on which somebody last verified it.
    #[schema(example = "2026-05-28", format = Date)]
    verified_on: String,
    /// Whether that is more than 90 days ago.
    overdue: bool,
}

impl From<HelpLine> for HelpLineView {
    fn from(line: HelpLine) -> Self {
        Self {
            id: line.id,
            locality: line.locality,
            name: line.name,
            number: line.number,
            text_number: line.text_number,
            hours: line.hours,
            verified_on: line.verified_on.to_string(),
            overdue: line.overdue,
        }
    }
}

/// Help lines, the most urgent first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpLineList {
    items: Vec<HelpLineView>,
    /// Always null: the whole list is one page.
    next: Option<String>,
}

/// For which place.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Locality {
    /// The place, as its authority writes it. Without it somebody signed in gets their own
    /// authority's lines, and anybody else the national ones.
    #[param(example = "Cheshire East", min_length = 1, max_length = 80)]
    locality: Option<String>,
}

/// Lists help lines: the emergency line, those of the place, the other national ones.
#[utoipa::path(tag = "help", params(Locality), security((), ("access_token" = [])), responses(
    (status = 200, description = "Help lines", body = HelpLineList), Problems,
))]
#[get("/help-lines")]
pub(crate) async fn list(
    app: web::Data<App>,
    MaybeSigned(claims): MaybeSigned,
    Params(Locality { locality }): Params<Locality>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let locality = locality.map(|place| wrong.line("locality", &place, 80));
    wrong.done()?;
    let found = match (locality, claims) {
        (Some(place), _) => {
            app.store()
                .read(move |rx| lines::for_locality(rx, &place))
                .await?
        }
        (None, Some(claims)) => {
            let theirs = app
                .store()
                .read(move |rx| lines::for_holder(rx, &claims).map_err(HelpLineError::from));
            theirs.await?
        }
        (None, None) => {
            let national = app
                .store()
                .read(|rx| Ok::<_, HelpLineError>(lines::national(rx)));
            national.await?
        }
    };
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(HelpLineList { items, next: None }))
}

/// Adds a help line to the authority.
#[utoipa::path(tag = "help", request_body = HelpLineBody, security(("access_token" = [])), responses(
    (status = 201, description = "Added", body = HelpLineView), Problems, WrongState,
))]
#[post("/help-lines")]
pub(crate) async fn add(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<HelpLineBody>,
) -> Result<HttpResponse, Problem> {
    let new = read(&body)?;
    let made = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        lines::add(tx, caller, &new)
    })
    .await?;
    Ok(HttpResponse::Created().json(HelpLineView::from(made)))
}

/// Writes a help line anew; how it is verified again.
#[utoipa::path(tag = "help", params(("id" = HelpLineId, Path)), request_body = HelpLineBody, security(("access_token" = [])), responses(
    (status = 200, description = "The line as it is now", body = HelpLineView), Problems,
))]
#[put("/help-lines/{id}")]
pub(crate) async fn put(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<HelpLineId>,
    Body(body): Body<HelpLineBody>,
) -> Result<HttpResponse, Problem> {
    let new = read(&body)?;
    let line = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        lines::put(tx, caller, id, &new)
    })
    .await?;
    Ok(HttpResponse::Ok().json(HelpLineView::from(line)))
}

/// Removes a help line.
#[utoipa::path(tag = "help", params(("id" = HelpLineId, Path)), security(("access_token" = [])), responses(
    (status = 204, description = "Removed"), Problems,
))]
#[delete("/help-lines/{id}")]
pub(crate) async fn remove(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<HelpLineId>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        lines::remove(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn read(body: &HelpLineBody) -> Result<NewHelpLine, Problem> {
    let mut wrong = Wrong::new();
    let locality = wrong.name("/locality", &body.locality, 80);
    let name = wrong.name("/name", &body.name, 120);
    let number = wrong.line("/number", &body.number, 40);
    let text_number = body
        .text_number
        .as_deref()
        .map(|number| wrong.line("/text_number", number, 40));
    let hours = wrong.line("/hours", &body.hours, 200);
    let position = body.position.unwrap_or(0);
    if !(0..=1000).contains(&position) {
        wrong.note("/position", "must be 0 to 1000");
    }
    let verified_on = parse_day(&body.verified_on);
    if verified_on.is_none() {
        wrong.note("/verified_on", "must be a day such as 2026-05-28");
    }
    wrong.done()?;
    Ok(NewHelpLine {
        locality,
        name,
        number,
        text_number,
        hours,
        position,
        verified_on: verified_on.unwrap_or_default(),
    })
}
