//! Every row of every table as text, to see whether anything has changed.

use std::collections::BTreeMap;

use daybook::db::Address;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

/// What each table holds, under its name.
pub(super) type Rows = BTreeMap<String, String>;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines<C>(found: diesel::QueryResult<C>) -> Vec<String>
where
    C: IntoIterator<Item = Line>,
{
    found.unwrap().into_iter().map(|row| row.line).collect()
}

/// Reads every table of a database.
pub(super) fn of(address: &Address) -> Rows {
    match address {
        Address::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
            sqlite(&mut conn)
        }
        Address::Postgres(url) => postgres(&mut PgConnection::establish(url).unwrap()),
    }
}

fn sqlite(conn: &mut SqliteConnection) -> Rows {
    let tables = "select name as line from sqlite_master where type = 'table' \
        and name not like 'sqlite_%' order by 1";
    let tables = lines(sql_query(tables).load::<Line>(conn));
    let read = |table: String| {
        let columns =
            format!("select 'quote(' || name || ')' as line from pragma_table_info('{table}')");
        let columns = lines(sql_query(columns).load::<Line>(conn)).join(" || ',' || ");
        let rows = format!("select {columns} as line from {table} order by 1");
        let rows = lines(sql_query(rows).load::<Line>(conn)).join("\n");
        (table, rows)
    };
    tables.into_iter().map(read).collect()
}

fn postgres(conn: &mut PgConnection) -> Rows {
    let tables =
        "select tablename::text as line from pg_tables where schemaname = 'public' order by 1";
    let tables = lines(sql_query(tables).load::<Line>(conn));
    let read = |table: String| {
        let rows = format!("select t::text as line from {table} t order by 1");
        let rows = lines(sql_query(rows).load::<Line>(conn)).join("\n");
        (table, rows)
    };
    tables.into_iter().map(read).collect()
}

/// The tables in which something is not as it was.
pub(super) fn changed<'r>(before: &'r Rows, after: &Rows) -> Vec<&'r str> {
    assert!(before.len() > 20, "the tables were not found");
    before
        .iter()
        .filter(|(table, rows)| after.get(*table) != Some(rows))
        .map(|(table, _)| table.as_str())
        .collect()
}
