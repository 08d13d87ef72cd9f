//! One occurrence of a date over HTTP.

use actix_web::{HttpResponse, put, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::views::DateView;
use super::{civil, shown};
use crate::app::App;
use crate::base::ids::DateId;
use crate::care::reminders::MOST_MINUTES;
use crate::care::reminders::occurrences::{self, OneChange, What};
use crate::db::Lane;
use crate::edge::body::{Body, PathId, Wrong};
use crate::edge::claims::Signed;
use crate::edge::door;
use crate::edge::problem::{AlreadyDone, Problem, Problems, WrongState};

/// What becomes of one occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OccurrenceBecomes {
    /// It is at another time.
    Moved,
    /// It will not be.
    Cancelled,
    /// It is as the others are again.
    AsPlanned,
}

/// What is to become of one occurrence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OccurrenceBody {
    /// The version you have seen. If somebody has changed the date since, nothing is changed.
    #[schema(example = 1, minimum = 1)]
    version: i32,
    /// Which, by the time it has in the schedule (`next.occurrence`).
    #[schema(
        example = "2026-06-15T16:30",
        pattern = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$"
    )]
    occurrence: String,
    becomes: OccurrenceBecomes,
    /// When it is from now on; with `moved` alone.
    #[schema(
        example = "2026-06-16T17:00",
        pattern = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$"
    )]
    starts: Option<String>,
    /// How long it takes; as long as the others if it is left out. With `moved` alone.
    #[schema(example = 60, minimum = 1, maximum = 1440)]
    minutes: Option<i32>,
}

/// Moves one occurrence of a date that repeats, or cancels it, and leaves the others as they are; the family
/// member is told.
///
/// For whoever may change the date. Its reminder follows it. Whoever answers it by the time it had before is
/// heard too.
#[utoipa::path(tag = "dates", params(("id" = DateId, Path)), request_body = OccurrenceBody, security(("access_token" = [])), responses(
    (status = 200, description = "The date as it is now", body = DateView), Problems, AlreadyDone, WrongState,
))]
#[put("/dates/{id}/occurrence")]
pub(crate) async fn change(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<DateId>,
    Body(body): Body<OccurrenceBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let of = civil(&mut wrong, ("/occurrence", &body.occurrence));
    let what = what(&mut wrong, &body);
    wrong.done()?;
    let not_valid = || Problem::field("/occurrence", "is not valid");
    let change = OneChange {
        id,
        version: body.version,
        of: of.ok_or_else(not_valid)?,
        what: what.ok_or_else(not_valid)?,
    };
    let date = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        occurrences::change_one(tx, caller, &change)
    })
    .await?;
    Ok(HttpResponse::Ok().json(shown(&app, date)))
}

/// What a body wants, noting what is wrong.
fn what(wrong: &mut Wrong, body: &OccurrenceBody) -> Option<What> {
    if body.becomes != OccurrenceBecomes::Moved {
        for (pointer, is_there) in [
            ("/starts", body.starts.is_some()),
            ("/minutes", body.minutes.is_some()),
        ] {
            if is_there {
                wrong.note(pointer, "goes with `moved` alone");
            }
        }
    }
    match (body.becomes, &body.starts) {
        (OccurrenceBecomes::Cancelled, _) => Some(What::Cancel),
        (OccurrenceBecomes::AsPlanned, _) => Some(What::PutBack),
        (OccurrenceBecomes::Moved, None) => {
            wrong.note("/starts", "is needed: say when it is");
            None
        }
        (OccurrenceBecomes::Moved, Some(starts)) => {
            if body
                .minutes
                .is_some_and(|minutes| !(1..=MOST_MINUTES).contains(&minutes))
            {
                wrong.note("/minutes", format!("must be 1 to {MOST_MINUTES}"));
            }
            let starts = civil(wrong, ("/starts", starts))?;
            Some(What::Move(starts, body.minutes))
        }
    }
}
