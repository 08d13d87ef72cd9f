//! Questions about letters: who is written to.

use diesel::prelude::*;

use crate::base::ids::AccountId;
use crate::care::accounts::Role;
use crate::db::schema::accounts;
use crate::db::{Answer, Conn};

/// The verified address of somebody who is called there: never a family's.
pub(in crate::care::notices::sending) fn mailbox(
    conn: &mut Conn,
    who: AccountId,
) -> Answer<Option<String>> {
    Ok(accounts::table
        .find(who)
        .filter(accounts::role.ne(Role::FamilyMember))
        .filter(accounts::email_verified_at.is_not_null())
        .select(accounts::email)
        .first::<Option<String>>(conn)
        .optional()?
        .flatten())
}
