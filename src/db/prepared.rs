//! Statements that SQLite prepares once per connection and then only runs.
//!
//! Diesel prepares an `update` anew each time, because its text may depend on its values, and runs words
//! such as `savepoint` through a parser each time too. For the few statements that every message needs,
//! that is most of their cost. Here they are written out, so that they are known by their type or text.

use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Bool, Integer};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

use crate::base::ids::AccountId;
use crate::base::time::Moment;

/// A statement without values: its text is all there is to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(pub(super) &'static str);

impl QueryId for Words {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<SqliteConnection> for Words {}

impl QueryFragment<Sqlite> for Words {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.0);
        Ok(())
    }
}

/// Moves a person's head and gives its new place. In the same row it notes when the person is to be
/// called, if they can be: a call that is pending already only becomes more urgent and earlier.
#[derive(Debug, Clone, Copy)]
pub(super) struct MoveHead {
    pub(super) account: AccountId,
    /// By how many places.
    pub(super) by: i64,
    /// Whether they are to be called for it at all.
    pub(super) calls: bool,
    /// When, if they have not seen it by then.
    pub(super) call_due_at: Moment,
    /// How much it presses.
    pub(super) urgency: i32,
}

impl QueryId for MoveHead {
    type QueryId = Self;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for MoveHead {
    type SqlType = BigInt;
}

impl RunQueryDsl<SqliteConnection> for MoveHead {}

impl QueryFragment<Sqlite> for MoveHead {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("update inbox_heads set seq = seq + ");
        out.push_bind_param::<BigInt, _>(&self.by)?;
        out.push_sql(", call_due_at = case when has_channel and ");
        out.push_bind_param::<Bool, _>(&self.calls)?;
        out.push_sql(" then min(coalesce(call_due_at, 9223372036854775807), ");
        out.push_bind_param::<BigInt, _>(&self.call_due_at)?;
        out.push_sql(") else call_due_at end, call_urgency = case when has_channel and ");
        out.push_bind_param::<Bool, _>(&self.calls)?;
        out.push_sql(" then max(call_urgency, ");
        out.push_bind_param::<Integer, _>(&self.urgency)?;
        out.push_sql(") else call_urgency end where account_id = ");
        out.push_bind_param::<Binary, _>(&self.account)?;
        out.push_sql(" returning seq");
        Ok(())
    }
}
