//! The events of the live socket and the inbox: each has a schema of its own, made from the code's types,
//! and stands with it in the description of the live socket.
//!
//! Beside these, every event that any test of this suite receives is held against its schema (see
//! `support/description.rs`).

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::support::description::{description, event_kinds};

/// From here on the description of the live socket is written by the test below.
const MARK: &str = "  # Written from the code: DAYBOOK_BLESS=1 cargo test --test it contract\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The names of events that a text of the program defines.
fn defined(text: &str, names: &mut BTreeSet<String>) {
    for (at, kind) in text.match_indices(": Event = ") {
        let rest = text[at + kind.len()..].trim_start();
        let name = rest
            .strip_prefix('"')
            .and_then(|rest| rest.split('"').next());
        names.insert(name.expect("an event's name is written out").to_owned());
    }
}

/// Every source below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_event_has_a_schema_and_every_schema_is_of_an_event() {
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut told = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        defined(&text, &mut told);
        // A name that is no constant would be in neither list.
        let in_place = text.contains("event: \"");
        assert!(!in_place, "{}: an event's name in place", file.display());
    }
    told.insert("withdrawn".to_owned());

    let described: BTreeSet<String> = event_kinds().map(|(name, _)| name.to_owned()).collect();

    assert!(told.len() > 35, "{told:?}");
    assert_eq!(told, described);
}

#[test]
fn every_event_says_what_it_is_and_what_it_shows() {
    for (name, kind) in event_kinds() {
        assert!(kind["description"].is_string(), "{name}: no description");
        let data = kind["properties"]["data"]["$ref"].as_str();
        assert!(data.is_some(), "{name}: its data has no schema of its own");
        let required = kind["required"].as_array().unwrap();
        for field in ["seq", "at", "event", "data"] {
            assert!(
                required.contains(&json!(field)),
                "{name}: {field} may be missing"
            );
        }
    }
}

/// A schema of the description as the live socket's knows it: an example is one of several there.
fn said_there(schema: &Value) -> Value {
    let Some(schema) = schema.as_object() else {
        return schema.clone();
    };
    let mut said = Map::new();
    for (keyword, value) in schema {
        let (keyword, value) = match keyword.as_str() {
            "example" => ("examples", json!([value])),
            "properties" => {
                let fields = value.as_object().unwrap().iter();
                let fields = fields.map(|(name, field)| (name.clone(), said_there(field)));
                ("properties", Value::Object(fields.collect()))
            }
            "oneOf" | "anyOf" | "allOf" => {
                let parts = value.as_array().unwrap().iter().map(said_there);
                (keyword.as_str(), parts.collect())
            }
            "items" | "additionalProperties" => (keyword.as_str(), said_there(value)),
            other => (other, value.clone()),
        };
        said.insert(keyword.to_owned(), value);
    }
    Value::Object(said)
}

/// The names a schema refers to.
fn referred(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            for (keyword, value) in fields {
                let name = value.as_str().and_then(|to| to.rsplit('/').next());
                match name.filter(|_| keyword == "$ref") {
                    Some(name) => names.push(name.to_owned()),
                    None => referred(value, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| referred(item, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The schema of an event, and every schema it leads to, by name.
fn schemas() -> Map<String, Value> {
    let known = &description()["components"]["schemas"];
    let mut open = vec!["EventView".to_owned()];
    let mut found = Map::new();
    while let Some(name) = open.pop() {
        if !found.contains_key(&name) {
            referred(&known[&name], &mut open);
            found.insert(name.clone(), said_there(&known[&name]));
        }
    }
    found
}

/// A value as YAML, so deep.
fn yaml(value: &Value, depth: usize, to: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, field) in fields {
                write!(to, "\n{indent}{name}:").unwrap();
                yaml(field, depth + 1, to);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for item in items {
                let mut inner = String::new();
                yaml(item, depth + 1, &mut inner);
                write!(to, "\n{indent}- {}", inner.trim_start()).unwrap();
            }
        }
        // What JSON writes on one line is YAML too.
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_)
        | Value::Object(_) => write!(to, " {value}").unwrap(),
    }
}

#[test]
fn the_description_of_the_live_socket_holds_the_schemas_of_the_code() {
    let file = root().join("api-spec/asyncapi.yaml");
    let committed = std::fs::read_to_string(&file).unwrap();
    let (by_hand, _) = committed.split_once(MARK).expect("the mark is there");
    let mut written = format!("{by_hand}{MARK}  schemas:");
    yaml(&Value::Object(schemas()), 2, &mut written);
    written.push('\n');
    if std::env::var("DAYBOOK_BLESS").is_ok() {
        std::fs::write(&file, &written).unwrap();
    }

    let committed = std::fs::read_to_string(&file).unwrap();

    assert!(
        committed == written,
        "api-spec/asyncapi.yaml is not what the code describes: \
         run DAYBOOK_BLESS=1 cargo test --test it contract and read the difference"
    );
}
