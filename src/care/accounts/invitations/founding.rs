//! Founding: the first accounts of an authority, made from the command line.

use super::{Invite, InviteError, NewAccount};
use crate::base::ids::{AccountId, AuthorityId};
use crate::care::accounts::{Role, queries};
use crate::db::{Answer, Tx, View};

/// Makes the first account of an authority, from the command line: a service manager. Makes the
/// authority too if no such name exists.
///
/// # Errors
/// If the e-mail belongs to somebody already, or the role is not a member of staff.
pub fn found(
    tx: &mut Tx<'_>,
    authority: &str,
    who: &Invite,
    password_hash: &str,
) -> Result<AccountId, InviteError> {
    if matches!(who.role, Role::FamilyMember) {
        return Err(InviteError::Field(
            "role",
            "a family member joins by invitation",
        ));
    }
    let Some(email) = &who.email else {
        return Err(InviteError::Field("email", "is required"));
    };
    if queries::by_email(tx.conn(), email)?.is_some() {
        return Err(InviteError::Field("email", "belongs to somebody already"));
    }
    let now = tx.now();
    let authority_id = find_or_make_authority(tx, authority)?;
    let id = AccountId::new();
    let account = NewAccount {
        id,
        authority_id,
        who,
        language: "en",
        password_hash,
        qualified: who.role == Role::SupervisingSocialWorker,
        notice_shown: None,
        now,
    };
    queries::insert_account(tx.conn(), &account)?;
    Ok(id)
}

fn find_or_make_authority(tx: &mut Tx<'_>, name: &str) -> Answer<AuthorityId> {
    if let Some(id) = queries::authority(tx.conn(), name)? {
        return Ok(id);
    }
    let id = AuthorityId::new();
    let now = tx.now();
    queries::insert_authority(tx.conn(), (id, name, now))?;
    Ok(id)
}
