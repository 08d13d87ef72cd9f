//! The forecast of cover over HTTP: where nobody is on, or nobody could be reached.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Params, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{Problem, Problems};
use super::shifts::CoverPerson;
use crate::app::App;
use crate::base::ids::{AccountId, PodId};
use crate::base::time::Moment;
use crate::care::handovers::forecast::{
    self, Listing, MOST_DAYS, Place, PodGap, PoorlyReached, Why,
};
use crate::care::notices::sending::Channel;

/// A stretch of time in which nobody is on for a pod, or nobody who is on can be reached.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverGapView {
    pod_id: PodId,
    #[schema(example = "Crewe North")]
    pod_name: String,
    from: Moment,
    /// Until before when; the end of what was looked at, if it goes on beyond.
    until: Moment,
    why: Why,
    /// Who is on, and can be called in no way outside the open app. Empty if nobody is on.
    people: Vec<CoverPerson>,
}

impl From<PodGap> for CoverGapView {
    fn from(found: PodGap) -> Self {
        let people = found.people.into_iter();
        Self {
            pod_id: found.pod_id,
            pod_name: found.pod_name,
            from: found.gap.from,
            until: found.gap.until,
            why: found.gap.why,
            people: people
                .map(|one| CoverPerson {
                    id: one.id,
                    display_name: one.display_name,
                })
                .collect(),
        }
    }
}

/// Somebody on a ladder who could be missed.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoorlyReachedView {
    id: AccountId,
    #[schema(example = "Ruth Ellis")]
    display_name: String,
    /// The one way in which they can be called, if there is one: a device that takes pushes, a verified
    /// e-mail, a verified telephone number.
    channels: BTreeSet<Channel>,
}

impl From<PoorlyReached> for PoorlyReachedView {
    fn from(found: PoorlyReached) -> Self {
        Self {
            id: found.who.id,
            display_name: found.who.display_name,
            channels: found.channels,
        }
    }
}

/// Gaps in cover, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverGapList {
    /// Until before when was looked.
    until: Moment,
    items: Vec<CoverGapView>,
    /// Who on the ladders can be called in fewer than two ways outside the open app, as of now: one way may
    /// fail and nobody notice.
    poorly_reached: Vec<PoorlyReachedView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// How far ahead.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ForecastPage {
    /// 1 to 31; 14 if left out.
    #[param(minimum = 1, maximum = 31)]
    days: Option<i64>,
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Lists every gap in the cover of the coming days, the earliest first.
///
/// Managers see those of every pod, supervising social workers those of the pods they supervise. A pod
/// without a shift rests on its supervisor, unless they are on leave. Whether somebody can be reached is
/// told as of now; deputies are not counted. Beside it stands who could be missed: of everybody on the
/// ladders for managers; for supervising social workers themselves, their deputies and whoever covers.
#[utoipa::path(tag = "pods", params(ForecastPage), security(("access_token" = [])), responses(
    (status = 200, description = "Gaps", body = CoverGapList), Problems,
))]
#[get("/cover/forecast")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<ForecastPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let days = page.days.unwrap_or(14);
    if !(1..=MOST_DAYS).contains(&days) {
        wrong.note("days", format!("must be 1 to {MOST_DAYS}"));
    }
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    wrong.done()?;
    let listing = Listing { days, after };
    let ways = app.ways();
    let looked = door::look(&app, &claims, move |rx, caller| {
        forecast::forecast(rx, caller, (&listing, ways))
    })
    .await?;
    let (since, until, mut found) = (looked.since, looked.until, looked.gaps);
    let more = cursor::cut(&mut found, limit);
    let next = found
        .last()
        .filter(|_| more)
        .and_then(|last| cursor::write(&last.place(since)));
    let items = found.into_iter().map(CoverGapView::from).collect();
    let poorly_reached = looked.poorly_reached.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(CoverGapList {
        until,
        items,
        poorly_reached,
        next,
    }))
}
