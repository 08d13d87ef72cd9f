//! The lexicon over HTTP: managers draft, try, publish and withdraw rules of their authority's own.
//!
//! Rules are compiled before and outside of any unit of work; only what was checked gets in.

mod views;

use std::sync::Arc;

use actix_web::{HttpResponse, get, post, web};
use views::{
    BenchBody, BenchItem, BenchView, BrokenView, DraftBody, DraftList, DraftView, LexiconPage,
    LexiconVersionList, LexiconVersionView, RuleCount, RuleCountList, RulePage,
};

use super::body::{Body, NoBody, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::problem::{AlreadyDone, Kind, NotFound, Problem, Problems, TooMany, WrongState};
use crate::app::App;
use crate::base::ids::{AuthorityId, LexiconVersionId};
use crate::base::text;
use crate::care::accounts::Claims;
use crate::care::alerts::false_alarms;
use crate::care::safeguarding::lexicons::actions::{self, LexiconRefusal, Which, check_manager};
use crate::care::safeguarding::lexicons::{Shown, Tried, VersionName, wrong_fields};
use crate::care::words::Author;
use crate::db::Lane;

/// So many texts are tried at once.
const MOST_TEXTS: usize = 50;
/// A text to try has at most so many characters, as a message has.
const MOST_CHARACTERS: usize = 4000;

/// Drafts rules of the authority's own.
///
/// A draft holds all of them: what is live and not in it is removed when it is published. It must
/// compile; what its examples say is held against it on the bench and when it is published. How many
/// texts of the last thirty days it would match is counted from now on; see the draft. One person drafts
/// at most fifty times a day.
#[utoipa::path(tag = "lexicon", request_body = DraftBody, security(("access_token" = [])), responses(
    (status = 201, description = "Drafted", body = DraftView), Problems, TooMany,
))]
#[post("/lexicon/drafts")]
pub(crate) async fn draft(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<DraftBody>,
) -> Result<HttpResponse, Problem> {
    let rules = body.rules;
    let mut wrong = Wrong::new();
    for (pointer, what) in wrong_fields(&rules) {
        wrong.note(&pointer, what);
    }
    wrong.done()?;
    // Whoever may not draft shall not make us compile.
    authority_of(&app, &claims).await?;
    let checked = rules.clone();
    app.at_length(move |lexicons| lexicons.check(&checked))
        .await?
        .map_err(|(pointer, what)| Problem::field(pointer, what))?;
    let made = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        let made = actions::draft(tx, caller, &rules)?;
        actions::one_draft(tx, caller, made.id)
    })
    .await?;
    Ok(HttpResponse::Created().json(DraftView::of(made)))
}

/// Lists the drafts that were not published, newest first.
#[utoipa::path(tag = "lexicon", params(LexiconPage), security(("access_token" = [])), responses(
    (status = 200, description = "Drafts", body = DraftList), Problems,
))]
#[get("/lexicon/drafts")]
pub(crate) async fn drafts(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<LexiconPage>,
) -> Result<HttpResponse, Problem> {
    let (mut found, limit) = listed(&app, &claims, Which::Drafts, &page).await?;
    let more = cursor::cut(&mut found, limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| last.version.id.to_string());
    let items = found.into_iter().map(DraftView::of).collect();
    Ok(HttpResponse::Ok().json(DraftList { items, next }))
}

async fn listed(
    app: &App,
    claims: &Claims,
    which: Which,
    page: &LexiconPage,
) -> Result<(Vec<Shown>, i64), Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    wrong.done()?;
    let part = (page.after, limit.saturating_add(1));
    let found = door::look(app, claims, move |rx, caller| {
        actions::list(rx, caller, which, part)
    });
    Ok((found.await?, limit))
}

/// Shows a draft and what it changes.
#[utoipa::path(tag = "lexicon", params(("id" = LexiconVersionId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "The draft", body = DraftView), Problems,
))]
#[get("/lexicon/drafts/{id}")]
pub(crate) async fn one_draft(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<LexiconVersionId>,
) -> Result<HttpResponse, Problem> {
    let found = door::look(&app, &claims, move |rx, caller| {
        actions::one_draft(rx, caller, id)
    });
    Ok(HttpResponse::Ok().json(DraftView::of(found.await?)))
}

/// Publishes a draft: texts are screened by it from this moment on.
///
/// Every stored example must be as it says, those of the rules that ship too. Where rules are removed,
/// find less or call louder, somebody else than the author of the draft must do it.
#[utoipa::path(tag = "lexicon", params(("id" = LexiconVersionId, Path)), security(("access_token" = [])), responses(
    (status = 200, description = "Published", body = LexiconVersionView), Problems, AlreadyDone, WrongState,
))]
#[post("/lexicon/drafts/{id}/publication")]
pub(crate) async fn publish(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<LexiconVersionId>,
    NoBody: NoBody,
) -> Result<HttpResponse, Problem> {
    let tried = match tried(&app, &claims, id).await {
        Ok((_, tried)) => Some(tried),
        // The unit says whether it never was or was published before.
        Err(problem) if problem.kind() == Kind::NotFound => None,
        Err(problem) => return Err(problem),
    };
    let outcome = tried.clone();
    let published = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        let broken = outcome.as_ref().map(|tried| tried.broken.as_slice());
        actions::publish(tx, caller, id, broken.unwrap_or_default())
    })
    .await?;
    if let (Some(tried), Some(number)) = (tried, published.number) {
        let wanted = (published.authority_id, number);
        app.lexicons().publish(wanted, (id, &tried.lexicon));
    }
    Ok(HttpResponse::Ok().json(LexiconVersionView::of(published, None)))
}

/// Tries texts by the rules that are live and by a draft.
///
/// Nothing is stored and nobody is told. Says which stored examples, also of the rules that ship, the
/// draft does not read as they say.
#[utoipa::path(tag = "lexicon", request_body = BenchBody, security(("access_token" = [])), responses(
    (status = 200, description = "What screening says", body = BenchView), Problems, NotFound,
))]
#[post("/lexicon/bench")]
pub(crate) async fn bench(
    app: web::Data<App>,
    Signed(claims): Signed,
    Body(body): Body<BenchBody>,
) -> Result<HttpResponse, Problem> {
    let texts = texts_of(&body)?;
    let (authority, tried) = match body.draft {
        Some(id) => {
            let (authority, tried) = tried(&app, &claims, id).await?;
            (authority, Some(tried))
        }
        None => (authority_of(&app, &claims).await?, None),
    };
    let view = app.at_length(move |lexicons| {
        let live = lexicons.expected(Some(authority));
        let items = texts.iter().map(|(text, author, language)| BenchItem {
            live: live.screen(text, *author, language.as_deref()).into(),
            draft: tried.as_ref().map(|tried| {
                tried
                    .lexicon
                    .screen(text, *author, language.as_deref())
                    .into()
            }),
        });
        let broken = tried.iter().flat_map(|tried| &tried.broken);
        BenchView {
            items: items.collect(),
            broken: broken.map(BrokenView::from).collect(),
        }
    });
    Ok(HttpResponse::Ok().json(view.await?))
}

type ToTry = (String, Author, Option<String>);

fn texts_of(body: &BenchBody) -> Result<Vec<ToTry>, Problem> {
    let mut wrong = Wrong::new();
    if !(1..=MOST_TEXTS).contains(&body.texts.len()) {
        wrong.note("/texts", format!("must be 1 to {MOST_TEXTS}"));
    }
    let mut texts = Vec::with_capacity(body.texts.len());
    for (place, one) in body.texts.iter().take(MOST_TEXTS).enumerate() {
        if let Err(refused) = text::parse(&one.text, MOST_CHARACTERS) {
            wrong.note(&format!("/texts/{place}/text"), refused.to_string());
        }
        let pointer = format!("/texts/{place}/language");
        let language = one.language.as_deref();
        let language = language.map(|tag| wrong.language(&pointer, tag));
        let author = one.author.unwrap_or(Author::YoungPerson);
        texts.push((one.text.clone(), author, language));
    }
    wrong.done()?;
    Ok(texts)
}

/// Lists the published versions, newest first.
#[utoipa::path(tag = "lexicon", params(LexiconPage), security(("access_token" = [])), responses(
    (status = 200, description = "Versions", body = LexiconVersionList), Problems,
))]
#[get("/lexicon/versions")]
pub(crate) async fn versions(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<LexiconPage>,
) -> Result<HttpResponse, Problem> {
    let (mut found, limit) = listed(&app, &claims, Which::Published, &page).await?;
    let more = cursor::cut(&mut found, limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|last| last.version.id.to_string());
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(LexiconVersionList { items, next }))
}

/// Shows one published version.
#[utoipa::path(tag = "lexicon", params(("id" = String, Path, description = "Its number, or the id of the draft it was")), security(("access_token" = [])), responses(
    (status = 200, description = "The version", body = LexiconVersionView), Problems,
))]
#[get("/lexicon/versions/{id}")]
pub(crate) async fn one_version(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(name): PathId<VersionName>,
) -> Result<HttpResponse, Problem> {
    let found = door::look(&app, &claims, move |rx, caller| {
        actions::one_version(rx, caller, name)
    });
    Ok(HttpResponse::Ok().json(LexiconVersionView::from(found.await?)))
}

/// Withdraws the live version: the one before it is live again.
///
/// Where rules are removed by that, find less or call louder, two managers are needed: the first asks
/// (202), and it is withdrawn when the second does the same.
///
/// What it has screened is screened again, newest first, and raises what was not found before; what was
/// raised stays raised. The version shows how far that has come.
#[utoipa::path(tag = "lexicon", params(("id" = String, Path, description = "Its number, or the id of the draft it was")), security(("access_token" = [])), responses(
    (status = 200, description = "Withdrawn", body = LexiconVersionView),
    (status = 202, description = "Asked for; another manager has to agree", body = LexiconVersionView),
    Problems, WrongState,
))]
#[post("/lexicon/versions/{id}/withdrawal")]
pub(crate) async fn withdraw(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(name): PathId<VersionName>,
    NoBody: NoBody,
) -> Result<HttpResponse, Problem> {
    // Compiled before it is live again: nobody's unit shall wait for it.
    let before = door::act(&app, &claims, Lane::Rest, actions::one_before).await?;
    app.at_length(move |lexicons| lexicons.prepare(&before))
        .await?;
    let done = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        actions::withdraw(tx, caller, name)
    })
    .await?;
    if done.version.withdrawn.is_none() {
        return Ok(HttpResponse::Accepted().json(LexiconVersionView::from(done)));
    }
    let known = app.lexicons().clone();
    let looked = app.store().read(move |rx| known.refresh(rx)).await;
    if let Err(fault) = looked {
        tracing::warn!(error = %fault, "the version that is live again is fetched by the next unit");
    }
    Ok(HttpResponse::Ok().json(LexiconVersionView::from(done)))
}

/// Lists the rules that cried wolf, by name: how many alerts in which they had found something were
/// closed as no cause for concern. No count ever switches a rule off.
#[utoipa::path(tag = "lexicon", params(RulePage), security(("access_token" = [])), responses(
    (status = 200, description = "Rules and counts", body = RuleCountList), Problems,
))]
#[get("/lexicon/rules")]
pub(crate) async fn rule_counts(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<RulePage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    if let Some(after) = page.after.as_deref() {
        wrong.line("after", after, 200);
    }
    wrong.done()?;
    let mut found = door::look(&app, &claims, move |rx, caller| {
        false_alarms::list(rx, caller, (page.after.as_deref(), limit.saturating_add(1)))
    })
    .await?;
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).map(|last| last.rule.clone());
    let items = found.into_iter().map(|counted| RuleCount {
        rule: counted.rule,
        false_alarms: counted.false_alarms,
        last_at: counted.last_at,
    });
    let items = items.collect();
    Ok(HttpResponse::Ok().json(RuleCountList { items, next }))
}

/// A draft of the caller's authority, compiled and held to every example.
async fn tried(
    app: &App,
    claims: &Claims,
    id: LexiconVersionId,
) -> Result<(AuthorityId, Arc<Tried>), Problem> {
    let shown = door::act(app, claims, Lane::Rest, move |tx, caller| {
        actions::one_draft(tx, caller, id)
    })
    .await?;
    let (authority, rules) = (shown.version.authority_id, shown.version.rules);
    let tried = app
        .at_length(move |lexicons| lexicons.try_out(id, &rules))
        .await?;
    let tried = tried.map_err(|(pointer, what)| {
        let detail = format!("the rules that ship have changed since: {pointer} {what}");
        Problem::new(Kind::WrongState).detail(detail)
    })?;
    Ok((authority, tried))
}

/// The caller's authority, if they are its manager. Asked in the lane of deeds, as all that makes us
/// compile or screen much is: it waits behind what people say.
async fn authority_of(app: &App, claims: &Claims) -> Result<AuthorityId, Problem> {
    door::act(app, claims, Lane::Rest, |_, caller| {
        check_manager(caller)?;
        Ok::<_, LexiconRefusal>(caller.authority_id)
    })
    .await
}
