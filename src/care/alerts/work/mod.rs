//! Work: what is to be done about an alert, by whom and by when.
//!
//! People agree on actions. Beside them stand two that nobody has to think of: when a decision refers the
//! matter to another agency, that agency's answer is awaited (whoever refers must chase it, say the
//! statutory guidance and the schools' one); and of an allegation the allegations officer is to be informed
//! within one working day. An action is open until somebody has written how it ended. When its moment has
//! passed its owner is told, then the supervisor, then the managers, again each working day, for ever
//! ([`chasing`]). Nothing ends by itself.

pub mod chasing;
mod queries;

use std::time::Duration;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::actions::{Named, NotDone, respond};
use super::history::{Deed, deeds, events};
use super::reading::whole_only;
use super::responder::{CALLED, Responder, Sight};
use super::{Alert, Kind as AlertKind, queries as alerts};
use crate::base::ids::{AccountId, ActionId, AlertId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::agencies::Agency;
use crate::db::columns::text_column;
use crate::db::{self, Answer, Tx, View};

/// No action is due further ahead.
const FARTHEST: Duration = Duration::from_hours(366 * 24);

/// What sort of action it is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
#[schema(as = ActionKind)]
pub enum Kind {
    /// People agreed on it.
    Agreed,
    /// Another agency is to say what it decided.
    AwaitDecision,
    /// The allegations officer is to be informed.
    InformLado,
}

text_column!(Kind {
    Agreed = "agreed",
    AwaitDecision = "await_decision",
    InformLado = "inform_lado",
});

/// An action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Its id.
    pub id: ActionId,
    /// About which alert.
    pub alert_id: AlertId,
    /// About which family member.
    pub family_member: Named,
    /// What sort.
    pub kind: Kind,
    /// Which agency it is about, if about one.
    pub agency: Option<Agency>,
    /// Who is to see to it; nobody in particular, where it is whoever has the alert.
    pub owner: Option<Named>,
    /// What is to be done, in words, if people agreed on it.
    pub what: Option<String>,
    /// Who asked for it; nobody if it follows from the alert.
    pub made_by: Option<Named>,
    /// Since when.
    pub made_at: Moment,
    /// By when it is to be done.
    pub due_at: Moment,
    /// Whether that has passed and it is not done.
    pub is_overdue: bool,
    /// When it was done, if it is.
    pub done_at: Option<Moment>,
    /// By whom.
    pub done_by: Option<Named>,
    /// How it ended, in words; for a decision that was awaited, what it is.
    pub ending: Option<String>,
}

/// An action that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAction {
    /// Its id, made by the client.
    pub id: ActionId,
    /// What is to be done.
    pub what: String,
    /// Who is to do it; the caller, if left out.
    pub owner_id: Option<AccountId>,
    /// By when.
    pub due_at: Moment,
}

/// Where in a list of actions the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// When the last one was made, or is due.
    pub at: Moment,
    /// Which it was.
    pub id: ActionId,
}

/// A page: after a place, at most so many.
pub type Page = (Option<Place>, i64);

/// Why something was not done with an action.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// The alert is not theirs to act on.
    #[error("not done")]
    Alert(#[from] NotDone),
    /// Only workers have actions.
    #[error("not for this role")]
    NotAllowed,
    /// There is none of this id, or not for this person.
    #[error("no such action")]
    NotFound,
    /// This id was used before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// Somebody has written how it ended.
    #[error("done before")]
    Done(Option<Named>),
    /// Only a logged call informs the allegations officer.
    #[error("needs a logged call")]
    NeedsCall,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Agrees on an action; true if it is new. The same again gives the first.
///
/// # Errors
/// If the caller may not act on the alert, or whoever is to do it may not even know of it.
pub fn agree(
    tx: &mut Tx<'_>,
    caller: &Caller,
    alert_id: AlertId,
    new: &NewAction,
) -> Result<(Action, bool), ActionError> {
    let alert = respond(tx, caller, alert_id)?.into_alert();
    let me = caller.account_id;
    let owner = new.owner_id.unwrap_or(me);
    if let Some(row) = queries::find(tx.conn(), new.id)? {
        let is_same = row.alert_id == alert_id
            && (row.made_by, row.owner_id, row.due_at) == (Some(me), Some(owner), new.due_at);
        let stored = if is_same {
            one(tx, &alert, row)?
        } else {
            return Err(ActionError::IdUsed);
        };
        return if stored.what.as_ref() == Some(&new.what) {
            Ok((stored, false))
        } else {
            Err(ActionError::IdUsed)
        };
    }
    let now = tx.now();
    if new.due_at <= now || new.due_at > now.plus(FARTHEST) {
        let wrong = "must be in the future, at most 366 days ahead";
        return Err(ActionError::Field("/due_at", wrong));
    }
    if !may_own(tx, &alert, owner)? {
        let wrong = "must be a worker who may know of this alert";
        return Err(ActionError::Field("/owner_id", wrong));
    }
    let row = queries::New {
        id: new.id,
        kind: Kind::Agreed,
        agency: None,
        owner: Some(owner),
        what: Some(&new.what),
        made_by: Some(me),
        due_at: new.due_at,
    };
    queries::insert(tx, &alert, &row)?;
    let detail = json!({"action": new.id, "owner": owner, "due_at": new.due_at});
    alerts::record(tx, &alert, &Deed::by(me, deeds::ACTION_AGREED, detail))?;
    if owner != me {
        let news = (events::ACTION_GIVEN, db::Urgency::Usual);
        chasing::tell(tx, &alert, owner, ((new.id, Kind::Agreed), news));
    }
    tx.wake_workers();
    let row = queries::find(tx.conn(), new.id)?.ok_or(ActionError::NotFound)?;
    Ok((one(tx, &alert, row)?, true))
}

/// Whether somebody may be given an action: conflict of interest comes first, and nobody is given what
/// they may not know of.
fn may_own(tx: &mut Tx<'_>, alert: &Alert, who: AccountId) -> Answer<bool> {
    let now = tx.now();
    let conn = tx.conn();
    if alerts::is_excluded(conn, alert.id, who)? {
        return Ok(false);
    }
    match queries::active_role(conn, alert.authority_id, who)? {
        Some(Role::ServiceManager) => Ok(true),
        Some(Role::SupervisingSocialWorker) => Ok(alert.holder_id == Some(who)
            || alerts::answers_for(conn, (who, alert.pod_id), now)?
            || alerts::was_told(conn, (alert.id, who), &CALLED)?),
        Some(Role::FamilyPractitioner) => Ok(alert.kind != AlertKind::Allegation
            && alerts::practitioner_of(conn, alert.family_id)? == Some(who)),
        Some(Role::PeerMentor | Role::FamilyMember) | None => Ok(false),
    }
}

/// Writes how an action ended: its owner, or whoever may act on the alert. The same again from the same
/// person changes nothing.
///
/// # Errors
/// If it is not theirs to end, somebody has, or it takes a call to the allegations officer.
pub fn finish(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: ActionId,
    ending: &str,
) -> Result<Action, ActionError> {
    if !caller.is_worker() {
        return Err(ActionError::NotAllowed);
    }
    let me = caller.account_id;
    let seen = queries::find(tx.conn(), id)?.ok_or(ActionError::NotFound)?;
    let alert = match Responder::take(tx, caller, seen.alert_id)? {
        Sight::Whole(responder) => responder.into_alert(),
        Sight::Outline(alert) if seen.owner_id == Some(me) => *alert,
        Sight::Outline(_) | Sight::Nothing => return Err(ActionError::NotFound),
    };
    // The alert is this unit's now, and with it everything that is to be done about it.
    let row = queries::find(tx.conn(), id)?.ok_or(ActionError::NotFound)?;
    let kind = row.kind;
    if row.done_at.is_some() {
        let stored = one(tx, &alert, row)?;
        let is_same = stored.done_by.as_ref().map(|who| who.id) == Some(me)
            && stored.ending.as_deref() == Some(ending);
        return if is_same {
            Ok(stored)
        } else {
            Err(ActionError::Done(stored.done_by))
        };
    }
    let name = match kind {
        Kind::InformLado => return Err(ActionError::NeedsCall),
        Kind::AwaitDecision => deeds::DECISION_RECEIVED,
        Kind::Agreed => deeds::ACTION_DONE,
    };
    queries::end(tx, &alert, id, (me, Some(ending)))?;
    let detail = json!({"action": id, "agency": row.agency});
    alerts::record(tx, &alert, &Deed::by(me, name, detail))?;
    let row = queries::find(tx.conn(), id)?.ok_or(ActionError::NotFound)?;
    Ok(one(tx, &alert, row)?)
}

/// Reads the actions about an alert, the oldest first. Whoever reads them must have been audited before,
/// as for its words.
///
/// # Errors
/// If it does not exist for them, or they may know no more than that it exists.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    id: AlertId,
    page: Page,
) -> Result<Vec<Action>, NotDone> {
    let alert = whole_only(view, caller, id)?;
    let rows = queries::of_alert(view.conn(), id, page)?;
    Ok(opened(view, &[alert], rows)?)
}

/// The open actions that are the caller's own, what is due first first.
///
/// # Errors
/// If the caller is no worker.
pub fn own(view: &mut impl View, caller: &Caller, page: Page) -> Result<Vec<Action>, ActionError> {
    if !caller.is_worker() {
        return Err(ActionError::NotAllowed);
    }
    let mut seen = Vec::new();
    for id in queries::alerts_with_open_of(view.conn(), caller.account_id)? {
        match Responder::look(view, caller, id)? {
            Sight::Nothing => {}
            Sight::Outline(alert) => seen.push(*alert),
            Sight::Whole(responder) => seen.push(responder.into_alert()),
        }
    }
    let rows = queries::open_of(view.conn(), (caller.account_id, &seen), page)?;
    Ok(opened(view, &seen, rows)?)
}

/// How much somebody is to do about alerts that the caller may know of.
///
/// # Errors
/// If the question fails.
pub fn count_of(view: &mut impl View, caller: &Caller, who: AccountId) -> Answer<usize> {
    let mut count: usize = 0;
    for id in queries::alerts_with_open_of(view.conn(), who)? {
        if !matches!(Responder::look(view, caller, id)?, Sight::Nothing) {
            let open = queries::open_about_of(view.conn(), (id, who))?;
            count = count.saturating_add(open.len());
        }
    }
    Ok(count)
}

/// What somebody was to do is another's to do, where that one may know of it.
///
/// # Errors
/// If it cannot be stored.
pub(super) fn pass_on(tx: &mut Tx<'_>, (who, heir): (AccountId, AccountId)) -> Answer<()> {
    for id in queries::alerts_with_open_of(tx.conn(), who)? {
        let Some(alert) = alerts::take(tx.conn(), id)? else {
            continue;
        };
        if !may_own(tx, &alert, heir)? {
            continue;
        }
        for (action, kind) in queries::open_about_of(tx.conn(), (id, who))? {
            queries::give(tx.conn(), action, heir)?;
            let detail = json!({"action": action, "from": who, "to": heir});
            alerts::record(
                tx,
                &alert,
                &Deed::of_itself(deeds::ACTION_PASSED_ON, detail),
            )?;
            let news = (events::ACTION_GIVEN, db::Urgency::Usual);
            chasing::tell(tx, &alert, heir, ((action, kind), news));
        }
    }
    Ok(())
}

fn one(view: &mut impl View, alert: &Alert, row: queries::Row) -> Answer<Action> {
    let mut all = opened(view, std::slice::from_ref(alert), vec![row])?;
    all.pop()
        .ok_or(db::Error::Corrupt("an action was lost while it was read"))
}

/// What these rows say, with the words opened; each is about one of these alerts.
fn opened(view: &mut impl View, about: &[Alert], rows: Vec<queries::Row>) -> Answer<Vec<Action>> {
    let now = view.now();
    let mut people: Vec<AccountId> = about.iter().map(|alert| alert.family_member_id).collect();
    people.extend(
        rows.iter()
            .flat_map(|row| [row.owner_id, row.made_by, row.done_by])
            .flatten(),
    );
    let names = alerts::names(view.conn(), people)?;
    let by_name = |who: Option<AccountId>| who.and_then(|who| names.get(&who).cloned());
    let mut actions = Vec::with_capacity(rows.len());
    for row in rows {
        let alert = about.iter().find(|alert| alert.id == row.alert_id);
        let alert = alert.ok_or(db::Error::Corrupt("an action is about another alert"))?;
        let (what, ending) = queries::words(view, alert, &row)?;
        actions.push(Action {
            id: row.id,
            alert_id: row.alert_id,
            family_member: by_name(Some(alert.family_member_id)).ok_or(db::Error::Corrupt(
                "an alert names an account that is not there",
            ))?,
            kind: row.kind,
            agency: row.agency,
            owner: by_name(row.owner_id),
            what,
            made_by: by_name(row.made_by),
            made_at: row.made_at,
            due_at: row.due_at,
            is_overdue: row.done_at.is_none() && row.due_at <= now,
            done_at: row.done_at,
            done_by: by_name(row.done_by),
            ending,
        });
    }
    Ok(actions)
}
