//! Stops: a supervisor or a manager stops all contact with a family member, because any of it could hurt, and
//! ends that again. Each says why.
//!
//! While it lasts nothing of ours rings, shows or counts on their phone, whatever their plan allows: no
//! reminder, no question how things are, no push and no text, looked at when it would be sent. What they send
//! is heard as ever, and what others write to them lies in the app; whoever would write or call is shown the
//! stop first. The family member is not told, for others may hold their phone, and a mentor is not told why.

mod queries;

use std::collections::BTreeSet;

use serde_json::json;

pub(super) use queries::open_of;

use super::ContactPlan;
use super::actions::PlanError;
use super::queries::whole;
use crate::base::ids::{AccountId, AuthorityId, ContactStopId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::families::ties::{self, Tie};
use crate::db::{Answer, Event, Telling, Tx, Urgency, View};

/// Whoever works with a family member is told that all contact with them is stopped.
pub const CONTACT_STOPPED: Event = "contact.stopped";
/// They are told that it is not any more.
pub const CONTACT_RESUMED: Event = "contact.resumed";

/// That all contact with somebody is stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Its id.
    pub id: ContactStopId,
    /// Since when.
    pub since: Moment,
    /// Who stopped it, and what they are called.
    pub by: (AccountId, String),
    /// Why. Not for a mentor.
    pub why: Option<String>,
}

/// Stops all contact with a family member, from now on. The same again from the same person changes nothing.
///
/// # Errors
/// If the caller neither supervises nor manages, or somebody has stopped it before.
pub fn stop(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, why): (AccountId, &str),
) -> Result<ContactPlan, PlanError> {
    check(tx, caller, member)?;
    if let Some(stop) = open_of(tx, (caller.authority_id, member))? {
        let is_same = stop.by.0 == caller.account_id && stop.why.as_deref() == Some(why);
        return if is_same {
            Ok(whole(tx, (caller.authority_id, member))?)
        } else {
            Err(PlanError::Stopped(stop.by.0, stop.by.1))
        };
    }
    queries::insert(tx, caller, (member, why))?;
    record(tx, caller, ("contact.stopped", member), why)?;
    tell(tx, caller, member, CONTACT_STOPPED)?;
    Ok(whole(tx, (caller.authority_id, member))?)
}

/// Lets contact with a family member go on: what their plan says holds again. Nothing happens where it was
/// not stopped.
///
/// # Errors
/// If the caller neither supervises nor manages.
pub fn end(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, why): (AccountId, &str),
) -> Result<ContactPlan, PlanError> {
    check(tx, caller, member)?;
    if queries::end(tx, caller, (member, why))? {
        record(tx, caller, ("contact.resumed", member), why)?;
        tell(tx, caller, member, CONTACT_RESUMED)?;
    }
    Ok(whole(tx, (caller.authority_id, member))?)
}

/// With whom of these all contact is stopped. Whether somebody may know is asked elsewhere.
///
/// # Errors
/// If the store fails.
pub fn stopped_of(view: &mut impl View, members: &[AccountId]) -> Answer<BTreeSet<AccountId>> {
    queries::stopped_of(view.conn(), members)
}

/// Whoever supervises the pod, deputises there or manages; nobody else.
fn check(tx: &mut Tx<'_>, caller: &Caller, member: AccountId) -> Result<(), PlanError> {
    if matches!(
        caller.role,
        Role::FamilyMember | Role::PeerMentor | Role::FamilyPractitioner
    ) {
        return Err(PlanError::NotAllowed);
    }
    match ties::between(tx, caller, member)? {
        Some(Tie::Supervisor | Tie::Cover) => Ok(()),
        Some(Tie::Own | Tie::Mentor | Tie::Practitioner) => Err(PlanError::NotAllowed),
        None => Err(PlanError::NotFound),
    }
}

fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (deed, member): (&'static str, AccountId),
    why: &str,
) -> Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(member.into()),
        about: Some(member),
        detail: json!({}),
        reason: Some(why.to_owned()),
    };
    audit::actions::record(tx, caller, &line)
}

fn tell(tx: &mut Tx<'_>, caller: &Caller, member: AccountId, event: Event) -> Answer<()> {
    let mut people = ties::works_with(tx, member)?;
    people.retain(|who| *who != caller.account_id);
    for to in people {
        tx.tell(Telling {
            to,
            event,
            subject: member.into(),
            subject_seq: 0,
            detail: None,
            urgency: Urgency::Usual,
        });
    }
    Ok(())
}

/// Where the reasons of a stop are sealed to: why it is, and why it ended.
const fn words_of<'a>(
    authority: AuthorityId,
    (column, row): (&'static str, &'a [&'a [u8]; 1]),
) -> Place<'a> {
    Place {
        authority,
        column,
        row,
    }
}
