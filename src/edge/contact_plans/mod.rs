//! Contact plans over HTTP.

pub(crate) mod stops;

use actix_web::{HttpResponse, get, post, put, web};
use serde::{Deserialize, Serialize};
use stops::StoppedView;
use utoipa::{IntoParams, ToSchema};

use super::body::{Body, Params, PathId, Wrong};
use super::claims::Signed;
use super::door;
use super::problem::{AlreadyDone, EveryRole, Problem, Problems};
use crate::app::App;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::contact_plans::windows::{Day, MOST_MINUTE, Window, Windows};
use crate::care::contact_plans::{
    ContactPlan, MOST_CODE_WORD, MOST_OTHERS_NEAR, MOST_WINDOWS, Terms, Words, reading,
};
use crate::care::follow_ups::plans;
use crate::care::safeguarding::plan_words::{self, NewPlan};
use crate::care::safeguarding::screen_text;
use crate::db::Lane;

/// Hours of a day of the week.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowBody {
    day: Day,
    /// By the clock on the wall at home.
    #[schema(example = "09:00", pattern = "^\\d{2}:\\d{2}$")]
    from: String,
    /// Not included; `24:00` is the end of the day.
    #[schema(example = "15:00", pattern = "^\\d{2}:\\d{2}$")]
    to: String,
}

/// What a contact plan says.
#[derive(Debug, Serialize, ToSchema)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question people are asked and answer"
)]
pub struct TermsView {
    /// The hours in which their phone may sound, show or count something.
    windows: Vec<WindowBody>,
    ok_message: bool,
    ok_call: bool,
    ok_voicemail: bool,
    /// Others use the phone.
    shared_phone: bool,
    /// A text message that says nothing may come to their number, where a reminder reached no device.
    ok_text: bool,
}

/// When and how one may safely be reached.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question people are asked and answer"
)]
pub struct PlanBody {
    /// The hours in which your phone may sound, show or count something.
    #[schema(max_items = 21)]
    windows: Vec<WindowBody>,
    ok_message: bool,
    ok_call: bool,
    ok_voicemail: bool,
    /// Others use the phone.
    shared_phone: bool,
    /// Whether a text message that says nothing may come to your number (`PUT /accounts/me/phone-number`),
    /// where a reminder reached no device. Left out, what you said last stands; at first it may not.
    ok_text: Option<bool>,
    /// A word by which you know who calls.
    #[schema(example = "Is the ginger cat well?", min_length = 1, max_length = 80)]
    code_word: Option<String>,
    /// Who else may be near when your phone rings.
    #[schema(
        example = "My stepdad, most evenings",
        min_length = 1,
        max_length = 200
    )]
    others_near: Option<String>,
}

/// The plan somebody has talked over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationBody {
    /// The version you have seen.
    #[schema(example = 1, minimum = 1)]
    version: i32,
}

/// A family member's contact plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanView {
    family_member_id: AccountId,
    /// How often they have told one; 0 if never.
    version: i32,
    /// What they told last.
    told: Option<TermsView>,
    told_at: Option<Moment>,
    /// What holds: what was confirmed with them last, less whatever they have forbidden since. What they
    /// told beyond it waits to be confirmed.
    in_force: TermsView,
    /// The code word they told last. Where it is not `say_first` it may be another person's.
    code_word: Option<String>,
    /// The code word that was confirmed with them: say it before you say anything else. Not shown to the
    /// family member, whose phone others may hold.
    say_first: Option<String>,
    /// Who else may be near when their phone rings, as they told it last.
    others_near: Option<String>,
    /// The same as it was confirmed with them; without it, anybody may be near. Not shown to the family
    /// member.
    confirmed_near: Option<String>,
    confirmed_at: Option<Moment>,
    /// By when they are to be asked again.
    confirm_by: Option<Moment>,
    /// Whether somebody must talk it over with them now.
    to_be_confirmed: bool,
    /// All contact with them is stopped: do not write, do not call. Not shown to the family member.
    stopped: Option<StoppedView>,
}

/// Why it is read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PlanReason {
    /// Why you must read it: needed from deputies and managers, kept in the audit.
    #[param(min_length = 1, max_length = 500, example = "Ruth is on leave")]
    reason: Option<String>,
}

fn shown_time(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// Minutes since midnight, as `09:00` writes them.
fn read_time(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let has_form = [hours, minutes]
        .iter()
        .all(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let all = hours.checked_mul(60)?.checked_add(minutes)?;
    (has_form && minutes < 60 && all <= MOST_MINUTE).then_some(all)
}

/// Windows as they were sent; notes each that is none.
pub(super) fn read_windows(wrong: &mut Wrong, field: &str, sent: &[WindowBody]) -> Windows {
    let mut windows = Vec::new();
    for (place, one) in sent.iter().enumerate() {
        match (read_time(&one.from), read_time(&one.to)) {
            (Some(from), Some(to)) if from < to => windows.push(Window {
                day: one.day,
                from,
                to,
            }),
            _ => wrong.note(
                &format!("{field}/{place}"),
                "must be from an earlier to a later time of one day, such as 09:00 to 15:00",
            ),
        }
    }
    windows.into()
}

/// Windows as they are shown.
pub(super) fn shown_windows(windows: &Windows) -> Vec<WindowBody> {
    let shown = windows.as_slice().iter().map(|one| WindowBody {
        day: one.day,
        from: shown_time(one.from),
        to: shown_time(one.to),
    });
    shown.collect()
}

impl From<Terms> for TermsView {
    fn from(terms: Terms) -> Self {
        Self {
            windows: shown_windows(&terms.windows),
            ok_message: terms.ok_message,
            ok_call: terms.ok_call,
            ok_voicemail: terms.ok_voicemail,
            shared_phone: terms.shared_phone,
            ok_text: terms.ok_text,
        }
    }
}

impl PlanView {
    pub(crate) fn of(plan: ContactPlan, now: Moment) -> Self {
        let (confirm_by, to_be_confirmed) = (plan.confirm_by(), plan.is_to_be_confirmed(now));
        let (version, told_at) = match &plan.told {
            Some(told) => (told.version, Some(told.at)),
            None => (0, None),
        };
        let (told, words) = plan.told.map_or_else(Default::default, |told| {
            (Some(told.terms.into()), told.words)
        });
        let confirmed_at = plan.confirmed.as_ref().map(|known| known.at);
        let known = plan.confirmed.map(|known| known.words).unwrap_or_default();
        Self {
            family_member_id: plan.family_member_id,
            version,
            told,
            told_at,
            in_force: plan.in_force.into(),
            code_word: words.code_word,
            say_first: known.code_word,
            others_near: words.others_near,
            confirmed_near: known.others_near,
            confirmed_at,
            confirm_by,
            to_be_confirmed,
            stopped: plan.stop.map(Into::into),
        }
    }
}

/// Reads a family member's contact plan: before you write or call.
///
/// For themselves and their mentor. The practitioner and the supervisor read audited; deputies and
/// service managers also say why. Nobody else of the family learns that it has changed.
#[utoipa::path(tag = "contact plans", params(("id" = AccountId, Path), PlanReason), security(("access_token" = [])), responses(
    (status = 200, description = "The plan", body = PlanView), Problems, EveryRole,
))]
#[get("/contact-plans/{id}")]
pub(crate) async fn show(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Params(PlanReason { reason }): Params<PlanReason>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let reason = wrong.maybe_text("reason", reason.as_deref(), 500);
    wrong.done()?;
    let first = reason.clone();
    let plan = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, (id, first.as_deref())),
        move |rx, caller| reading::show(rx, caller, (id, reason.as_deref())),
    )
    .await?;
    Ok(HttpResponse::Ok().json(PlanView::of(plan, app.clock().now())))
}

/// Tells when and how one may safely be reached. For the family member alone.
///
/// What it forbids holds at once, and is not taken back by telling another. What it allows beyond what
/// holds waits until a person of the team has confirmed it, and so do other words. The code
/// word and who else is near are screened as every text is.
#[utoipa::path(tag = "contact plans", params(("id" = AccountId, Path)), request_body = PlanBody, security(("access_token" = [])), responses(
    (status = 200, description = "The plan as it is now", body = PlanView), Problems,
))]
#[put("/contact-plans/{id}")]
pub(crate) async fn tell(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<PlanBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.windows.len() > MOST_WINDOWS {
        wrong.note("/windows", format!("must be at most {MOST_WINDOWS}"));
    }
    let windows = read_windows(&mut wrong, "/windows", &body.windows);
    let mut line =
        |path, words: Option<&String>, most| words.map(|words| wrong.line(path, words, most));
    let words = Words {
        code_word: line("/code_word", body.code_word.as_ref(), MOST_CODE_WORD),
        others_near: line("/others_near", body.others_near.as_ref(), MOST_OTHERS_NEAR),
    };
    wrong.done()?;
    let terms = Terms {
        windows,
        ok_message: body.ok_message,
        ok_call: body.ok_call,
        ok_voicemail: body.ok_voicemail,
        shared_phone: body.shared_phone,
        ok_text: false,
    };
    let lexicon = app.lexicons().expected(claims.authority_id);
    let screened = [&words.code_word, &words.others_near].map(|words| {
        let (words, author) = words.as_deref().zip(claims.author)?;
        Some(screen_text(&lexicon, words, author, &claims.language))
    });
    let new = NewPlan {
        terms,
        ok_text: body.ok_text,
        words,
        screened,
    };
    let lexicons = app.lexicons().clone();
    let plan = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        plan_words::tell(tx, caller, &lexicons, (id, &new))
    })
    .await?;
    Ok(HttpResponse::Ok().json(PlanView::of(plan, app.clock().now())))
}

/// Confirms a plan after talking it over with the family member: from now on it holds as they told it.
///
/// For their mentor, the practitioner and the supervisor. To be done again after 30 days:
/// then it stands in `GET /needs` (`confirm_plan`) until it is.
#[utoipa::path(tag = "contact plans", params(("id" = AccountId, Path)), request_body = ConfirmationBody, security(("access_token" = [])), responses(
    (status = 200, description = "The plan as it is now", body = PlanView), Problems, AlreadyDone,
))]
#[post("/contact-plans/{id}/confirmation")]
pub(crate) async fn confirm(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AccountId>,
    Body(body): Body<ConfirmationBody>,
) -> Result<HttpResponse, Problem> {
    let plan = door::act(&app, &claims, Lane::Talk, move |tx, caller| {
        plans::confirm(tx, caller, (id, body.version))
    })
    .await?;
    Ok(HttpResponse::Ok().json(PlanView::of(plan, app.clock().now())))
}
