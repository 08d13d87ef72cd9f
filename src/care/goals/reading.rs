//! Reading goals: the family member and their mentor, who is not shown what is held; the practitioner and
//! the supervisor audited; deputies and managers also say why. Nobody else of the family.

use serde_json::json;

use super::{Course, Entry, Goal, NEWEST, queries, shows_held};
use crate::base::ids::{AccountId, GoalEntryId, GoalId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::audit::{Line, Needs};
use crate::care::families::ties::{self, Tie};
use crate::db::{self, Answer, View};

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such family member or goal, or not for this reader.
    #[error("not found")]
    NotFound,
    /// This reader must say why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Where in a list of goals the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// When the last one was stored.
    pub received_at: Moment,
    /// Which it was.
    pub id: GoalId,
}

/// Where in a list of entries the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EntryPlace {
    /// When the last one was said.
    pub said_at: Moment,
    /// By whom.
    pub by: AccountId,
    /// Which it was.
    pub id: GoalEntryId,
}

/// Which goals.
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

/// Which entries of a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryListing {
    /// Of which.
    pub goal_id: GoalId,
    /// After this one.
    pub after: Option<EntryPlace>,
    /// At most so many.
    pub limit: i64,
    /// Why, for those who must say.
    pub reason: Option<String>,
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

fn audited(
    tie: Tie,
    (member, reason): (AccountId, Option<&str>),
    detail: serde_json::Value,
) -> Needs {
    match tie {
        Tie::Own | Tie::Mentor => Needs::Nothing,
        Tie::Practitioner | Tie::Supervisor | Tie::Cover => Needs::LineFirst(Line {
            deed: "goals.read",
            subject: "account",
            subject_id: Some(member.into()),
            about: Some(member),
            detail,
            reason: reason.map(ToOwned::to_owned),
        }),
    }
}

/// What the audit needs before this person reads these goals.
///
/// # Errors
/// If they may not, or must say why.
pub fn needs(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Needs, ReadError> {
    let whose = (listing.family_member_id, listing.reason.as_deref());
    let tie = check(view, caller, whose)?;
    let detail = json!({"limit": listing.limit, "after": listing.after});
    Ok(audited(tie, whose, detail))
}

/// Reads goals with what was added to them, the newest first. Others than the pair must have been
/// audited before: see [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Course>, ReadError> {
    let whose = (listing.family_member_id, listing.reason.as_deref());
    check(view, caller, whose)?;
    let mut courses = Vec::new();
    for goal in queries::list(view, caller, listing)? {
        courses.push(course(view, caller, goal)?);
    }
    Ok(courses)
}

/// A goal with what was added to it.
pub(super) fn course(view: &mut impl View, caller: &Caller, goal: Goal) -> Answer<Course> {
    let page = (None, NEWEST.saturating_add(1));
    let mut entries = queries::entries(view, (caller, goal.id), page)?;
    let most = usize::try_from(NEWEST).unwrap_or(usize::MAX);
    let more = entries.len() > most;
    entries.truncate(most);
    let now = queries::now_of(view.conn(), caller, (goal.id, goal.family_member_id))?;
    Ok(Course {
        goal,
        now,
        entries,
        more,
    })
}

fn whose(
    view: &mut impl View,
    caller: &Caller,
    listing: &EntryListing,
) -> Result<AccountId, ReadError> {
    let goal = queries::goal(view, (caller.authority_id, listing.goal_id))?;
    goal.filter(|goal| !goal.is_held || shows_held(caller))
        .map(|goal| goal.family_member_id)
        .ok_or(ReadError::NotFound)
}

/// What the audit needs before this person reads what was added to a goal.
///
/// # Errors
/// If they may not, or must say why.
pub fn entries_need(
    view: &mut impl View,
    caller: &Caller,
    listing: &EntryListing,
) -> Result<Needs, ReadError> {
    let whose = (whose(view, caller, listing)?, listing.reason.as_deref());
    let tie = check(view, caller, whose)?;
    let detail = json!({
        "goal_id": listing.goal_id, "limit": listing.limit, "after": listing.after,
    });
    Ok(audited(tie, whose, detail))
}

/// Reads what was added to a goal, the newest first. Others than the pair must have been audited
/// before: see [`entries_need`].
///
/// # Errors
/// If they may not, or must say why.
pub fn entries(
    view: &mut impl View,
    caller: &Caller,
    listing: &EntryListing,
) -> Result<Vec<Entry>, ReadError> {
    let member = whose(view, caller, listing)?;
    check(view, caller, (member, listing.reason.as_deref()))?;
    let of = (caller, listing.goal_id);
    Ok(queries::entries(view, of, (listing.after, listing.limit))?)
}
