//! The frames of the live socket: every one that a test of this suite receives, or sends and is taken,
//! is held against its description (see `support/frames.rs`); here, that the check sees what is wrong.

use daybook::edge::live::frames::{SENT, TAKEN};
use serde_json::{Value, json};

use crate::support::frames::{check_sent, described, is_described};

#[test]
fn every_frame_is_described() {
    let names: Vec<&str> = described().map(|(name, ..)| name).collect();
    assert!(names.contains(&"typing.shown"));
    for kind in SENT.iter().chain(TAKEN) {
        assert!(names.contains(kind), "{kind}");
    }
}

#[test]
fn a_frame_that_is_not_as_described_is_seen() {
    for (name, schema, examples) in described() {
        assert!(!examples.is_empty(), "{name}");
        for example in examples {
            if name == "event" {
                check_sent(&example);
                continue;
            }
            assert_eq!(is_described(name, &example), Ok(()));
            let required = schema["required"].as_array().unwrap();
            for field in example.as_object().unwrap().keys() {
                let mut other = example.clone();
                other[field] = json!({});
                assert!(is_described(name, &other).is_err(), "{name}: {other}");
                other.as_object_mut().unwrap().remove(field);
                let must_be = required.contains(&json!(field));
                assert_eq!(
                    is_described(name, &other).is_err(),
                    must_be,
                    "{name}: {other}"
                );
            }
            let mut more = example.clone();
            more["nonsense"] = Value::Null;
            assert!(is_described(name, &more).is_err(), "{name}: {more}");
        }
    }
}
