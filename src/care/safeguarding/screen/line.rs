//! Answers one line of the `daybook screen` protocol: a JSON object in, a JSON object out.
//!
//! Reads and prints nothing itself. A line that cannot be answered gets an error that names the
//! field; fields it does not know are passed over. Must never fail on any input.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Finding, Lexicon};
use crate::care::words::{Author, Category, Severity};

#[derive(Serialize)]
struct Answer {
    id: Value,
    severity: Graded<Severity>,
    category: Graded<Category>,
    unread: bool,
    findings: Vec<Quoted>,
}

#[derive(Serialize)]
struct Quoted {
    rule: Arc<str>,
    category: Category,
    severity: Severity,
    start: usize,
    end: usize,
    text: String,
}

/// A grade, or the word `none`.
#[derive(Serialize)]
#[serde(untagged)]
enum Graded<T> {
    Some(T),
    None(&'static str),
}

impl<T> From<Option<T>> for Graded<T> {
    fn from(grade: Option<T>) -> Graded<T> {
        grade.map_or(Graded::None("none"), Graded::Some)
    }
}

/// Screens one line `{"id","text","author","lang"?}` and answers with one line.
#[must_use]
pub fn answer_line(lexicon: &Lexicon, line: &str) -> String {
    let value: Value = match serde_json::from_str(line) {
        Ok(value) => value,
        Err(error) => return refusal(Value::Null, &format!("line: not JSON: {error}")),
    };
    let Value::Object(fields) = value else {
        return refusal(Value::Null, "line: must be a JSON object");
    };
    let id = fields.get("id").cloned().unwrap_or(Value::Null);
    match answer(lexicon, &fields) {
        Ok(answer) => serde_json::to_string(&answer).unwrap_or_else(|_| refusal(id, "line: lost")),
        Err(problem) => refusal(id, &problem),
    }
}

fn answer(lexicon: &Lexicon, fields: &Map<String, Value>) -> Result<Answer, String> {
    let id = match fields.get("id") {
        Some(id @ (Value::String(_) | Value::Number(_))) => id.clone(),
        Some(_) => return Err("id: must be a string or a number".to_owned()),
        None => return Err("id: missing".to_owned()),
    };
    let text = string(fields, "text")?.ok_or("text: missing")?;
    let author = string(fields, "author")?.ok_or("author: missing")?;
    let author: Author =
        serde_json::from_value(Value::String(author.to_owned())).map_err(|_unknown| {
            "author: must be young_person, parent, carer or peer_mentor".to_owned()
        })?;
    let verdict = lexicon.screen(text, author, string(fields, "lang")?);
    let (severity, category) = (verdict.severity().into(), verdict.category().into());
    let findings = verdict
        .findings
        .iter()
        .map(|finding| quoted(finding, text))
        .collect();
    Ok(Answer {
        id,
        severity,
        category,
        unread: verdict.unread,
        findings,
    })
}

/// The field's text; `None` where it is left out or null.
fn string<'a>(fields: &'a Map<String, Value>, field: &str) -> Result<Option<&'a str>, String> {
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("{field}: must be a string")),
    }
}

fn quoted(finding: &Finding, text: &str) -> Quoted {
    let length = finding.end.saturating_sub(finding.start);
    Quoted {
        rule: Arc::clone(&finding.rule),
        category: finding.category,
        severity: finding.severity,
        start: finding.start,
        end: finding.end,
        text: text.chars().skip(finding.start).take(length).collect(),
    }
}

fn refusal(id: Value, problem: &str) -> String {
    let mut fields = Map::new();
    fields.insert("id".to_owned(), id);
    fields.insert("error".to_owned(), Value::String(problem.to_owned()));
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(line: &str) -> Value {
        serde_json::from_str(&answer_line(&Lexicon::shipped().unwrap(), line)).unwrap()
    }

    #[test]
    fn a_worrying_line_is_answered_with_its_quote() {
        let line = r#"{"id":"a1","text":"hi. dad hits me","author":"young_person","lang":"en"}"#;
        let answer = answered(line);

        assert_eq!(answer["id"], "a1");
        assert_eq!(answer["severity"], "urgent");
        assert_eq!(answer["category"], "physical_abuse");
        assert_eq!(answer["unread"], false);
        assert_eq!(answer["findings"][0]["text"], "dad hits me");
        assert_eq!(answer["findings"][0]["start"], 4);
    }

    #[test]
    fn a_harmless_line_is_answered_with_none() {
        let answer = answered(r#"{"id":7,"text":"see you at 4","author":"parent"}"#);

        assert_eq!(answer["severity"], "none");
        assert_eq!(answer["category"], "none");
        assert_eq!(answer["findings"], serde_json::json!([]));
    }

    #[test]
    fn a_bad_line_is_refused_by_the_name_of_the_field() {
        assert_eq!(answered("nonsense")["id"], Value::Null);
        for (line, field) in [
            (r#"{"text":"x","author":"parent"}"#, "id"),
            (r#"{"id":"1","author":"parent"}"#, "text"),
            (r#"{"id":"1","text":5,"author":"parent"}"#, "text"),
            (r#"{"id":"1","text":"x","author":"dog"}"#, "author"),
            (
                r#"{"id":"1","text":"x","author":"parent","lang":3}"#,
                "lang",
            ),
        ] {
            assert!(
                answered(line)["error"].as_str().unwrap().starts_with(field),
                "{line}"
            );
        }
    }
}
