//! Questions about devices.

use diesel::prelude::*;

use super::{Device, DeviceRow, STAYS_UNLOCKED};
use crate::base::ids::{AccountId, DeviceId};
use crate::base::time::Moment;
use crate::db::schema::devices;
use crate::db::{Answer, Conn};

pub(super) fn insert(
    conn: &mut Conn,
    (id, account, label, salt, now): (DeviceId, AccountId, &str, &[u8], Moment),
) -> Answer<()> {
    diesel::insert_into(devices::table)
        .values((
            devices::id.eq(id),
            devices::account_id.eq(account),
            devices::label.eq(label),
            devices::salt.eq(salt),
            devices::generation.eq(1_i64),
            devices::wrong_pins.eq(0),
            devices::pin_blocked_until.eq(Moment::ZERO),
            devices::unlocked_until.eq(now.plus(STAYS_UNLOCKED)),
            devices::created_at.eq(now),
            devices::last_seen_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn device(conn: &mut Conn, id: DeviceId) -> Answer<Option<DeviceRow>> {
    type Row = (AccountId, Vec<u8>, i64, i32, Moment, Moment);
    let row = devices::table
        .find(id)
        .filter(devices::ended_at.is_null())
        .select((
            devices::account_id,
            devices::salt,
            devices::generation,
            devices::wrong_pins,
            devices::pin_blocked_until,
            devices::unlocked_until,
        ))
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(
        |(account_id, salt, generation, wrong_pins, pin_blocked_until, unlocked_until)| DeviceRow {
            id,
            account_id,
            salt,
            generation,
            wrong_pins,
            pin_blocked_until,
            unlocked_until,
        },
    ))
}

/// Moves a device from one generation to the next and keeps it unlocked; false if somebody else just did.
pub(super) fn advance(
    conn: &mut Conn,
    id: DeviceId,
    (from, to): (i64, i64),
    now: Moment,
) -> Answer<bool> {
    let rows = diesel::update(devices::table.find(id))
        .filter(devices::generation.eq(from))
        .filter(devices::ended_at.is_null())
        .set((
            devices::generation.eq(to),
            devices::last_seen_at.eq(now),
            devices::unlocked_until.eq(now.plus(STAYS_UNLOCKED)),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Counts a PIN before it is compared; false if another try was counted meanwhile.
pub(super) fn count_pin(
    conn: &mut Conn,
    id: DeviceId,
    (seen, counted): (i32, i32),
    blocked_until: Moment,
) -> Answer<bool> {
    let rows = diesel::update(devices::table.find(id))
        .filter(devices::wrong_pins.eq(seen))
        .filter(devices::ended_at.is_null())
        .set((
            devices::wrong_pins.eq(counted),
            devices::pin_blocked_until.eq(blocked_until),
        ))
        .execute(conn)?;
    Ok(rows == 1)
}

/// The PIN was right: nothing is counted any more, and the device is unlocked.
pub(super) fn forget_pins(conn: &mut Conn, id: DeviceId, now: Moment) -> Answer<()> {
    diesel::update(devices::table.find(id))
        .set((
            devices::wrong_pins.eq(0),
            devices::pin_blocked_until.eq(Moment::ZERO),
            devices::unlocked_until.eq(now.plus(STAYS_UNLOCKED)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends one device; false if it was ended before or is not this account's.
pub(super) fn end(
    conn: &mut Conn,
    (account, id): (AccountId, DeviceId),
    why: &str,
    now: Moment,
) -> Answer<bool> {
    let rows = diesel::update(devices::table.find(id))
        .filter(devices::account_id.eq(account))
        .filter(devices::ended_at.is_null())
        .set((devices::ended_at.eq(now), devices::ended_why.eq(why)))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Ends all devices of an account but one, and says how many.
pub(super) fn end_all(
    conn: &mut Conn,
    account: AccountId,
    but: Option<DeviceId>,
    (why, now): (&str, Moment),
) -> Answer<usize> {
    let but = but.map_or_else(Vec::new, |id| vec![id]);
    Ok(diesel::update(devices::table)
        .filter(devices::account_id.eq(account))
        .filter(devices::ended_at.is_null())
        .filter(diesel::dsl::not(devices::id.eq_any(but)))
        .set((devices::ended_at.eq(now), devices::ended_why.eq(why)))
        .execute(conn)?)
}

/// The devices of an account, whichever was used last first.
pub(super) fn latest(conn: &mut Conn, account: AccountId) -> Answer<Vec<DeviceId>> {
    Ok(devices::table
        .filter(devices::account_id.eq(account))
        .filter(devices::ended_at.is_null())
        .order((devices::last_seen_at.desc(), devices::id.desc()))
        .select(devices::id)
        .load(conn)?)
}

pub(super) fn of_account(conn: &mut Conn, account: AccountId) -> Answer<Vec<Device>> {
    type Row = (DeviceId, String, Moment, Moment);
    let rows = devices::table
        .filter(devices::account_id.eq(account))
        .filter(devices::ended_at.is_null())
        .order(devices::id.desc())
        .limit(200)
        .select((
            devices::id,
            devices::label,
            devices::created_at,
            devices::last_seen_at,
        ))
        .load::<Row>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, label, created_at, last_seen_at)| Device {
            id,
            label,
            created_at,
            last_seen_at,
        })
        .collect())
}
