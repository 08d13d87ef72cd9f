//! Reading hours over HTTP.

use actix_web::{HttpResponse, get, put, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, PathId, Wrong};
use super::claims::Signed;
use super::contact_plans::{WindowBody, read_windows, shown_windows};
use super::door;
use super::problem::{Problem, Problems};
use crate::app::App;
use crate::base::civil::Zone;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::reading_hours::actions::{self, Said};
use crate::care::reading_hours::{MOST_ANSWER_WITHIN, MOST_WINDOWS};
use crate::db::Lane;

/// When a mentor reads.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadingHoursBody {
    /// The hours of each day of the week; none takes back what was said.
    #[schema(max_items = 21)]
    windows: Vec<WindowBody>,
    /// By whose clocks; `Europe/London` if left out.
    #[schema(example = "Europe/London")]
    zone: Option<String>,
    /// Whoever writes waits so many working hours before the practitioner is told, and as many again
    /// before the supervising social worker is. Not the mentor's own to say; as it was if left out.
    #[schema(minimum = 1, maximum = 24, example = 8)]
    answer_within_working_hours: Option<u32>,
}

/// When a mentor reads, and how long whoever writes to them waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReadingHoursView {
    peer_mentor_id: AccountId,
    windows: Vec<WindowBody>,
    #[schema(example = "Europe/London")]
    zone: &'static str,
    /// One working day, which is 8, unless it was set.
    #[schema(minimum = 1, maximum = 24, example = 8)]
    answer_within_working_hours: u32,
    /// When this was said; nothing while nobody has.
    said_at: Option<Moment>,
}

impl ReadingHoursView {
    fn of(id: AccountId, (hours, said_at): Said) -> Self {
        Self {
            peer_mentor_id: id,
            windows: shown_windows(&hours.windows),
            zone: hours.zone.name(),
            answer_within_working_hours: hours.answer_within,
            said_at,
        }
    }
}

/// Shows when a mentor reads: to themselves, their pod's staff and managers. Families see it with their
/// conversation.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The hours", body = ReadingHoursView), Problems,
))]
#[get("/accounts/{id}/reading-hours")]
pub(crate) async fn show(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
) -> Result<HttpResponse, Problem> {
    let said = door::look(&app, &claims, move |rx, caller| {
        actions::show(rx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(ReadingHoursView::of(id, said)))
}

/// Says when a mentor reads, and how long whoever writes to them waits before somebody else is told.
///
/// Mentors say their own hours; whoever supervises or covers their pod, and managers, say both. Outside of
/// the hours a family gets one automatic receipt; nothing is kept back, and no wait ends by it.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), request_body = ReadingHoursBody, security(("access_token" = [])), responses(
    (status = 200, description = "The hours as they are now", body = ReadingHoursView), Problems,
))]
#[put("/accounts/{id}/reading-hours")]
pub(crate) async fn say(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<ReadingHoursBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.windows.len() > MOST_WINDOWS {
        wrong.note("/windows", format!("must be at most {MOST_WINDOWS}"));
    }
    let windows = read_windows(&mut wrong, "/windows", &body.windows);
    let zone = match body.zone.as_deref() {
        Some(name) => Zone::parse(name),
        None => Some(Zone::LONDON),
    };
    if zone.is_none() {
        wrong.note("/zone", "must be the name of a zone, such as Europe/London");
    }
    let within = body.answer_within_working_hours;
    if within.is_some_and(|hours| !(1..=MOST_ANSWER_WITHIN).contains(&hours)) {
        let wanted = format!("must be 1 to {MOST_ANSWER_WITHIN}");
        wrong.note("/answer_within_working_hours", wanted);
    }
    wrong.done()?;
    let zone = zone.unwrap_or(Zone::LONDON);
    let said = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        actions::say(tx, caller, id, (&windows, zone, within))
    })
    .await?;
    Ok(HttpResponse::Ok().json(ReadingHoursView::of(id, said)))
}
