//! What suspended and departed people send: kept, screened, shown to the supervisor, never
//! delivered. A child whose account was suspended by mistake may be the one who is scared.

use super::queries::{self, HeldRow, Watch};
use super::seat::Circle;
use super::{HeldMessage, MESSAGE_HELD, Outgoing, Sent, actions::SendError};
use crate::base::ids::{AccountId, AuthorityId, MessageId};
use crate::base::keyring::Place;
use crate::care::accounts::Caller;
use crate::care::safeguarding::{self, Said, Screened, Source, SourceKind};
use crate::db::{Answer, Telling, Tx, Urgency, View};

/// Opens the words of a held message.
fn open_words(
    view: &impl View,
    authority: AuthorityId,
    (author, id): (AccountId, MessageId),
    sealed: &[u8],
) -> Answer<String> {
    let row = [author.as_bytes().as_slice(), id.as_bytes()];
    view.open_words(place(authority, &row), sealed)
}

/// A held message with its words opened, for those who may read it.
pub(super) fn opened(
    view: &impl View,
    authority: AuthorityId,
    row: &HeldRow,
) -> Answer<HeldMessage> {
    let body = open_words(view, authority, (row.author_id, row.id), &row.body)?;
    Ok(HeldMessage {
        conversation_id: row.conversation_id,
        author_id: row.author_id,
        id: row.id,
        body,
        written_at: row.written_at,
        received_at: row.received_at,
    })
}

fn place<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "held_messages.body",
        row,
    }
}

/// Keeps a message back and tells the supervisor of the pod.
pub(super) fn hold(
    tx: &mut Tx<'_>,
    caller: &Caller,
    circle: &Circle,
    outgoing: &Outgoing,
    screened: &Screened,
) -> Result<Sent, SendError> {
    let row = [
        caller.account_id.as_bytes().as_slice(),
        outgoing.id.as_bytes(),
    ];
    let sealed = tx.seal_words(place(circle.authority_id, &row), outgoing.body.as_str())?;
    let now = tx.now();
    let held = HeldRow {
        author_id: caller.account_id,
        id: outgoing.id,
        conversation_id: circle.conversation_id,
        body: sealed,
        written_at: outgoing.written_at,
        received_at: now,
    };
    queries::insert_held(tx.conn(), &held, screened)?;
    safeguarding::actions::heed(
        tx,
        &Said {
            about: circle.family_member_id,
            source: Source {
                kind: SourceKind::HeldMessage,
                author_id: caller.account_id,
                id: outgoing.id.into(),
            },
            screened,
            at: now,
        },
    )?;
    let detail = serde_json::json!({ "author_id": caller.account_id, "id": outgoing.id });
    for watcher in queries::watchers(tx.conn(), (circle.family_id, now), Watch::Supervisor)? {
        tx.tell(Telling {
            to: watcher,
            event: MESSAGE_HELD,
            subject: circle.conversation_id.into(),
            subject_seq: 0,
            detail: Some(detail.to_string()),
            urgency: Urgency::Usual,
        });
    }
    Ok(Sent::Held(outgoing.id))
}

/// A message that was held before is held still, though its author may act again by now.
pub(super) fn repeated(
    tx: &Tx<'_>,
    caller: &Caller,
    sealed: &[u8],
    outgoing: &Outgoing,
) -> Result<Sent, SendError> {
    let key = (caller.account_id, outgoing.id);
    if open_words(tx, caller.authority_id, key, sealed)? == outgoing.body.as_str() {
        Ok(Sent::Held(outgoing.id))
    } else {
        Err(SendError::IdUsed)
    }
}
