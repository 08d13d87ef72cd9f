//! Cursors: where the next page of a list begins, as an opaque word the client gives back.
//!
//! A cursor proves nothing and opens nothing: every page is checked like the first.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::body::Wrong;

/// Writes a place as a cursor.
pub(super) fn write(place: &impl Serialize) -> Option<String> {
    serde_json::to_vec(place)
        .ok()
        .map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// Reads the cursor in the parameter `after`; notes what is none.
pub(super) fn read<T: DeserializeOwned>(wrong: &mut Wrong, cursor: Option<&str>) -> Option<T> {
    let cursor = cursor?;
    let place = URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if place.is_none() {
        wrong.note("after", "must be the `next` of an answer");
    }
    place
}

/// Takes the one item too many that was asked for, and tells whether there was one.
pub(super) fn cut<T>(items: &mut Vec<T>, limit: i64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    more
}
