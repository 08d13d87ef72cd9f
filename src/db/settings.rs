//! Facts about the installation as a whole, kept in the database: name and value.

use diesel::prelude::*;

use super::connection::{Conn, both};
use super::error::Answer;
use super::schema::service_settings;
use crate::base::time::Moment;

/// The mark of this database's life: a restore makes a new one, and clients start over.
pub const EPOCH: &str = "epoch";
/// Tells whether the keys at hand are the ones this database was sealed with.
pub const KEYS_FINGERPRINT: &str = "keys_fingerprint";
/// A moment that was surely reached: the clock never goes back behind it.
pub const LAST_MOMENT: &str = "last_moment";

/// Reads one setting.
///
/// # Errors
/// If the query fails.
pub fn get(conn: &mut Conn, name: &str) -> Answer<Option<String>> {
    Ok(service_settings::table
        .find(name)
        .select(service_settings::value)
        .first(conn)
        .optional()?)
}

/// Writes one setting.
///
/// # Errors
/// If the query fails.
pub fn set(conn: &mut Conn, name: &str, value: &str) -> Answer<()> {
    let row = (
        service_settings::name.eq(name),
        service_settings::value.eq(value),
    );
    both!(conn, conn => diesel::insert_into(service_settings::table)
        .values(row)
        .on_conflict(service_settings::name)
        .do_update()
        .set(service_settings::value.eq(value))
        .execute(conn))?;
    Ok(())
}

/// Writes down that this moment was reached. Another node may have reached a later one.
///
/// # Errors
/// If the query fails.
pub fn reach(conn: &mut Conn, moment: Moment) -> Answer<()> {
    if last_moment(conn)?.is_none_or(|known| known < moment) {
        set(conn, LAST_MOMENT, &moment.micros().to_string())?;
    }
    Ok(())
}

/// The latest moment that was written down.
///
/// # Errors
/// If the query fails.
pub fn last_moment(conn: &mut Conn) -> Answer<Option<Moment>> {
    let micros = get(conn, LAST_MOMENT)?.and_then(|micros| micros.parse().ok());
    Ok(micros.map(Moment::from_micros))
}

/// Writes one setting unless it is there, and gives what is there then.
///
/// # Errors
/// If the query fails.
pub fn get_or_set(conn: &mut Conn, name: &str, value: &str) -> Answer<String> {
    let row = (
        service_settings::name.eq(name),
        service_settings::value.eq(value),
    );
    both!(&mut *conn, conn => diesel::insert_into(service_settings::table)
        .values(row)
        .on_conflict(service_settings::name)
        .do_nothing()
        .execute(conn))?;
    Ok(get(conn, name)?.unwrap_or_else(|| value.to_owned()))
}
