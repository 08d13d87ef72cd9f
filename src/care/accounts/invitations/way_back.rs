//! A way back in for everybody: a code into an account that exists.
//!
//! A family member gets it from their practitioner or a manager, staff and mentors from a manager,
//! the last manager from whoever runs the server. Each is audited.

use super::{Invite, Invited, by_mail, make_code, queries};
use crate::base::ids::AccountId;
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::directory::{self, Account, DirectoryError};
use crate::care::accounts::{Caller, Role, Status, devices, queries as accounts, second_factor};
use crate::care::audit::{self, Line};
use crate::db::{self, Tx, View};

/// Why a way back in was not given.
#[derive(Debug, thiserror::Error)]
pub enum WayBackError {
    /// This role may not, for this person.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such account, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The account is suspended or has departed.
    #[error("the account is not active")]
    NotActive,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Makes a code that gives an account back to its owner on a new device. Earlier ones are withdrawn.
///
/// # Errors
/// If the caller may not do this for this person, who is never themselves, or the account is not
/// active.
pub fn re_enrol(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<Invited, WayBackError> {
    take_turns(tx, caller)?;
    if caller.account_id == id {
        // Whoever finds a browser open would get the account for good, without its password.
        return Err(WayBackError::NotAllowed);
    }
    let account = check(tx, caller, id)?;
    if account.status != Status::Active {
        return Err(WayBackError::NotActive);
    }
    let now = tx.now();
    queries::withdraw_for_account(tx.conn(), id, now)?;
    let invite = Invite {
        role: account.role,
        kind: account.kind,
        display_name: account.display_name,
        email: account.email,
        pod_id: account.pod_id,
        family_id: account.family_id,
    };
    let invited = make_code(tx, caller, (&invite, Some(id)))?;
    record(
        tx,
        caller,
        ("account.re_enrolment_given", id),
        serde_json::json!({}),
    )?;
    Ok(invited)
}

/// Ends every device of somebody whose phone is lost, at once and without waiting for the new code.
///
/// # Errors
/// If the caller may not do this for this person.
pub fn end_devices(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<(), WayBackError> {
    check(tx, caller, id)?;
    let ended = devices::end_all(tx, id, "signed out by staff")?;
    by_mail::withdraw(tx, id)?;
    let detail = serde_json::json!({ "devices_ended": ended });
    Ok(record(tx, caller, ("account.devices_ended", id), detail)?)
}

/// From the command line: a new password for somebody of staff, all devices ended, no second factor.
///
/// # Errors
/// If nobody who signs in with a password has this e-mail.
pub fn reset(tx: &mut Tx<'_>, email: &str, password_hash: &str) -> Result<AccountId, WayBackError> {
    let account = accounts::by_email(tx.conn(), email)?
        .filter(|account| account.role != Role::FamilyMember)
        .ok_or(WayBackError::NotFound)?;
    if account.status != Status::Active {
        return Err(WayBackError::NotActive);
    }
    let devices_ended = devices::end_all(tx, account.id, "reset by the operator")?;
    let now = tx.now();
    queries::withdraw_for_account(tx.conn(), account.id, now)?;
    second_factor::forget(tx, account.id)?;
    by_mail::distrust(tx, account.id)?;
    accounts::set_password(tx.conn(), account.id, password_hash)?;
    let line = Line {
        deed: "account.reset",
        subject: "account",
        subject_id: Some(account.id.into()),
        about: Some(account.id),
        detail: serde_json::json!({ "devices_ended": devices_ended }),
        reason: None,
    };
    audit::actions::record_as_operator(tx, account.authority_id, &line)?;
    Ok(account.id)
}

/// A manager for anybody; a practitioner for the family members they may see.
fn check(tx: &mut Tx<'_>, caller: &Caller, id: AccountId) -> Result<Account, WayBackError> {
    if !matches!(caller.role, Role::ServiceManager | Role::FamilyPractitioner) {
        return Err(WayBackError::NotAllowed);
    }
    let account = directory::find(tx, caller, id).map_err(|refusal| match refusal {
        DirectoryError::NotAllowed => WayBackError::NotAllowed,
        DirectoryError::NotFound => WayBackError::NotFound,
        DirectoryError::Store(fault) => WayBackError::Store(fault),
    })?;
    if caller.role == Role::FamilyPractitioner && account.role != Role::FamilyMember {
        return Err(WayBackError::NotAllowed);
    }
    Ok(account)
}

fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (deed, about): (&'static str, AccountId),
    detail: serde_json::Value,
) -> db::Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(about.into()),
        about: Some(about),
        detail,
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
