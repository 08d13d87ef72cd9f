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

/// Reads every table of one database, again and again: a connection of its own each time, and a
/// question for each table, was half of what the table of refusals cost.
pub(super) struct Reader {
    conn: Conn,
    question: String,
}

enum Conn {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    held: String,
}

impl Reader {
    pub(super) fn of(address: &Address) -> Self {
        match address {
            Address::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                let question = sqlite(&mut conn);
                Self {
                    conn: Conn::Sqlite(conn),
                    question,
                }
            }
            Address::Postgres(url) => {
                let mut conn = PgConnection::establish(url).unwrap();
                let question = postgres(&mut conn);
                Self {
                    conn: Conn::Postgres(conn),
                    question,
                }
            }
        }
    }

    /// What the tables hold now.
    pub(super) fn read(&mut self) -> Rows {
        let question = sql_query(&self.question);
        let tables: Vec<Table> = match &mut self.conn {
            Conn::Sqlite(conn) => question.load(conn),
            Conn::Postgres(conn) => question.load(conn),
        }
        .unwrap();
        tables
            .into_iter()
            .map(|table| (table.name, table.held))
            .collect()
    }
}

/// The question that all tables answer at once.
fn sqlite(conn: &mut SqliteConnection) -> String {
    let tables = "select name as line from sqlite_master where type = 'table' \
        and name not like 'sqlite_%' order by 1";
    let tables = lines(sql_query(tables).load::<Line>(conn));
    let ask = |table: String| {
        let columns =
            format!("select 'quote(' || name || ')' as line from pragma_table_info('{table}')");
        let columns = lines(sql_query(columns).load::<Line>(conn)).join(" || ',' || ");
        format!(
            "select '{table}' as name, (select coalesce(group_concat(line, char(10)), '') \
             from (select {columns} as line from {table} order by 1)) as held"
        )
    };
    tables
        .into_iter()
        .map(ask)
        .collect::<Vec<_>>()
        .join(" union all ")
}

fn postgres(conn: &mut PgConnection) -> String {
    let tables =
        "select tablename::text as line from pg_tables where schemaname = 'public' order by 1";
    let tables = lines(sql_query(tables).load::<Line>(conn));
    let ask = |table: String| {
        format!(
            "select '{table}' as name, (select coalesce(string_agg(t::text, chr(10) \
             order by t::text), '') from {table} t) as held"
        )
    };
    tables
        .into_iter()
        .map(ask)
        .collect::<Vec<_>>()
        .join(" union all ")
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
