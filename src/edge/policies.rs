//! The waits of alerts: read, put forward, agreed to.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, NoBody, Params, PathId, Wrong};
use super::claims::Signed;
use super::contact_plans::{WindowBody, read_windows, shown_windows};
use super::door;
use super::page::cut;
use super::problem::{AlreadyDone, Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::{AccountId, PolicyId};
use crate::base::time::Moment;
use crate::care::alerts::office_hours::{self, OfficeHours};
use crate::care::alerts::policies::{self, NewWaits, Version};
use crate::care::alerts::policy::{SHIPPED, Waits};
use crate::db::Lane;

/// Waits to be put forward.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    waits: Waits,
    /// When people are at work, by the clocks of London: at most one stretch of each day. Bank holidays are no
    /// working days. As in the version that these follow, if left out.
    #[schema(min_items = 1, max_items = 7)]
    office_hours: Option<Vec<WindowBody>>,
    /// From when alerts are raised under them; now, if left out.
    effective_from: Option<String>,
    /// Why, in a few words.
    #[schema(
        example = "agreed by the board in May",
        min_length = 1,
        max_length = 500
    )]
    reason: String,
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PolicyState)]
pub enum State {
    /// It is looser than the shipped waits: a second manager must agree.
    AwaitingSecondPerson,
    /// Nothing but its day is still to come, or it has been followed by another.
    Settled,
    /// New alerts are raised under it.
    InForce,
}

/// A version of an authority's waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyView {
    id: PolicyId,
    /// 2, 3, … in each authority; 1 is what the service ships with.
    #[schema(example = 2)]
    version: i32,
    state: State,
    waits: Waits,
    /// When people are at work: working time is counted in these hours.
    office_hours: Vec<WindowBody>,
    /// Whether any wait may be over later than the shipped one, also because people are at work at other hours.
    looser: bool,
    #[schema(example = "agreed by the board in May")]
    reason: String,
    effective_from: Moment,
    made_by: AccountId,
    made_at: Moment,
    /// The second person.
    agreed_by: Option<AccountId>,
    agreed_at: Option<Moment>,
}

impl PolicyView {
    fn of(version: Version, in_force: bool) -> Self {
        Self {
            id: version.id,
            version: version.version,
            state: match (version.is_settled(), in_force) {
                (false, _) => State::AwaitingSecondPerson,
                (true, false) => State::Settled,
                (true, true) => State::InForce,
            },
            waits: version.waits,
            office_hours: shown_windows(&version.hours.windows()),
            looser: version.is_looser,
            reason: version.reason,
            effective_from: version.effective_from,
            made_by: version.made_by,
            made_at: version.made_at,
            agreed_by: version.agreed_by,
            agreed_at: version.agreed_at,
        }
    }
}

/// The versions of an authority's waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyList {
    /// What the service ships with: version 1, and the ceiling for one person alone.
    shipped: Waits,
    /// The office hours it ships with: Monday to Friday, 09:00 to 17:00.
    shipped_office_hours: Vec<WindowBody>,
    /// The version new alerts are raised under.
    #[schema(example = 1)]
    in_force: i32,
    items: Vec<PolicyView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PolicyPage {
    /// The `next` of the answer before.
    #[param(minimum = 0)]
    after: Option<i32>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Lists the versions of the authority's waits, the oldest first.
#[utoipa::path(tag = "alerts", params(PolicyPage), security(("access_token" = [])), responses(
    (status = 200, description = "The waits", body = PolicyList), Problems,
))]
#[get("/escalation-policies")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<PolicyPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    if page.after.is_some_and(|after| after < 0) {
        wrong.note("after", "must not be negative");
    }
    wrong.done()?;
    let (found, in_force) = door::look(&app, &claims, move |rx, caller| {
        policies::list(rx, caller, (page.after, limit.saturating_add(1)))
    })
    .await?;
    let items: Vec<PolicyView> = found
        .into_iter()
        .map(|version| {
            let is_in_force = version.version == in_force;
            PolicyView::of(version, is_in_force)
        })
        .collect();
    let (items, next) = cut(items, limit, |last| last.version.to_string());
    Ok(HttpResponse::Ok().json(PolicyList {
        shipped: SHIPPED.waits,
        shipped_office_hours: shown_windows(&SHIPPED.hours.windows()),
        in_force,
        items,
        next,
    }))
}

/// Puts waits forward: a manager's deed.
///
/// They run from their day on. Where any of them may be over later than the shipped one, also by other office
/// hours, they run only once a second manager has agreed. Alerts that are open keep the waits and the hours they
/// were raised under; whatever else is counted in working time is counted in the hours in force.
#[utoipa::path(tag = "alerts", request_body = NewPolicy, security(("access_token" = [])), responses(
    (status = 201, description = "Put forward", body = PolicyView), Problems,
))]
#[post("/escalation-policies")]
pub(crate) async fn put_forward(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<NewPolicy>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.line("/reason", &body.reason, 500);
    let effective_from = wrong.maybe_moment("/effective_from", body.effective_from.as_deref());
    for (path, wait) in body.waits.each() {
        if !wait.is_sensible() {
            let pointer = format!("/waits/{path}");
            wrong.note(
                &pointer,
                "must be 1 minute to 7 days, or 1 to 20 working days",
            );
        }
    }
    let hours = body
        .office_hours
        .as_deref()
        .and_then(|sent| read_hours(&mut wrong, sent));
    wrong.done()?;
    let new = NewWaits {
        waits: body.waits,
        hours,
        effective_from,
        reason,
    };
    let (made, in_force) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        let made = policies::put_forward(tx, caller, &new)?;
        let in_force = policies::in_force(tx, caller.authority_id)?.version;
        Ok::<_, policies::PolicyError>((made, in_force))
    })
    .await?;
    let is_in_force = made.version == in_force;
    Ok(HttpResponse::Created().json(PolicyView::of(made, is_in_force)))
}

/// What is not right is noted.
fn read_hours(wrong: &mut Wrong, sent: &[WindowBody]) -> Option<OfficeHours> {
    let windows = read_windows(wrong, "/office_hours", sent);
    // Two that touch would be one, and each day is to have one at most.
    let is_one_each = windows.as_slice().len() == sent.len();
    match OfficeHours::try_from(windows.as_slice().to_vec()) {
        Ok(hours) if is_one_each => Some(hours),
        _ => {
            wrong.note("/office_hours", office_hours::WRONG);
            None
        }
    }
}

/// Agrees, as the second manager, to waits that are looser than the shipped ones.
#[utoipa::path(tag = "alerts", params(("id" = PolicyId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "Agreed", body = PolicyView), Problems, AlreadyDone, WrongState,
))]
#[post("/escalation-policies/{id}/agreement")]
pub(crate) async fn agree(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<PolicyId>,
    NoBody: NoBody,
) -> Result<HttpResponse, Problem> {
    let (agreed, in_force) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        let agreed = policies::agree(tx, caller, id)?;
        let in_force = policies::in_force(tx, caller.authority_id)?.version;
        Ok::<_, policies::PolicyError>((agreed, in_force))
    })
    .await?;
    let is_in_force = agreed.version == in_force;
    Ok(HttpResponse::Ok().json(PolicyView::of(agreed, is_in_force)))
}
