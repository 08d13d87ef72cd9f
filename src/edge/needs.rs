//! Who needs me, over HTTP.

use actix_web::{HttpResponse, get, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Params, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{Problem, Problems};
use crate::app::App;
use crate::base::ids::{AccountId, ConversationId};
use crate::base::time::Moment;
use crate::care::accounts::Role;
use crate::care::conversations::waiting::Named;
use crate::care::needs::{self, Listing, Need, Place, Reason};

/// Somebody by name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedPersonView {
    id: AccountId,
    #[schema(example = "Sam")]
    display_name: String,
}

impl From<Named> for NeedPersonView {
    fn from(named: Named) -> Self {
        Self {
            id: named.id,
            display_name: named.display_name,
        }
    }
}

/// Somebody who needs you. No words, and no score: only since when, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedView {
    /// Why: `reply`, they have written and no person has answered.
    reason: Reason,
    family_member: NeedPersonView,
    /// Their mentor now, or whoever covers.
    peer_mentor: Option<NeedPersonView>,
    /// Whether a mentor who may act reads it. If not, it waits for the practitioner.
    is_attended: bool,
    /// The first message without an answer; the next ones do not put it back.
    since: Moment,
    /// How many messages have no answer.
    #[schema(minimum = 1, example = 2)]
    messages: i64,
    conversation_id: ConversationId,
    /// Who was told last that it takes too long; nobody before a working day has passed.
    handed_up_to: Option<Role>,
}

impl From<Need> for NeedView {
    fn from(need: Need) -> Self {
        let Need::Reply(wait) = need;
        Self {
            reason: Reason::Reply,
            family_member: wait.family_member.into(),
            peer_mentor: wait.peer_mentor.map(Into::into),
            is_attended: wait.is_attended,
            since: wait.since,
            messages: wait.messages,
            conversation_id: wait.conversation_id,
            handed_up_to: wait.handed_up_to,
        }
    }
}

/// Who needs you, the longest waiting first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedList {
    items: Vec<NeedView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NeedPage {
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Lists who needs you, the longest waiting first.
///
/// Mentors see their own talks, practitioners those of their families, supervising social workers
/// those of the pods they supervise or cover, ended ones too in which somebody has written on. The
/// clock starts at the first message that has no answer, and only a mentor's words stop it.
#[utoipa::path(tag = "needs", params(NeedPage), security(("access_token" = [])), responses(
    (status = 200, description = "Who needs you", body = NeedList), Problems,
))]
#[get("/needs")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<NeedPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    wrong.done()?;
    let listing = Listing {
        after,
        limit: limit.saturating_add(1),
    };
    let mut found = door::look(&app, &claims, move |rx, caller| {
        needs::list(rx, caller, &listing)
    })
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found
        .last()
        .filter(|_| more)
        .and_then(|last| cursor::write(&last.place()));
    let items = found.into_iter().map(NeedView::from).collect();
    Ok(HttpResponse::Ok().json(NeedList { items, next }))
}
