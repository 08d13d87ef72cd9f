//! Actions over HTTP: what is to be done about an alert, by whom and by when.

use actix_web::{HttpResponse, get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::base::ids::{AccountId, ActionId, AlertId};
use crate::base::time::Moment;
use crate::care::agencies::Agency;
use crate::care::alerts::actions::Named;
use crate::care::alerts::reading;
use crate::care::alerts::work::{self, Action, Kind, NewAction, Page, Place};
use crate::db::Lane;
use crate::edge::body::{Body, Params, PathId, Wrong};
use crate::edge::claims::Signed;
use crate::edge::cursor;
use crate::edge::door;
use crate::edge::problem::{AlreadyDone, IdUsed, Problem, Problems, WrongState};

/// What is to be done has at most so many characters.
const MOST_WHAT: usize = 1000;
/// How it ended has at most so many.
const MOST_ENDING: usize = 4000;

/// An action to be agreed on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewActionBody {
    /// Made by the client; the same again is the same action.
    id: ActionId,
    /// What is to be done.
    #[schema(
        example = "See Robin at school, alone, and ring the aunt.",
        min_length = 1,
        max_length = 1000
    )]
    what: String,
    /// Who is to do it: a worker who may know of the alert; left out: you.
    owner_id: Option<AccountId>,
    /// By when: in the future, at most 366 days ahead.
    #[schema(format = DateTime, example = "2026-06-02T15:00:00Z")]
    due_at: String,
}

/// How an action ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ActionEnding)]
pub(crate) struct Ending {
    /// In words; for a decision that was awaited, what the other agency decided.
    #[schema(
        example = "The front door opened an enquiry today; Lena Ford leads it.",
        min_length = 1,
        max_length = 4000
    )]
    ending: String,
}

/// An action.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionView {
    id: ActionId,
    alert_id: AlertId,
    /// Whom the alert is about.
    family_member: Named,
    kind: Kind,
    /// The agency whose decision is awaited, or that is to be informed.
    agency: Option<Agency>,
    /// Who is to see to it; nobody in particular: whoever has the alert.
    owner: Option<Named>,
    /// What is to be done, if people agreed on it.
    what: Option<String>,
    /// Who asked for it; nobody if it follows from the alert.
    made_by: Option<Named>,
    made_at: Moment,
    due_at: Moment,
    /// Whether that has passed and it is not done.
    overdue: bool,
    done_at: Option<Moment>,
    done_by: Option<Named>,
    /// How it ended, in words.
    ending: Option<String>,
}

impl From<Action> for ActionView {
    fn from(action: Action) -> Self {
        Self {
            id: action.id,
            alert_id: action.alert_id,
            family_member: action.family_member,
            kind: action.kind,
            agency: action.agency,
            owner: action.owner,
            what: action.what,
            made_by: action.made_by,
            made_at: action.made_at,
            due_at: action.due_at,
            overdue: action.is_overdue,
            done_at: action.done_at,
            done_by: action.done_by,
            ending: action.ending,
        }
    }
}

/// Some actions, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionList {
    items: Vec<ActionView>,
    /// Give it back as `after` for the next ones.
    next: Option<String>,
}

/// Which part of a list of actions.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActionPage {
    /// The `next` of the answer before.
    after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
}

impl ActionPage {
    /// The page, with one item more than was asked for, and how many that was.
    fn read(&self) -> Result<(Page, i64), Problem> {
        let mut wrong = Wrong::new();
        let limit = wrong.limit(self.limit);
        let after = cursor::read::<Place>(&mut wrong, self.after.as_deref());
        wrong.done()?;
        Ok(((after, limit.saturating_add(1)), limit))
    }
}

fn listed(mut found: Vec<Action>, limit: i64, at: impl Fn(&Action) -> Moment) -> HttpResponse {
    let more = cursor::cut(&mut found, limit);
    let next = found.last().filter(|_| more).and_then(|last| {
        cursor::write(&Place {
            at: at(last),
            id: last.id,
        })
    });
    let items = found.into_iter().map(Into::into).collect();
    HttpResponse::Ok().json(ActionList { items, next })
}

/// Agrees on an action about an alert: what, by whom, by when. For those who may act on the alert, also
/// after it was decided. Whoever is to do it is told; when it is overdue they are told again, then the
/// supervisor, then the managers, each working day.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path)), request_body = NewActionBody, security(("access_token" = [])), responses(
    (status = 200, description = "It was agreed before", body = ActionView),
    (status = 201, description = "Agreed", body = ActionView), Problems, IdUsed,
))]
#[post("/alerts/{id}/actions")]
pub(crate) async fn agree(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Body(body): Body<NewActionBody>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    if body.id.uuid().is_nil() {
        wrong.note("/id", "must not be the nil UUID");
    }
    let what = wrong.text("/what", &body.what, MOST_WHAT);
    let due_at = wrong.maybe_moment("/due_at", Some(&body.due_at));
    wrong.done()?;
    let new = NewAction {
        id: body.id,
        what,
        owner_id: body.owner_id,
        due_at: due_at.unwrap_or(Moment::ZERO),
    };
    let (action, is_new) = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        work::agree(tx, caller, id, &new)
    })
    .await?;
    let mut response = if is_new {
        HttpResponse::Created()
    } else {
        HttpResponse::Ok()
    };
    Ok(response.json(ActionView::from(action)))
}

/// Reads what is to be done about an alert and what was, oldest first. Audited as reading the alert is.
#[utoipa::path(tag = "alerts", params(("id" = AlertId, Path), ActionPage), security(("access_token" = [])), responses(
    (status = 200, description = "Actions", body = ActionList), Problems,
))]
#[get("/alerts/{id}/actions")]
pub(crate) async fn list(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<AlertId>,
    Params(page): Params<ActionPage>,
) -> Result<HttpResponse, Problem> {
    let (wanted, limit) = page.read()?;
    let found = door::look_audited(
        &app,
        &claims,
        move |rx, caller| reading::needs(rx, caller, id),
        move |rx, caller| work::list(rx, caller, id, wanted),
    )
    .await?;
    Ok(listed(found, limit, |action| action.made_at))
}

/// Lists the caller's own open actions, what is due first first.
#[utoipa::path(tag = "alerts", params(ActionPage), security(("access_token" = [])), responses(
    (status = 200, description = "What the caller is to do", body = ActionList), Problems,
))]
#[get("/actions")]
pub(crate) async fn own(
    app: web::Data<App>,
    Signed(claims): Signed,
    Params(page): Params<ActionPage>,
) -> Result<HttpResponse, Problem> {
    let (wanted, limit) = page.read()?;
    let found = door::look(&app, &claims, move |rx, caller| {
        work::own(rx, caller, wanted)
    })
    .await?;
    Ok(listed(found, limit, |action| action.due_at))
}

/// Writes how an action ended, or what the other agency decided: its owner, or whoever may act on the
/// alert. That the allegations officer is to be informed ends with a logged call to them alone.
#[utoipa::path(tag = "alerts", params(("id" = ActionId, Path)), request_body = Ending, security(("access_token" = [])), responses(
    (status = 200, description = "Done", body = ActionView), Problems, AlreadyDone, WrongState,
))]
#[post("/actions/{id}/done")]
pub(crate) async fn finish(
    app: web::Data<App>,
    Signed(claims): Signed,
    PathId(id): PathId<ActionId>,
    Body(body): Body<Ending>,
) -> Result<HttpResponse, Problem> {
    let mut wrong = Wrong::new();
    let ending = wrong.text("/ending", &body.ending, MOST_ENDING);
    wrong.done()?;
    let done = door::act(&app, &claims, Lane::Rest, move |tx, caller| {
        work::finish(tx, caller, id, &ending)
    })
    .await?;
    Ok(HttpResponse::Ok().json(ActionView::from(done)))
}
