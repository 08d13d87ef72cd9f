//! Saying when a mentor reads: they themselves, whoever supervises or covers their pod, a manager. How
//! long families wait for them is not theirs to say.

use serde_json::json;

use super::{Hours, queries};
use crate::base::civil::Zone;
use crate::base::ids::{AccountId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::directory::{self, DirectoryError};
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::contact_plans::windows::Windows;
use crate::care::pods::actions as pods;
use crate::db::{self, Tx, View};

/// Why hours were not read or said.
#[derive(Debug, thiserror::Error)]
pub enum HoursError {
    /// This role may not.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such mentor, or not for this caller.
    #[error("no such mentor")]
    NotFound,
    /// A mentor does not say how long families wait for them.
    #[error("not the mentor's to say")]
    NotTheirs,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

impl From<DirectoryError> for HoursError {
    fn from(refusal: DirectoryError) -> Self {
        match refusal {
            DirectoryError::NotAllowed => Self::NotAllowed,
            DirectoryError::NotFound => Self::NotFound,
            DirectoryError::Store(fault) => Self::Store(fault),
        }
    }
}

/// A mentor's hours, and when they were said, if they were.
pub type Said = (Hours, Option<Moment>);

/// Shows when a mentor reads: to themselves, and to whoever may see their account.
///
/// # Errors
/// If the caller may not know of them, or they are no mentor.
pub fn show(view: &mut impl View, caller: &Caller, id: AccountId) -> Result<Said, HoursError> {
    pod_of(view, caller, id)?;
    let found = queries::one(view.conn(), id)?;
    Ok(found.map_or_else(|| (Hours::default(), None), |(hours, at)| (hours, Some(at))))
}

/// Says when a mentor reads, and, unless they say it themselves, how long whoever writes to them waits.
/// What waits already waits as it was said then.
///
/// # Errors
/// If it is not the caller's to say.
pub fn say(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: AccountId,
    (windows, zone, answer_within): (&Windows, Zone, Option<u32>),
) -> Result<Said, HoursError> {
    if matches!(caller.role, Role::FamilyMember | Role::FamilyPractitioner) {
        return Err(HoursError::NotAllowed);
    }
    let pod = pod_of(tx, caller, id)?;
    if caller.role == Role::SupervisingSocialWorker && !answers_for(tx, caller, pod)? {
        return Err(HoursError::NotFound);
    }
    if caller.role == Role::PeerMentor && answer_within.is_some() {
        return Err(HoursError::NotTheirs);
    }
    let before = queries::one(tx.conn(), id)?.map(|(hours, _)| hours);
    let known = before.clone().unwrap_or_default();
    let hours = Hours {
        windows: windows.clone(),
        zone,
        answer_within: answer_within.unwrap_or(known.answer_within),
    };
    if before.as_ref() != Some(&hours) {
        queries::put(tx, caller, (id, &hours))?;
        let line = Line {
            deed: "reading_hours.said",
            subject: "account",
            subject_id: Some(id.into()),
            about: Some(id),
            detail: json!({ "answer_within": hours.answer_within, "zone": zone.name() }),
            reason: None,
        };
        audit::actions::record(tx, caller, &line)?;
    }
    show(tx, caller, id)
}

fn answers_for(tx: &mut Tx<'_>, caller: &Caller, pod: Option<PodId>) -> Result<bool, HoursError> {
    match pod {
        Some(pod) => Ok(pods::supervises(tx, caller, pod)?.is_some()),
        None => Ok(false),
    }
}

/// The pod of a mentor whom the caller may see.
fn pod_of(
    view: &mut impl View,
    caller: &Caller,
    id: AccountId,
) -> Result<Option<PodId>, HoursError> {
    match caller.role {
        Role::FamilyMember => return Err(HoursError::NotAllowed),
        Role::PeerMentor if caller.account_id != id => return Err(HoursError::NotFound),
        Role::PeerMentor => {}
        Role::FamilyPractitioner | Role::SupervisingSocialWorker | Role::ServiceManager => {
            directory::find(view, caller, id)?;
        }
    }
    let works = queries::mentor(view.conn(), caller.authority_id, id)?;
    Ok(works.ok_or(HoursError::NotFound)?.pod_id)
}
