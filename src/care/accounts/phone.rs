//! The own telephone number of somebody who works here, or of a family member: a code is sent to it, and
//! whoever types that code holds the telephone. Nobody is rung at a number that has not been verified so, and
//! nobody but its owner is shown it: no colleague, no mentor, no family. A family member is never rung; they
//! get a text that says nothing, if they have agreed to it in their contact plan.
//!
//! The code is kept nowhere. It is derived under the keys from whose number it is and from the half hour
//! in which it was asked for, and good until the next half hour is over. It has six digits, so that a
//! voice can say them; wrong ones are counted like every secret of one's own.

use std::time::Duration;

use super::own::{self, OwnAccount, OwnError};
use super::tries::{self, Counted, WaitUntil};
use super::{Caller, Role, queries};
use crate::base::ids::AccountId;
use crate::base::keyring::Keyring;
use crate::base::phone_numbers::PhoneNumber;
use crate::base::secret::Secret;
use crate::base::time::Moment;
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Tx, View};

/// Codes change so often.
const WINDOW: Duration = Duration::from_mins(30);

/// Why nothing was done with a number.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// Mentors are never rung.
    #[error("not allowed")]
    NotAllowed,
    /// No number waits to be verified.
    #[error("no number waits to be verified")]
    NothingAsked,
    /// The code is wrong or too old.
    #[error("the code is not right")]
    WrongCode,
    /// A code was asked for, or tried, too often.
    #[error("too many tries")]
    Wait(WaitUntil),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

impl From<OwnError> for PhoneError {
    fn from(refusal: OwnError) -> Self {
        match refusal {
            OwnError::Store(fault) => Self::Store(fault),
            OwnError::WrongNotice | OwnError::WrongPassword | OwnError::Wait(_) => Self::NotAllowed,
        }
    }
}

/// Keeps a number until it is verified; the one that was verified before is rung until then. Codes cost
/// money, and a stranger's telephone must not ring for ever, so they are counted.
///
/// # Errors
/// If the caller is a mentor, or asked too often.
pub fn ask(tx: &mut Tx<'_>, caller: &Caller, number: &PhoneNumber) -> Result<(), PhoneError> {
    may_have_a_number(caller)?;
    tries::count(tx, Counted::PhoneCode(caller.account_id))?.map_err(PhoneError::Wait)?;
    Ok(queries::set_phone_asked(
        tx.conn(),
        caller.account_id,
        number.as_str(),
    )?)
}

/// Verifies the number that waits by the code that was sent to it. A wrong code must leave its count
/// behind, so the inner refusal is an answer and not an error.
///
/// # Errors
/// If no number waits, or too many codes were wrong.
pub fn confirm(
    tx: &mut Tx<'_>,
    caller: &Caller,
    typed: &Secret,
) -> Result<Result<OwnAccount, PhoneError>, PhoneError> {
    may_have_a_number(caller)?;
    let (_, asked) = queries::phone(tx.conn(), caller.account_id)?;
    let number = asked.ok_or(PhoneError::NothingAsked)?;
    let counted = Counted::Own(caller.account_id);
    tries::count(tx, counted)?.map_err(PhoneError::Wait)?;
    let now = tx.now();
    let typed: String = typed.expose().split_whitespace().collect();
    let typed = Secret::new(typed);
    let whose = (caller.account_id, number.as_str());
    let good = [now, now.minus(WINDOW)].map(|at| code(tx.keys(), whose, at));
    if !good.contains(&typed) {
        return Ok(Err(PhoneError::WrongCode));
    }
    tries::forgive(tx, counted)?;
    queries::set_phone(tx.conn(), caller.account_id, Some(&number))?;
    record(tx, caller, "phone.verified")?;
    Ok(Ok(own::look(tx, caller)?))
}

/// Forgets the caller's number, and the one that waits. That there was none is no refusal.
///
/// # Errors
/// If the caller is a mentor.
pub fn forget(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), PhoneError> {
    may_have_a_number(caller)?;
    queries::set_phone(tx.conn(), caller.account_id, None)?;
    Ok(record(tx, caller, "phone.forgotten")?)
}

/// The code that verifies a number, as of a moment.
#[must_use]
pub fn code(keys: &Keyring, (account, number): (AccountId, &str), at: Moment) -> Secret {
    let window = at
        .micros()
        .div_euclid(i64::try_from(WINDOW.as_micros()).unwrap_or(i64::MAX));
    let window = window.to_be_bytes();
    let parts: [&[u8]; 3] = [account.as_bytes(), number.as_bytes(), &window];
    let derived = keys.derive("verified telephone", &parts);
    let first = derived.iter().take(8);
    let number = first.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    Secret::new(format!("{:06}", number % 1_000_000))
}

const fn may_have_a_number(caller: &Caller) -> Result<(), PhoneError> {
    match caller.role {
        Role::FamilyMember
        | Role::FamilyPractitioner
        | Role::SupervisingSocialWorker
        | Role::ServiceManager => Ok(()),
        Role::PeerMentor => Err(PhoneError::NotAllowed),
    }
}

fn record(tx: &mut Tx<'_>, caller: &Caller, deed: &'static str) -> Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(caller.account_id.into()),
        about: Some(caller.account_id),
        detail: serde_json::json!({}),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
