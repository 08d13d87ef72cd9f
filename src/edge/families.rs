//! Families and matches: who belongs together, and until when.

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::page::cut;
use super::problem::{AlreadyDone, Problem, Problems};
use crate::app::App;
use crate::base::ids::{AccountId, ConversationId, FamilyId, MatchId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Kind, Status};
use crate::care::contact_log::reading as contact_log;
use crate::care::families::actions::{self as families, NewFamily};
use crate::care::families::{Family, FamilyMember, reading};
use crate::care::handovers::matching::{self, Match};
use crate::care::handovers::moving;
use crate::db::{Lane, View};

/// A family to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFamilyBody {
    /// The pod that will work with it.
    pod_id: PodId,
    /// The council's own reference; never a name.
    #[schema(example = "CIN-2026-0417", min_length = 1, max_length = 80)]
    reference: String,
    /// The allocated practitioner, if known.
    family_practitioner_id: Option<AccountId>,
}

/// A family.
#[derive(Debug, Serialize, ToSchema)]
pub struct FamilyView {
    id: FamilyId,
    pod_id: PodId,
    reference: String,
    family_practitioner_id: Option<AccountId>,
    created_at: Moment,
}

impl From<Family> for FamilyView {
    fn from(family: Family) -> Self {
        Self {
            id: family.id,
            pod_id: family.pod_id,
            reference: family.reference,
            family_practitioner_id: family.family_practitioner_id,
            created_at: family.created_at,
        }
    }
}

/// Whom to bring together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMatch {
    /// The family member.
    family_member_id: AccountId,
    /// A mentor of the same pod.
    peer_mentor_id: AccountId,
}

/// Two people brought together.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchView {
    id: MatchId,
    conversation_id: ConversationId,
    family_member_id: AccountId,
    peer_mentor_id: AccountId,
    started_at: Moment,
    /// None while it lasts.
    ended_at: Option<Moment>,
}

impl From<Match> for MatchView {
    fn from(made: Match) -> Self {
        Self {
            id: made.id,
            conversation_id: made.conversation_id,
            family_member_id: made.family_member_id,
            peer_mentor_id: made.peer_mentor_id,
            started_at: made.started_at,
            ended_at: made.ended_at,
        }
    }
}

/// A member of a family, with their mentor of now.
#[derive(Debug, Serialize, ToSchema)]
pub struct FamilyMemberView {
    id: AccountId,
    kind: Option<Kind>,
    #[schema(example = "Sam")]
    display_name: String,
    status: Status,
    #[schema(example = "en")]
    language: String,
    /// Their match of now; none without a mentor.
    match_id: Option<MatchId>,
    peer_mentor_id: Option<AccountId>,
    conversation_id: Option<ConversationId>,
    /// When somebody last saw them in person, as the contact log says; none if it never does.
    last_seen_at: Option<Moment>,
    /// How many days ago that was.
    #[schema(example = 9)]
    days_since_seen: Option<i64>,
}

impl FamilyMemberView {
    fn of(member: FamilyMember, last_seen: Option<(Moment, i64)>) -> Self {
        Self {
            id: member.id,
            kind: member.kind,
            display_name: member.display_name,
            status: member.status,
            language: member.language,
            match_id: member.matched.map(|matched| matched.match_id),
            peer_mentor_id: member.matched.map(|matched| matched.peer_mentor_id),
            conversation_id: member.matched.map(|matched| matched.conversation_id),
            last_seen_at: last_seen.map(|(at, _)| at),
            days_since_seen: last_seen.map(|(_, days)| days),
        }
    }
}

/// A family with its members.
#[derive(Debug, Serialize, ToSchema)]
pub struct WholeFamily {
    #[serde(flatten)]
    family: FamilyView,
    members: Vec<FamilyMemberView>,
}

/// Some families, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct FamilyList {
    items: Vec<FamilyView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which families.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FamilyQuery {
    /// Only of this pod.
    pod_id: Option<PodId>,
    /// The `next` of the answer before.
    after: Option<FamilyId>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Where a family moves to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FamilyMove {
    /// A pod that has somebody who answers for it.
    pod_id: PodId,
    /// The practitioner there, if known.
    family_practitioner_id: Option<AccountId>,
}

/// Why a match ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchEnding {
    /// In a few words, for the audit.
    #[schema(example = "Asha moves to Leeds", min_length = 1, max_length = 500)]
    reason: String,
}

/// Who covers for a matched mentor, and when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverBody {
    /// Another active mentor of the family's pod.
    account_id: AccountId,
    /// From when; from now on, if left out.
    from: Option<String>,
    /// Until when, 92 days later at most. From that moment on they can neither read nor write there.
    #[schema(example = "2026-06-15T08:00:00Z", format = DateTime)]
    until: String,
}

/// Who covers for a matched mentor, and when.
#[derive(Debug, Serialize, ToSchema)]
pub struct CoverOfMatchView {
    match_id: MatchId,
    conversation_id: ConversationId,
    account_id: AccountId,
    from: Moment,
    until: Moment,
}

/// Makes a family.
#[utoipa::path(tag = "families", request_body = NewFamilyBody, security(("access_token" = [])), responses(
    (status = 201, description = "Made", body = FamilyView), Problems, AlreadyDone,
))]
#[post("/families")]
pub(crate) async fn make(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<NewFamilyBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reference = wrong.name("/reference", &body.reference, 80);
    wrong.done()?;
    let new = NewFamily {
        pod_id: body.pod_id,
        reference,
        family_practitioner_id: body.family_practitioner_id,
    };
    let family = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        families::make(tx, caller, &new)
    })
    .await?;
    Ok(HttpResponse::Created().json(FamilyView::from(family)))
}

/// Matches a family member with a mentor, which opens that member's private conversation.
#[utoipa::path(tag = "families", request_body = NewMatch, security(("access_token" = [])), responses(
    (status = 200, description = "They were matched before", body = MatchView),
    (status = 201, description = "Matched", body = MatchView), Problems, AlreadyDone,
))]
#[post("/matches")]
pub(crate) async fn match_up(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<NewMatch>,
) -> Result<HttpResponse, Problem> {
    let (made, new) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        matching::match_up(tx, caller, body.family_member_id, body.peer_mentor_id)
    })
    .await?;
    let mut response = if new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(MatchView::from(made)))
}

/// Ends a match and its conversation. What the family member still writes there reaches their
/// practitioner; a new match opens a new conversation.
#[utoipa::path(tag = "families", params(("id" = MatchId, Path)), request_body = MatchEnding, security(("access_token" = [])), responses(
    (status = 200, description = "Ended", body = MatchView), Problems, AlreadyDone,
))]
#[post("/matches/{id}/ending")]
pub(crate) async fn end_match(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<MatchId>,
    Body(body): Body<MatchEnding>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.text("/reason", &body.reason, 500);
    wrong.done()?;
    let ended = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        matching::end(tx, caller, id, &reason)
    })
    .await?;
    Ok(HttpResponse::Ok().json(MatchView::from(ended)))
}

/// Lets another mentor of the pod cover for the matched one within dates. They read the whole
/// conversation and answer in it; the family member is told who covers.
#[utoipa::path(tag = "families", params(("id" = MatchId, Path)), request_body = CoverBody, security(("access_token" = [])), responses(
    (status = 200, description = "Who covers now, or will", body = CoverOfMatchView), Problems, AlreadyDone,
))]
#[put("/matches/{id}/cover")]
pub(crate) async fn put_cover(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<MatchId>,
    Body(body): Body<CoverBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let from = wrong.maybe_moment("/from", body.from.as_deref());
    let until = wrong.maybe_moment("/until", Some(&body.until));
    wrong.done()?;
    let until = until.unwrap_or(Moment::ZERO);
    let cover = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        matching::cover::put(tx, caller, (id, body.account_id), (from, until))
    })
    .await?;
    Ok(HttpResponse::Ok().json(CoverOfMatchView {
        match_id: cover.of.id,
        conversation_id: cover.of.conversation_id,
        account_id: cover.account_id,
        from: cover.from,
        until: cover.until,
    }))
}

/// Ends the cover of a match at once, and what was to come of it.
#[utoipa::path(tag = "families", params(("id" = MatchId, Path)), security(("access_token" = [])), responses(
    (status = 204, description = "Nobody covers"), Problems, AlreadyDone,
))]
#[delete("/matches/{id}/cover")]
pub(crate) async fn end_cover(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<MatchId>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        matching::cover::end(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists families: a manager's authority's, those of the pods somebody supervises or covers, or
/// those allocated to a practitioner or to nobody in their pod.
#[utoipa::path(tag = "families", params(FamilyQuery), security(("access_token" = [])), responses(
    (status = 200, description = "Families", body = FamilyList), Problems,
))]
#[get("/families")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(query): Params<FamilyQuery>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(query.limit);
    wrong.done()?;
    let found = door::look(&app, &claims, move |rx, caller| {
        let page = (query.after, limit.saturating_add(1));
        reading::list(rx, caller, query.pod_id, page)
    })
    .await?;
    let items: Vec<FamilyView> = found.into_iter().map(Into::into).collect();
    let (items, next) = cut(items, limit, |last| last.id.to_string());
    Ok(HttpResponse::Ok().json(FamilyList { items, next }))
}

/// Shows a family with its members, their mentors, and when each was last seen in person.
#[utoipa::path(tag = "families", params(("id" = FamilyId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The family", body = WholeFamily), Problems,
))]
#[get("/families/{id}")]
pub(crate) async fn show(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<FamilyId>,
) -> Result<HttpResponse, Problem> {
    let whole = door::look(&app, &claims, move |rx, caller| {
        let (family, members) = reading::show(rx, caller, id)?;
        let ids: Vec<AccountId> = members.iter().map(|member| member.id).collect();
        let (seen, now) = (contact_log::last_seen(rx, &ids)?, rx.now());
        let members = members.into_iter().map(|member| {
            let last_seen = seen.get(&member.id).copied();
            let last_seen = last_seen.map(|at| (at, contact_log::days_between(at, now)));
            FamilyMemberView::of(member, last_seen)
        });
        Ok::<_, families::FamilyError>(WholeFamily {
            members: members.collect(),
            family: family.into(),
        })
    })
    .await?;
    Ok(HttpResponse::Ok().json(whole))
}

/// Moves a family to another pod, in one step and with all its members.
#[utoipa::path(tag = "families", params(("id" = FamilyId, Path)), request_body = FamilyMove, security(("access_token" = [])), responses(
    (status = 200, description = "The family as it is now", body = FamilyView), Problems,
))]
#[put("/families/{id}/pod")]
pub(crate) async fn put_pod(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<FamilyId>,
    Body(body): Body<FamilyMove>,
) -> Result<HttpResponse, Problem> {
    let family = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        moving::move_family(tx, caller, (id, body.pod_id), body.family_practitioner_id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(FamilyView::from(family)))
}
