//! Swaps over HTTP: how a shift that has not begun changes hands.

use actix_web::{HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, NoBody, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{IdUsed, Problem, Problems, WrongState};
use super::shifts::CoverPerson;
use crate::app::App;
use crate::base::ids::{AccountId, PodId, ShiftId, SwapId};
use crate::base::time::Moment;
use crate::care::handovers::swaps as handing;
use crate::care::pods::rota::Shift;
use crate::care::pods::swaps::actions::{self as swaps, Listing, Place, State};
use crate::care::pods::swaps::{Ending, NewSwap, Party, Swap};
use crate::db::Lane;

/// A request to take a shift over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSwapBody {
    /// Made by the client; the same again is the same request.
    id: SwapId,
    /// Who is to take it: an active supervising social worker of the authority, who in this time is not on
    /// leave and has no other shift in the pod.
    with_account_id: AccountId,
    /// A coming shift of theirs, of any pod, that the caller takes for it; left out: it is given.
    in_return_for_shift_id: Option<ShiftId>,
}

/// One of the shifts in a swap.
#[derive(Debug, Serialize, ToSchema)]
pub struct SwapShift {
    id: ShiftId,
    pod_id: PodId,
    #[schema(example = "Crewe North")]
    pod_name: String,
    from: Moment,
    /// Until before when.
    until: Moment,
}

impl From<Shift> for SwapShift {
    fn from(shift: Shift) -> Self {
        Self {
            id: shift.id,
            pod_id: shift.pod_id,
            pod_name: shift.pod_name,
            from: shift.from,
            until: shift.until,
        }
    }
}

impl From<Party> for CoverPerson {
    fn from(party: Party) -> Self {
        Self {
            id: party.id,
            display_name: party.display_name,
        }
    }
}

/// A request to take a shift over.
#[derive(Debug, Serialize, ToSchema)]
pub struct SwapView {
    id: SwapId,
    state: State,
    /// How it ended.
    ending: Option<Ending>,
    ended_at: Option<Moment>,
    shift: SwapShift,
    /// The one it is exchanged for; none: it is given.
    in_return_for: Option<SwapShift>,
    /// Who asks; they held the shift then.
    asked_by: CoverPerson,
    /// Who is to take it.
    asked_of: CoverPerson,
    asked_at: Moment,
}

impl From<Swap> for SwapView {
    fn from(swap: Swap) -> Self {
        let (ending, ended_at) = swap.ended.unzip();
        Self {
            id: swap.id,
            state: if ending.is_some() {
                State::Ended
            } else {
                State::Open
            },
            ending,
            ended_at,
            shift: swap.shift.into(),
            in_return_for: swap.in_return_for.map(SwapShift::from),
            asked_by: swap.asked_by.into(),
            asked_of: swap.asked_of.into(),
            asked_at: swap.asked_at,
        }
    }
}

/// Some swaps, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct SwapList {
    items: Vec<SwapView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which swaps.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SwapPage {
    /// Those about a shift of this pod; left out: of any.
    pod_id: Option<PodId>,
    /// Those that are so; left out: all.
    state: Option<State>,
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Asks a colleague to take a shift of the caller's that has not begun, or to exchange it for one of theirs.
///
/// They are told (`swap.asked`). Several may be asked; whoever agrees first has it. The request ends by itself
/// when one of its shifts begins, is taken off the rota or passes to somebody else, and when one of the two is
/// suspended or leaves.
#[utoipa::path(tag = "pods", params(("id" = ShiftId, Path)), request_body = NewSwapBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was asked before", body = SwapView),
    (status = 201, description = "Asked", body = SwapView), Problems, IdUsed, WrongState,
))]
#[post("/shifts/{id}/swaps")]
pub(crate) async fn ask(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(shift_id): PathId<ShiftId>,
    Body(body): Body<NewSwapBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    wrong.done()?;
    let new = NewSwap {
        id: body.id,
        shift_id,
        with_account_id: body.with_account_id,
        in_return_for: body.in_return_for_shift_id,
    };
    let (swap, is_new) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        handing::ask(tx, caller, &new)
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(SwapView::from(swap)))
}

/// Lists swaps, the newest first: one's own, those of the pods one supervises or covers, for managers all.
#[utoipa::path(tag = "pods", params(SwapPage), security(("access_token" = [])), responses(
    (status = 200, description = "Swaps", body = SwapList), Problems,
))]
#[get("/swaps")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<SwapPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    wrong.done()?;
    let mut found = door::look(&app, &claims, move |rx, caller| {
        let listing = Listing {
            pod_id: page.pod_id,
            state: page.state,
            after,
            limit: limit.saturating_add(1),
        };
        swaps::list(rx, caller, &listing)
    })
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).and_then(|last| {
        cursor::write(&Place {
            asked_at: last.asked_at,
            id: last.id,
        })
    });
    let items = found.into_iter().map(SwapView::from).collect();
    Ok(HttpResponse::Ok().json(SwapList { items, next }))
}

/// Agrees: the shifts change hands in the same moment, and whoever had asked is told.
///
/// Whether each may hold what they get is asked again; what stands against it is said. Whoever supervises the
/// pods is told (`cover.swapped`), and the forecast is made anew.
#[utoipa::path(tag = "pods", params(("id" = SwapId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The swap as it is now", body = SwapView), Problems, WrongState,
))]
#[post("/swaps/{id}/agreement")]
pub(crate) async fn agree(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<SwapId>,
    NoBody: NoBody,
) -> Result<HttpResponse, Problem> {
    let swap = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        handing::agree(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(SwapView::from(swap)))
}

/// Refuses; whoever had asked is told, and keeps the shift.
#[utoipa::path(tag = "pods", params(("id" = SwapId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The swap as it is now", body = SwapView), Problems, WrongState,
))]
#[post("/swaps/{id}/refusal")]
pub(crate) async fn refuse(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<SwapId>,
    NoBody: NoBody,
) -> Result<HttpResponse, Problem> {
    let swap = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        swaps::refuse(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(SwapView::from(swap)))
}

/// Withdraws a request of the caller's.
#[utoipa::path(tag = "pods", params(("id" = SwapId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The swap as it is now", body = SwapView), Problems, WrongState,
))]
#[delete("/swaps/{id}")]
pub(crate) async fn withdraw(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<SwapId>,
) -> Result<HttpResponse, Problem> {
    let swap = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        swaps::withdraw(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(SwapView::from(swap)))
}
