//! In which words check-ins ask, over HTTP.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::check_ins::templates::{
    self, Asked, MOST_QUESTION, Question, Template, is_language,
};
use crate::db::Lane;
use crate::edge::body::{Body, Wrong};
use crate::edge::claims::Signed;
use crate::edge::door;
use crate::edge::problem::{EveryRole, Problem, Problems};

/// A question and its words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionBody {
    question: Question,
    #[schema(example = "How are things today?", min_length = 1, max_length = 200)]
    words: String,
}

/// An authority's own words.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateBody {
    /// Without a place.
    #[schema(example = "pl", pattern = "^[a-z]{2,3}$")]
    language: String,
    /// In the order they are asked, none twice. `scale`, `wants_contact` and `someone_makes_me_unsafe`
    /// are always asked, the last in the words that `GET /check-in-templates` gives, and in no others.
    #[schema(min_items = 3, max_items = 9)]
    questions: Vec<QuestionBody>,
}

/// A question and its words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuestionView {
    question: Question,
    #[schema(example = "How are things today?")]
    words: String,
    /// What the scale must say for it to be asked.
    asked: Asked,
}

/// What a check-in asks, in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateView {
    /// Its name, as a check-in gives it in `template`.
    #[schema(example = "en/1")]
    template: String,
    #[schema(example = "en")]
    language: String,
    /// 1 is what the service ships with; 2, 3, … are the authority's own.
    #[schema(example = 1, minimum = 1)]
    version: i32,
    questions: Vec<QuestionView>,
    /// Who made it, if it is the authority's own.
    made_by: Option<AccountId>,
    made_at: Option<Moment>,
}

impl From<Template> for TemplateView {
    fn from(template: Template) -> Self {
        let questions = template.questions.into_iter();
        Self {
            template: format!("{}/{}", template.language, template.version),
            language: template.language,
            version: template.version,
            questions: questions
                .map(|(question, words)| QuestionView {
                    question,
                    words,
                    asked: question.asked(),
                })
                .collect(),
            made_by: template.made.map(|(by, _)| by),
            made_at: template.made.map(|(_, at)| at),
        }
    }
}

/// What check-ins ask, language by language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateList {
    items: Vec<TemplateView>,
    /// There is one for each language, and no further page.
    next: Option<String>,
}

/// Reads what check-ins ask here, one template for each language.
#[utoipa::path(tag = "check-ins", security(("access_token" = [])), responses(
    (status = 200, description = "The newest template of each language", body = TemplateList), Problems, EveryRole,
))]
#[get("/check-in-templates")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
) -> Result<HttpResponse, Problem> {
    let found = door::look(&app, &claims, |rx, caller| templates::in_force(rx, caller)).await?;
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(TemplateList { items, next: None }))
}

/// Puts the authority's own words in place of those before, from now on. For service managers.
///
/// No version is changed: a check-in names the one it answers to. How the question about safety is put is no
/// choice of anybody's: other words for it are refused, and a language in which the service has none.
#[utoipa::path(tag = "check-ins", request_body = TemplateBody, security(("access_token" = [])), responses(
    (status = 201, description = "Made", body = TemplateView), Problems,
))]
#[post("/check-in-templates")]
pub(crate) async fn make(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<TemplateBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if !is_language(&body.language) {
        wrong.note("/language", "must be a language such as pl");
    } else if Question::ALL
        .iter()
        .any(|one| one.is_fixed() && one.shipped_words(&body.language).is_none())
    {
        let none = "must be one in which the service has the question about safety";
        wrong.note("/language", none);
    }
    let questions = body.questions(&mut wrong);
    wrong.done()?;
    let made = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        templates::make(tx, caller, (&body.language, &questions))
    })
    .await?;
    Ok(HttpResponse::Created().json(TemplateView::from(made)))
}

impl TemplateBody {
    /// Its questions, noting what is wrong.
    fn questions(&self, wrong: &mut Wrong) -> Vec<(Question, String)> {
        let mut found: Vec<(Question, String)> = Vec::new();
        for (place, one) in self.questions.iter().enumerate() {
            let pointer = format!("/questions/{place}");
            if found.iter().any(|(known, _)| *known == one.question) {
                wrong.note(&pointer, "must not be asked twice");
                break;
            }
            let pointer = format!("{pointer}/words");
            let words = wrong.line(&pointer, &one.words, MOST_QUESTION);
            let shipped = one.question.shipped_words(&self.language);
            if let Some(shipped) =
                shipped.filter(|shipped| one.question.is_fixed() && *shipped != words)
            {
                wrong.note(&pointer, format!("must stand as it is: {shipped}"));
            }
            found.push((one.question, words));
        }
        let is_missing =
            |needed: &&Question| needed.is_needed() && found.iter().all(|(one, _)| one != *needed);
        if let Some(missing) = Question::ALL.iter().find(is_missing) {
            wrong.note("/questions", format!("must hold {missing}"));
        }
        found
    }
}
