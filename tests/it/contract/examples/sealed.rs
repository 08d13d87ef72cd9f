//! What people write is sealed at rest. The story makes each call once, so every word that any call
//! takes is looked for in what then lies on the disk.

use std::path::Path;

use daybook::db::Address;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use serde_json::{Map, Value};

use super::stand_ins::StandIns;
use super::{Examples, story};
use crate::support::on_both_stores;

/// Calls whose words are about nobody: what a service is called, whom to ring, how it asks and screens.
const ABOUT_NOBODY: [&str; 7] = [
    "POST /pods",
    "/agency-lines",
    "/help-lines",
    "/escalation-policies",
    "/lexicon/",
    "/check-in-templates",
    "password",
];

/// Some of the calls whose words are about somebody.
const ABOUT_SOMEBODY: [&str; 9] = [
    "POST /conversations/{id}/messages /body",
    "POST /check-ins /better",
    "POST /goals /words",
    "POST /concerns /note",
    "POST /alerts/{id}/decision /rationale",
    "POST /alerts/{id}/calls /reference",
    "POST /handover-notes /going_on",
    "POST /contact-log /note",
    "POST /accounts/{id}/suspension /reason",
];

on_both_stores! {
    async fn no_word_about_anybody_lies_open_in_the_database(app) {
        let mut examples = Examples { stand_ins: StandIns::default(), taken: Map::new() };
        story::told(&app, &mut examples).await;

        let stored = stored(app.app.store().address());

        assert!(stored.hold("Crewe North"), "what lies open is not found");
        let mut words = Vec::new();
        for (call, example) in &examples.taken {
            words_in(&example["body"], &format!("{call} "), &mut words);
        }
        words.retain(|(place, _)| !ABOUT_NOBODY.iter().any(|nobody| place.contains(nobody)));
        for place in ABOUT_SOMEBODY {
            assert!(words.iter().any(|(known, _)| known == place), "{place} is not in the story");
        }
        let open = words.iter().filter(|(_, words)| stored.hold(words));
        let open: Vec<&String> = open.map(|(place, _)| place).collect();
        assert!(open.is_empty(), "lie open in the database: {open:#?}");
    }
}

/// The texts in what was sent, each with its place. One word alone may be a name of ours.
fn words_in(body: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match body {
        Value::Object(fields) => {
            for (name, field) in fields {
                words_in(field, &format!("{place}/{name}"), found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| words_in(item, place, found)),
        Value::String(text) if text.contains(' ') || place.ends_with("calls /reference") => {
            found.push((place.to_owned(), text.clone()));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What lies in a database.
enum Stored {
    /// The bytes of the file and of what is not yet in it.
    File(Vec<u8>),
    /// Every row as text, its bytes in hexadecimal.
    Rows(String),
}

impl Stored {
    /// Whether these words can be read in it.
    fn hold(&self, words: &str) -> bool {
        match self {
            Self::File(bytes) => {
                let mut parts = bytes.windows(words.len());
                parts.any(|part| part == words.as_bytes())
            }
            Self::Rows(rows) => {
                let hex = words.bytes().fold(String::new(), |hex, byte| {
                    let digits = format!("{byte:02x}");
                    hex + &digits
                });
                rows.contains(words) || rows.contains(&hex)
            }
        }
    }
}

fn stored(address: &Address) -> Stored {
    match address {
        Address::Sqlite(path) => {
            let mut not_yet = path.clone().into_os_string();
            not_yet.push("-wal");
            let mut bytes = std::fs::read(path).unwrap();
            bytes.extend(std::fs::read(Path::new(&not_yet)).unwrap());
            Stored::File(bytes)
        }
        Address::Postgres(url) => Stored::Rows(rows(url)),
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn rows(url: &str) -> String {
    let mut conn = PgConnection::establish(url).unwrap();
    let mut lines = |question: String| -> Vec<String> {
        let lines: Vec<Line> = sql_query(question).load(&mut conn).unwrap();
        lines.into_iter().map(|line| line.line).collect()
    };
    let tables = "select tablename::text as line from pg_tables where schemaname = 'public'";
    let tables = lines(tables.to_owned());
    let of = |table: String| lines(format!("select t::text as line from {table} t"));
    tables.into_iter().flat_map(of).collect()
}
