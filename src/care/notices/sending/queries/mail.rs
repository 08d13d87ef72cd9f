//! Questions about letters: who is written to, and whether they were lately.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::accounts::Role;
use crate::care::notices::sending::{Call, Channel, State, What};
use crate::db::schema::{accounts, sendings};
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

/// Whether somebody was written to after this moment, or is about to be, as urgently as this call. A
/// letter that was cancelled or never taken has told nobody anything.
pub(in crate::care::notices::sending) fn was_written_to(
    conn: &mut Conn,
    call: &Call,
    after: Moment,
) -> Answer<bool> {
    let letters = sendings::table
        .filter(sendings::account_id.eq(call.account_id))
        .filter(sendings::urgency.ge(call.urgency.number()))
        .filter(sendings::channel.eq(Channel::Email))
        .filter(sendings::what.eq(What::Notice))
        .filter(sendings::state.eq_any([State::Due, State::Accepted]))
        .filter(sendings::made_at.gt(after));
    Ok(diesel::select(exists(letters)).get_result(conn)?)
}
