//! Shifts over HTTP: who covers a pod, by dated shifts, and who is on at any instant.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{IdUsed, Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::{AccountId, PodId, ShiftId};
use crate::base::time::Moment;
use crate::care::accounts::Claims;
use crate::care::handovers::shifts as handing;
use crate::care::pods::rota::actions::{self as rota, Listing, Of, Place};
use crate::care::pods::rota::{NewShift, OnDuty, Shift};
use crate::db::{Lane, View};

/// A shift to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShiftBody {
    /// Made by the client; the same again is the same shift.
    id: ShiftId,
    /// Who is to cover: an active supervising social worker of the authority.
    account_id: AccountId,
    /// From when; left out: from now. Not in the past: what has been cannot be made.
    #[schema(format = DateTime, example = "2026-06-05T17:00:00Z")]
    from: Option<String>,
    /// Until before when: at most 14 days later, at most 366 days ahead.
    #[schema(format = DateTime, example = "2026-06-08T08:00:00Z")]
    until: String,
}

/// Somebody who covers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverPerson {
    pub(super) id: AccountId,
    #[schema(example = "Ruth Ellis")]
    pub(super) display_name: String,
}

/// A shift.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftView {
    id: ShiftId,
    pod_id: PodId,
    #[schema(example = "Crewe North")]
    pod_name: String,
    /// Who covers; until it begins it may change hands.
    account: CoverPerson,
    from: Moment,
    /// Until before when, as it was made.
    until: Moment,
    /// When it was ended early. If that is before `from`, it never began.
    ended_at: Option<Moment>,
    made_by: AccountId,
    made_at: Moment,
}

impl From<Shift> for ShiftView {
    fn from(shift: Shift) -> Self {
        Self {
            id: shift.id,
            pod_id: shift.pod_id,
            pod_name: shift.pod_name,
            account: CoverPerson {
                id: shift.account_id,
                display_name: shift.display_name,
            },
            from: shift.from,
            until: shift.until,
            ended_at: shift.ended_at,
            made_by: shift.made_by,
            made_at: shift.made_at,
        }
    }
}

/// Some shifts, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftList {
    items: Vec<ShiftView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which shifts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ShiftPage {
    /// Those that are not over by then; left out: by now.
    #[param(format = DateTime)]
    since: Option<String>,
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// When.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OnDutyAt {
    /// Any instant, past or future; left out: now.
    #[param(format = DateTime)]
    at: Option<String>,
}

/// In which way somebody is on.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnBy {
    /// By a shift.
    Shift,
    /// Nobody covers, and they supervise the pod, or did then.
    Supervisor,
}

/// Somebody who is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnDutyView {
    account: CoverPerson,
    by: OnBy,
    /// By which shift, if by one.
    shift_id: Option<ShiftId>,
    /// When that shift is over.
    until: Option<Moment>,
}

impl From<OnDuty> for OnDutyView {
    fn from(on: OnDuty) -> Self {
        let (shift_id, until) = on.shift.unzip();
        Self {
            account: CoverPerson {
                id: on.id,
                display_name: on.display_name,
            },
            by: if shift_id.is_some() {
                OnBy::Shift
            } else {
                OnBy::Supervisor
            },
            shift_id,
            until,
        }
    }
}

/// Who is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnDutyList {
    pod_id: PodId,
    /// The instant that was asked for.
    at: Moment,
    /// Whoever has begun first comes first. Nobody: an alert goes to the deputies at once.
    people: Vec<OnDutyView>,
}

/// Lets somebody cover a pod from one moment until before another.
///
/// While a shift lasts, whoever holds it is told of the pod's alerts first, in place of its supervising
/// social worker, and sees and does there what a deputy may. Shifts of different people may overlap:
/// then both are told.
#[utoipa::path(tag = "pods", params(("id" = PodId, Path)), request_body = NewShiftBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was made before", body = ShiftView),
    (status = 201, description = "Made", body = ShiftView), Problems, IdUsed, WrongState,
))]
#[post("/pods/{id}/shifts")]
pub(crate) async fn make(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(pod_id): PathId<PodId>,
    Body(body): Body<NewShiftBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let from = wrong.maybe_moment("/from", body.from.as_deref());
    let until = wrong.maybe_moment("/until", Some(&body.until));
    wrong.done()?;
    let new = NewShift {
        id: body.id,
        account_id: body.account_id,
        from,
        until: until.unwrap_or(Moment::ZERO),
    };
    let (shift, is_new) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        handing::make(tx, caller, (pod_id, &new))
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(ShiftView::from(shift)))
}

/// Lists a pod's shifts, the earliest begun first: for managers, and for whoever supervises or covers
/// the pod, now or by a shift that is to come.
#[utoipa::path(tag = "pods", params(("id" = PodId, Path), ShiftPage), security(("access_token" = [])), responses(
    (status = 200, description = "Shifts", body = ShiftList), Problems,
))]
#[get("/pods/{id}/shifts")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(pod_id): PathId<PodId>,
    Params(page): Params<ShiftPage>,
) -> Result<HttpResponse, Problem> {
    listed(&app, &claims, Some(pod_id), &page).await
}

/// Lists the caller's own shifts, of every pod, the earliest begun first.
#[utoipa::path(tag = "pods", params(ShiftPage), security(("access_token" = [])), responses(
    (status = 200, description = "Shifts", body = ShiftList), Problems,
))]
#[get("/shifts")]
pub(crate) async fn list_own(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<ShiftPage>,
) -> Result<HttpResponse, Problem> {
    listed(&app, &claims, None, &page).await
}

/// The shifts of a pod, or else the caller's own.
async fn listed(
    app: &App,
    claims: &Claims,
    pod: Option<PodId>,
    page: &ShiftPage,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let since = wrong.maybe_moment("since", page.since.as_deref());
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    wrong.done()?;
    let mut found = door::look(app, claims, move |rx, caller| {
        let listing = Listing {
            since: since.unwrap_or(rx.now()),
            after,
            limit: limit.saturating_add(1),
        };
        let of = pod.map_or(Of::Holder(caller.account_id), Of::Pod);
        rota::list(rx, caller, (of, &listing))
    })
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).and_then(|last| {
        cursor::write(&Place {
            from: last.from,
            id: last.id,
        })
    });
    let items = found.into_iter().map(ShiftView::from).collect();
    Ok(HttpResponse::Ok().json(ShiftList { items, next }))
}

/// Ends a shift: from now on, or before it has begun. What has been stays; one that is over is left as
/// it is.
#[utoipa::path(tag = "pods", params(("id" = ShiftId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The shift as it is now", body = ShiftView), Problems,
))]
#[delete("/shifts/{id}")]
pub(crate) async fn end(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<ShiftId>,
) -> Result<HttpResponse, Problem> {
    let shift = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        handing::end(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(ShiftView::from(shift)))
}

/// Shows who is on at an instant, past or future: whoever covers by a shift, else whoever supervises
/// the pod; of what has been, whoever did then.
#[utoipa::path(tag = "pods", params(("id" = PodId, Path), OnDutyAt), security(("access_token" = [])), responses(
    (status = 200, description = "Who is on", body = OnDutyList), Problems,
))]
#[get("/pods/{id}/on-duty")]
pub(crate) async fn on_duty(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(pod_id): PathId<PodId>,
    Params(asked): Params<OnDutyAt>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let at = wrong.maybe_moment("at", asked.at.as_deref());
    wrong.done()?;
    let (at, people) = door::look(&app, &claims, move |rx, caller| {
        let at = at.unwrap_or(rx.now());
        rota::on_duty(rx, caller, (pod_id, at)).map(|people| (at, people))
    })
    .await?;
    let people = people.into_iter().map(OnDutyView::from).collect();
    Ok(HttpResponse::Ok().json(OnDutyList { pod_id, at, people }))
}
