//! What time the database thinks it is.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::connection::Conn;
use super::error::Answer;
use crate::base::time::Moment;

/// The time of the database's machine, which all nodes share; `None` on SQLite, which has none of
/// its own.
///
/// # Errors
/// If the query fails.
pub fn database_now(conn: &mut Conn) -> Answer<Option<Moment>> {
    match conn {
        Conn::Sqlite(_) => Ok(None),
        #[cfg(feature = "postgres")]
        Conn::Pg(conn) => {
            let query = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";
            let micros =
                diesel::select(diesel::dsl::sql::<BigInt>(query)).get_result::<i64>(conn)?;
            Ok(Some(Moment::from_micros(micros)))
        }
    }
}
