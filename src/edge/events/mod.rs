//! What a person is told, on the live socket and to clients that ask: events with their data.
//!
//! An inbox row says only that something happened; what it shows is put together here when it is
//! read, by the rooms it is about, under the rights its reader has by then. Where those have gone,
//! the event is `withdrawn` and empty, so that the sequence stays without a gap.

mod facts;
mod rights;
mod what;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::Serialize;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{Object, RefOr};
use utoipa::{PartialSchema, ToSchema};

use self::facts::Nothing;
use self::rights::Rights;
use self::what::What;
use crate::base::ids::{AlertId, ConversationId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::reading::{self, Item};
use crate::care::conversations::{Message, history};
use crate::care::notices::{self, Notice, Standing};
use crate::db::{self, Rx};
use crate::edge::conversations::MessageView;

/// Where an event stands, and when it happened.
#[derive(Debug, Serialize, ToSchema)]
struct Place {
    /// Its place in this person's inbox: 1, 2, 3, …
    #[schema(example = 42, minimum = 1)]
    seq: i64,
    /// When.
    at: Moment,
}

/// One event.
#[derive(Debug, Serialize)]
pub struct EventView {
    #[serde(flatten)]
    place: Place,
    #[serde(flatten)]
    what: What,
}

impl EventView {
    fn new(seq: i64, at: Moment, what: What) -> Self {
        let place = Place { seq, at };
        Self { place, what }
    }

    /// One whose reader has lost the right to it.
    pub(super) fn withdrawn(seq: i64, at: Moment) -> Self {
        Self::new(seq, at, What::Withdrawn(Nothing {}))
    }

    /// Its place in its reader's inbox.
    pub(super) const fn seq(&self) -> i64 {
        self.place.seq
    }
}

// By hand, so that each kind of event has one schema with everything in it, and not a part of one.
impl PartialSchema for EventView {
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::OneOf(mut kinds)) = What::schema() else {
            return What::schema();
        };
        let place = match Place::schema() {
            RefOr::T(Schema::Object(place)) => place,
            RefOr::T(_) | RefOr::Ref(_) => Object::new(),
        };
        kinds.description =
            Some("One event: its place, what happened and what it shows.".to_owned());
        for kind in &mut kinds.items {
            if let RefOr::T(Schema::Object(kind)) = kind {
                kind.properties.extend(place.properties.clone());
                kind.required.extend(place.required.clone());
            }
        }
        RefOr::T(Schema::OneOf(kinds))
    }
}

impl ToSchema for EventView {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        What::schemas(schemas);
        Place::schemas(schemas);
    }
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
        .filter(|notice| what::is_message(notice))
        .map(|notice| (notice.subject.into(), notice.subject_seq))
        .collect();
    let messages = if wanted.is_empty() {
        Vec::new()
    } else {
        history::told(rx, caller, &wanted)?
    };
    let mut alerts = BTreeMap::new();
    for alert in notices.iter().flat_map(what::alerts_of) {
        if let Entry::Vacant(new) = alerts.entry(alert) {
            new.insert(reading::glimpse(rx, caller, alert)?);
        }
    }
    let rooms = Rooms { messages, alerts };
    let mut rights = Rights::default();
    notices
        .into_iter()
        .map(|notice| {
            let (seq, at) = (notice.seq, notice.at);
            Ok(match show(&notice, &rooms) {
                Some(what) if rights.reach(rx, caller, what.about())? => {
                    EventView::new(seq, at, what)
                }
                Some(_) | None => EventView::withdrawn(seq, at),
            })
        })
        .collect()
}

/// What the rooms say of the things a stretch of an inbox is about.
struct Rooms {
    messages: Vec<Message>,
    alerts: BTreeMap<AlertId, Option<Item>>,
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

/// What a row shows; nothing if its room does not, or if it cannot be made out.
fn show(notice: &Notice, rooms: &Rooms) -> Option<What> {
    if what::is_message(notice) {
        return message(notice, &rooms.messages);
    }
    let shown = match what::alert_of(notice) {
        Some(alert) => what::of_alert(notice, rooms.alerts.get(&alert)?.clone()?),
        None => match what::of_shift(notice, &rooms.alerts) {
            Ok(None) => what::of_row(notice),
            shift => shift,
        },
    };
    match shown {
        Ok(Some(what)) => Some(what),
        Ok(None) => {
            tracing::error!(
                event = notice.event,
                "an inbox holds an event of no known name"
            );
            None
        }
        Err(error) => {
            tracing::error!(%error, event = notice.event, "an inbox row is not as its event is");
            None
        }
    }
}

fn message(notice: &Notice, messages: &[Message]) -> Option<What> {
    let conversation = ConversationId::from(notice.subject);
    let found = messages.iter().find(|message| {
        message.seq == notice.subject_seq && message.conversation_id == conversation
    })?;
    Some(What::MessageCreated(MessageView::from(found.clone())))
}
