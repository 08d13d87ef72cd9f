//! The description of the API is what the service does.
//!
//! Beside these, every answer that any test of this suite receives is checked against the
//! description (see `support/description.rs`): its status must be declared and its body must fit.

mod answers;
mod events;
mod examples;
mod frames;

use std::collections::BTreeSet;
use std::path::Path;

use daybook::edge::api_spec;
use serde_json::Value;

use crate::support::description::{METHODS, description, resolved};

fn committed() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("api-spec/openapi.json")
}

#[test]
fn the_committed_description_is_the_generated_one() {
    let generated = api_spec().to_pretty_json().unwrap() + "\n";
    if std::env::var("DAYBOOK_BLESS").is_ok() {
        std::fs::write(committed(), &generated).unwrap();
    }

    let committed = std::fs::read_to_string(committed()).unwrap_or_default();

    assert!(
        committed == generated,
        "api-spec/openapi.json is not what the code describes: \
         run DAYBOOK_BLESS=1 cargo test --test it contract and read the difference"
    );
}

/// Every operation: path, method, and its description.
fn operations() -> Vec<(String, &'static str, &'static Value)> {
    let mut all = Vec::new();
    for (path, item) in description()["paths"].as_object().unwrap() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                all.push((path.clone(), method, operation));
            }
        }
    }
    assert!(all.len() > 40);
    all
}

#[test]
fn every_operation_says_what_it_does_and_can_succeed() {
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations() {
        let name = format!("{method} {path}");
        let id = operation["operationId"].as_str().unwrap_or_default();
        assert!(
            !id.is_empty() && ids.insert(id.to_owned()),
            "{name}: operationId {id:?}"
        );
        assert!(operation["summary"].is_string(), "{name}: no summary");
        assert!(operation["tags"][0].is_string(), "{name}: no tag");
        let responses = operation["responses"].as_object().unwrap();
        let succeeds = |status: &String| status.starts_with('2') || status == "101";
        assert!(responses.keys().any(succeeds), "{name}: cannot succeed");
    }
}

#[test]
fn no_fault_of_ours_is_declared() {
    for (path, method, operation) in operations() {
        let declared = operation["responses"].as_object().unwrap();
        assert!(
            declared.keys().all(|status| status.len() == 3),
            "{method} {path}: {:?}",
            declared.keys()
        );
        assert!(!declared.contains_key("500"), "{method} {path}");
    }
}

#[test]
fn no_schema_is_empty() {
    for (path, method, operation) in operations() {
        let name = format!("{method} {path}");
        if let Some(body) = operation.get("requestBody") {
            let schema = &body["content"]["application/json"]["schema"];
            assert!(is_telling(schema), "{name}: the request's schema is empty");
        }
        for (status, response) in operation["responses"].as_object().unwrap() {
            let contents = resolved(response).get("content").and_then(Value::as_object);
            for content in contents.into_iter().flat_map(|all| all.values()) {
                assert!(
                    is_telling(&content["schema"]),
                    "{name}: {status}: empty schema"
                );
            }
        }
    }
    for (name, schema) in description()["components"]["schemas"].as_object().unwrap() {
        assert!(is_telling(schema), "{name}: empty schema");
    }
}

/// Whether a schema says anything at all. The description of the description is the one exception
/// that cannot say more than "an object".
fn is_telling(schema: &Value) -> bool {
    schema.as_object().is_some_and(|schema| !schema.is_empty())
}
