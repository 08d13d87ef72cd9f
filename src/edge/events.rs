//! What a person is told, on the live socket and to clients that ask: events with their data.
//!
//! An inbox row says only that something happened; what it shows is put together here when it is
//! read, by the rooms it is about, under the rights its reader has by then. Where those have gone,
//! the event is `withdrawn` and empty, so that the sequence stays without a gap.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::alerts::AlertView;
use super::conversations::MessageView;
use crate::base::ids::{AlertId, ConversationId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::reading::{self, Item};
use crate::care::conversations::{
    MESSAGE_CREATED, MESSAGE_HELD, MESSAGE_UNATTENDED, MESSAGE_WAITING, Message, history,
};
use crate::care::notices::{self, Notice, Standing};
use crate::db::{self, Rx};

/// The reader has no right to it any more.
const WITHDRAWN: &str = "withdrawn";

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EventView {
    /// Its place in this person's inbox: 1, 2, 3, …
    #[schema(example = 42, minimum = 1)]
    pub(super) seq: i64,
    /// What happened.
    #[schema(example = "message.created")]
    pub(super) event: String,
    /// When.
    pub(super) at: Moment,
    /// What it shows; what is in it depends on the event.
    #[schema(value_type = Object)]
    pub(super) data: Value,
}

/// A stretch of somebody's inbox.
#[derive(Debug)]
pub(super) struct Stretch {
    pub(super) events: Vec<EventView>,
    pub(super) standing: Standing,
}

/// Reads the caller's inbox after a place.
pub(super) fn read(
    rx: &mut Rx<'_>,
    caller: &Caller,
    after: i64,
    limit: i64,
) -> Result<Vec<EventView>, db::Error> {
    let notices = notices::actions::after(rx, caller, after, limit)?;
    let wanted: Vec<(ConversationId, i64)> = notices
        .iter()
        .filter(|notice| notice.event == MESSAGE_CREATED)
        .map(|notice| (notice.subject.into(), notice.subject_seq))
        .collect();
    let messages = if wanted.is_empty() {
        Vec::new()
    } else {
        history::told(rx, caller, &wanted)?
    };
    let mut alerts = BTreeMap::new();
    for notice in notices.iter().filter(|notice| is_about_an_alert(notice)) {
        if let Entry::Vacant(new) = alerts.entry(AlertId::from(notice.subject)) {
            new.insert(reading::glimpse(rx, caller, notice.subject.into())?);
        }
    }
    let rooms = Rooms { messages, alerts };
    Ok(notices
        .into_iter()
        .map(|notice| show(notice, &rooms))
        .collect())
}

/// What the rooms say of the things a stretch of an inbox is about.
struct Rooms {
    messages: Vec<Message>,
    alerts: BTreeMap<AlertId, Option<Item>>,
}

fn is_about_an_alert(notice: &Notice) -> bool {
    notice.event.starts_with("alert.")
}

/// Reads the caller's inbox after a place, and how far it goes.
pub(super) fn read_with_standing(
    rx: &mut Rx<'_>,
    caller: &Caller,
    after: Option<i64>,
    limit: i64,
) -> Result<Stretch, db::Error> {
    let standing = notices::actions::standing(rx, caller)?;
    let after = after.unwrap_or(standing.head);
    let events = if standing.reaches_back_to(after) {
        read(rx, caller, after, limit)?
    } else {
        Vec::new()
    };
    Ok(Stretch { events, standing })
}

fn show(notice: Notice, rooms: &Rooms) -> EventView {
    let shown = match notice.event.as_str() {
        MESSAGE_CREATED => message(&notice, &rooms.messages),
        _ if is_about_an_alert(&notice) => alert(&notice, &rooms.alerts),
        MESSAGE_UNATTENDED => Some(json!({
            "conversation_id": ConversationId::from(notice.subject),
            "seq": notice.subject_seq,
        })),
        MESSAGE_HELD | MESSAGE_WAITING => Some(with(&notice, "conversation_id")),
        event if event.starts_with("conversation.") => Some(with(&notice, "conversation_id")),
        _ => Some(with(&notice, "id")),
    };
    let (event, data) = match shown {
        Some(data) => (notice.event, data),
        None => (WITHDRAWN.to_owned(), json!({})),
    };
    EventView {
        seq: notice.seq,
        event,
        at: notice.at,
        data,
    }
}

fn message(notice: &Notice, messages: &[Message]) -> Option<Value> {
    let found = messages.iter().find(|message| {
        message.seq == notice.subject_seq
            && message.conversation_id == ConversationId::from(notice.subject)
    })?;
    serde_json::to_value(MessageView::from(found.clone())).ok()
}

/// The alert as it is now, and what the row says of how it was.
fn alert(notice: &Notice, alerts: &BTreeMap<AlertId, Option<Item>>) -> Option<Value> {
    let item = alerts.get(&AlertId::from(notice.subject))?.clone()?;
    // Of an alert whose outline alone they see, nobody learns more from an event but what they are to do.
    let mut data = if item.is_outline && !notice.event.starts_with("alert.action_") {
        json!({})
    } else {
        with(notice, "alert_id")
    };
    let now = serde_json::to_value(AlertView::from(item)).ok()?;
    if let (Value::Object(data), Value::Object(now)) = (&mut data, now) {
        data.extend(now);
    }
    Some(data)
}

/// The facts the row itself holds, and its subject under the name given.
fn with(notice: &Notice, name: &str) -> Value {
    let detail = notice
        .detail
        .as_deref()
        .and_then(|detail| serde_json::from_str::<Value>(detail).ok());
    let mut data = match detail {
        Some(Value::Object(facts)) => facts,
        _ => serde_json::Map::new(),
    };
    data.insert(name.to_owned(), json!(notice.subject.uuid()));
    Value::Object(data)
}
