//! Questions about telephones, and whether somebody was called lately in one way.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::notices::sending::{Call, Channel, State, What};
use crate::db::schema::{accounts, sendings};
use crate::db::{Answer, Conn};

/// Whether somebody who works here has a number that has been verified: nobody else is rung.
pub(in crate::care::notices::sending) fn has_number(
    conn: &mut Conn,
    who: AccountId,
) -> Answer<bool> {
    let theirs = accounts::table
        .find(who)
        .filter(accounts::role.ne(Role::FamilyMember))
        .filter(accounts::phone.is_not_null());
    Ok(diesel::select(exists(theirs)).get_result(conn)?)
}

/// Whether a family member has a number that has been verified.
pub(in crate::care::notices::sending) fn has_number_for_texts(
    conn: &mut Conn,
    who: AccountId,
) -> Answer<bool> {
    let theirs = accounts::table
        .find(who)
        .filter(accounts::role.eq(Role::FamilyMember))
        .filter(accounts::phone.is_not_null());
    Ok(diesel::select(exists(theirs)).get_result(conn)?)
}

/// Those of these people who work here, may act and have a number that has been verified.
pub(in crate::care::notices::sending) fn with_numbers(
    conn: &mut Conn,
    people: Vec<AccountId>,
) -> Answer<Vec<AccountId>> {
    if people.is_empty() {
        return Ok(people);
    }
    Ok(accounts::table
        .filter(accounts::id.eq_any(people))
        .filter(accounts::role.ne(Role::FamilyMember))
        .filter(accounts::phone.is_not_null())
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .load(conn)?)
}

/// Whether somebody was called in this way after this moment, or is about to be, as urgently as this
/// call. What was cancelled or never taken has told nobody anything.
pub(in crate::care::notices::sending) fn was_called_by(
    conn: &mut Conn,
    call: &Call,
    (channel, after): (Channel, Moment),
) -> Answer<bool> {
    let sent = sendings::table
        .filter(sendings::account_id.eq(call.account_id))
        .filter(sendings::urgency.ge(call.urgency.number()))
        .filter(sendings::channel.eq(channel))
        .filter(sendings::what.eq(What::Notice))
        .filter(sendings::state.eq_any([State::Due, State::Accepted]))
        .filter(sendings::made_at.gt(after));
    Ok(diesel::select(exists(sent)).get_result(conn)?)
}
