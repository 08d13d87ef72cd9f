//! The frames of the live socket as `api-spec/asyncapi.yaml` describes them, and a check that holds each
//! against its description.

use std::sync::LazyLock;

use daybook::edge::live::frames::{SENT, TAKEN};
use serde_json::{Map, Value};

use super::description::{check_event, fits};
use super::yaml;

/// The schemas and examples of the frames, by name.
static FRAMES: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    let described = include_str!("../../../api-spec/asyncapi.yaml");
    let (_, frames) = described
        .split_once("\ncomponents:\n  messages:\n")
        .unwrap();
    // What follows is written from the code and held against it elsewhere.
    let (frames, _) = frames.split_once("\n  # Written from the code").unwrap();
    let frames = yaml::parsed(frames);
    frames.as_object().expect("the frames by name").clone()
});

/// The name of each frame that is described by hand, with its schema and its examples.
pub(crate) fn described() -> impl Iterator<Item = (&'static str, &'static Value, Vec<Value>)> {
    FRAMES.iter().map(|(name, frame)| {
        let examples = frame["examples"].as_array().unwrap().iter();
        let examples = examples.map(|example| example["payload"].clone());
        (name.as_str(), &frame["payload"], examples.collect())
    })
}

/// Whether a frame is as the one of this name is described.
pub(crate) fn is_described(name: &str, frame: &Value) -> Result<(), String> {
    let known = FRAMES
        .get(name)
        .ok_or("no frame of this name is described")?;
    fits(&known["payload"], frame, "")
}

fn check(name: &str, frame: &Value) {
    if let Err(wrong) = is_described(name, frame) {
        panic!("the frame {name} is not as described: {wrong}: {frame}");
    }
}

/// Checks a frame that the service has sent.
///
/// # Panics
/// If it is not as described.
pub(crate) fn check_sent(frame: &Value) {
    let kind = frame["type"].as_str().unwrap_or_default();
    assert!(
        SENT.contains(&kind),
        "the service sends no such frame: {frame}"
    );
    match kind {
        // Of several kinds, each with a schema of its own.
        "event" => check_event(frame),
        // Both sides have one.
        "typing" => check("typing.shown", frame),
        kind => check(kind, frame),
    }
}

/// Checks a frame that the service has taken.
///
/// # Panics
/// If it is not as described.
pub(crate) fn check_taken(frame: &Value) {
    let kind = frame["type"].as_str().unwrap_or_default();
    assert!(TAKEN.contains(&kind), "it took what is no frame: {frame}");
    check(kind, frame);
}

/// What a phone has sent and does not know yet to be taken, in the order it was sent.
#[derive(Debug, Default)]
pub(crate) struct Unanswered(Vec<Value>);

impl Unanswered {
    /// Notes what is sent.
    pub(crate) fn sends(&mut self, frame: &Value) {
        self.0.push(frame.clone());
    }

    /// Checks what the service has sent, and what it says it has taken.
    pub(crate) fn hears(&mut self, frame: &Value) {
        check_sent(frame);
        let is = |kind: &'static str| move |sent: &Value| sent["type"] == kind;
        match frame["type"].as_str().unwrap_or_default() {
            "ready" => self.take(is("hello")),
            "ack" | "held" => self.take(|sent| sent["id"] == frame["id"]),
            "pong" => {
                let ping = self.0.iter().position(is("ping"));
                let before = self.0.drain(..ping.map_or(0, |at| at + 1));
                // Nothing else is answered in its turn.
                let (later, hints): (Vec<Value>, Vec<Value>) = before.partition(is("message.send"));
                hints.iter().for_each(check_taken);
                drop(self.0.splice(..0, later));
            }
            "problem" if frame["id"].is_null() => {
                // Which one it was is not said.
                self.0.retain(is("message.send"));
            }
            "problem" => {
                if let Some(at) = self.0.iter().position(|sent| sent["id"] == frame["id"]) {
                    self.0.remove(at);
                }
            }
            _ => {}
        }
    }

    /// Checks the first of these, which has been taken.
    fn take(&mut self, is: impl Fn(&Value) -> bool) {
        if let Some(at) = self.0.iter().position(is) {
            check_taken(&self.0.remove(at));
        }
    }
}
