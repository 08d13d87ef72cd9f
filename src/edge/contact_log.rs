//! The contact log over HTTP.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::limits::Limits;
use super::problem::{AlreadyDone, IdUsed, NotFound, Problem, Problems, TooMany};
use crate::app::App;
use crate::base::ids::{AccountId, ContactEntryId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::contact_log::actions::{self, NewEntry};
use crate::care::contact_log::reading::{self, Listing, Place};
use crate::care::contact_log::{
    Entry, Kind, MOST_NOTE, MOST_WITH, Mistake, Outcome, Withdrawal, Words,
};
use crate::care::safeguarding::reporting::spoken_as;
use crate::care::safeguarding::screen_text;
use crate::db::Lane;

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// A contact to be logged.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewContactBody {
    /// Made by the client; the same again is the same entry.
    id: ContactEntryId,
    /// With whom of a family you were in contact, or tried to be.
    family_member_id: AccountId,
    kind: Kind,
    /// `seen_in_person` does not go with `call`.
    outcome: Outcome,
    /// When it was: not still to come, and at most a year ago.
    #[schema(example = "2026-05-31T15:30:00Z", format = DateTime)]
    happened_at: String,
    /// Who was seen or spoken with.
    #[schema(example = "Robin and his nan", min_length = 1, max_length = 200)]
    with_whom: Option<String>,
    /// A short note.
    #[schema(min_length = 1, max_length = 2000)]
    note: Option<String>,
}

/// Why an entry is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContactWithdrawalBody {
    reason: Mistake,
}

/// That an entry was wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactWithdrawalView {
    reason: Mistake,
    by_id: AccountId,
    at: Moment,
}

impl From<Withdrawal> for ContactWithdrawalView {
    fn from(withdrawal: Withdrawal) -> Self {
        Self {
            reason: withdrawal.reason,
            by_id: withdrawal.by,
            at: withdrawal.at,
        }
    }
}

/// A contact as it was logged.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactView {
    id: ContactEntryId,
    family_member_id: AccountId,
    /// Who made it and logged it.
    by: Named,
    kind: Kind,
    outcome: Outcome,
    happened_at: Moment,
    #[schema(example = "Robin and his nan")]
    with_whom: Option<String>,
    #[schema(example = "Settled at his nan's. He showed me the rabbits.")]
    note: Option<String>,
    received_at: Moment,
    /// That it was wrong, if somebody has said so. It counts no more.
    withdrawn: Option<ContactWithdrawalView>,
}

impl From<Entry> for ContactView {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            family_member_id: entry.family_member_id,
            by: entry.by,
            kind: entry.kind,
            outcome: entry.outcome,
            happened_at: entry.happened_at,
            with_whom: entry.words.with_whom,
            note: entry.words.note,
            received_at: entry.received_at,
            withdrawn: entry.withdrawn.map(Into::into),
        }
    }
}

/// Some contacts, the newest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactList {
    items: Vec<ContactView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which part of the log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ContactPage {
    /// With which family member.
    family_member_id: AccountId,
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Why you must read it: deputies, whoever covers, and managers say.
    #[param(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// Logs a visit, a call or another contact with a family member outside of Daybook.
///
/// For their mentor, the practitioner of the family, and whoever supervises or covers the pod; families do
/// not see it. The words are screened. Nothing is changed later: withdraw an entry that was wrong, and log
/// another.
#[utoipa::path(tag = "contact log", request_body = NewContactBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was logged before; what has become of it", body = ContactView),
    (status = 201, description = "Logged", body = ContactView), Problems, NotFound, IdUsed, TooMany,
))]
#[post("/contact-log")]
pub(crate) async fn log(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    Signed(claims): Signed,
    Body(body): Body<NewContactBody>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    if (body.kind, body.outcome) == (Kind::Call, Outcome::SeenInPerson) {
        wrong.note("/outcome", "nobody is seen in person by a call");
    }
    let happened_at = wrong.maybe_moment("/happened_at", Some(&body.happened_at));
    let with_whom = body.with_whom.as_deref();
    let with_whom = with_whom.map(|with| wrong.line("/with_whom", with, MOST_WITH));
    let note = wrong.maybe_text("/note", body.note.as_deref(), MOST_NOTE);
    wrong.done()?;
    let words = Words { with_whom, note };
    let lexicon = app.lexicons().expected(claims.authority_id);
    let author = spoken_as(claims.author);
    let screened = words
        .joined()
        .map(|text| screen_text(&lexicon, &text, author, &claims.language));
    let new = NewEntry {
        id: body.id,
        family_member_id: body.family_member_id,
        kind: body.kind,
        outcome: body.outcome,
        happened_at: happened_at.unwrap_or(Moment::ZERO),
        words,
        screened,
    };
    let lexicons = app.lexicons().clone();
    let (entry, is_new) = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::log(tx, caller, &lexicons, &new)
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(ContactView::from(entry)))
}

/// Reads the contacts with a family member, the newest first.
///
/// Mentors read what they logged themselves. The practitioner and the supervisor read all, audited; deputies,
/// whoever covers, and managers also say why.
#[utoipa::path(tag = "contact log", params(ContactPage), security(("access_token" = [])), responses(
    (status = 200, description = "Contacts", body = ContactList), Problems, NotFound,
))]
#[get("/contact-log")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<ContactPage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let listing = Listing {
        family_member_id: page.family_member_id,
        after,
        limit: limit.saturating_add(1),
        reason,
    };
    let first = listing.clone();
    let mut found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, &first),
        move |rx, caller| reading::list(rx, caller, &listing),
    )
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).and_then(|last| {
        cursor::write(&Place {
            happened_at: last.happened_at,
            id: last.id,
        })
    });
    let items = found.into_iter().map(ContactView::from).collect();
    Ok(HttpResponse::Ok().json(ContactList { items, next }))
}

/// Marks an entry of the contact log as wrong. It stays as it was, and counts no more.
///
/// For whoever logged it, and for the pod's supervisor.
#[utoipa::path(tag = "contact log", params(("id" = ContactEntryId, Path)), request_body = ContactWithdrawalBody, security(("access_token" = [])), responses(
    (status = 200, description = "Withdrawn", body = ContactView), Problems, AlreadyDone,
))]
#[post("/contact-log/{id}/withdrawal")]
pub(crate) async fn withdraw(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<ContactEntryId>,
    Body(body): Body<ContactWithdrawalBody>,
) -> Result<HttpResponse, Problem> {
    let entry = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::withdraw(tx, caller, (id, body.reason))
    })
    .await?;
    Ok(HttpResponse::Ok().json(ContactView::from(entry)))
}
