//! What is done with help lines.

use super::{HelpLine, MOST_LINES, NewHelpLine, is_overdue, national, queries};
use crate::base::ids::{AuthorityId, HelpLineId};
use crate::care::accounts::actions::{NotRecognised, recognise_even_if_suspended};
use crate::care::accounts::{Caller, Claims, Role};
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// Why something was not done with a help line.
#[derive(Debug, thiserror::Error)]
pub enum HelpLineError {
    /// Only a service manager may.
    #[error("not allowed")]
    NotAllowed,
    /// The authority has no such line.
    #[error("not found")]
    NotFound,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// The authority has as many as people can take in.
    #[error("too many lines")]
    TooMany,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// The lines for somebody of an authority: the emergency line, its own, the other national ones.
///
/// # Errors
/// If the store fails.
pub fn for_authority(view: &mut impl View, authority: AuthorityId) -> Answer<Vec<HelpLine>> {
    let own = queries::of_authority(view.conn(), authority)?;
    Ok(among_national(view, own))
}

/// The lines for whoever holds a token: those of their authority, whether or not they may act; the
/// national ones if their device was ended.
///
/// # Errors
/// If the store fails.
pub fn for_holder(view: &mut impl View, claims: &Claims) -> Answer<Vec<HelpLine>> {
    match recognise_even_if_suspended(view, claims) {
        Ok(caller) => for_authority(view, caller.authority_id),
        Err(NotRecognised::Store(fault)) => Err(fault),
        Err(NotRecognised::SignInAgain | NotRecognised::NotActive) => Ok(national(view)),
    }
}

/// The lines for anyone in a place, whoever keeps them: a number that helps is no secret.
///
/// # Errors
/// If the store fails.
pub fn for_locality(view: &mut impl View, locality: &str) -> Answer<Vec<HelpLine>> {
    let there = queries::of_locality(view.conn(), locality)?;
    Ok(among_national(view, there))
}

/// The national lines alone.
#[must_use]
pub fn national(view: &impl View) -> Vec<HelpLine> {
    among_national(view, Vec::new())
}

fn among_national(view: &impl View, mut own: Vec<HelpLine>) -> Vec<HelpLine> {
    let now = view.now();
    for line in &mut own {
        line.overdue = is_overdue(line.verified_on, now);
    }
    national::emergency(now)
        .into_iter()
        .chain(own)
        .chain(national::others(now))
        .collect()
}

/// Adds a line to the caller's authority.
///
/// # Errors
/// If the caller is no manager.
pub fn add(tx: &mut Tx<'_>, caller: &Caller, new: &NewHelpLine) -> Result<HelpLine, HelpLineError> {
    check(tx, caller, new)?;
    if queries::count(tx.conn(), caller.authority_id)? >= MOST_LINES {
        return Err(HelpLineError::TooMany);
    }
    let id = HelpLineId::new();
    queries::insert(tx.conn(), caller.authority_id, id, new)?;
    record(tx, caller, "help_line.added", id)?;
    found(tx, caller, id)
}

/// Writes a line of the caller's authority anew; how a line is verified again.
///
/// # Errors
/// If the caller is no manager or the line is not theirs.
pub fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: HelpLineId,
    new: &NewHelpLine,
) -> Result<HelpLine, HelpLineError> {
    check(tx, caller, new)?;
    if !queries::update(tx.conn(), caller.authority_id, id, new)? {
        return Err(HelpLineError::NotFound);
    }
    record(tx, caller, "help_line.put", id)?;
    found(tx, caller, id)
}

/// Removes a line of the caller's authority.
///
/// # Errors
/// If the caller is no manager or the line is not theirs.
pub fn remove(tx: &mut Tx<'_>, caller: &Caller, id: HelpLineId) -> Result<(), HelpLineError> {
    check_manager(caller)?;
    if !queries::delete(tx.conn(), caller.authority_id, id)? {
        return Err(HelpLineError::NotFound);
    }
    Ok(record(tx, caller, "help_line.removed", id)?)
}

fn check(tx: &Tx<'_>, caller: &Caller, new: &NewHelpLine) -> Result<(), HelpLineError> {
    check_manager(caller)?;
    // A day ahead of ours somewhere on earth is still today there.
    let tomorrow = tx.now().utc().date_naive().succ_opt();
    if tomorrow.is_some_and(|tomorrow| new.verified_on > tomorrow) {
        let wrong = "must not be in the future";
        return Err(HelpLineError::Field("/verified_on", wrong));
    }
    Ok(())
}

fn check_manager(caller: &Caller) -> Result<(), HelpLineError> {
    if caller.role == Role::ServiceManager {
        Ok(())
    } else {
        Err(HelpLineError::NotAllowed)
    }
}

fn found(tx: &mut Tx<'_>, caller: &Caller, id: HelpLineId) -> Result<HelpLine, HelpLineError> {
    let mut line =
        queries::line(tx.conn(), caller.authority_id, id)?.ok_or(HelpLineError::NotFound)?;
    line.overdue = is_overdue(line.verified_on, tx.now());
    Ok(line)
}

fn record(tx: &mut Tx<'_>, caller: &Caller, deed: &'static str, id: HelpLineId) -> Answer<()> {
    let line = Line {
        deed,
        subject: "help_line",
        subject_id: Some(id.into()),
        about: None,
        detail: serde_json::json!({}),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
