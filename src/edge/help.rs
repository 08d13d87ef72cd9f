//! The help button over HTTP: "I need help now". Never limited out.

use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Wrong};
use super::claims::Signed;
use super::door;
use super::help_lines::HelpLineView;
use super::problem::{EvenIfSuspended, Problem, Problems};
use crate::app::App;
use crate::base::ids::{AccountId, HelpId};
use crate::base::time::Moment;
use crate::care::safeguarding::helping;
use crate::db::Lane;
use crate::workers::Turning;

/// A press of the button.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PressHelp {
    /// Made by the client; the same again is the same press.
    id: HelpId,
}

/// What can be said of a press, honestly.
#[derive(Debug, Serialize, ToSchema)]
pub struct HelpView {
    id: HelpId,
    received_at: Moment,
    /// Whether a person has looked at it. It says so only when somebody has.
    seen_by_a_person: bool,
    /// Whether somebody who was told can be called, or has the app open. If not, the press is stored and
    /// shown to whoever opens the app, and nobody is called until the service, and one of them, can be: a
    /// line below can be.
    people_can_be_called: bool,
    /// Whom to call meanwhile.
    help_lines: Vec<HelpLineView>,
}

/// "I need help now": raises an immediate alert and gives the lines to call meanwhile.
///
/// Never limited. Open to family members whatever has become of their account.
#[utoipa::path(tag = "help", request_body = PressHelp, security(("access_token" = [])), responses(
    (status = 200, description = "It was pressed before; whether somebody has looked since", body = HelpView),
    (status = 201, description = "It is stored, and people are being called if they can be", body = HelpView), Problems, EvenIfSuspended,
))]
#[post("/help")]
pub(crate) async fn help(
    app: web::Data<App>,
    turning: web::Data<Turning>,
    Signed(claims): Signed,
    Body(body): Body<PressHelp>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    wrong.done()?;
    let ways = app.ways();
    let (call, is_new) =
        door::act_even_if_suspended(&app, &claims, Lane::Help, move |tx, caller| {
            helping::help(tx, caller, body.id, ways)
        })
        .await?;
    let reach = call.reach;
    let is_present = |who: &AccountId| app.hub().is_present(*who);
    let can_reach = reach.can_be_called || reach.told.iter().any(is_present);
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(HelpView {
        id: call.id,
        received_at: call.received_at,
        seen_by_a_person: call.seen_by_a_person,
        people_can_be_called: turning.can_call_people() && can_reach,
        help_lines: call.help_lines.into_iter().map(Into::into).collect(),
    }))
}
