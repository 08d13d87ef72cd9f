//! Reading a contact plan: its own family member and their mentor; the practitioner and the
//! supervisor audited; deputies and managers also say why; whoever answers an alert about them with the
//! alert. Nobody else of the family.

use serde_json::json;

use super::{ContactPlan, queries};
use crate::base::ids::{AccountId, AuthorityId};
use crate::care::accounts::Caller;
use crate::care::audit::{Line, Needs};
use crate::care::families::ties::{self, Tie};
use crate::db::{self, Answer, View};

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such family member, or not for this reader.
    #[error("no such family member")]
    NotFound,
    /// This reader must say why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

fn check(
    view: &mut impl View,
    caller: &Caller,
    (member, reason): (AccountId, Option<&str>),
) -> Result<Tie, ReadError> {
    match ties::between(view, caller, member)? {
        None => Err(ReadError::NotFound),
        Some(Tie::Cover) if reason.is_none() => Err(ReadError::ReasonNeeded),
        Some(tie) => Ok(tie),
    }
}

/// What the audit needs before this person reads this plan.
///
/// # Errors
/// If they may not, or must say why.
pub fn needs(
    view: &mut impl View,
    caller: &Caller,
    (member, reason): (AccountId, Option<&str>),
) -> Result<Needs, ReadError> {
    match check(view, caller, (member, reason))? {
        Tie::Own | Tie::Mentor => Ok(Needs::Nothing),
        Tie::Practitioner | Tie::Supervisor | Tie::Cover => Ok(Needs::LineFirst(Line {
            deed: "contact_plan.read",
            subject: "account",
            subject_id: Some(member.into()),
            about: Some(member),
            detail: json!({}),
            reason: reason.map(ToOwned::to_owned),
        })),
    }
}

/// Reads a plan. Others than the pair must have been audited before: see [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn show(
    view: &mut impl View,
    caller: &Caller,
    (member, reason): (AccountId, Option<&str>),
) -> Result<ContactPlan, ReadError> {
    let tie = check(view, caller, (member, reason))?;
    let plan = queries::whole(view, (caller.authority_id, member))?;
    Ok(match tie {
        Tie::Own => plan.of_own(),
        Tie::Mentor => plan.of_mentor(),
        Tie::Practitioner | Tie::Supervisor | Tie::Cover => plan,
    })
}

/// The plan of whom an alert is about, for those who see all of the alert, from whichever pod they come:
/// that they read the alert is audited.
///
/// # Errors
/// If the store fails.
pub(in crate::care) fn of_an_alert(
    view: &mut impl View,
    whose: (AuthorityId, AccountId),
) -> Answer<ContactPlan> {
    queries::whole(view, whose)
}
