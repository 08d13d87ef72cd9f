//! Reading handover notes: mentors theirs, while they are or cover for the mentor; the practitioner and the
//! supervisor both, audited; deputies and managers also say why. No family.

use serde_json::{Value, json};

use super::{Note, Side, queries};
use crate::base::ids::AccountId;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{Line, Needs};
use crate::care::families::ties::{self, Tie};
use crate::db::{self, View};

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not for families.
    #[error("not for this role")]
    NotAllowed,
    /// There is no such family member, or not this note for this reader.
    #[error("not found")]
    NotFound,
    /// This reader must say why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Which versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// About which family member.
    pub family_member_id: AccountId,
    /// Of which note.
    pub side: Side,
    /// Only those before this version.
    pub after: Option<i32>,
    /// At most so many.
    pub limit: i64,
    /// Why, for those who must say.
    pub reason: Option<String>,
}

fn check(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Tie, ReadError> {
    if caller.role == Role::FamilyMember {
        return Err(ReadError::NotAllowed);
    }
    match ties::between(view, caller, listing.family_member_id)? {
        None => Err(ReadError::NotFound),
        Some(Tie::Mentor) if listing.side == Side::Workers => Err(ReadError::NotFound),
        Some(Tie::Cover) if listing.reason.is_none() => Err(ReadError::ReasonNeeded),
        Some(tie) => Ok(tie),
    }
}

fn read(member: AccountId, detail: Value, reason: Option<String>) -> Line {
    Line {
        deed: "handover_note.read",
        subject: "account",
        subject_id: Some(member.into()),
        about: Some(member),
        detail,
        reason,
    }
}

/// What the audit says of somebody who is shown a version because theirs came too late.
pub(super) fn line(stands: &Note, detail: Value) -> Line {
    read(stands.family_member_id, detail, None)
}

/// What the audit needs before this person reads these versions.
///
/// # Errors
/// If they may not, or must say why.
pub fn needs(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Needs, ReadError> {
    match check(view, caller, listing)? {
        Tie::Own | Tie::Mentor => Ok(Needs::Nothing),
        Tie::Practitioner | Tie::Supervisor | Tie::Cover => {
            let detail = json!({
                "side": listing.side, "limit": listing.limit, "before": listing.after,
            });
            let reason = listing.reason.clone();
            let line = read(listing.family_member_id, detail, reason);
            Ok(Needs::LineFirst(line))
        }
    }
}

/// Reads the versions of a note, the newest first: that one stands. Others than mentors must have been
/// audited before: see [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Note>, ReadError> {
    check(view, caller, listing)?;
    Ok(queries::list(view, caller, listing)?)
}
