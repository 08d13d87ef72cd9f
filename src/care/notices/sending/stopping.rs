//! Stopping: what somebody was called for is another's by now, or over. They are called on for whatever else
//! is new to them, as urgently as that is and no more.

use super::{patience, queries};
use crate::base::ids::{AccountId, SubjectId};
use crate::db::{Answer, Tx, Urgency, View};

/// Somebody who is being called, or is about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    who: AccountId,
    urgency: Urgency,
    /// What they have not seen of what they may be called for.
    pub unseen: Vec<Unseen>,
}

/// What somebody has not seen: one sort of event about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// What happened.
    pub event: String,
    /// To what.
    pub subject: SubjectId,
    /// How much it presses.
    pub urgency: Urgency,
}

/// How somebody is being called; nothing if they are not. The head of their inbox is this unit's until it
/// ends, so that no worker makes anything of a call meanwhile. Of several people the heads are taken in
/// order.
///
/// # Errors
/// If the store fails.
pub fn pending(tx: &mut Tx<'_>, who: AccountId) -> Answer<Option<Pending>> {
    let called = queries::take_head(tx.conn(), who)?;
    let tried = queries::most_urgent_due(tx.conn(), who)?;
    let Some(urgency) = Urgency::of_call(called.max(tried)) else {
        return Ok(None);
    };
    // What was told longer ago is not tried any more.
    let since = tx.now().minus(patience(Urgency::Usual));
    let unseen = queries::unseen(tx.conn(), who, since)?;
    Ok(Some(Pending {
        who,
        urgency,
        unseen,
    }))
}

/// Calls somebody for no more than what is left of it: stops every call and sending to them that presses
/// more than that, and calls them for it anew.
///
/// # Errors
/// If it cannot be stored.
pub fn call_only_for(tx: &mut Tx<'_>, pending: &Pending, left: Urgency) -> Answer<()> {
    if left >= pending.urgency {
        return Ok(());
    }
    let call = (left > Urgency::Quiet).then(|| tx.now().plus(left.waits()));
    queries::cancel(tx.conn(), pending.who)?;
    queries::put_call(tx.conn(), pending.who, (call, left))
}
