//! The twin migrations: same names, up and down and up again, and the same schema on both.

use std::collections::BTreeSet;
use std::path::Path;

use daybook::db::{Address, Conn, Purpose, migrate, open};
use diesel::RunQueryDsl;
use diesel::sql_types::Text;

use super::support::{migrated_sqlite, postgres_database};

fn folders(engine: &str) -> BTreeSet<String> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(engine);
    let names = std::fs::read_dir(base)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

#[test]
fn both_engines_have_the_same_migrations_and_each_can_be_undone() {
    let (sqlite, postgres) = (folders("sqlite"), folders("postgres"));

    assert_eq!(sqlite, postgres);
    for engine in ["sqlite", "postgres"] {
        for name in &sqlite {
            for file in ["up.sql", "down.sql"] {
                let path = format!("migrations/{engine}/{name}/{file}");
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
                assert!(path.is_file(), "{} is missing", path.display());
            }
        }
    }
}

fn goes_up_down_and_up(address: &Address) {
    migrate::undo_all(address).unwrap();
    assert!(!migrate::pending(address).unwrap().is_empty());

    let ran = migrate::run(address).unwrap();

    assert_eq!(ran.len(), folders("sqlite").len());
    assert!(migrate::pending(address).unwrap().is_empty());
    assert!(migrate::run(address).unwrap().is_empty());
}

#[test]
fn sqlite_goes_up_down_and_up_again() {
    let folder = tempfile::tempdir().unwrap();
    goes_up_down_and_up(&migrated_sqlite(folder.path()));
}

#[test]
fn postgres_goes_up_down_and_up_again() {
    if let Some(database) = postgres_database() {
        goes_up_down_and_up(&database.address());
    }
}

#[derive(diesel::QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Every column of every table as `table.column kind null?`, kinds named alike on both engines.
fn columns(address: &Address) -> BTreeSet<String> {
    let query = match address {
        Address::Sqlite(_) => {
            "select m.name || '.' || p.name || ' ' || lower(p.type) || ' ' \
             || case when p.\"notnull\" = 1 then 'not null' else 'null' end as name \
             from sqlite_master m join pragma_table_info(m.name) p \
             where m.type = 'table' and m.name not like '\\_\\_diesel%' escape '\\' \
             and m.name not like 'sqlite%'"
        }
        Address::Postgres(_) => {
            "select table_name || '.' || column_name || ' ' \
             || case data_type when 'bytea' then 'blob' when 'integer' then 'int' else data_type end \
             || ' ' || case is_nullable when 'NO' then 'not null' else 'null' end as name \
             from information_schema.columns \
             where table_schema = 'public' and table_name not like '\\_\\_diesel%'"
        }
    };
    let mut conn: Conn = open(address, Purpose::Read).unwrap();
    let rows: Vec<Named> = diesel::sql_query(query).load(&mut conn).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// The names of all unique and other indexes that were made by name.
fn indexes(address: &Address) -> BTreeSet<String> {
    let query = match address {
        Address::Sqlite(_) => {
            "select name from sqlite_master where type = 'index' and sql is not null"
        }
        Address::Postgres(_) => {
            "select indexname as name from pg_indexes where schemaname = 'public' \
             and indexname not like '%\\_pkey' and indexname not like '%\\_key'"
        }
    };
    let mut conn: Conn = open(address, Purpose::Read).unwrap();
    let rows: Vec<Named> = diesel::sql_query(query).load(&mut conn).unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

/// Names what only one of them has.
fn same(one: &BTreeSet<String>, other: &BTreeSet<String>) {
    let here: Vec<&String> = one.difference(other).collect();
    let missing: Vec<&String> = other.difference(one).collect();

    assert!(
        here.is_empty() && missing.is_empty(),
        "only the first has {here:?}, only the second has {missing:?}"
    );
}

#[test]
fn both_engines_have_the_same_columns_and_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = migrated_sqlite(folder.path());
    let Some(database) = postgres_database() else {
        return;
    };
    let postgres = database.address();

    same(&columns(&sqlite), &columns(&postgres));
    same(&indexes(&sqlite), &indexes(&postgres));
}

/// What `src/db/schema.rs` declares, as `table.column kind null?`.
fn declared() -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/db/schema.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let mut table = String::new();
    let mut all = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ") {
            let (kind, null) = kind
                .strip_prefix("Nullable<")
                .map_or((kind, "not null"), |inner| {
                    (inner.trim_end_matches('>'), "null")
                });
            let kind = match kind {
                "Binary" => "blob",
                "BigInt" => "bigint",
                "Integer" => "int",
                "Bool" => "boolean",
                "Text" => "text",
                other => panic!("a column of kind {other} in schema.rs"),
            };
            all.insert(format!("{table}.{name} {kind} {null}"));
        } else if let Some((name, _)) = line.split_once(" (")
            && line.ends_with('{')
        {
            name.clone_into(&mut table);
        }
    }
    all
}

#[test]
fn the_declared_schema_is_what_the_migrations_make() {
    let folder = tempfile::tempdir().unwrap();

    same(&declared(), &columns(&migrated_sqlite(folder.path())));
}
