//! Dates over HTTP.

pub(crate) mod occurrences;
mod views;

use actix_web::{HttpResponse, get, post, put, web};
use views::{
    CancellationBody, DateBody, DateList, DatePage, DateView, NewDateBody, ReplyBody, TakenView,
};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::cursor;
use super::door;
use super::limits::Limits;
use super::problem::{
    AlreadyDone, EvenIfSuspended, EveryRole, IdUsed, NotFound, Problem, Problems, TooMany,
    WrongState,
};
use crate::app::App;
use crate::base::civil::{Civil, Zone, parse_day};
use crate::base::ids::DateId;
use crate::care::accounts::Claims;
use crate::care::reminders::actions::{self, Change, NewDate};
use crate::care::reminders::reading::{self, Listing, Place};
use crate::care::reminders::replying::{self, NewReply};
use crate::care::reminders::schedule::{Repeats, Schedule};
use crate::care::reminders::{Date, MOST_BEFORE, MOST_MINUTES, MOST_NOTE, MOST_WORDS, Plan};
use crate::care::safeguarding::{Screened, screen_text};
use crate::db::Lane;

/// A reason has at most so many characters.
const MOST_REASON: usize = 500;

/// Makes a date with a family member, who is told.
///
/// For their mentor, the practitioner of their family and the supervisor of their pod. What a mentor
/// writes here is screened like a message.
#[utoipa::path(tag = "dates", request_body = NewDateBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was made before; what has become of it", body = DateView),
    (status = 201, description = "Made", body = DateView), Problems, NotFound, IdUsed, WrongState, TooMany,
))]
#[post("/dates")]
pub(crate) async fn make(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    Signed(claims): Signed,
    Body(body): Body<NewDateBody>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let said = Said {
        what: &body.what,
        place: body.place.as_deref(),
        starts: &body.starts,
        zone: body.zone.as_deref(),
        minutes: body.minutes,
        repeats: body.repeats,
        until: body.until.as_deref(),
        remind_minutes_before: body.remind_minutes_before,
    };
    let plan = said.plan(&mut wrong);
    wrong.done()?;
    let plan = plan.ok_or_else(|| Problem::field("/starts", "is not valid"))?;
    let new = NewDate {
        id: body.id,
        family_member_id: body.family_member_id,
        screened: screened(&app, &claims, &plan.words()),
        plan,
    };
    let lexicons = app.lexicons().clone();
    let (date, is_new) = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::make(tx, caller, &lexicons, &new)
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(shown(&app, date)))
}

/// Reads the dates of a family member that are not over, the next first.
///
/// Family members read their own, a mentor those they made. The practitioner and the supervisor read
/// audited; deputies and service managers also say why.
#[utoipa::path(tag = "dates", params(DatePage), security(("access_token" = [])), responses(
    (status = 200, description = "Dates", body = DateList), Problems, EveryRole, NotFound,
))]
#[get("/dates")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<DatePage>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let limit = wrong.limit(page.limit);
    let after = cursor::read::<Place>(&mut wrong, page.after.as_deref());
    let reason = wrong.maybe_text("reason", page.reason.as_deref(), MOST_REASON);
    wrong.done()?;
    let listing = Listing {
        family_member_id: page.family_member_id,
        after,
        limit: usize::try_from(limit.saturating_add(1)).unwrap_or(0),
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
    let next = found.last().filter(|_| more).and_then(|(date, next)| {
        cursor::write(&Place {
            starts_at: next.starts_at,
            id: date.id,
        })
    });
    let items = found.into_iter().map(Into::into).collect();
    Ok(HttpResponse::Ok().json(DateList { items, next }))
}

/// Says a date anew; the family member is told.
///
/// For whoever may make one; a mentor changes their own. If somebody changed it since the version you
/// name, nothing is changed and the problem says who did.
#[utoipa::path(tag = "dates", params(("id" = DateId, Path)), request_body = DateBody, security(("access_token" = [])), responses(
    (status = 200, description = "The date as it is now", body = DateView), Problems, AlreadyDone, WrongState,
))]
#[put("/dates/{id}")]
pub(crate) async fn change(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<DateId>,
    Body(body): Body<DateBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let said = Said {
        what: &body.what,
        place: body.place.as_deref(),
        starts: &body.starts,
        zone: body.zone.as_deref(),
        minutes: body.minutes,
        repeats: body.repeats,
        until: body.until.as_deref(),
        remind_minutes_before: body.remind_minutes_before,
    };
    let plan = said.plan(&mut wrong);
    wrong.done()?;
    let plan = plan.ok_or_else(|| Problem::field("/starts", "is not valid"))?;
    let change = Change {
        id,
        version: body.version,
        screened: screened(&app, &claims, &plan.words()),
        plan,
    };
    let lexicons = app.lexicons().clone();
    let date = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::change(tx, caller, &lexicons, &change)
    })
    .await?;
    Ok(HttpResponse::Ok().json(shown(&app, date)))
}

/// Cancels a date; the family member is told, and is reminded of it no more.
#[utoipa::path(tag = "dates", params(("id" = DateId, Path)), request_body = CancellationBody, security(("access_token" = [])), responses(
    (status = 200, description = "The date, cancelled", body = DateView), Problems, AlreadyDone,
))]
#[post("/dates/{id}/cancellation")]
pub(crate) async fn cancel(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<DateId>,
    Body(body): Body<CancellationBody>,
) -> Result<HttpResponse, Problem> {
    let date = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        actions::cancel(tx, caller, (id, body.version))
    })
    .await?;
    Ok(HttpResponse::Ok().json(shown(&app, date)))
}

/// Answers a date that is with you: "I can come", or "change it".
///
/// Whoever keeps the date is told. Words are screened. An answer to what the date said before a change
/// is taken too, and stands for nothing else.
#[utoipa::path(tag = "dates", params(("id" = DateId, Path)), request_body = ReplyBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was stored before", body = TakenView),
    (status = 201, description = "Stored", body = TakenView), Problems, EvenIfSuspended, IdUsed, TooMany,
))]
#[post("/dates/{id}/reply")]
pub(crate) async fn reply(
    app: web::Data<App>,
    limits: web::Data<Limits>,
    Signed(claims): Signed,
    PathId(id): PathId<DateId>,
    Body(body): Body<ReplyBody>,
) -> Result<HttpResponse, Problem> {
    limits.count(claims.account_id)?;
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let starts = civil(&mut wrong, ("/starts", &body.starts));
    let note = wrong.maybe_text("/note", body.note.as_deref(), MOST_NOTE);
    wrong.done()?;
    let new = NewReply {
        id: body.id,
        date_id: id,
        version: body.version,
        starts: starts.ok_or_else(|| Problem::field("/starts", "is not valid"))?,
        answer: body.reply,
        screened: note
            .as_deref()
            .and_then(|note| screened(&app, &claims, note)),
        note,
    };
    let lexicons = app.lexicons().clone();
    let taken = door::act_even_if_suspended(&app, &claims, Lane::Talk, move |tx, caller| {
        replying::reply(tx, caller, &lexicons, &new)
    })
    .await?;
    let mut response = if taken.is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(TakenView::from(taken)))
}

/// What screening says of words before the unit, if their author is screened.
fn screened(app: &App, claims: &Claims, words: &str) -> Option<Screened> {
    let author = claims.author?;
    let lexicon = app.lexicons().expected(claims.authority_id);
    Some(screen_text(&lexicon, words, author, &claims.language))
}

fn shown(app: &App, date: Date) -> DateView {
    let next = date.course().upcoming(app.clock().now());
    DateView::of((date, next))
}

fn civil(wrong: &mut Wrong, (pointer, text): (&str, &str)) -> Option<Civil> {
    let found = Civil::parse(text);
    if found.is_none() {
        wrong.note(
            pointer,
            "must be a day and a minute such as 2026-06-08T16:30",
        );
    }
    found
}

/// What a body says of a date.
struct Said<'b> {
    what: &'b str,
    place: Option<&'b str>,
    starts: &'b str,
    zone: Option<&'b str>,
    minutes: i32,
    repeats: Option<Repeats>,
    until: Option<&'b str>,
    remind_minutes_before: Option<i32>,
}

impl Said<'_> {
    /// Reads it, noting what is wrong; none if it cannot be a plan.
    fn plan(&self, wrong: &mut Wrong) -> Option<Plan> {
        let what = wrong.line("/what", self.what, MOST_WORDS);
        let place = self
            .place
            .map(|place| wrong.line("/where", place, MOST_WORDS));
        let starts = civil(wrong, ("/starts", self.starts));
        let zone = self.zone.map_or(Some(Zone::LONDON), Zone::parse);
        if zone.is_none() {
            wrong.note("/zone", "must be a zone such as Europe/London");
        }
        if !(1..=MOST_MINUTES).contains(&self.minutes) {
            wrong.note("/minutes", format!("must be 1 to {MOST_MINUTES}"));
        }
        if self
            .remind_minutes_before
            .is_some_and(|before| !(0..=MOST_BEFORE).contains(&before))
        {
            wrong.note(
                "/remind_minutes_before",
                format!("must be 0 to {MOST_BEFORE}"),
            );
        }
        let repeats = self.repeats.unwrap_or(Repeats::Once);
        let until = self.until.map(parse_day);
        match (until, starts) {
            (Some(_), _) if repeats == Repeats::Once => {
                wrong.note("/until", "is for dates that repeat");
            }
            (Some(None), _) => wrong.note("/until", "must be a day such as 2026-07-31"),
            (Some(Some(until)), Some(starts)) if until < starts.date() => {
                wrong.note("/until", "must not be before it starts");
            }
            _ => {}
        }
        Some(Plan {
            what,
            place,
            schedule: Schedule {
                starts: starts?,
                zone: zone?,
                minutes: self.minutes,
                repeats,
                until: until.flatten(),
            },
            remind_minutes_before: self.remind_minutes_before,
        })
    }
}
