//! When somebody is asked how things are, over HTTP.

use actix_web::{HttpResponse, delete, get, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::MOST_REASON;
use crate::app::App;
use crate::base::civil::{Civil, Zone};
use crate::base::ids::{AccountId, CheckInId};
use crate::base::recurrence::Rule;
use crate::base::time::Moment;
use crate::care::check_ins::rhythm::{
    Ask, AskState, MOST_WINDOW_HOURS, Rhythm, Standing, USUAL_WINDOW_HOURS, actions, reading,
};
use crate::db::Lane;
use crate::edge::body::{Body, Params, PathId, Wrong};
use crate::edge::claims::Signed;
use crate::edge::door;
use crate::edge::problem::{AlreadyDone, EveryRole, Problem, Problems};

/// When somebody is to be asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RhythmBody {
    /// The version you have seen; 0 if none was ever set.
    #[schema(example = 0, minimum = 0)]
    version: i32,
    /// From when on and at which time of day, on the clock on the wall of their zone; at most 100 days ahead.
    #[schema(example = "2026-06-07T17:00")]
    starts: String,
    /// Their zone; `Europe/London` if left out.
    #[schema(example = "Europe/London")]
    zone: Option<String>,
    /// On which days, as RFC 5545 writes it: `FREQ` (`DAILY`, `WEEKLY`, `MONTHLY`), `INTERVAL` (at most
    /// 31, 12, 6), `BYDAY`, and by the month `BYMONTHDAY` or numbered days. At most once a day, and never more
    /// than 100 days apart.
    #[schema(example = "FREQ=WEEKLY;BYDAY=SU", max_length = 80)]
    rule: String,
    /// How long they have to answer; never beyond the next time they are asked. 24 if left out.
    #[schema(example = 24, minimum = 1, maximum = 168)]
    window_hours: Option<i32>,
}

/// When somebody is asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RhythmView {
    /// From when on, and at which time of day, on the clock on the wall of their zone.
    #[schema(example = "2026-06-07T17:00")]
    starts: String,
    #[schema(example = "Europe/London")]
    zone: &'static str,
    /// On which days, as RFC 5545 writes it.
    #[schema(example = "FREQ=WEEKLY;BYDAY=SU")]
    rule: String,
    /// How long they have to answer.
    #[schema(example = 24, minimum = 1, maximum = 168)]
    window_hours: i32,
}

/// A time somebody was asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskView {
    #[schema(example = "2026-06-07T17:00")]
    starts: String,
    state: AskState,
    /// When they were asked; `null` if they were not.
    asked_at: Option<Moment>,
    /// The check-in that answered it.
    check_in_id: Option<CheckInId>,
}

/// How it stands with when somebody is asked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RhythmStandingView {
    family_member_id: AccountId,
    /// How often it has been set or ended; 0 if never.
    #[schema(example = 1, minimum = 0)]
    version: i32,
    /// What holds; `null` if they are not asked.
    rhythm: Option<RhythmView>,
    /// When they are asked next.
    next_at: Option<Moment>,
    /// They are asked now, and have time to answer until then; `null` if they are not, or have answered.
    answer_by: Option<Moment>,
    /// The latest 30 times, the newest first. Left out for the family: nobody is shown a row of days.
    #[serde(skip_serializing_if = "Option::is_none")]
    asks: Option<Vec<AskView>>,
}

impl From<Rhythm> for RhythmView {
    fn from(rhythm: Rhythm) -> Self {
        Self {
            starts: rhythm.starts.to_string(),
            zone: rhythm.zone.name(),
            rule: rhythm.rule.as_str().to_owned(),
            window_hours: rhythm.window_hours,
        }
    }
}

impl From<Ask> for AskView {
    fn from(ask: Ask) -> Self {
        Self {
            starts: ask.starts.to_string(),
            state: ask.state,
            asked_at: ask.asked_at,
            check_in_id: ask.check_in_id,
        }
    }
}

impl From<Standing> for RhythmStandingView {
    fn from(standing: Standing) -> Self {
        let asks = standing.asks;
        Self {
            family_member_id: standing.family_member_id,
            version: standing.version,
            rhythm: standing.rhythm.map(Into::into),
            next_at: standing.next_at,
            answer_by: standing.answer_by,
            asks: asks.map(|asks| asks.into_iter().map(Into::into).collect()),
        }
    }
}

/// Why it is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RhythmReason {
    /// Why you must read it: needed from deputies and managers, kept in the audit.
    #[param(min_length = 1, max_length = 500, example = "Ruth is on leave")]
    reason: Option<String>,
}

/// Reads when a family member is asked how things are, and what became of it.
///
/// For themselves, who see whether they are asked now and when next, and their mentor. The practitioner and the
/// supervisor read audited; deputies and service managers also say why.
#[utoipa::path(tag = "check-ins", params(("id" = AccountId, Path), RhythmReason), security(("access_token" = [])), responses(
    (status = 200, description = "How it stands", body = RhythmStandingView), Problems, EveryRole,
))]
#[get("/check-in-rhythms/{id}")]
pub(crate) async fn show(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Params(RhythmReason { reason }): Params<RhythmReason>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.maybe_text("reason", reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let first = reason.clone();
    let standing = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, (id, first.as_deref())),
        move |rx, caller| reading::show(rx, caller, (id, reason.as_deref())),
    )
    .await?;
    Ok(HttpResponse::Ok().json(RhythmStandingView::from(standing)))
}

/// Sets when a family member is asked how things are.
///
/// For their mentor, the practitioner of their family and the supervisor of their pod. They are asked
/// by the same plain notice as for everything, never in quiet hours or outside the hours they have said
/// are safe. A time that the clocks skip is the next minute that exists, one that comes twice the first.
/// What is not answered in the window stands in `GET /needs`; the third miss in a row of a family that
/// answered at least four of the six times before raises a concern.
#[utoipa::path(tag = "check-ins", params(("id" = AccountId, Path)), request_body = RhythmBody, security(("access_token" = [])), responses(
    (status = 200, description = "How it stands now", body = RhythmStandingView), Problems, AlreadyDone,
))]
#[put("/check-in-rhythms/{id}")]
pub(crate) async fn set(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<RhythmBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let rhythm = body.rhythm(&mut wrong);
    wrong.done()?;
    let rhythm = rhythm.ok_or_else(|| Problem::field("/rule", "is not valid"))?;
    let standing = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::set(tx, caller, (id, body.version), &rhythm)
    })
    .await?;
    Ok(HttpResponse::Ok().json(RhythmStandingView::from(standing)))
}

/// Ends it: they are asked no more. What they were asked last is missed no more either.
#[utoipa::path(tag = "check-ins", params(("id" = AccountId, Path)), security(("access_token" = [])), responses(
    (status = 204, description = "They are asked no more"), Problems,
))]
#[delete("/check-in-rhythms/{id}")]
pub(crate) async fn end(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::end(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

impl RhythmBody {
    /// Reads it, noting what is wrong; none if it cannot be a rhythm.
    fn rhythm(&self, wrong: &mut Wrong) -> Option<Rhythm> {
        let starts = Civil::parse(&self.starts);
        if starts.is_none() {
            wrong.note(
                "/starts",
                "must be a day and a minute such as 2026-06-08T16:30",
            );
        }
        let zone = self.zone.as_deref().map_or(Some(Zone::LONDON), Zone::parse);
        if zone.is_none() {
            wrong.note("/zone", "must be a zone such as Europe/London");
        }
        let rule = Rule::parse(&self.rule);
        if rule.is_none() {
            wrong.note("/rule", "must be a rule such as FREQ=WEEKLY;BYDAY=SU");
        }
        let window_hours = self.window_hours.unwrap_or(USUAL_WINDOW_HOURS);
        if !(1..=MOST_WINDOW_HOURS).contains(&window_hours) {
            wrong.note("/window_hours", format!("must be 1 to {MOST_WINDOW_HOURS}"));
        }
        Some(Rhythm {
            starts: starts?,
            zone: zone?,
            rule: rule?,
            window_hours,
        })
    }
}
