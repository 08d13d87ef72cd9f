//! The description of the API, and a small checker that holds every answer against it.
//!
//! It knows the part of JSON Schema that the description uses, and stops at anything else rather
//! than letting it pass.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use serde_json::Value;

/// The methods an operation may have.
pub(crate) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(daybook::edge::api_spec()).unwrap());

/// The description as JSON.
pub(crate) fn description() -> &'static Value {
    &DESCRIPTION
}

/// Keywords that only explain.
const SAY_ONLY: [&str; 14] = [
    "description",
    "example",
    "examples",
    "format",
    "title",
    "default",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "maxItems",
    "minItems",
    "propertyNames",
    "pattern",
];

/// What a `$ref` stands for; anything else as it is.
pub(crate) fn resolved(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(pointer) => DESCRIPTION
            .pointer(pointer.trim_start_matches('#'))
            .unwrap(),
        None => value,
    }
}

/// Checks one answer: the address must be described, the status and the kind of problem declared,
/// the body fitting.
///
/// # Panics
/// If the answer is not as described.
pub(crate) fn check(method: &str, path: &str, status: u16, body: &Value) {
    let path = path.split('?').next().unwrap();
    if method == "HEAD" {
        assert_eq!(body, "", "HEAD {path}: the answer has a body");
        return;
    }
    let Some((pattern, operation)) = operation(&method.to_lowercase(), path) else {
        // Addresses that do not exist are a test's own business.
        assert!(
            matches!(status, 404 | 405),
            "{method} {path}: {status}, but it is not described"
        );
        return;
    };
    let name = format!("{method} {path}");
    let response = resolved(&operation["responses"][status.to_string()]);
    assert!(
        !response.is_null(),
        "{name}: status {status} is not declared: {body}. \
         Its handler says what it answers: see src/edge/problem/responses.rs"
    );
    let contents = response.get("content").and_then(Value::as_object);
    let Some(content) = contents.and_then(|all| all.values().next()) else {
        assert!(
            body.as_str().is_some_and(str::is_empty),
            "{name}: {status} has a body, but none is declared: {body}"
        );
        note_seen(&format!("{method} {pattern} {status}"));
        return;
    };
    if let Err(wrong) = fits(&content["schema"], body, "") {
        panic!("{name}: the body of {status} is not as described: {wrong}: {body}");
    }
    if pattern == "/api/v1/inbox" && status == 200 {
        body["items"]
            .as_array()
            .unwrap()
            .iter()
            .for_each(check_event);
    }
    let kind = body["type"].as_str().unwrap_or_default();
    let Some(slug) = kind.strip_prefix("/problems/").filter(|_| status >= 400) else {
        note_seen(&format!("{method} {pattern} {status}"));
        return;
    };
    assert!(
        content["examples"].get(slug).is_some(),
        "{name}: {slug} is not declared: {body}. \
         Its handler says what it answers: see src/edge/problem/responses.rs"
    );
    note_seen(&format!("{method} {pattern} {status} {slug}"));
}

/// Each kind of event that is described: its name and its schema.
pub(crate) fn event_kinds() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let kinds = &DESCRIPTION["components"]["schemas"]["EventView"]["oneOf"];
    let kinds = kinds.as_array().expect("an event is one of several").iter();
    kinds.map(|kind| {
        let name = &kind["properties"]["event"]["enum"][0];
        (name.as_str().unwrap(), kind)
    })
}

/// Checks one event, as an inbox lists it or, with its `type`, as a live socket sends it: its name must
/// be described and it must fit that name's schema.
///
/// # Panics
/// If the event is not as described.
pub(crate) fn check_event(event: &Value) {
    let name = event["event"].as_str().unwrap_or_default();
    let (_, kind) = event_kinds()
        .find(|(known, _)| *known == name)
        .unwrap_or_else(|| panic!("no event of this name is described: {event}"));
    let mut told = event.clone();
    told.as_object_mut().unwrap().remove("type");
    if let Err(wrong) = fits(kind, &told, "") {
        panic!("the event {name} is not as described: {wrong}: {event}");
    }
    note_seen(&format!("EVENT {name}"));
}

/// Notes, once, that an answer was received, for `scripts/answers`.
fn note_seen(line: &str) {
    static SEEN: LazyLock<Mutex<(BTreeSet<String>, File)>> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("answers-seen");
        let file = File::options().create(true).append(true).open(path);
        Mutex::new((BTreeSet::new(), file.unwrap()))
    });
    let mut seen = SEEN.lock().unwrap();
    if seen.0.insert(line.to_owned()) {
        seen.1.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

fn operation(method: &str, path: &str) -> Option<(&'static String, &'static Value)> {
    let paths = DESCRIPTION["paths"].as_object().unwrap();
    // An address written out comes before one with a place for an id.
    let exact = paths.get_key_value(path);
    let patterns = paths
        .iter()
        .filter(|(pattern, _)| matches_pattern(pattern, path));
    exact
        .into_iter()
        .chain(patterns)
        .find_map(|(pattern, item)| Some((pattern, item.get(method)?)))
}

fn matches_pattern(pattern: &str, path: &str) -> bool {
    let (wanted, given) = (pattern.split('/'), path.split('/'));
    wanted.clone().count() == given.clone().count()
        && wanted
            .zip(given)
            .all(|(want, have)| want == have || want.starts_with('{'))
}

/// Whether a value fits, and says nothing that is not described.
pub(super) fn fits(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let (Some(fields), Some(known)) = (value.as_object(), known_fields(schema))
        && let Some(name) = fields.keys().find(|name| !known.contains(name))
    {
        return Err(format!("{at}/{name}: not described"));
    }
    fits_open(schema, value, at)
}

/// The fields a schema describes, with those of everything it is put together from; `None` if it
/// lets others in.
fn known_fields(schema: &Value) -> Option<Vec<&String>> {
    let schema = schema.as_object()?;
    let mut known = Vec::new();
    for (keyword, said) in schema {
        match keyword.as_str() {
            "$ref" => {
                let pointer = said.as_str().unwrap().trim_start_matches('#');
                known.extend(known_fields(DESCRIPTION.pointer(pointer).unwrap())?);
            }
            "properties" => known.extend(said.as_object().unwrap().keys()),
            "allOf" => {
                for part in said.as_array().unwrap() {
                    known.extend(known_fields(part)?);
                }
            }
            // Each of these is closed by itself.
            "oneOf" | "anyOf" => return None,
            "additionalProperties" if *said != Value::Bool(false) => return None,
            _ => {}
        }
    }
    let says_anything = schema.contains_key("properties")
        || schema.contains_key("allOf")
        || schema.contains_key("$ref");
    says_anything.then_some(known)
}

fn fits_open(schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if schema.as_bool() == Some(true) {
        return Ok(());
    }
    let schema = schema
        .as_object()
        .ok_or_else(|| format!("{at}: no schema"))?;
    for (keyword, said) in schema {
        match keyword.as_str() {
            "$ref" => {
                let pointer = said.as_str().unwrap().trim_start_matches('#');
                fits_open(DESCRIPTION.pointer(pointer).unwrap(), value, at)?;
            }
            "type" => is_of_type(said, value, at)?,
            "enum" => {
                let known = said.as_array().unwrap().contains(value);
                known
                    .then_some(())
                    .ok_or_else(|| format!("{at}: not one of {said}"))?;
            }
            "const" => (said == value)
                .then_some(())
                .ok_or_else(|| format!("{at}: not {said}"))?,
            "oneOf" | "anyOf" => {
                let wrong: Vec<String> = said
                    .as_array()
                    .unwrap()
                    .iter()
                    .map_while(|one| fits(one, value, at).err())
                    .collect();
                let none = wrong.len() == said.as_array().unwrap().len();
                (!none).then_some(()).ok_or_else(|| wrong.join("; or "))?;
            }
            "allOf" => {
                said.as_array()
                    .unwrap()
                    .iter()
                    .try_for_each(|one| fits_open(one, value, at))?;
            }
            "properties" => properties_fit(schema, value, at)?,
            "required" => required_are_there(said, value, at)?,
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    fits(said, item, &format!("{at}/{place}"))?;
                }
            }
            "uniqueItems" => nothing_is_there_twice(value, at)?,
            "additionalProperties" => {}
            other if SAY_ONLY.contains(&other) => {}
            other => panic!("description.rs does not know the keyword {other:?}"),
        }
    }
    Ok(())
}

/// A list holds nothing twice.
fn nothing_is_there_twice(value: &Value, at: &str) -> Result<(), String> {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    let twice = |(place, item)| items[..place].contains(item);
    if items.iter().enumerate().any(twice) {
        return Err(format!("{at}: holds something twice"));
    }
    Ok(())
}

/// What must be there is there.
fn required_are_there(said: &Value, value: &Value, at: &str) -> Result<(), String> {
    let Some(fields) = value.as_object() else {
        return Ok(());
    };
    let names = said.as_array().unwrap().iter();
    let missing = names
        .map(|name| name.as_str().unwrap())
        .find(|name| !fields.contains_key(*name));
    missing.map_or(Ok(()), |name| Err(format!("{at}/{name}: missing")))
}

/// The properties that are named fit.
fn properties_fit(
    schema: &serde_json::Map<String, Value>,
    value: &Value,
    at: &str,
) -> Result<(), String> {
    let Some(fields) = value.as_object() else {
        return Ok(());
    };
    let known = schema["properties"].as_object().unwrap();
    for (name, field) in fields {
        if let Some(said) = known.get(name) {
            fits(said, field, &format!("{at}/{name}"))?;
        }
    }
    Ok(())
}

fn is_of_type(said: &Value, value: &Value, at: &str) -> Result<(), String> {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("description.rs does not know the type {other:?}"),
    };
    let fits = match said {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
            panic!("{at}: a type that is none: {said}")
        }
    };
    fits.then_some(())
        .ok_or_else(|| format!("{at}: not of type {said}"))
}
