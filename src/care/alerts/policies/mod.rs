//! The waits an authority has set for its alerts, and the hours in which it is at work: versions with a day
//! from which each runs. Whatever else is counted in working time is counted in the hours in force.
//!
//! Managers put them forward. What is nowhere looser than the shipped table runs by itself; what is
//! looser anywhere runs only once a second manager has agreed, and never from before that.

mod queries;

use super::office_hours::OfficeHours;
use super::policy::{Policy, SHIPPED, Waits};
use crate::base::ids::{AccountId, AuthorityId, PolicyId};
use crate::base::time::Moment;
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::invitations::second_person::{are_two, counts_still};
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// Why waits were not set.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// Only a service manager may set them; supervising social workers may read them.
    #[error("not allowed")]
    NotAllowed,
    /// The authority has no such version.
    #[error("not found")]
    NotFound,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(String, &'static str),
    /// It runs already, or needs nobody's agreement.
    #[error("agreed before")]
    AgreedBefore,
    /// Others have been put forward since: it is no proposal any more.
    #[error("others have been put forward since")]
    Overtaken,
    /// Whoever put it forward cannot be the second person.
    #[error("a second person must agree")]
    SamePerson,
    /// Whoever put it forward may not act any more: it is no proposal.
    #[error("whoever put it forward may not act")]
    Lapsed,
    /// One of the two was let in by the other, or both by a third, within the last month.
    #[error("they may be one person")]
    NotTwoPeople,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// One version of an authority's waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: PolicyId,
    /// Its number: 2, 3, … in each authority. 1 is the shipped table.
    pub version: i32,
    /// What it says.
    pub waits: Waits,
    /// In which hours working time is counted.
    pub hours: OfficeHours,
    /// Whether any wait may be over later than the shipped one.
    pub is_looser: bool,
    /// Why, in a few words.
    pub reason: String,
    /// From when alerts are raised under it, if it has been agreed.
    pub effective_from: Moment,
    /// Who put it forward.
    pub made_by: AccountId,
    /// When.
    pub made_at: Moment,
    /// The second person.
    pub agreed_by: Option<AccountId>,
    /// When they agreed.
    pub agreed_at: Option<Moment>,
}

impl Version {
    /// Whether nothing but its day is still to come.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        !self.is_looser || self.agreed_by.is_some()
    }
}

/// Waits to be put forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWaits {
    /// What they are.
    pub waits: Waits,
    /// In which hours working time is counted; as in the version that they follow, if left out.
    pub hours: Option<OfficeHours>,
    /// From when; now, if left out.
    pub effective_from: Option<Moment>,
    /// Why, in a few words.
    pub reason: String,
}

/// The version new alerts of an authority are raised under.
///
/// # Errors
/// If the store fails.
pub fn in_force(view: &mut impl View, authority: AuthorityId) -> Answer<Policy> {
    let now = view.now();
    Ok(queries::in_force(view.conn(), authority, now)?.unwrap_or(SHIPPED))
}

/// The hours in which an authority is at work.
///
/// # Errors
/// If the store fails.
pub fn office_hours(view: &mut impl View, authority: AuthorityId) -> Answer<OfficeHours> {
    Ok(in_force(view, authority)?.hours)
}

pub(in crate::care) use queries::in_force_there;

/// How an alert stores the waits it is raised under: the shipped ones need no words.
#[must_use]
pub fn stored_form(policy: &Policy) -> Option<String> {
    if policy.version == SHIPPED.version {
        return None;
    }
    serde_json::to_string(&policy.stored()).ok()
}

/// The versions of the caller's authority after one of them, and the number of the one in force.
///
/// # Errors
/// If the caller may not read them.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    (after, limit): (Option<i32>, i64),
) -> Result<(Vec<Version>, i32), PolicyError> {
    if !matches!(
        caller.role,
        Role::ServiceManager | Role::SupervisingSocialWorker
    ) {
        return Err(PolicyError::NotAllowed);
    }
    let authority = caller.authority_id;
    let in_force = in_force(view, authority)?.version;
    let found = queries::list(view.conn(), authority, (after.unwrap_or(0), limit))?;
    Ok((found, in_force))
}

/// Puts waits forward. They run from their day on unless they are looser than the shipped ones; then
/// a second manager must agree.
///
/// # Errors
/// If the caller is no manager, or the day has passed.
pub fn put_forward(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewWaits,
) -> Result<Version, PolicyError> {
    check_manager(caller)?;
    let now = tx.now();
    let effective_from = new.effective_from.unwrap_or(now);
    if effective_from < now {
        let pointer = "/effective_from".to_owned();
        return Err(PolicyError::Field(pointer, "must not be in the past"));
    }
    // Two at once would both be the next version.
    take_turns(tx, caller)?;
    let last = queries::last_version(tx.conn(), caller.authority_id)?;
    let before = queries::in_force(tx.conn(), caller.authority_id, effective_from)?;
    let policy = Policy {
        version: last.unwrap_or(SHIPPED.version).saturating_add(1),
        waits: new.waits,
        hours: new.hours.unwrap_or(before.unwrap_or(SHIPPED).hours),
    };
    let made = Version {
        id: PolicyId::new(),
        version: policy.version,
        waits: policy.waits,
        hours: policy.hours,
        is_looser: policy.is_looser_than_shipped(),
        reason: new.reason.clone(),
        effective_from,
        made_by: caller.account_id,
        made_at: now,
        agreed_by: None,
        agreed_at: None,
    };
    queries::insert(tx.conn(), caller.authority_id, &made)?;
    record(tx, caller, "escalation_policy.put_forward", &made)?;
    Ok(made)
}

/// A second manager agrees to waits that are looser than the shipped ones. They run from their day
/// on, and not from before this. Once others have been put forward it is too late: what was not wanted
/// then must not come back at any later day.
///
/// # Errors
/// If there is no such version, it needs nobody, others came after it, or whoever put it forward may
/// not act any more, or is the caller or no second person to them.
pub fn agree(tx: &mut Tx<'_>, caller: &Caller, id: PolicyId) -> Result<Version, PolicyError> {
    check_manager(caller)?;
    take_turns(tx, caller)?;
    let found = queries::version(tx.conn(), caller.authority_id, id)?;
    let mut version = found.ok_or(PolicyError::NotFound)?;
    if version.is_settled() {
        return Err(PolicyError::AgreedBefore);
    }
    let last = queries::last_version(tx.conn(), caller.authority_id)?;
    if last != Some(version.version) {
        return Err(PolicyError::Overtaken);
    }
    if version.made_by == caller.account_id {
        return Err(PolicyError::SamePerson);
    }
    if !counts_still(tx, version.made_by)? {
        return Err(PolicyError::Lapsed);
    }
    if !are_two(tx, version.made_by, caller.account_id)? {
        return Err(PolicyError::NotTwoPeople);
    }
    let now = tx.now();
    version.effective_from = version.effective_from.max(now);
    version.agreed_by = Some(caller.account_id);
    version.agreed_at = Some(now);
    queries::keep(tx.conn(), &version)?;
    record(tx, caller, "escalation_policy.agreed", &version)?;
    Ok(version)
}

fn check_manager(caller: &Caller) -> Result<(), PolicyError> {
    if caller.role == Role::ServiceManager {
        Ok(())
    } else {
        Err(PolicyError::NotAllowed)
    }
}

fn record(tx: &mut Tx<'_>, caller: &Caller, deed: &'static str, version: &Version) -> Answer<()> {
    let line = Line {
        deed,
        subject: "escalation_policy",
        subject_id: Some(version.id.into()),
        about: None,
        detail: serde_json::json!({
            "version": version.version,
            "looser": version.is_looser,
            "effective_from": version.effective_from,
        }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
