//! Reading a rhythm: its own family member, who sees when they are asked and no more; their mentor;
//! the practitioner and the supervisor audited; deputies and managers also say why.

use serde_json::json;

use super::{Standing, queries};
use crate::base::ids::AccountId;
use crate::care::accounts::Caller;
use crate::care::audit::{Line, Needs};
use crate::care::check_ins::history::ReadError;
use crate::care::families::ties::{self, Tie};
use crate::db::{Answer, View};

/// So many of the latest times are shown.
const MOST_SHOWN: usize = 30;

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

/// What the audit needs before this person reads this rhythm.
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
            deed: "check_in_rhythm.read",
            subject: "account",
            subject_id: Some(member.into()),
            about: Some(member),
            detail: json!({}),
            reason: reason.map(ToOwned::to_owned),
        })),
    }
}

/// Reads a rhythm. Others than the pair must have been audited before: see [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn show(
    view: &mut impl View,
    caller: &Caller,
    (member, reason): (AccountId, Option<&str>),
) -> Result<Standing, ReadError> {
    let tie = check(view, caller, (member, reason))?;
    Ok(standing(view, member, tie != Tie::Own)?)
}

/// How it stands with somebody's rhythm, with what became of the latest times if that is shown.
pub(super) fn standing(
    view: &mut impl View,
    member: AccountId,
    shows_asks: bool,
) -> Answer<Standing> {
    let head = queries::head(view.conn(), member)?;
    let next_at = queries::next_ask(view.conn(), member)?;
    let answer_by = queries::open_until(view.conn(), member)?;
    let asks = if shows_asks {
        Some(queries::asks(view.conn(), member, MOST_SHOWN)?)
    } else {
        None
    };
    Ok(Standing {
        family_member_id: member,
        version: head.as_ref().map_or(0, |head| head.version),
        rhythm: head.filter(|head| head.is_on).map(|head| head.rhythm),
        next_at,
        answer_by,
        asks,
    })
}
