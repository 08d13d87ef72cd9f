//! Leave over HTTP: when a supervising social worker is away.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{IdUsed, Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::{AccountId, LeaveId};
use crate::base::time::Moment;
use crate::care::handovers::leave as handing;
use crate::care::pods::leave::actions::{self as leave, Listing, Place};
use crate::care::pods::leave::{Leave, NewLeave};
use crate::db::{Lane, View};

/// A leave to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLeaveBody {
    /// Made by the client; the same again is the same leave.
    id: LeaveId,
    /// From when; left out: from now. Not in the past.
    #[schema(format = DateTime, example = "2026-07-20T08:00:00Z")]
    from: Option<String>,
    /// Until before when: at most 366 days ahead.
    #[schema(format = DateTime, example = "2026-08-03T08:00:00Z")]
    until: String,
}

/// A leave.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaveView {
    id: LeaveId,
    account_id: AccountId,
    from: Moment,
    /// Until before when, as it was made.
    until: Moment,
    /// When it was ended early. If that is before `from`, it never began.
    ended_at: Option<Moment>,
    made_by: AccountId,
    made_at: Moment,
}

impl From<Leave> for LeaveView {
    fn from(leave: Leave) -> Self {
        Self {
            id: leave.id,
            account_id: leave.account_id,
            from: leave.from,
            until: leave.until,
            ended_at: leave.ended_at,
            made_by: leave.made_by,
            made_at: leave.made_at,
        }
    }
}

/// Some leaves, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaveList {
    items: Vec<LeaveView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which leaves.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeavePage {
    /// Those that are not over by then; left out: by now.
    #[param(format = DateTime)]
    since: Option<String>,
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Notes that a supervising social worker is away: their own leave, or by a manager.
///
/// While it lasts they are on for no pod, neither as its supervisor nor by a shift, so that no alert
/// waits for them. They keep their rights, and are called when everybody is.
#[utoipa::path(tag = "pods", params(("id" = AccountId, Path)), request_body = NewLeaveBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was made before", body = LeaveView),
    (status = 201, description = "Made", body = LeaveView), Problems, IdUsed, WrongState,
))]
#[post("/accounts/{id}/leave")]
pub(crate) async fn make(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(who): PathId<AccountId>,
    Body(body): Body<NewLeaveBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let from = wrong.maybe_moment("/from", body.from.as_deref());
    let until = wrong.maybe_moment("/until", Some(&body.until));
    wrong.done()?;
    let new = NewLeave {
        id: body.id,
        from,
        until: until.unwrap_or(Moment::ZERO),
    };
    let (made, is_new) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        handing::make(tx, caller, (who, &new))
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(LeaveView::from(made)))
}

/// Lists somebody's leaves, the earliest begun first: one's own, or for a manager anybody's.
#[utoipa::path(tag = "pods", params(("id" = AccountId, Path), LeavePage), security(("access_token" = [])), responses(
    (status = 200, description = "Leaves", body = LeaveList), Problems,
))]
#[get("/accounts/{id}/leave")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(who): PathId<AccountId>,
    Params(page): Params<LeavePage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let since = wrong.maybe_moment("since", page.since.as_deref());
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    wrong.done()?;
    let mut found = door::look(&app, &claims, move |rx, caller| {
        let listing = Listing {
            since: since.unwrap_or(rx.now()),
            after,
            limit: limit.saturating_add(1),
        };
        leave::list(rx, caller, (who, &listing))
    })
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).and_then(|last| {
        cursor::write(&Place {
            from: last.from,
            id: last.id,
        })
    });
    let items = found.into_iter().map(LeaveView::from).collect();
    Ok(HttpResponse::Ok().json(LeaveList { items, next }))
}

/// Ends a leave: from now on, or before it has begun. One that is over is left as it is.
#[utoipa::path(tag = "pods", params(("id" = LeaveId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The leave as it is now", body = LeaveView), Problems,
))]
#[delete("/leave/{id}")]
pub(crate) async fn end(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<LeaveId>,
) -> Result<HttpResponse, Problem> {
    let ended = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        handing::end(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(LeaveView::from(ended)))
}
