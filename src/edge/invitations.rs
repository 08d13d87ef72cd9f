//! Inviting people and joining by code.

use actix_web::{HttpRequest, HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::address::network_address;
use super::body::{Body, Wrong};
use super::claims::{Signed, Tokens};
use super::door;
use super::problem::{Problem, Problems};
use super::sessions::{Client, Session, Status, session};
use crate::app::App;
use crate::base::ids::{FamilyId, InvitationId, PodId};
use crate::base::secret::Secret;
use crate::base::time::Moment;
use crate::care::accounts::invitations::{self, Invite};
use crate::care::accounts::{Kind, Role};
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
    /// Their e-mail; needed for all but family members.
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

/// A code and the secret its holder chooses.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The code, however it is typed.
    #[schema(example = "K7F2M-9QRXW")]
    code: Secret,
    /// A password of 10 characters or more; for a family member a PIN of six digits.
    password: Secret,
    /// The language the notice was shown in (BCP 47).
    #[schema(example = "en", max_length = 35)]
    language: Option<String>,
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
    let display_name = wrong.line("/display_name", &body.display_name, 80);
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
    Ok(HttpResponse::Created().json(Invited {
        id: made.id,
        code: made.code.expose().to_owned(),
        expires_at: made.expires_at,
    }))
}

/// Joins by code: makes the account and signs its first device in.
#[utoipa::path(tag = "people", request_body = Acceptance, responses(
    (status = 201, description = "Joined and signed in", body = Session), Problems,
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
    wrong.done()?;
    let from = network_address(&request, app.config().trusted_proxies);
    let (code, begun_from) = (body.code.clone(), from.clone());
    let role = app
        .store()
        .write(Lane::Rest, move |tx| {
            invitations::begin_accepting(tx, &code, &begun_from)
        })
        .await??;
    check_secret(role, &body.password)?;
    let hash = app.hash(&body.password).await?;
    let done = app
        .store()
        .write(Lane::Rest, move |tx| {
            let with = (hash.as_str(), language.as_str(), from.as_str());
            invitations::accept(tx, &body.code, with, "first device")
        })
        .await?;
    session(&app, &tokens, &done, body.client, Status::Created)
}

/// A family member's PIN is six digits; everybody else needs a password of some length.
pub(super) fn check_secret(role: Role, secret: &Secret) -> Result<(), Problem> {
    let text = secret.expose();
    let wrong = if role == Role::FamilyMember {
        (text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()))
            .then_some("must be six digits")
    } else {
        let length = text.chars().count();
        (!(10..=200).contains(&length)).then_some("must have 10 to 200 characters")
    };
    wrong.map_or(Ok(()), |wrong| Err(Problem::field("/password", wrong)))
}
