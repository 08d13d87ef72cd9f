//! Questions about the ways in which people can be called.

use diesel::dsl::max;
use diesel::prelude::*;

use crate::base::ids::{AccountId, AuthorityId, SubjectId, SubscriptionId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::notices::sending::{Channel, State};
use crate::db::schema::{accounts, devices, push_subscriptions, sendings};
use crate::db::{Answer, Conn};

/// Somebody on a ladder.
#[derive(Queryable)]
pub(super) struct Staff {
    pub(super) id: AccountId,
    pub(super) has_address: bool,
    pub(super) has_number: bool,
}

pub(super) fn staff(conn: &mut Conn, authority: Option<AuthorityId>) -> Answer<Vec<Staff>> {
    let mut question = accounts::table
        .filter(accounts::role.eq_any([Role::SupervisingSocialWorker, Role::ServiceManager]))
        .filter(accounts::status.eq(Status::Active))
        .select((
            accounts::id,
            accounts::email_verified_at.is_not_null(),
            accounts::phone.is_not_null(),
        ))
        .into_boxed();
    if let Some(authority) = authority {
        question = question.filter(accounts::authority_id.eq(authority));
    }
    Ok(question.load(conn)?)
}

/// Where devices of these people that are signed in take pushes.
pub(super) fn places(
    conn: &mut Conn,
    people: &[AccountId],
) -> Answer<Vec<(AccountId, SubscriptionId)>> {
    Ok(push_subscriptions::table
        .inner_join(devices::table.on(devices::id.eq(push_subscriptions::device_id)))
        .filter(push_subscriptions::account_id.eq_any(people))
        .filter(devices::ended_at.is_null())
        .select((push_subscriptions::account_id, push_subscriptions::id))
        .load(conn)?)
}

/// What became of pushes to these people since: for each place and end, the newest that ended so.
pub(super) fn ended_pushes(
    conn: &mut Conn,
    people: &[AccountId],
    since: Moment,
) -> Answer<Vec<(SubjectId, State, Moment)>> {
    let found: Vec<(SubjectId, State, Option<Moment>)> = sendings::table
        .filter(sendings::account_id.eq_any(people))
        .filter(sendings::made_at.gt(since))
        .filter(sendings::channel.eq(Channel::Push))
        .filter(sendings::state.eq_any([State::Accepted, State::Failed, State::Expired]))
        .group_by((sendings::place_id, sendings::state))
        .select((sendings::place_id, sendings::state, max(sendings::made_at)))
        .load(conn)?;
    Ok(found
        .into_iter()
        .filter_map(|(place, state, at)| Some((place, state, at?)))
        .collect())
}
