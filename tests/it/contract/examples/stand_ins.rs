//! What stands in an example for what is new each time: ids, secrets, codes, places in lists.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

const RECOVERY_CODES: [&str; 10] = [
    "WKWSQ-1S0ZA",
    "MZ2QG-Q20W5",
    "2XYHY-F3NZ1",
    "GZZH5-KWG58",
    "YPKQJ-EH41Z",
    "VDDRW-PVZNG",
    "9S2VD-6GTQ8",
    "NZC29-WRD8X",
    "TN4YP-V5VZT",
    "CTTS0-AHEC9",
];

/// The stand-ins given out so far.
#[derive(Debug, Default)]
pub(super) struct StandIns {
    ids: HashMap<String, String>,
}

impl StandIns {
    /// The same value with stand-ins in it.
    pub(super) fn of(&mut self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, field)| {
                    let field = secret(name, field).unwrap_or_else(|| self.of(field));
                    (name.clone(), field)
                });
                Value::Object(fields.collect::<Map<_, _>>())
            }
            Value::Array(items) => items.iter().map(|item| self.of(item)).collect(),
            Value::String(text) => json!(self.of_text(text)),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// Replaces every id in a text.
    fn of_text(&mut self, text: &str) -> String {
        const LENGTH: usize = 36;
        let mut out = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some(id) = rest.get(..LENGTH).filter(|id| is_id(id)) {
                out.push_str(&self.of_id(id));
                rest = &rest[LENGTH..];
            } else {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        out
    }

    /// Ids of the moment the story begins, in the order they come up.
    fn of_id(&mut self, id: &str) -> String {
        let next = self.ids.len() + 1;
        let stand_in = format!("019e8238-9f80-7000-8000-{next:012x}");
        self.ids.entry(id.to_owned()).or_insert(stand_in).clone()
    }
}

fn is_id(text: &str) -> bool {
    let dashes = [8, 13, 18, 23];
    text.char_indices().all(|(at, c)| {
        if dashes.contains(&at) {
            c == '-'
        } else {
            c.is_ascii_digit() || ('a'..='f').contains(&c)
        }
    })
}

/// What stands for a field that is a secret, or is opaque and new each time.
fn secret(name: &str, value: &Value) -> Option<Value> {
    if name == "recovery_codes" {
        return Some(json!(RECOVERY_CODES));
    }
    let text = value.as_str()?;
    let stand_in = match name {
        "access_token" => {
            "eyJhbGciOiJIUzI1NiIsImtpZCI6ImV4YW1wbGUifQ.eyJzdWIiOiJleGFtcGxlIn0.not-a-real-token"
        }
        "refresh_token" => "VGhpcy1pcy1hbi1leGFtcGxlLW5vdC1hLXNlY3JldA",
        "code" if !text.bytes().all(|byte| byte.is_ascii_digit()) => "K7F2M-9QRXW",
        "code" | "one_time_code" => "402817",
        "secret" => "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "otpauth_url" => "otpauth://totp/Daybook:ruth%40northbrook.example?secret=JBSWY3DPEHPK3PXP",
        "key" => {
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
        }
        "epoch" => "5b0f6a1c9d3e4f72",
        // A place in a list that is not itself an id.
        "next" if !is_id(text) => "eyJhZnRlciI6ImV4YW1wbGUifQ",
        _ => return None,
    };
    Some(json!(stand_in))
}
