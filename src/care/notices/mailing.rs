//! Letters with a code in them: a way back in, and the verification of an address.

use super::push::queries::can_be_called;
use super::sending::actions::write;
use super::sending::{Channel, What};
use crate::base::ids::SubjectId;
use crate::base::secret::Secret;
use crate::care::accounts::Caller;
use crate::care::accounts::email::{self, EmailError};
use crate::care::accounts::invitations::by_mail::{self, AskError};
use crate::care::accounts::own::OwnAccount;
use crate::db::{Tx, View};

/// Mails a way back in to whoever has this e-mail. Whether anybody has is not told.
///
/// # Errors
/// If it was asked for too often.
pub fn way_back(tx: &mut Tx<'_>, email: &str, from: &str) -> Result<(), AskError> {
    if let Some(mailed) = by_mail::ask(tx, email, from)? {
        let place = mailed.invitation_id.into();
        write(
            tx,
            mailed.account_id,
            (What::WayBack, (Channel::Email, place)),
        )?;
    }
    Ok(())
}

/// Mails the caller the code that verifies their e-mail.
///
/// # Errors
/// If they have none, it is verified, or a code was asked for too often.
pub fn verification(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), EmailError> {
    email::ask(tx, caller)?;
    write(
        tx,
        caller.account_id,
        (What::Verification, (Channel::Email, SubjectId::new())),
    )?;
    Ok(())
}

/// Verifies the caller's e-mail by the mailed code; from now on they are called there too.
///
/// # Errors
/// As [`email::confirm`].
pub fn verified(
    tx: &mut Tx<'_>,
    caller: &Caller,
    code: &Secret,
) -> Result<Result<OwnAccount, EmailError>, EmailError> {
    let done = email::confirm(tx, caller, code)?;
    if done.is_ok() {
        can_be_called(tx.conn(), caller.account_id)?;
    }
    Ok(done)
}
