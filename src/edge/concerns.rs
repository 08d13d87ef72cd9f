//! Reporting a concern over HTTP.

use actix_web::{HttpResponse, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Body, Wrong};
use super::claims::Signed;
use super::door;
use super::limits::Limits;
use super::problem::{EvenIfSuspended, EveryRole, IdUsed, NotFound, Problem, Problems, TooMany};
use crate::app::App;
use crate::base::ids::{AccountId, MessageId, ReportId};
use crate::base::time::Moment;
use crate::care::safeguarding::reporting::{
    self, MOST_CHARACTERS, MOST_IMPLICATED, NewReport, Report, written_as,
};
use crate::care::safeguarding::screen_text;
use crate::care::words::{Category, Severity};
use crate::db::Lane;

/// A concern to be reported.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConcern {
    /// Made by the client; the same again is the same concern.
    id: ReportId,
    /// About whom. A family member reports about themselves.
    family_member_id: AccountId,
    severity: Severity,
    category: Category,
    /// What was seen or heard, in the reporter's words.
    #[schema(
        example = "Sam flinched when his stepdad came to the door and would not go in.",
        min_length = 1,
        max_length = 4000
    )]
    note: String,
    /// A message in one of this family member's conversations that it is about.
    message_id: Option<MessageId>,
    /// It is about the mentor: restricted, and the mentor never learns of it. Family members must
    /// say true here.
    about_mentor: Option<bool>,
    /// For workers and mentors: people of the service who are implicated. They are neither told
    /// nor shown anything of it.
    #[schema(max_items = 20)]
    implicates: Option<Vec<AccountId>>,
}

/// A concern as its reporter sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConcernView {
    id: ReportId,
    family_member_id: AccountId,
    severity: Severity,
    category: Category,
    note: String,
    message_id: Option<MessageId>,
    about_mentor: bool,
    received_at: Moment,
}

impl From<Report> for ConcernView {
    fn from(report: Report) -> Self {
        Self {
            id: report.id,
            family_member_id: report.family_member_id,
            severity: report.severity,
            category: report.category,
            note: report.note,
            message_id: report.message_id,
            about_mentor: report.about_mentor,
            received_at: report.received_at,
        }
    }
}

/// Reports a concern about a family member; it becomes an alert at once.
///
/// For staff and mentors, and for a family member who wants to talk to somebody other than their
/// mentor. Who is implicated is left out of everything that follows. A suspended person is heard too.
#[utoipa::path(tag = "alerts", request_body = NewConcern, security(("access_token" = [])), responses(
    (status = 200, description = "It was reported before", body = ConcernView),
    (status = 201, description = "Reported", body = ConcernView), Problems, EvenIfSuspended, EveryRole, NotFound, IdUsed, TooMany,
))]
#[post("/concerns")]
pub(crate) async fn raise(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    Signed(claims): Signed,
    Body(body): Body<NewConcern>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let note = wrong.text("/note", &body.note, MOST_CHARACTERS);
    let implicates = body.implicates.unwrap_or_default();
    if implicates.len() > MOST_IMPLICATED {
        wrong.note("/implicates", format!("must be at most {MOST_IMPLICATED}"));
    }
    wrong.done()?;
    let author = written_as(claims.author);
    let lexicon = app.lexicons().expected(claims.authority_id);
    let screened = screen_text(&lexicon, &note, author, &claims.language);
    let new = NewReport {
        id: body.id,
        family_member_id: body.family_member_id,
        severity: body.severity,
        category: body.category,
        note,
        message_id: body.message_id,
        about_mentor: body.about_mentor.unwrap_or(false),
        implicates: implicates.into_iter().collect(),
        screened: Some(screened),
    };
    let lexicons = app.lexicons().clone();
    let (stored, is_new) =
        door::act_even_if_suspended(&app, &claims, Lane::Help, move |tx, caller| {
            reporting::report(tx, caller, &lexicons, &new)
        })
        .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(ConcernView::from(stored)))
}
