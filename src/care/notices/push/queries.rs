//! Questions about subscriptions.

use diesel::prelude::*;

use super::Subscription;
use crate::base::ids::{AccountId, DeviceId, SubscriptionId};
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::db::schema::{accounts, devices, inbox_heads, push_subscriptions};
use crate::db::{Answer, Conn, both};

/// A subscription as it is stored; whether pushes may still go there is asked when one is sent.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(in crate::care::notices) struct Stored {
    pub(in crate::care::notices) endpoint: String,
    pub(in crate::care::notices) p256dh: Vec<u8>,
    pub(in crate::care::notices) auth: Vec<u8>,
}

const STORED: (
    push_subscriptions::endpoint,
    push_subscriptions::p256dh,
    push_subscriptions::auth,
) = (
    push_subscriptions::endpoint,
    push_subscriptions::p256dh,
    push_subscriptions::auth,
);

pub(super) fn of_device(
    conn: &mut Conn,
    device: DeviceId,
) -> Answer<Option<(SubscriptionId, Stored)>> {
    Ok(push_subscriptions::table
        .filter(push_subscriptions::device_id.eq(device))
        .select((push_subscriptions::id, STORED))
        .first(conn)
        .optional()?)
}

pub(super) fn insert(conn: &mut Conn, new: &Subscription, now: Moment) -> Answer<()> {
    diesel::insert_into(push_subscriptions::table)
        .values((
            push_subscriptions::id.eq(new.id),
            push_subscriptions::account_id.eq(new.account_id),
            push_subscriptions::device_id.eq(new.device_id),
            push_subscriptions::endpoint.eq(new.receiver.endpoint.as_str()),
            push_subscriptions::p256dh.eq(&new.receiver.p256dh),
            push_subscriptions::auth.eq(&new.receiver.auth),
            push_subscriptions::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in crate::care::notices) fn delete(conn: &mut Conn, id: SubscriptionId) -> Answer<()> {
    diesel::delete(push_subscriptions::table.find(id)).execute(conn)?;
    Ok(())
}

pub(super) fn delete_of(conn: &mut Conn, account: AccountId, id: SubscriptionId) -> Answer<bool> {
    let mine = push_subscriptions::table
        .find(id)
        .filter(push_subscriptions::account_id.eq(account));
    Ok(diesel::delete(mine).execute(conn)? == 1)
}

/// Notes that there is a way to call this person.
pub(in crate::care::notices) fn can_be_called(conn: &mut Conn, account: AccountId) -> Answer<()> {
    let head = (
        inbox_heads::account_id.eq(account),
        inbox_heads::seq.eq(0_i64),
        inbox_heads::seen_seq.eq(0_i64),
        inbox_heads::has_channel.eq(true),
    );
    both!(conn, conn => diesel::insert_into(inbox_heads::table)
        .values(head)
        .on_conflict(inbox_heads::account_id)
        .do_update()
        .set(inbox_heads::has_channel.eq(true))
        .execute(conn))?;
    Ok(())
}

/// The subscriptions of a person's devices that are signed in, if the person may act.
pub(in crate::care::notices) fn of_account(
    conn: &mut Conn,
    account: AccountId,
) -> Answer<Vec<SubscriptionId>> {
    Ok(push_subscriptions::table
        .inner_join(devices::table.on(devices::id.eq(push_subscriptions::device_id)))
        .inner_join(accounts::table.on(accounts::id.eq(push_subscriptions::account_id)))
        .filter(push_subscriptions::account_id.eq(account))
        .filter(devices::ended_at.is_null())
        .filter(accounts::status.eq(Status::Active))
        .order(push_subscriptions::id.desc())
        .limit(MOST_DEVICES)
        .select(push_subscriptions::id)
        .load(conn)?)
}

/// At most so many devices of one person are called; the newest.
const MOST_DEVICES: i64 = 20;
