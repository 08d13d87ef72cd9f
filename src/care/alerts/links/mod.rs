//! Links: alerts of one family that belong together, tied by somebody who sees both whole.
//!
//! The link's own row says who tied it and when, and nothing else does: a line in the history of one alert
//! would tell its readers that there is another, and one of them may be excluded from that one.

mod queries;

use super::actions::{NotDone, respond};
use super::reading::{Item, glimpse};
use super::responder::{Responder, Sight};
use crate::base::ids::AlertId;
use crate::care::accounts::Caller;
use crate::db::{self, Answer, Tx, View};

/// At most so many are shown with an alert: those linked last.
const MOST_LINKS: i64 = 100;

/// Why alerts were not linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The alert is not theirs to act on.
    #[error("not done")]
    Alert(#[from] NotDone),
    /// The other is no other alert of the same family that they see whole.
    #[error("no other alert of the same family")]
    NoSuchOther,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Links two alerts of one family; gives the other. The same again changes nothing.
///
/// # Errors
/// If the caller does not see both whole, or they are of different families.
pub fn link(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, other): (AlertId, AlertId),
) -> Result<Item, LinkError> {
    let alert = respond(tx, caller, id)?.into_alert();
    let Sight::Whole(with) = Responder::look(tx, caller, other)? else {
        return Err(LinkError::NoSuchOther);
    };
    let with = with.into_alert();
    if other == id || with.family_id != alert.family_id {
        return Err(LinkError::NoSuchOther);
    }
    let pair = (id.min(other), id.max(other));
    if !queries::are_linked(tx.conn(), pair)? {
        let now = tx.now();
        queries::insert(tx.conn(), pair, (caller.account_id, now))?;
    }
    let shown = glimpse(tx, caller, other)?;
    shown.ok_or(LinkError::NoSuchOther)
}

/// The alerts linked with one, those that the caller sees whole: of the others they learn nothing.
///
/// # Errors
/// If the question fails.
pub(super) fn seen_by(view: &mut impl View, caller: &Caller, id: AlertId) -> Answer<Vec<Item>> {
    let mut seen = Vec::new();
    for other in queries::linked_with(view.conn(), id, MOST_LINKS)? {
        let item = glimpse(view, caller, other)?;
        seen.extend(item.filter(|item| !item.is_outline));
    }
    Ok(seen)
}
