//! Every call of the description has an example that runs: a story that makes each call once, in a
//! state that fits it, sends what the example says (with the ids of this story in place of the
//! example's) and gets the example's answer.
//!
//! `api-spec/examples.json` is what the story sent and got, with ids, secrets and codes replaced by
//! lasting ones; `DAYBOOK_BLESS=1` writes it anew. The description takes its examples from there.

mod sealed;
mod stand_ins;
mod story;

use std::collections::BTreeMap;
use std::path::Path;

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::operations;
use crate::support::description::resolved;
use crate::support::{Person, on_both_stores};
use stand_ins::StandIns;

/// Called in the story like the others, but what they answer says its handler: pages, numbers, and
/// whatever is no JSON.
const SAID_BY_HANDLERS: [&str; 11] = [
    "GET /",
    "GET /api-spec",
    "GET /api-spec/asyncapi.yaml",
    "GET /api-spec/openapi.json",
    "GET /api-spec/page.css",
    "GET /api-spec/page.js",
    "GET /health/live",
    "GET /health/ready",
    "GET /metrics",
    "GET /problems",
    "GET /problems/{slug}",
];

/// Called like the others too, but answers a table, of which its handler says an example.
const TABLE: &str = "GET /evaluation.csv";

/// What has been called so far, and with what.
struct Examples {
    stand_ins: StandIns,
    taken: Map<String, Value>,
}

impl Examples {
    /// Makes a call such as `POST /alerts/{id}/decision` with the id in its place, and takes it as
    /// the example of its status if it is the first. A query follows the address.
    async fn call(
        &mut self,
        who: &Person,
        (call, id): (&str, &str),
        body: Option<Value>,
        status: u16,
    ) -> Value {
        let (method, address) = call.split_once(' ').unwrap();
        let (pattern, query) = address.split_once('?').unwrap_or((address, ""));
        let known = Method::from_bytes(method.as_bytes()).unwrap();
        let path = address.replace("{id}", id).replace("{slug}", id);
        let answer = who.call(known, &path, body.clone()).await.expect(status);
        let name = format!("{method} {pattern}");
        if name == TABLE || SAID_BY_HANDLERS.contains(&&*name) {
            self.taken.entry(name).or_insert(Value::Null);
            return answer;
        }
        let mut parameters = Map::new();
        if !id.is_empty() {
            parameters.insert("id".to_owned(), json!(id));
        }
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let value = value.parse::<i64>().map_or(json!(value), Value::from);
            parameters.insert(name.to_owned(), value);
        }
        let example = self.taken.entry(name).or_insert(json!({ "answers": {} }));
        if example["answers"].get(status.to_string()).is_some() {
            return answer;
        }
        if example.get("parameters").is_none() && !parameters.is_empty() {
            example["parameters"] = self.stand_ins.of(&Value::Object(parameters));
        }
        if let Some(body) = body.filter(|_| example.get("body").is_none()) {
            example["body"] = self.stand_ins.of(&body);
        }
        example["answers"][status.to_string()] = self.stand_ins.of(&answer);
        answer
    }
}

fn committed() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("api-spec/examples.json")
}

on_both_stores! {
    async fn every_call_has_an_example_that_runs(app) {
        let mut examples = Examples { stand_ins: StandIns::default(), taken: Map::new() };
        story::told(&app, &mut examples).await;

        let called: Vec<&String> = examples.taken.keys().collect();
        let missing: Vec<String> = names().filter(|name| !called.contains(&name)).collect();
        assert!(missing.is_empty(), "not in the story: {missing:#?}");
        examples.taken.retain(|_, example| !example.is_null());
        let written = serde_json::to_string_pretty(&examples.taken).unwrap() + "\n";
        if std::env::var("DAYBOOK_BLESS").is_ok() {
            std::fs::write(committed(), &written).unwrap();
        }
        let committed = std::fs::read_to_string(committed()).unwrap_or_default();
        assert!(
            committed == written,
            "api-spec/examples.json is not what the story sends and gets: run \
             DAYBOOK_BLESS=1 cargo test --test it contract twice (the description is built with the \
             examples in it) and read the difference: {}",
            first_difference(&committed, &written)
        );
    }
}

fn first_difference(committed: &str, written: &str) -> String {
    let mut lines = committed.lines().zip(written.lines());
    let found = lines.find(|(one, other)| one != other);
    format!("{found:?}")
}

/// Every call but the opening of the live socket, which has its own tests.
fn names() -> impl Iterator<Item = String> {
    operations().into_iter().filter_map(|(path, method, _)| {
        let path = path.strip_prefix("/api/v1").unwrap_or(&path).to_owned();
        (path != "/live").then(|| format!("{} {path}", method.to_uppercase()))
    })
}

#[test]
fn every_body_and_every_answer_has_an_example() {
    let mut bare = Vec::new();
    for (path, method, operation) in operations() {
        let name = format!("{method} {path}");
        let mut contents = BTreeMap::new();
        if let Some(body) = operation.get("requestBody") {
            contents.insert("body".to_owned(), &body["content"]);
        }
        for (status, answer) in operation["responses"].as_object().unwrap() {
            contents.insert(status.clone(), &resolved(answer)["content"]);
        }
        for (what, content) in contents {
            let all = content.as_object().into_iter().flat_map(Map::values);
            bare.extend(
                all.filter(|one| one.get("example").is_none() && one.get("examples").is_none())
                    .map(|_| format!("{name}: {what}")),
            );
        }
    }
    assert!(bare.is_empty(), "without an example: {bare:#?}");
}
