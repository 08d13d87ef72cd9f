//! What is done with the numbers of agencies.

use super::{Agency, AgencyLine, MOST_LINES, NewAgencyLine, queries};
use crate::base::ids::{AgencyLineId, AuthorityId};
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::help_lines::is_overdue;
use crate::db::{self, Answer, Tx, View};

/// Why something was not done with a number.
#[derive(Debug, thiserror::Error)]
pub enum AgencyLineError {
    /// Workers read them; only a service manager writes them.
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

/// The numbers of the caller's authority, agency by agency.
///
/// # Errors
/// If the caller is no worker.
pub fn list(view: &mut impl View, caller: &Caller) -> Result<Vec<AgencyLine>, AgencyLineError> {
    if !caller.is_worker() {
        return Err(AgencyLineError::NotAllowed);
    }
    let found = queries::of_authority(view.conn(), caller.authority_id)?;
    Ok(checked(view, found))
}

/// Whom to call for an area: the numbers of these agencies, in this order, those of the area itself before
/// those of the whole authority.
///
/// # Errors
/// If the store fails.
pub fn for_area(
    view: &mut impl View,
    (authority, area): (AuthorityId, &str),
    agencies: &[Agency],
) -> Answer<Vec<AgencyLine>> {
    let mut found = queries::of_authority(view.conn(), authority)?;
    found.retain(|line| {
        let is_there = line.said.area.as_deref().is_none_or(|own| own == area);
        is_there && agencies.contains(&line.said.agency)
    });
    found.sort_by_key(|line| {
        let place = agencies
            .iter()
            .position(|agency| *agency == line.said.agency);
        (place, line.said.area.is_none(), line.id)
    });
    Ok(checked(view, found))
}

fn checked(view: &impl View, mut lines: Vec<AgencyLine>) -> Vec<AgencyLine> {
    let now = view.now();
    for line in &mut lines {
        line.overdue = is_overdue(line.said.verified_on, now);
    }
    lines
}

/// Adds a number to the caller's authority.
///
/// # Errors
/// If the caller is no manager, or there are too many.
pub fn add(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewAgencyLine,
) -> Result<AgencyLine, AgencyLineError> {
    check(tx, caller, new)?;
    if queries::count(tx.conn(), caller.authority_id)? >= MOST_LINES {
        return Err(AgencyLineError::TooMany);
    }
    let id = AgencyLineId::new();
    queries::insert(tx.conn(), caller.authority_id, id, new)?;
    record(tx, caller, "agency_line.added", id)?;
    Ok(as_written(tx, id, new))
}

/// Writes a number of the caller's authority anew; how it is verified again.
///
/// # Errors
/// If the caller is no manager or the line is not theirs.
pub fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AgencyLineId,
    new: &NewAgencyLine,
) -> Result<AgencyLine, AgencyLineError> {
    check(tx, caller, new)?;
    if !queries::update(tx.conn(), caller.authority_id, id, new)? {
        return Err(AgencyLineError::NotFound);
    }
    record(tx, caller, "agency_line.put", id)?;
    Ok(as_written(tx, id, new))
}

/// Removes a number of the caller's authority.
///
/// # Errors
/// If the caller is no manager or the line is not theirs.
pub fn remove(tx: &mut Tx<'_>, caller: &Caller, id: AgencyLineId) -> Result<(), AgencyLineError> {
    check_manager(caller)?;
    if !queries::delete(tx.conn(), caller.authority_id, id)? {
        return Err(AgencyLineError::NotFound);
    }
    Ok(record(tx, caller, "agency_line.removed", id)?)
}

fn as_written(view: &impl View, id: AgencyLineId, new: &NewAgencyLine) -> AgencyLine {
    AgencyLine {
        id,
        overdue: is_overdue(new.verified_on, view.now()),
        said: new.clone(),
    }
}

fn check(tx: &Tx<'_>, caller: &Caller, new: &NewAgencyLine) -> Result<(), AgencyLineError> {
    check_manager(caller)?;
    // A day ahead of ours somewhere on earth is still today there.
    let tomorrow = tx.now().utc().date_naive().succ_opt();
    if tomorrow.is_some_and(|tomorrow| new.verified_on > tomorrow) {
        let wrong = "must not be in the future";
        return Err(AgencyLineError::Field("/verified_on", wrong));
    }
    Ok(())
}

fn check_manager(caller: &Caller) -> Result<(), AgencyLineError> {
    if caller.role == Role::ServiceManager {
        Ok(())
    } else {
        Err(AgencyLineError::NotAllowed)
    }
}

fn record(tx: &mut Tx<'_>, caller: &Caller, deed: &'static str, id: AgencyLineId) -> Answer<()> {
    let line = Line {
        deed,
        subject: "agency_line",
        subject_id: Some(id.into()),
        about: None,
        detail: serde_json::json!({}),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
