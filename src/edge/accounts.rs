//! Accounts: the own one, and the directory of those whom somebody's role lets them see.

use actix_web::{HttpResponse, delete, get, post, put, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, NoBody, Params, PathId, Wrong};
use super::claims::{Signed, SignedInPart};
use super::door;
use super::invitations::{Invited, check_secret};
use super::page::cut;
use super::problem::{BeforeSecondFactor, EveryRole, Problem, Problems, TooMany, WrongState};
use crate::app::App;
use crate::base::ids::{AccountId, FamilyId, PodId};
use crate::base::secret::Secret;
use crate::base::time::Moment;
use crate::care::accounts::directory::{self, Account, Which};
use crate::care::accounts::invitations::NOTICE_VERSION;
use crate::care::accounts::own::{self, OwnError};
use crate::care::accounts::{Kind, Role, Status};
use crate::care::handovers::joining;
use crate::db::Lane;

/// An account as staff see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountView {
    id: AccountId,
    role: Role,
    /// Who in the family, for family members.
    kind: Option<Kind>,
    #[schema(example = "Asha")]
    display_name: String,
    /// What they sign in with; none for family members.
    email: Option<String>,
    status: Status,
    /// The pod they work in, or that works with their family.
    pod_id: Option<PodId>,
    family_id: Option<FamilyId>,
    #[schema(example = "en")]
    language: String,
    /// Whether they may decide on alerts, as a qualified social worker.
    qualified: bool,
    has_second_factor: bool,
    created_at: Moment,
}

impl From<Account> for AccountView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            role: account.role,
            kind: account.kind,
            display_name: account.display_name,
            email: account.email,
            status: account.status,
            pod_id: account.pod_id,
            family_id: account.family_id,
            language: account.language,
            qualified: account.qualified,
            has_second_factor: account.has_second_factor,
            created_at: account.created_at,
        }
    }
}

/// Some accounts, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountList {
    items: Vec<AccountView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// The notice that the team can read and that words are screened, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// The version in force.
    #[schema(example = "1")]
    current_version: String,
    /// The version this person was shown last.
    shown_version: Option<String>,
    /// The language it was shown in.
    shown_language: Option<String>,
    shown_at: Option<Moment>,
    /// Whether the version in force must be shown now.
    must_be_shown: bool,
}

/// Somebody's own account.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnAccountView {
    #[serde(flatten)]
    account: AccountView,
    /// Whether this role must have a second factor.
    must_have_second_factor: bool,
    /// Whether the e-mail has been verified: only then are they called there.
    email_verified: bool,
    /// The number they are rung at, for those who work here; shown to themselves alone.
    #[schema(example = "+447700900123")]
    phone_number: Option<String>,
    /// A number that a code was sent to, and that is not verified yet.
    #[schema(example = "+447700900123")]
    phone_number_to_verify: Option<String>,
    notice: NoticeView,
}

/// Which notice was shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownNotice {
    /// The version that was shown: the one in force.
    #[schema(example = "1", min_length = 1, max_length = 20)]
    version: String,
    /// The language it was shown in (BCP 47).
    #[schema(example = "en", max_length = 35)]
    language: String,
}

/// A new password or PIN, and the current one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The current one.
    #[schema(example = "246810")]
    current: Secret,
    /// A password of 10 characters or more; for a family member a PIN of six digits.
    #[schema(example = "135791")]
    new: Secret,
}

/// Which accounts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AccountQuery {
    /// Only of this role.
    role: Option<Role>,
    /// Only of this pod.
    pod_id: Option<PodId>,
    /// Only of this family.
    family_id: Option<FamilyId>,
    /// Only in this state.
    status: Option<Status>,
    /// The `next` of the answer before.
    after: Option<AccountId>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

/// Shows the caller's own account, and whether a newer notice must be shown.
#[utoipa::path(tag = "own account", security(("access_token" = [])), responses(
    (status = 200, description = "The own account", body = OwnAccountView), Problems, BeforeSecondFactor, EveryRole,
))]
#[get("/accounts/me")]
pub(crate) async fn me(
    app: web::Data<App>,
    SignedInPart(claims): SignedInPart,
) -> Result<HttpResponse, Problem> {
    let mine = door::look(&app, &claims, |rx, caller| own::look(rx, caller)).await?;
    Ok(HttpResponse::Ok().json(view(&app, mine)))
}

/// Records that the caller was shown the notice in force, and in which language.
#[utoipa::path(tag = "own account", request_body = ShownNotice, security(("access_token" = [])), responses(
    (status = 200, description = "The own account", body = OwnAccountView), Problems, EveryRole,
))]
#[put("/accounts/me/notice")]
pub(crate) async fn show_notice(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<ShownNotice>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let version = wrong.line("/version", &body.version, 20);
    let language = wrong.language("/language", &body.language);
    wrong.done()?;
    let mine = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        own::show_notice(tx, caller, (&version, &language))
    })
    .await?;
    Ok(HttpResponse::Ok().json(view(&app, mine)))
}

/// Changes the caller's password or PIN. Their other devices are signed out.
#[utoipa::path(tag = "own account", request_body = NewPassword, security(("access_token" = [])), responses(
    (status = 204, description = "Changed"), Problems, EveryRole, TooMany,
))]
#[put("/accounts/me/password")]
pub(crate) async fn change_password(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<NewPassword>,
) -> Result<HttpResponse, Problem> {
    let compared = door::act(&app, &claims, Lane::Rest, own::begin_password).await?;
    if !app.verify(&body.current, compared.stored.clone()).await? {
        return Err(OwnError::WrongPassword.into());
    }
    check_secret(compared.role, &body.new, "/new")?;
    let hash = app.hash(&body.new).await?;
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        own::complete_password(tx, caller, (&compared, &hash))
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists accounts: a manager's authority, or the people of the pods somebody supervises, covers or
/// works in.
#[utoipa::path(tag = "people", params(AccountQuery), security(("access_token" = [])), responses(
    (status = 200, description = "Accounts", body = AccountList), Problems,
))]
#[get("/accounts")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(query): Params<AccountQuery>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(query.limit);
    wrong.done()?;
    let which = Which {
        role: query.role,
        pod_id: query.pod_id,
        family_id: query.family_id,
        status: query.status,
        id: None,
    };
    let found = door::look(&app, &claims, move |rx, caller| {
        directory::list(rx, caller, &which, (query.after, limit.saturating_add(1)))
    })
    .await?;
    let items: Vec<AccountView> = found.into_iter().map(Into::into).collect();
    let (items, next) = cut(items, limit, |last| last.id.to_string());
    Ok(HttpResponse::Ok().json(AccountList { items, next }))
}

/// Shows somebody whom the caller's role lets them see.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The account", body = AccountView), Problems,
))]
#[get("/accounts/{id}")]
pub(crate) async fn show(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
) -> Result<HttpResponse, Problem> {
    let account = door::look(&app, &claims, move |rx, caller| {
        directory::find(rx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Ok().json(AccountView::from(account)))
}

/// Gives a code that leads somebody back into their account on a new device: for family members by
/// their practitioner or a manager, for staff and mentors by a manager.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), security(("access_token" = [])), responses(
    (status = 201, description = "The code; accepting it ends the old devices", body = Invited), Problems, WrongState,
))]
#[post("/accounts/{id}/re-enrolment")]
pub(crate) async fn re_enrol(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    _nothing: NoBody,
) -> Result<HttpResponse, Problem> {
    let made = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        joining::re_enrol(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::Created().json(Invited::from(made)))
}

/// Signs out every device of somebody whose phone is lost, for the same people as a re-enrolment.
#[utoipa::path(tag = "people", params(("id" = AccountId, Path)), security(("access_token" = [])), responses(
    (status = 204, description = "Signed out everywhere"), Problems,
))]
#[delete("/accounts/{id}/devices")]
pub(crate) async fn end_devices(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
) -> Result<HttpResponse, Problem> {
    door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        joining::end_devices(tx, caller, id)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn view(app: &App, mine: own::OwnAccount) -> OwnAccountView {
    let must_be_shown = mine.must_be_shown_notice();
    let (shown_version, shown_language, shown_at) = match mine.notice {
        Some(shown) => (
            Some(shown.version),
            Some(shown.language),
            Some(shown.shown_at),
        ),
        None => (None, None, None),
    };
    OwnAccountView {
        email_verified: mine.email_is_verified,
        phone_number: mine.phone,
        phone_number_to_verify: mine.phone_asked,
        must_have_second_factor: app
            .config()
            .require_second_factor
            .contains(&mine.account.role),
        account: mine.account.into(),
        notice: NoticeView {
            current_version: NOTICE_VERSION.to_owned(),
            shown_version,
            shown_language,
            shown_at,
            must_be_shown,
        },
    }
}
