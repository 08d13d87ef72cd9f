//! Codes that are said at a telephone: the verification of a number.

use super::push::queries::can_be_called;
use super::sending::actions::write;
use super::sending::{Channel, What};
use crate::base::ids::SubjectId;
use crate::base::phone_numbers::PhoneNumber;
use crate::base::secret::Secret;
use crate::care::accounts::Caller;
use crate::care::accounts::own::OwnAccount;
use crate::care::accounts::phone::{self, PhoneError};
use crate::db::{Tx, View};

/// Sends the caller's new number the code that verifies it.
///
/// # Errors
/// If they are a mentor, or asked too often.
pub fn verification(
    tx: &mut Tx<'_>,
    caller: &Caller,
    number: &PhoneNumber,
) -> Result<(), PhoneError> {
    phone::ask(tx, caller, number)?;
    let place = (Channel::Phone, SubjectId::new());
    write(tx, caller.account_id, (What::Verification, place))?;
    Ok(())
}

/// Verifies the caller's number by the code that was sent to it; from now on they are rung there.
///
/// # Errors
/// As [`phone::confirm`].
pub fn verified(
    tx: &mut Tx<'_>,
    caller: &Caller,
    code: &Secret,
) -> Result<Result<OwnAccount, PhoneError>, PhoneError> {
    let done = phone::confirm(tx, caller, code)?;
    if done.is_ok() {
        can_be_called(tx.conn(), caller.account_id)?;
    }
    Ok(done)
}
