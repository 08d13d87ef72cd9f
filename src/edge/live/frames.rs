//! The frames of the live socket: JSON objects, told apart by `type`.
//!
//! Described for clients in `api-spec/asyncapi.yaml`, which a test compares with [`SENT`] and
//! [`TAKEN`]. Parsing never panics and never repeats what was sent.

use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, ConversationId, MessageId};
use crate::base::time::Moment;
use crate::edge::body::parse_json;
use crate::edge::events::EventView;
use crate::edge::problem::Kind::Unreadable;
use crate::edge::problem::{FieldError, Problem, ProblemBody};

/// The types of frame a client may send.
pub const TAKEN: &[&str] = &["hello", "message.send", "seen", "typing", "ping"];
/// The types of frame the service sends.
pub const SENT: &[&str] = &[
    "ready", "resync", "event", "ack", "held", "typing", "problem", "pong",
];

/// The first frame: who listens, and from where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    #[serde(rename = "type")]
    _kind: Kind,
    /// An access token.
    pub token: String,
    /// The last event the client has; without it only new ones are sent.
    pub after: Option<i64>,
    /// The epoch in which the client got it.
    pub epoch: Option<String>,
}

/// A message to be sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Send {
    #[serde(rename = "type")]
    _kind: Kind,
    /// Made by the client, once per message.
    pub id: MessageId,
    /// Where to.
    pub conversation_id: ConversationId,
    /// The words.
    pub body: String,
    /// When it was written, by the client's clock.
    pub written_at: Option<String>,
}

/// How far the inbox has arrived.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    #[serde(rename = "type")]
    _kind: Kind,
    /// The last event that has.
    pub seq: i64,
}

/// The caller is typing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typing {
    #[serde(rename = "type")]
    _kind: Kind,
    /// Where.
    pub conversation_id: ConversationId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ping {
    #[serde(rename = "type")]
    _kind: Kind,
}

/// A `type` that was looked at before.
type Kind = serde::de::IgnoredAny;

#[derive(Deserialize)]
struct Tag {
    #[serde(rename = "type")]
    kind: String,
}

/// A frame from a client.
#[derive(Debug)]
pub enum Taken {
    /// The first one.
    Hello(Hello),
    /// Send a message.
    Send(Send),
    /// So far it has arrived.
    Seen(Seen),
    /// The caller is typing.
    Typing(Typing),
    /// Is anybody there?
    Ping,
}

impl Taken {
    /// Reads a frame.
    ///
    /// # Errors
    /// 400 if it is no frame at all, 422 naming the field if it is none of ours.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let bytes = text.as_bytes();
        let tag = parse_json::<Tag>(bytes).map_err(|_no_frame| {
            Problem::new(Unreadable).detail("a frame is a JSON object with a type")
        })?;
        match tag.kind.as_str() {
            "hello" => parse_json(bytes).map(Self::Hello),
            "message.send" => parse_json(bytes).map(Self::Send),
            "seen" => parse_json(bytes).map(Self::Seen),
            "typing" => parse_json(bytes).map(Self::Typing),
            "ping" => parse_json(bytes).map(|Ping { .. }| Self::Ping),
            _ => Err(Problem::field("/type", "is not one of the known names")),
        }
    }
}

/// The id of a frame that could not be taken, if one can be made out: so the client knows which.
#[must_use]
pub fn id_in(text: &str) -> Option<MessageId> {
    #[derive(Deserialize)]
    struct Named {
        id: Option<MessageId>,
    }
    serde_json::from_str::<Named>(text).ok()?.id
}

/// A frame to a client.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    /// The hello was taken.
    Ready {
        /// Whose inbox this is.
        account_id: AccountId,
        /// The newest place in it.
        seq: i64,
        /// The mark of this database's life.
        epoch: String,
        /// What time it is here.
        server_time: Moment,
    },
    /// What the client has does not join on to what is here: read the lists anew.
    Resync {
        /// Events go on after this one.
        seq: i64,
    },
    /// Something happened.
    Event(EventView),
    /// A message is on disk.
    Ack {
        /// The client's id for it.
        id: MessageId,
        /// Where it went.
        conversation_id: ConversationId,
        /// Its place there.
        seq: i64,
        /// When.
        received_at: Moment,
    },
    /// A message was kept back: the account may not act any more.
    Held {
        /// The client's id for it.
        id: MessageId,
        /// Where it was meant to go.
        conversation_id: ConversationId,
    },
    /// Somebody is typing.
    Typing {
        /// Where.
        conversation_id: ConversationId,
        /// Who.
        account_id: AccountId,
    },
    /// Something was not done.
    Problem(ProblemFrame),
    /// Somebody is there.
    Pong,
}

/// A problem, as over HTTP; its own `type` is called `problem` here.
#[derive(Debug, Serialize)]
pub struct ProblemFrame {
    /// The id of the message that was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<MessageId>,
    /// Names the kind of problem.
    problem: String,
    title: String,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// When to try again, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

impl Frame {
    /// Tells of a problem with the message of this id, or with something else.
    #[must_use]
    pub fn problem(problem: &Problem, id: Option<MessageId>, instance: Option<String>) -> Self {
        let ProblemBody {
            kind,
            title,
            status,
            detail,
            instance,
            errors,
            by: _,
            current: _,
        } = problem.body(instance);
        Self::Problem(ProblemFrame {
            id,
            problem: kind,
            title,
            status,
            detail,
            instance,
            errors,
            retry_after: problem.retry_after_s(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::edge::live::Ending;

    #[test]
    fn a_wrong_field_of_a_frame_is_named() {
        let id = MessageId::new();
        let text = format!(r#"{{"type":"message.send","id":"{id}","body":"hi"}}"#);

        let problem = Taken::parse(&text).unwrap_err();

        let errors = problem.body(None).errors;
        assert_eq!(errors[0].pointer, "/conversation_id");
        assert_eq!(id_in(&text), Some(id));
    }

    #[test]
    fn every_type_that_is_taken_is_known_to_the_parser() {
        for kind in TAKEN {
            let text = serde_json::json!({ "type": kind, "none such": 1 }).to_string();

            let errors = Taken::parse(&text).unwrap_err().body(None).errors;

            assert_ne!(errors[0].pointer, "/type", "{kind}");
        }
    }

    const DESCRIBED: &str = include_str!("../../../api-spec/asyncapi.yaml");

    /// The frames given as examples in the description.
    fn examples() -> Vec<serde_json::Value> {
        let lines = DESCRIBED.lines().map(str::trim);
        let examples = lines.filter_map(|line| line.strip_prefix("- payload: "));
        examples
            .map(|json| serde_json::from_str(json).unwrap())
            .collect()
    }

    fn keys(frame: &serde_json::Value) -> Vec<&String> {
        frame.as_object().unwrap().keys().collect()
    }

    #[test]
    fn the_description_knows_every_type_and_every_close_code() {
        let lines = DESCRIBED.lines().map(str::trim);
        let mut described: Vec<&str> = lines
            .filter_map(|line| line.strip_prefix("type: { const: ")?.strip_suffix(" }"))
            .collect();
        let mut known = [TAKEN, SENT].concat();
        described.sort_unstable();
        known.sort_unstable();

        assert_eq!(described, known);
        let codes = Ending::CODED.iter().filter_map(|ending| ending.code());
        for (code, _) in codes {
            assert!(DESCRIBED.contains(&format!("{code} ")), "{code}");
        }
    }

    #[test]
    fn every_example_of_a_frame_that_is_taken_is_taken() {
        let mut seen = Vec::new();
        for example in examples() {
            let kind = example["type"].as_str().unwrap().to_owned();
            if TAKEN.contains(&kind.as_str()) && example.get("account_id").is_none() {
                assert!(Taken::parse(&example.to_string()).is_ok(), "{example}");
                seen.push(kind);
            }
        }
        assert!(TAKEN.iter().all(|kind| seen.contains(&(*kind).to_owned())));
    }

    #[test]
    fn every_frame_that_is_sent_looks_like_its_example() {
        let (id, conversation_id, account_id) =
            (MessageId::new(), ConversationId::new(), AccountId::new());
        let (seq, received_at) = (1, Moment::ZERO);
        let mut problem = Problem::field("/body", "must not be empty").retry_after(1);
        problem = problem.detail("the words are missing");
        let event = EventView::withdrawn(seq, received_at);
        let sent = [
            Frame::Ready {
                account_id,
                seq,
                epoch: String::new(),
                server_time: received_at,
            },
            Frame::Resync { seq },
            Frame::Event(event),
            Frame::Ack {
                id,
                conversation_id,
                seq,
                received_at,
            },
            Frame::Held {
                id,
                conversation_id,
            },
            Frame::Typing {
                conversation_id,
                account_id,
            },
            Frame::problem(&problem, Some(id), Some(String::new())),
            Frame::Pong,
        ];

        assert_eq!(sent.len(), SENT.len());
        for (frame, kind) in sent.iter().zip(SENT) {
            let frame = serde_json::to_value(frame).unwrap();
            assert_eq!(frame["type"], *kind);
            let found = examples()
                .iter()
                .any(|example| example["type"] == *kind && keys(example) == keys(&frame));
            assert!(found, "no example looks like {frame}");
        }
    }

    fn near_frames() -> impl Strategy<Value = String> {
        let field = prop_oneof![
            Just("type"),
            Just("id"),
            Just("token"),
            Just("seq"),
            Just("after"),
            Just("body"),
        ];
        let value = prop_oneof![
            Just("\"hello\"".to_owned()),
            Just("\"message.send\"".to_owned()),
            Just("\"seen\"".to_owned()),
            Just("null".to_owned()),
            Just("{".to_owned()),
            any::<i64>().prop_map(|number| number.to_string()),
            any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap_or_default()),
        ];
        proptest::collection::vec((field, value), 0..6).prop_map(|fields| {
            let fields: Vec<String> = fields
                .into_iter()
                .map(|(name, value)| format!("\"{name}\":{value}"))
                .collect();
            format!("{{{}}}", fields.join(","))
        })
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in any::<String>()) {
            drop(Taken::parse(&text));
            let _id = id_in(&text);
        }

        #[test]
        fn parsing_what_looks_like_a_frame_never_panics(text in near_frames()) {
            drop(Taken::parse(&text));
            let _id = id_in(&text);
        }
    }
}
