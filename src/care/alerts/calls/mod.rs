//! Calls: who telephoned another agency about an alert, whom they reached, under which reference, and what
//! was said.
//!
//! An e-mail or a form is read when the day team comes in, if at all, so nothing but a call that somebody
//! logged counts as handed over, or as having told the allegations officer: the outcomes `edt_handover` and
//! `lado` are refused without one. A logged call to that officer ends the duty to inform them. What was written of a call never changes; whoever got
//! something wrong logs another.

mod queries;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::actions::{Named, NotDone, respond};
use super::history::{Deed, deeds};
use super::reading::{Part, whole_only};
use super::work::chasing;
use super::{Alert, queries as alerts};
use crate::base::ids::{AlertId, CallId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::agencies::Agency;
use crate::db::{self, Answer, Tx, View};

/// A phone's clock may be ahead of ours by so much.
const AHEAD: Duration = Duration::from_mins(5);

/// A call as somebody logs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Its id, made by the client.
    pub id: CallId,
    /// Whom they called.
    pub agency: Agency,
    /// When; now, if left out.
    pub called_at: Option<Moment>,
    /// What was said.
    pub words: Said,
}

/// The words of a call. Sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// With whom they spoke there.
    pub spoke_with: String,
    /// The reference the agency gave, if it gave one.
    pub reference: Option<String>,
    /// What was said and agreed.
    pub said: String,
}

/// A call that was logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its number within the alert.
    pub seq: i32,
    /// Its id.
    pub id: CallId,
    /// Who called.
    pub by: Named,
    /// Whom they called.
    pub agency: Agency,
    /// When, as they say.
    pub called_at: Moment,
    /// When it was logged.
    pub recorded_at: Moment,
    /// What was said.
    pub words: Said,
}

/// Why a call was not logged.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The alert is not theirs to act on.
    #[error("not done")]
    Alert(#[from] NotDone),
    /// The caller used this id before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Logs a call; true if it is new. The same again gives the first.
///
/// # Errors
/// If the caller may not act on the alert, or says that they called in the future.
pub fn log(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AlertId,
    new: &NewCall,
) -> Result<(Call, bool), CallError> {
    let alert = respond(tx, caller, id)?.into_alert();
    if let Some(before) = queries::of_client(tx.conn(), caller.account_id, new.id)? {
        return repeated(tx, &alert, before, new).map(|call| (call, false));
    }
    let now = tx.now();
    let called_at = new.called_at.unwrap_or(now);
    if called_at > now.plus(AHEAD) {
        return Err(CallError::Field("/called_at", "must not be in the future"));
    }
    let call = Call {
        seq: queries::next_seq(tx.conn(), id)?,
        id: new.id,
        by: alerts::name(tx.conn(), caller.account_id)?,
        agency: new.agency,
        called_at: called_at.min(now),
        recorded_at: now,
        words: new.words.clone(),
    };
    queries::insert(tx, &alert, &call)?;
    let detail = json!({"agency": call.agency, "call": call.seq, "called_at": call.called_at});
    let deed = Deed::by(caller.account_id, deeds::CALLED, detail);
    alerts::record(tx, &alert, &deed)?;
    if call.agency == Agency::Lado {
        chasing::lado_informed(tx, &alert, caller.account_id)?;
    }
    Ok((call, true))
}

/// A client's id that was used before must be of the same alert and say the same.
fn repeated(
    tx: &mut Tx<'_>,
    alert: &Alert,
    row: queries::Row,
    new: &NewCall,
) -> Result<Call, CallError> {
    if row.alert_id != alert.id {
        return Err(CallError::IdUsed);
    }
    let call = opened(tx, alert, vec![row])?.pop();
    let call = call.ok_or(db::Error::Corrupt("a call was lost while it was read"))?;
    let same_time = new
        .called_at
        .is_none_or(|at| at.min(call.recorded_at) == call.called_at);
    if same_time && call.agency == new.agency && call.words == new.words {
        Ok(call)
    } else {
        Err(CallError::IdUsed)
    }
}

/// Reads the calls about an alert, the oldest first. Whoever reads them must have been audited before,
/// as for its words.
///
/// # Errors
/// If it does not exist for them, or they may know no more than that it exists.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    id: AlertId,
    part: Part,
) -> Result<Vec<Call>, NotDone> {
    let alert = whole_only(view, caller, id)?;
    let rows = queries::list(view.conn(), id, part)?;
    Ok(opened(view, &alert, rows)?)
}

fn opened(view: &mut impl View, alert: &Alert, rows: Vec<queries::Row>) -> Answer<Vec<Call>> {
    let people = rows.iter().map(|row| row.by_id).collect();
    let names = alerts::names(view.conn(), people)?;
    let mut calls = Vec::with_capacity(rows.len());
    for row in rows {
        let by = names.get(&row.by_id).cloned();
        calls.push(Call {
            seq: row.seq,
            id: row.id,
            by: by.ok_or(db::Error::Corrupt("a call was made by nobody"))?,
            agency: row.agency,
            called_at: row.called_at,
            recorded_at: row.recorded_at,
            words: queries::words(view, alert, &row)?,
        });
    }
    Ok(calls)
}

/// Whether somebody has called this agency about an alert since it was last raised: a call from before
/// cannot have told of what came since.
///
/// # Errors
/// If the question fails.
pub(super) fn was_called(view: &mut impl View, alert: &Alert, agency: Agency) -> Answer<bool> {
    let raised = alerts::last_done(view.conn(), alert.id, deeds::RAISINGS)?;
    let since = raised.unwrap_or(alert.raised_at);
    queries::was_called(view.conn(), (alert.id, agency), since)
}
