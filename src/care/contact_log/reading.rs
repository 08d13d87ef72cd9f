//! Reading the contact log: mentors what they logged themselves; the practitioner and the supervisor
//! audited; deputies and managers also say why. No family.

use std::collections::BTreeMap;

use chrono_tz::Europe::London;
use serde_json::json;

use super::{Entry, queries};
use crate::base::ids::{AccountId, ContactEntryId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{Line, Needs};
use crate::care::families::ties::{self, Tie};
use crate::db::{self, Answer, View};

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not for families.
    #[error("not for this role")]
    NotAllowed,
    /// There is no such family member, or not for this reader.
    #[error("not found")]
    NotFound,
    /// This reader must say why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Where in the log the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// When the last contact was.
    pub happened_at: Moment,
    /// Which it was.
    pub id: ContactEntryId,
}

/// Which part of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// With which family member.
    pub family_member_id: AccountId,
    /// After this entry.
    pub after: Option<Place>,
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
        Some(Tie::Cover) if listing.reason.is_none() => Err(ReadError::ReasonNeeded),
        Some(tie) => Ok(tie),
    }
}

/// What the audit needs before this person reads this part of the log.
///
/// # Errors
/// If they may not, or must say why.
pub fn needs(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Needs, ReadError> {
    let member = listing.family_member_id;
    match check(view, caller, listing)? {
        // Their own words.
        Tie::Own | Tie::Mentor => Ok(Needs::Nothing),
        Tie::Practitioner | Tie::Supervisor | Tie::Cover => Ok(Needs::LineFirst(Line {
            deed: "contact_log.read",
            subject: "account",
            subject_id: Some(member.into()),
            about: Some(member),
            detail: json!({"limit": listing.limit, "after": listing.after}),
            reason: listing.reason.clone(),
        })),
    }
}

/// Reads contacts, the newest first, withdrawn ones among them. Others than the mentor must have been
/// audited before: see [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Entry>, ReadError> {
    let tie = check(view, caller, listing)?;
    let only_by = (tie == Tie::Mentor).then_some(caller.account_id);
    Ok(queries::list(view, caller, (listing, only_by))?)
}

/// When each of these family members was last seen in person, as far as that was logged. For workers who
/// may know of all of them: that is asked elsewhere.
///
/// # Errors
/// If the store fails.
pub fn last_seen(
    view: &mut impl View,
    members: &[AccountId],
) -> Answer<BTreeMap<AccountId, Moment>> {
    queries::last_seen(view.conn(), members)
}

/// How many days of the calendar lie between two moments, as people count them: since yesterday evening
/// it is one.
#[must_use]
pub fn days_between(earlier: Moment, later: Moment) -> i64 {
    let day = |at: Moment| at.on_the_wall(London).date();
    day(later)
        .signed_duration_since(day(earlier))
        .num_days()
        .max(0)
}
