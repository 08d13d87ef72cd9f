//! A way back in that is mailed: for staff and mentors who have lost their password. The code proves
//! that they read the mailbox; whoever has a second factor gives it too.
//!
//! The code is kept nowhere: it is derived from the invitation's id under the keys when the letter is
//! written, and its MAC is stored like that of every other code.

use std::time::Duration;

use super::{Invite, mailed_hash, queries};
use crate::base::codes::{self, LENGTH};
use crate::base::ids::{AccountId, InvitationId};
use crate::base::keyring::Keyring;
use crate::base::secret::Secret;
use crate::care::accounts::tries::{self, Counted, WaitUntil};
use crate::care::accounts::{Role, Status, queries as accounts};
use crate::care::audit::{self, Line};
use crate::db::{self, Tx, View};

/// How long a mailed code is good for.
pub const LIFE: Duration = Duration::from_mins(30);

/// Why no code was made.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It was asked for too often, for this e-mail or from this address.
    #[error("asked for too often")]
    Wait(WaitUntil),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A code to be mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailed {
    /// The invitation it belongs to.
    pub invitation_id: InvitationId,
    /// Whose way back it is.
    pub account_id: AccountId,
}

/// Makes a way back for whoever has this e-mail and has verified it; nothing if nobody has who may. The caller must not
/// learn which. While one is open there is no other; what a manager gave stays.
///
/// # Errors
/// If it was asked for too often.
pub fn ask(tx: &mut Tx<'_>, email: &str, from: &str) -> Result<Option<Mailed>, AskError> {
    for counted in [Counted::WaysBackFrom(from), Counted::WayBackOf(email)] {
        tries::count(tx, counted)?.map_err(AskError::Wait)?;
    }
    let account = accounts::by_email(tx.conn(), email)?
        .filter(|account| account.role != Role::FamilyMember && account.status == Status::Active);
    let Some(account) = account else {
        return Ok(None);
    };
    // Whoever invited them may have mistyped it: a stranger reads that mailbox.
    let known = accounts::email(tx.conn(), account.id)?;
    if known.is_none_or(|(_, verified_at)| verified_at.is_none()) {
        return Ok(None);
    }
    let now = tx.now();
    if queries::has_open_mailed(tx.conn(), account.id, now)? {
        // It is on its way. A stranger who asks again and again spoils no code and fills no mailbox.
        return Ok(None);
    }
    let id = InvitationId::new();
    let hash = mailed_hash(tx, &code(tx.keys(), id));
    let who = Invite {
        role: account.role,
        kind: None,
        display_name: account.display_name,
        email: Some(email.to_owned()),
        pod_id: None,
        family_id: None,
    };
    let row = (id, hash.as_slice(), now, now.plus(LIFE));
    queries::insert_mailed(tx.conn(), (account.authority_id, account.id), &who, row)?;
    let line = Line {
        deed: "account.way_back_mailed",
        subject: "account",
        subject_id: Some(account.id.into()),
        about: Some(account.id),
        detail: serde_json::json!({}),
        reason: None,
    };
    audit::actions::record_as_stranger(tx, account.authority_id, &line)?;
    Ok(Some(Mailed {
        invitation_id: id,
        account_id: account.id,
    }))
}

/// Withdraws what was mailed: whoever asked for it may not be whose account it is.
///
/// # Errors
/// If the store fails.
pub(in crate::care::accounts) fn withdraw(tx: &mut Tx<'_>, account: AccountId) -> db::Answer<()> {
    let now = tx.now();
    queries::withdraw_mailed(tx.conn(), account, now)
}

/// An account is given back by somebody who has vouched for the person: no mailbox opens it any more
/// until its owner verifies one anew, and no telephone is rung. Who has the old ones nobody knows.
///
/// # Errors
/// If the store fails.
pub(in crate::care::accounts) fn distrust(tx: &mut Tx<'_>, account: AccountId) -> db::Answer<()> {
    withdraw(tx, account)?;
    accounts::set_phone(tx.conn(), account, None)?;
    accounts::forget_email_verified(tx.conn(), account)
}

/// Whether a mailed code may still be used.
///
/// # Errors
/// If the store fails.
pub fn is_open(view: &mut impl View, id: InvitationId) -> db::Answer<bool> {
    let now = view.now();
    queries::is_open(view.conn(), id, now)
}

/// The code of a mailed way back.
#[must_use]
pub fn code(keys: &Keyring, id: InvitationId) -> Secret {
    first_letters(&keys.derive("mailed way back", &[id.as_bytes()]))
}

/// A code made of what the keys derived.
pub(in crate::care::accounts) fn first_letters(derived: &[u8; 32]) -> Secret {
    let mut bytes = [0; LENGTH];
    for (letter, byte) in bytes.iter_mut().zip(derived) {
        *letter = *byte;
    }
    codes::code_of(bytes)
}
