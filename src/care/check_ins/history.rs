//! Reading check-ins.
//!
//! Family members read their own, the mentor theirs without the answer about safety and without what is held. Everybody else
//! is audited first and reads second; deputies and managers say why.

use serde_json::json;

use super::{CheckIn, queries};
use crate::base::ids::{AccountId, CheckInId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::audit::{Line, Needs};
use crate::care::families::ties::{self, Tie};
use crate::db::{self, View};

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

/// Where in a list of check-ins the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// When the last one was stored.
    pub received_at: Moment,
    /// Which it was.
    pub id: CheckInId,
}

/// Which check-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Whose.
    pub family_member_id: AccountId,
    /// After this one.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
    /// Why, for those who must say.
    pub reason: Option<String>,
}

/// By what right somebody reads check-ins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    Own,
    Mentor,
    Oversight,
}

fn check(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Right, ReadError> {
    let tie = ties::between(view, caller, listing.family_member_id)?;
    match (tie.ok_or(ReadError::NotFound)?, &listing.reason) {
        (Tie::Own, _) => Ok(Right::Own),
        (Tie::Mentor, _) => Ok(Right::Mentor),
        (Tie::Practitioner | Tie::Supervisor, _) | (Tie::Cover, Some(_)) => Ok(Right::Oversight),
        (Tie::Cover, None) => Err(ReadError::ReasonNeeded),
    }
}

/// What the audit needs before this person reads these check-ins.
///
/// # Errors
/// If they may not, or must say why.
pub fn needs(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Needs, ReadError> {
    match check(view, caller, listing)? {
        Right::Own | Right::Mentor => Ok(Needs::Nothing),
        Right::Oversight => Ok(Needs::LineFirst(Line {
            deed: "check_ins.read",
            subject: "account",
            subject_id: Some(listing.family_member_id.into()),
            about: Some(listing.family_member_id),
            detail: json!({"limit": listing.limit, "before": listing.after}),
            reason: listing.reason.clone(),
        })),
    }
}

/// Reads check-ins, newest first, and whether the answer about safety may be shown. Oversight must
/// have been audited before: see [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<(Vec<CheckIn>, bool), ReadError> {
    let right = check(view, caller, listing)?;
    let is_mentor = right == Right::Mentor;
    let mut found = queries::list(view, caller, (listing, !is_mentor))?;
    if is_mentor {
        for check_in in &mut found {
            check_in.someone_makes_me_unsafe = None;
        }
    }
    Ok((found, !is_mentor))
}
