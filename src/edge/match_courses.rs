//! How a mentor's work begins and ends, over HTTP.

use actix_web::{HttpResponse, put, web};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{AlreadyDone, Problem, Problems};
use crate::app::App;
use crate::base::ids::{ConversationId, MatchId};
use crate::care::conversations::Days;
use crate::care::handovers::matching::course;
use crate::db::Lane;

/// The days of a match. What is left out is not said any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MatchCourseBody {
    /// When the two met first, or will, with a worker there. Not after the last day.
    #[schema(example = "2026-06-04", format = Date)]
    introduced_on: Option<String>,
    /// From when they see each other less. Not after the last day, which must be said with it.
    #[schema(example = "2026-11-02", format = Date)]
    tapers_from: Option<String>,
    /// The last day.
    #[schema(example = "2026-12-04", format = Date)]
    ends_on: Option<String>,
}

/// The days of a match, by the days of London.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchCourseView {
    match_id: MatchId,
    conversation_id: ConversationId,
    #[schema(example = "2026-06-04", format = Date)]
    introduced_on: Option<String>,
    #[schema(example = "2026-11-02", format = Date)]
    tapers_from: Option<String>,
    #[schema(example = "2026-12-04", format = Date)]
    ends_on: Option<String>,
}

/// Says when the two of a match meet first, from when they see each other less, and which day is the last.
///
/// For managers, the practitioner of the family and whoever supervises the pod. The pair is told, and sees it in
/// `GET /conversations`. Nothing ends by itself: once the last day is over, whoever answers for the family is told
/// to end the match or to say another day, and again each week until they do.
#[utoipa::path(tag = "families", params(("id" = MatchId, Path)), request_body = MatchCourseBody, security(("access_token" = [])), responses(
    (status = 200, description = "As it is said now", body = MatchCourseView), Problems, AlreadyDone,
))]
#[put("/matches/{id}/course")]
pub(crate) async fn put_course(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<MatchId>,
    Body(body): Body<MatchCourseBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let mut day = |pointer, text: Option<&str>| text.map(|text| wrong.day(pointer, text));
    let days = Days {
        introduced_on: day("/introduced_on", body.introduced_on.as_deref()),
        tapers_from: day("/tapers_from", body.tapers_from.as_deref()),
        ends_on: day("/ends_on", body.ends_on.as_deref()),
    };
    wrong.done()?;
    let of = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        course::set(tx, caller, (id, days))
    })
    .await?;
    let written = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    Ok(HttpResponse::Ok().json(MatchCourseView {
        match_id: of.id,
        conversation_id: of.conversation_id,
        introduced_on: written(days.introduced_on),
        tapers_from: written(days.tapers_from),
        ends_on: written(days.ends_on),
    }))
}
