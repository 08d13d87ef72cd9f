//! Inviting people and joining by code.

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::address::network_address;
use super::body::{Body, Params, PathId, Wrong};
use super::claims::{Signed, Tokens};
use super::door;
use super::page::cut;
use super::problem::{AlreadyDone, Problem, Problems, SecondFactorNeeded, TooMany};
use super::sessions::{Client, Session, Status, device_label, session};
use crate::app::App;
use crate::base::ids::{AccountId, FamilyId, InvitationId, PodId};
use crate::base::secret::Secret;
use crate::base::time::Moment;
use crate::care::accounts::invitations::accepting::Acceptance as Accepted;
use crate::care::accounts::invitations::{self, Invite};
use crate::care::accounts::{Kind, Role};
use crate::care::handovers::joining;
use crate::db::Lane;

/// Whom to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// As what.
    role: Role,
    /// What they will be called.
    #[schema(example = "Sam", min_length = 1, max_length = 80)]
    display_name: String,
    /// The pod of a mentor or practitioner.
    pod_id: Option<PodId>,
    /// The family of a family member.
    family_id: Option<FamilyId>,
    /// Who in the family.
    kind: Option<Kind>,
    /// Their e-mail; needed for all but family members, who have none.
    #[schema(example = "jo@example.org", max_length = 254)]
    email: Option<String>,
}

/// An invitation just made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Invited {
    /// Its id.
    id: InvitationId,
    /// The code to pass on; shown this once.
    #[schema(example = "K7F2M-9QRXW")]
    code: String,
    /// Until when the code is good.
    expires_at: Moment,
}

impl From<invitations::Invited> for Invited {
    fn from(made: invitations::Invited) -> Self {
        Self {
            id: made.id,
            code: made.code.expose().to_owned(),
            expires_at: made.expires_at,
        }
    }
}

/// An invitation, without its code.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    id: InvitationId,
    role: Role,
    kind: Option<Kind>,
    #[schema(example = "Sam")]
    display_name: String,
    pod_id: Option<PodId>,
    family_id: Option<FamilyId>,
    /// The account it leads back into, or that came of it.
    account_id: Option<AccountId>,
    /// Who made it.
    invited_by: Option<AccountId>,
    created_at: Moment,
    expires_at: Moment,
    accepted_at: Option<Moment>,
    withdrawn_at: Option<Moment>,
}

impl From<invitations::Invitation> for InvitationView {
    fn from(known: invitations::Invitation) -> Self {
        Self {
            id: known.id,
            role: known.who.role,
            kind: known.who.kind,
            display_name: known.who.display_name,
            pod_id: known.who.pod_id,
            family_id: known.who.family_id,
            account_id: known.account_id,
            invited_by: known.invited_by,
            created_at: known.created_at,
            expires_at: known.expires_at,
            accepted_at: known.accepted_at,
            withdrawn_at: known.withdrawn_at,
        }
    }
}

/// Some invitations, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationList {
    items: Vec<InvitationView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which part of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InvitationPage {
    /// The `next` of the answer before.
    after: Option<InvitationId>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// A code and the secret its holder chooses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The code, however it is typed.
    #[schema(example = "K7F2M-9QRXW")]
    code: Secret,
    /// A password of 10 characters or more; for a family member a PIN of six digits.
    #[schema(example = "246810")]
    password: Secret,
    /// The code their authenticator shows, for whoever comes back by a mailed code and has one.
    one_time_code: Option<Secret>,
    /// The language the notice was shown in (BCP 47).
    #[schema(example = "en", max_length = 35)]
    language: Option<String>,
    /// The version of the notice that was shown; the one in force if left out. Another is recorded as it is,
    /// and the own account then says that the notice must be shown.
    #[schema(example = "1", max_length = 20)]
    notice_version: Option<String>,
    /// `app` for the phone app.
    client: Option<Client>,
}

/// Invites somebody and gives the code to pass on.
#[utoipa::path(tag = "people", request_body = NewInvitation, security(("access_token" = [])), responses(
    (status = 201, description = "Invited", body = Invited), Problems,
))]
#[post("/invitations")]
pub(crate) async fn invite(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<NewInvitation>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let display_name = wrong.name("/display_name", &body.display_name, 80);
    let email = body
        .email
        .as_deref()
        .map(|email| wrong.email("/email", email));
    wrong.done()?;
    let invite = Invite {
        role: body.role,
        kind: body.kind,
        display_name,
        email,
        pod_id: body.pod_id,
        family_id: body.family_id,
    };
    let made = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        invitations::invite(tx, caller, invite.clone())
    })
    .await?;
    Ok(HttpResponse::Created().json(Invited::from(made)))
}

/// Lists invitations, the newest first: a manager's authority's, or the family members of a
/// practitioner's pod.
#[utoipa::path(tag = "people", params(InvitationPage), security(("access_token" = [])), responses(
    (status = 200, description = "Invitations, without their codes", body = InvitationList), Problems,
))]
#[get("/invitations")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<InvitationPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    wrong.done()?;
    let found = door::look(&app, &claims, move |rx, caller| {
        invitations::list(rx, caller, (page.after, limit.saturating_add(1)))
    })
    .await?;
    let items: Vec<InvitationView> = found.into_iter().map(Into::into).collect();
    let (items, next) = cut(items, limit, |last| last.id.to_string());
    Ok(HttpResponse::Ok().json(InvitationList { items, next }))
}

/// Withdraws an invitation: its code is good for nothing from now on.
#[utoipa::path(tag = "people", params(("id" = InvitationId, Path)), security(("access_token" = [])), responses(
    (status = 204, description = "Withdrawn"), Problems, AlreadyDone,
))]
#[delete("/invitations/{id}")]
pub(crate) async fn withdraw(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<InvitationId>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        invitations::withdraw(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Joins by code: makes the account, or gives it back, and signs a device in.
#[utoipa::path(tag = "people", request_body = Acceptance, responses(
    (status = 201, description = "Joined and signed in", body = Session), Problems, AlreadyDone, SecondFactorNeeded, TooMany,
))]
#[post("/invitations/accept")]
pub(crate) async fn accept(
    app: web::Data<App>,
    tokens: web::Data<Tokens>,
    request: HttpRequest,
    Body(body): Body<Acceptance>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let language = wrong.language("/language", body.language.as_deref().unwrap_or("en"));
    let shown = body.notice_version.as_deref();
    let notice_version = shown.map(|version| wrong.line("/notice_version", version, 20));
    wrong.done()?;
    let from = network_address(&request, app.config().trusted_proxies);
    let code = body.code.clone();
    let role = app
        .store()
        .write(Lane::Rest, move |tx| joining::begin(tx, &code, &from))
        .await??;
    check_secret(role, &body.password, "/password")?;
    let accepted = Accepted {
        code: body.code,
        password_hash: app.hash(&body.password).await?,
        one_time_code: body.one_time_code,
        language,
        notice_version,
        label: device_label(&request, body.client),
    };
    let done = app
        .store()
        .write(Lane::Rest, move |tx| joining::accept(tx, &accepted))
        .await??;
    session(&app, &tokens, &done, body.client, Status::Created)
}

/// A family member's PIN is six digits; everybody else needs a password of some length.
pub(super) fn check_secret(role: Role, secret: &Secret, pointer: &str) -> Result<(), Problem> {
    let text = secret.expose();
    let wrong = if role == Role::FamilyMember {
        (text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some("must be six digits")
    } else {
        let length = text.chars().count();
        (!(10..=200).contains(&length)).then_some("must have 10 to 200 characters")
    };
    wrong.map_or(Ok(()), |wrong| Err(Problem::field(pointer, wrong)))
}
