//! Reading dates: those that are not over, the next first.
//!
//! Family members read their own, a mentor those they made. The practitioner and the supervisor are
//! audited first and read second; deputies and managers also say why.

use serde_json::json;

use super::schedule::Occurrence;
use super::{Date, queries};
use crate::base::ids::{AccountId, DateId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
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
    /// This reader must say whose.
    #[error("a family member is needed")]
    MemberNeeded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Where in a list of dates the next page begins.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Place {
    /// When the last one is next.
    pub starts_at: Moment,
    /// Which it was.
    pub id: DateId,
}

/// Which dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Whose; one's own if it is not said.
    pub family_member_id: Option<AccountId>,
    /// After this one.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: usize,
    /// Why, for those who must say.
    pub reason: Option<String>,
}

/// A date, and when it is next.
pub type Listed = (Date, Occurrence);

fn whose(caller: &Caller, listing: &Listing) -> Result<AccountId, ReadError> {
    match listing.family_member_id {
        Some(member) => Ok(member),
        None if caller.role == Role::FamilyMember => Ok(caller.account_id),
        None => Err(ReadError::MemberNeeded),
    }
}

fn check(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<(AccountId, Tie), ReadError> {
    let member = whose(caller, listing)?;
    match ties::between(view, caller, member)? {
        None => Err(ReadError::NotFound),
        Some(Tie::Cover) if listing.reason.is_none() => Err(ReadError::ReasonNeeded),
        Some(tie) => Ok((member, tie)),
    }
}

/// What the audit needs before this person reads these dates.
///
/// # Errors
/// If they may not, or must say why.
pub fn needs(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Needs, ReadError> {
    let (member, tie) = check(view, caller, listing)?;
    match tie {
        Tie::Own | Tie::Mentor => Ok(Needs::Nothing),
        Tie::Practitioner | Tie::Supervisor | Tie::Cover => Ok(Needs::LineFirst(Line {
            deed: "dates.read",
            subject: "account",
            subject_id: Some(member.into()),
            about: Some(member),
            detail: json!({"limit": listing.limit, "after": listing.after}),
            reason: listing.reason.clone(),
        })),
    }
}

/// Reads dates, the next first. Others than the pair must have been audited before: see [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Listed>, ReadError> {
    let (member, tie) = check(view, caller, listing)?;
    let made_by = (tie == Tie::Mentor).then_some(caller.account_id);
    let now = view.now();
    // There are at most as many as one person can keep, so they are put in order here, by when
    // they are next, which no row knows.
    let mut heads: Vec<(Place, Occurrence)> = queries::open(view.conn(), (member, made_by), now)?
        .into_iter()
        .filter_map(|(id, course)| {
            let next = course.upcoming(now)?;
            let starts_at = next.starts_at;
            Some((Place { starts_at, id }, next))
        })
        .collect();
    heads.sort_unstable_by_key(|(place, _)| *place);
    let wanted = heads
        .into_iter()
        .filter(|(place, _)| listing.after.is_none_or(|after| *place > after))
        .take(listing.limit);
    let mut found = Vec::new();
    for (place, next) in wanted {
        let date = queries::date(view, caller, place.id)?.ok_or(ReadError::NotFound)?;
        found.push((date, next));
    }
    Ok(found)
}
