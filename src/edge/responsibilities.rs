//! What rests on somebody, over HTTP: shown before they are suspended or let go.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Params, PathId};
use super::claims::Signed;
use super::door;
use super::problem::{Problem, Problems};
use super::shifts::{CoverPerson, ShiftView};
use crate::app::App;
use crate::base::ids::{AccountId, AlertId, PodId};
use crate::base::time::Moment;
use crate::care::alerts::{Alert, Kind};
use crate::care::handovers::resting::{self, Asked, Part, Person, Resting, RestingPod};
use crate::care::words::Severity;

/// How somebody would go.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GoingQuery {
    /// Who would take over.
    replacement_account_id: Option<AccountId>,
    /// Whether they would leave for good, and not be suspended.
    #[serde(default)]
    for_good: bool,
}

/// A pod that somebody answers for.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestingPodView {
    id: PodId,
    #[schema(example = "Crewe North")]
    name: String,
    part: Part,
    /// Whether anybody else who may act supervises it, or is a deputy of it. If not, somebody must be named.
    attended_by_others: bool,
    /// Who takes their place there; nobody: it is left empty, and the others answer.
    goes_to: Option<CoverPerson>,
}

/// A shift that somebody holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestingShiftView {
    shift: ShiftView,
    /// Who holds what is left of it then; nobody: it ends.
    goes_to: Option<CoverPerson>,
}

/// An alert that somebody has.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestingAlertView {
    id: AlertId,
    kind: Kind,
    severity: Severity,
    family_member_id: AccountId,
    decide_by: Option<Moment>,
    /// Who has it then, and must look at it in time; nobody: it is open again and climbs.
    goes_to: Option<CoverPerson>,
}

/// What rests on somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Responsibilities {
    account_id: AccountId,
    pods: Vec<RestingPodView>,
    /// Those that are not over.
    shifts: Vec<RestingShiftView>,
    /// Those that the caller may know of.
    alerts: Vec<RestingAlertView>,
    /// How much they are to do about alerts that the caller may know of.
    #[schema(example = 0)]
    actions: usize,
    /// How many families are allocated to them.
    #[schema(example = 0)]
    families: usize,
    /// How many matches they are a part of.
    #[schema(example = 0)]
    matches: usize,
}

fn person(person: Option<Person>) -> Option<CoverPerson> {
    person.map(|one| CoverPerson {
        id: one.id,
        display_name: one.display_name,
    })
}

impl From<RestingPod> for RestingPodView {
    fn from(pod: RestingPod) -> Self {
        Self {
            id: pod.id,
            name: pod.name,
            part: pod.part,
            attended_by_others: pod.is_attended,
            goes_to: person(pod.goes_to),
        }
    }
}

impl RestingAlertView {
    fn of(alert: &Alert, goes_to: Option<Person>) -> Self {
        Self {
            id: alert.id,
            kind: alert.kind,
            severity: alert.severity,
            family_member_id: alert.family_member_id,
            decide_by: alert.decide_by,
            goes_to: person(goes_to),
        }
    }
}

impl Responsibilities {
    fn of(account_id: AccountId, resting: Resting) -> Self {
        let (shifts, alerts) = (resting.shifts.into_iter(), resting.alerts.into_iter());
        Self {
            account_id,
            pods: resting.pods.into_iter().map(Into::into).collect(),
            shifts: shifts
                .map(|(shift, goes_to)| RestingShiftView {
                    shift: shift.into(),
                    goes_to: person(goes_to),
                })
                .collect(),
            alerts: alerts
                .map(|(alert, goes_to)| RestingAlertView::of(&alert, goes_to))
                .collect(),
            actions: resting.actions,
            families: resting.families,
            matches: resting.matches,
        }
    }
}

/// Shows what rests on somebody, and whom it would go to, before they are suspended or let go: for whoever may
/// do that. Nothing is done; it is looked at again when it is.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path), GoingQuery), security(("access_token" = [])), responses(
    (status = 200, description = "What rests on them", body = Responsibilities), Problems,
))]
#[get("/accounts/{id}/responsibilities")]
pub(crate) async fn show(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(account_id): PathId<AccountId>,
    Params(query): Params<GoingQuery>,
) -> Result<HttpResponse, Problem> {
    let asked = Asked {
        account_id,
        replacement: query.replacement_account_id,
        for_good: query.for_good,
    };
    let found = door::look(&app, &claims, move |rx, caller| {
        resting::look(rx, caller, asked)
    })
    .await?;
    Ok(HttpResponse::Ok().json(Responsibilities::of(account_id, found)))
}
