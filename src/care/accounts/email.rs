//! The own e-mail: a code is mailed to it, and whoever types that code reads the mailbox. Nobody is
//! called at an address that has not been verified so.
//!
//! The code is kept nowhere. It is derived under the keys from whose address it is and from the half
//! hour in which it was asked for, and good until the next half hour is over.

use std::time::Duration;

use super::invitations::by_mail::first_letters;
use super::own::{self, OwnAccount};
use super::tries::{self, Counted, WaitUntil};
use super::{Caller, Role, queries};
use crate::base::codes;
use crate::base::ids::AccountId;
use crate::base::keyring::Keyring;
use crate::base::secret::Secret;
use crate::base::time::Moment;
use crate::care::audit::{self, Line};
use crate::db::{self, Tx, View};

/// Codes change so often.
const WINDOW: Duration = Duration::from_mins(30);

/// Why an e-mail was not verified.
#[derive(Debug, thiserror::Error)]
pub enum EmailError {
    /// Families have no e-mail here.
    #[error("not allowed")]
    NotAllowed,
    /// It is verified already.
    #[error("verified already")]
    Verified,
    /// The code is wrong or too old.
    #[error("the code is not right")]
    WrongCode,
    /// It was asked for, or tried, too often.
    #[error("too many tries")]
    Wait(WaitUntil),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

impl From<super::own::OwnError> for EmailError {
    fn from(refusal: super::own::OwnError) -> Self {
        match refusal {
            own::OwnError::Store(fault) => Self::Store(fault),
            own::OwnError::WrongNotice | own::OwnError::WrongPassword | own::OwnError::Wait(_) => {
                Self::NotAllowed
            }
        }
    }
}

/// Checks that a code may be mailed to the caller, and counts it.
///
/// # Errors
/// If they have no e-mail or it is verified, or a code was asked for too often.
pub fn ask(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), EmailError> {
    unverified(tx, caller)?;
    tries::count(tx, Counted::Verification(caller.account_id))?.map_err(EmailError::Wait)
}

/// Verifies the caller's e-mail by the code that was mailed to it. A wrong code must leave its count
/// behind, so the inner refusal is an answer and not an error.
///
/// # Errors
/// If there is nothing to verify, or too many codes were wrong.
pub fn confirm(
    tx: &mut Tx<'_>,
    caller: &Caller,
    typed: &Secret,
) -> Result<Result<OwnAccount, EmailError>, EmailError> {
    let email = unverified(tx, caller)?;
    let counted = Counted::Own(caller.account_id);
    tries::count(tx, counted)?.map_err(EmailError::Wait)?;
    let now = tx.now();
    let typed = codes::parse_code(typed.expose());
    let good = [now, now.minus(WINDOW)]
        .map(|at| codes::parse_code(code(tx.keys(), (caller.account_id, &email), at).expose()));
    if typed.is_none() || !good.contains(&typed) {
        return Ok(Err(EmailError::WrongCode));
    }
    tries::forgive(tx, counted)?;
    queries::set_email_verified(tx.conn(), caller.account_id, now)?;
    let line = Line {
        deed: "email.verified",
        subject: "account",
        subject_id: Some(caller.account_id.into()),
        about: Some(caller.account_id),
        detail: serde_json::json!({}),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)?;
    Ok(Ok(own::look(tx, caller)?))
}

/// The code that verifies an address, as of a moment.
#[must_use]
pub fn code(keys: &Keyring, (account, email): (AccountId, &str), at: Moment) -> Secret {
    let window = at
        .micros()
        .div_euclid(i64::try_from(WINDOW.as_micros()).unwrap_or(i64::MAX));
    let window = window.to_be_bytes();
    let parts: [&[u8]; 3] = [account.as_bytes(), email.as_bytes(), &window];
    first_letters(&keys.derive("verified e-mail", &parts))
}

fn unverified(tx: &mut Tx<'_>, caller: &Caller) -> Result<String, EmailError> {
    if caller.role == Role::FamilyMember {
        return Err(EmailError::NotAllowed);
    }
    match queries::email(tx.conn(), caller.account_id)? {
        Some((Some(_), Some(_))) => Err(EmailError::Verified),
        Some((Some(email), None)) => Ok(email),
        _ => Err(EmailError::NotAllowed),
    }
}
