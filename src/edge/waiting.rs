//! Who needs me, over HTTP: the list, and how a follow-up ended.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{AlreadyDone, Problem, Problems, WrongState};
use crate::app::App;
use crate::base::ids::{AccountId, CheckInId, ConversationId, DateId, FollowUpId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::conversations::waiting::{self, Named};
use crate::care::follow_ups::grading::Grade;
use crate::care::follow_ups::{Attempt, Entry, Why, actions};
use crate::care::needs::{self, Listed, Listing, Need, Place};
use crate::db::Lane;

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

/// Why somebody needs you.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NeedReason {
    /// They have written, and no person has answered.
    Reply,
    /// They asked to be called.
    Call,
    /// They answered 0, 1 or 2 in a check-in.
    Low,
    /// They answered 3 or more below their check-in before.
    Fall,
    /// They were asked how things are, and did not answer.
    Missed,
    /// What they were to be told reached no device of theirs.
    Unreached,
    /// They asked for another time than that of a date.
    ChangeAsked,
    /// Nobody keeps a date with them any more.
    Unattended,
    /// Nobody has talked their contact plan over with them for a month, or they have told none since they joined.
    ConfirmPlan,
}

impl From<Why> for NeedReason {
    fn from(why: Why) -> Self {
        match why {
            Why::Call => Self::Call,
            Why::Low => Self::Low,
            Why::Fall => Self::Fall,
            Why::Missed => Self::Missed,
            Why::Unreached => Self::Unreached,
            Why::ChangeAsked => Self::ChangeAsked,
            Why::Unattended => Self::Unattended,
            Why::ConfirmPlan => Self::ConfirmPlan,
        }
    }
}

/// Somebody who needs you. No words, and no score: only since when, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NeedView {
    /// The first reason there is; a check-in may give several (`follow_up.reasons`).
    reason: NeedReason,
    family_member: NeedPersonView,
    /// Their mentor now, or whoever covers.
    peer_mentor: Option<NeedPersonView>,
    /// Whether they have a mentor who may act. If not, it waits for the practitioner.
    is_attended: bool,
    /// The first message without an answer (the next ones do not put it back), or the check-in.
    since: Moment,
    /// How many messages have no answer; 0 for what a check-in asks.
    #[schema(minimum = 0, example = 2)]
    messages: i64,
    /// Where they wrote, or where they can be written to.
    conversation_id: Option<ConversationId>,
    /// Who was told last that it waits too long; nobody before its time has passed. `service_manager` where nobody
    /// nearer was there: then managers see it too, and see to it.
    handed_up_to: Option<Role>,
    /// Whether all contact with them is stopped: do not write, do not call (`GET /contact-plans/{id}`).
    contact_stopped: bool,
    /// What a check-in, silence or a date asks; `null` where it is about a reply.
    follow_up: Option<FollowUpView>,
}

impl From<Listed> for NeedView {
    fn from(listed: Listed) -> Self {
        let contact_stopped = listed.is_contact_stopped;
        match listed.need {
            Need::Reply(wait) => Self {
                reason: NeedReason::Reply,
                family_member: wait.family_member.into(),
                peer_mentor: wait.peer_mentor.map(Into::into),
                is_attended: wait.is_attended,
                since: wait.since,
                messages: wait.messages,
                conversation_id: Some(wait.conversation_id),
                handed_up_to: wait.handed_up_to,
                contact_stopped,
                follow_up: None,
            },
            Need::FollowUp(follow_up, mentor) => Self {
                reason: follow_up
                    .own
                    .reasons
                    .all()
                    .into_iter()
                    .next()
                    .map_or(NeedReason::Call, Into::into),
                family_member: NeedPersonView {
                    id: follow_up.own.family_member_id,
                    display_name: follow_up.display_name,
                },
                is_attended: mentor
                    .as_ref()
                    .is_some_and(|mentor| mentor.status == Status::Active),
                peer_mentor: mentor.map(|mentor| mentor.who.into()),
                since: follow_up.own.opened_at,
                messages: 0,
                conversation_id: follow_up.conversation_id,
                handed_up_to: follow_up.own.handed_up_to(),
                contact_stopped,
                follow_up: Some(follow_up.own.into()),
            },
        }
    }
}

/// What a check-in, silence or a date asks of a person, and what has been tried.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FollowUpView {
    id: FollowUpId,
    /// After which check-in; `null` where it is not about one.
    check_in_id: Option<CheckInId>,
    /// About which date; `null` where it is not about one.
    date_id: Option<DateId>,
    /// Which occurrence of it they asked to be changed (`change_asked`), by its civil time.
    #[schema(example = "2026-06-08T16:30")]
    starts: Option<String>,
    family_member_id: AccountId,
    /// Every reason there is. The answer about safety is none of them.
    reasons: Vec<NeedReason>,
    /// How long it waits for the mentor and the practitioner: `same_day` half a working day (`call`, `low`),
    /// `next_day` a working day.
    grade: Grade,
    /// When whoever supervises is told that nobody has done it; `null` once they were, or it is done.
    hand_up_at: Option<Moment>,
    /// So many check-ins in a row they were asked for and did not come.
    #[schema(minimum = 0, example = 0)]
    missed: i32,
    /// How often it was tried.
    #[schema(minimum = 0)]
    tries: i32,
    /// How the last try ended.
    last_outcome: Option<Attempt>,
    /// Who tried last.
    last_by: Option<AccountId>,
    /// When.
    last_at: Option<Moment>,
    /// When nothing was left to do.
    done_at: Option<Moment>,
}

impl From<Entry> for FollowUpView {
    fn from(follow_up: Entry) -> Self {
        Self {
            id: follow_up.id,
            check_in_id: follow_up.check_in_id,
            date_id: follow_up.date_id,
            starts: follow_up.date_starts,
            grade: follow_up.reasons.grade(),
            hand_up_at: follow_up.hand_up_at,
            family_member_id: follow_up.family_member_id,
            reasons: follow_up
                .reasons
                .all()
                .into_iter()
                .map(Into::into)
                .collect(),
            missed: follow_up.reasons.missed,
            tries: follow_up.tries,
            last_outcome: follow_up.last_outcome,
            last_by: follow_up.last_by,
            last_at: follow_up.last_at,
            done_at: follow_up.done_at,
        }
    }
}

/// How an attempt to follow somebody up ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowUpBody {
    /// `reached` and `other` close it, but for a contact plan; `left_message` and `no_answer` keep it open.
    outcome: Attempt,
}

/// Says how an attempt to follow a check-in up ended.
///
/// For those in whose `GET /needs` it stands. A message left and a call nobody answered keep it open. Somebody who was reached has been followed
/// up for every earlier check-in too, but not about dates. What asks for a contact plan to be talked over stays open until it is
/// confirmed (`POST /contact-plans/{id}/confirmation`).
#[utoipa::path(tag = "needs", params(("id" = FollowUpId, Path)), request_body = FollowUpBody, security(("access_token" = [])), responses(
    (status = 200, description = "It is noted", body = FollowUpView), Problems, AlreadyDone,
))]
#[post("/follow-ups/{id}/done")]
pub(crate) async fn finish(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<FollowUpId>,
    Body(body): Body<FollowUpBody>,
) -> Result<HttpResponse, Problem> {
    let done = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        actions::finish(tx, caller, id, body.outcome)
    })
    .await?;
    Ok(HttpResponse::Ok().json(FollowUpView::from(done.own)))
}

/// Says how somebody tried to answer a family member in another way, where their talk has ended and
/// nobody can answer in it.
///
/// For the practitioner, for whoever supervises or covers, and for managers where it was handed up to them.
/// `reached` and `other` end the wait.
#[utoipa::path(tag = "needs", params(("id" = ConversationId, Path)), request_body = FollowUpBody, security(("access_token" = [])), responses(
    (status = 204, description = "It is noted"), Problems, WrongState,
))]
#[post("/conversations/{id}/answered")]
pub(crate) async fn answered(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<ConversationId>,
    Body(body): Body<FollowUpBody>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        waiting::answered(tx, caller, id, body.outcome)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
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
/// those of the pods they supervise or cover, ended ones too in which somebody has written on. Managers see
/// what was handed up to them because nobody of the pod was there. The
/// clock starts at the first message that has no answer, and only a mentor's words stop it. What a
/// check-in asks (a call, or a look because things are hard or much harder) stands here until a person
/// has done it. So does silence: a check-in that was asked for and did not come, until they check in or
/// somebody has reached them, and what reached no device of theirs. So does a date that they asked to be
/// changed (`change_asked`) or that nobody keeps any more (`unattended`), until it is moved or cancelled or
/// somebody has seen to it. Whoever supervises is told of what nobody has done in its time, `grade` of a
/// follow-up.
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
        .and_then(|last| cursor::write(&last.need.place()));
    let items = found.into_iter().map(NeedView::from).collect();
    Ok(HttpResponse::Ok().json(NeedList { items, next }))
}
