//! What is done in a conversation: writing, and moving read marks.

use super::queries::{self, Earlier, Look, NewMessage, Place, Voice, Watch};
use super::seat::{Circle, Seat};
use super::{MESSAGE_CREATED, MESSAGE_UNATTENDED, Message, Outgoing, Sent, held, words_of};
use crate::base::ids::ConversationId;
use crate::care::accounts::{Caller, Status};
use crate::care::notices;
use crate::care::notices::actions::SeeError;
use crate::care::safeguarding::lexicons::Lexicons;
use crate::care::safeguarding::{self, Said, Source, SourceKind, still_valid};
use crate::db::{self, Answer, Telling, Tx, Urgency, View};

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// There is no such conversation, or the caller has no part in it.
    #[error("no such conversation")]
    NotFound,
    /// This author used the id before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Stores a message with its screening, makes of it what must be made, and tells who reads it.
///
/// Sent again with the same id, the first result is given back and nothing happens a second time.
///
/// # Errors
/// If the caller has no seat there, or used the id for something else. Every refusal comes before
/// the first write.
pub fn send_message(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    outgoing: &Outgoing,
) -> Result<Sent, SendError> {
    let look = look(tx, caller, outgoing, outgoing.conversation_id)?;
    match &look.earlier {
        Some(Earlier::Stored(stored)) => return repeated(tx, caller, &look, stored, outgoing),
        Some(Earlier::Held(sealed)) => return held::repeated(tx, caller, sealed, outgoing),
        None => {}
    }
    let author = caller.author().ok_or(SendError::NotFound)?;
    let before = outgoing.screened.as_ref();
    let as_whom = (author, caller.language.as_str());
    let lexicon = lexicons.live(tx, caller)?;
    let screened = still_valid(before, &lexicon, outgoing.body.as_str(), as_whom);
    let stored = if caller.status == Status::Active {
        let sealed = seal(tx, caller, &look.circle, outgoing)?;
        let new = NewMessage {
            author_id: caller.account_id,
            id: outgoing.id,
            sealed: &sealed,
            written_at: outgoing.written_at,
            screened: &screened,
            voice: voice(tx, caller, &look.circle),
        };
        store(tx, caller, (outgoing, &new), &look.circle)?
    } else {
        None
    };
    let Some((seat, place)) = stored else {
        return held::hold(tx, caller, &look.circle, outgoing, &screened);
    };
    let message = Message {
        conversation_id: seat.conversation_id(),
        seq: place.seq,
        author_id: seat.author(),
        id: outgoing.id,
        body: outgoing.body.as_str().to_owned(),
        written_at: outgoing.written_at,
        received_at: place.at,
    };
    safeguarding::actions::heed(
        tx,
        &Said {
            about: seat.family_member_id(),
            source: Source {
                kind: SourceKind::Message,
                author_id: caller.account_id,
                id: outgoing.id.into(),
            },
            screened: &screened,
            at: place.at,
        },
    )?;
    tell_readers(tx, &seat, message.seq)?;
    give_receipt(tx, &seat, place)?;
    Ok(Sent::Stored(message))
}

/// Who speaks. A family member waits as long as it is set for those who are to answer.
fn voice(tx: &Tx<'_>, caller: &Caller, circle: &Circle) -> Voice {
    let now = tx.now();
    if caller.account_id == circle.family_member_id {
        Voice::Asks(circle.patience(now).ends(now))
    } else {
        Voice::Answers
    }
}

/// The one answer that is automatic, where nobody reads just now: it says when somebody does, and ends
/// no wait.
fn give_receipt(tx: &mut Tx<'_>, seat: &Seat, place: Place) -> Answer<()> {
    match seat.closed_until(place.at)? {
        Some(reads_from) => {
            let which = (seat.conversation_id(), place.seq);
            queries::give_receipt(tx.conn(), which, (place.at, reads_from))
        }
        None => Ok(()),
    }
}

/// The conversation and what became of an earlier try, if the caller has or had a part in it.
fn look(
    tx: &mut Tx<'_>,
    caller: &Caller,
    outgoing: &Outgoing,
    conversation: ConversationId,
) -> Result<Look, SendError> {
    let now = tx.now();
    queries::look(
        tx.conn(),
        conversation,
        (caller.account_id, outgoing.id),
        now,
    )?
    .filter(|look| look.circle.knows(caller.account_id, now))
    .ok_or(SendError::NotFound)
}

/// What became of the first try. The same words to the same conversation (or to one that has ended
/// since) are the same message; anything else is another one under a used id.
fn repeated(
    tx: &mut Tx<'_>,
    caller: &Caller,
    look: &Look,
    stored: &queries::StoredRow,
    outgoing: &Outgoing,
) -> Result<Sent, SendError> {
    let message = stored.open(tx, caller.authority_id)?;
    let same_place =
        message.conversation_id == outgoing.conversation_id || look.circle.ended_at.is_some();
    if same_place && message.body == outgoing.body.as_str() {
        Ok(Sent::Repeated(message))
    } else {
        Err(SendError::IdUsed)
    }
}

/// Takes a seat and stores the message at the next place of its conversation; not if the author has
/// no seat any more.
///
/// A conversation that has ended takes no more talk: what is written to it goes to the member's
/// present one. Where there is none, the member's own words stay, and somebody of the pod is told.
fn store(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (outgoing, new): (&Outgoing, &NewMessage<'_>),
    circle: &Circle,
) -> Result<Option<(Seat, Place)>, SendError> {
    let now = tx.now();
    let take = |circle| Seat::take(circle, caller.account_id, now);
    let Some(mut here) = take(circle.clone()) else {
        return store_in_present(tx, caller, new, circle);
    };
    if !here.is_ended() {
        let ours = here.conversation_id();
        if let Some(place) = queries::append(tx.conn(), ours, new, (now, false))? {
            return Ok(Some((here, place)));
        }
        // It has ended since it was looked at.
        let again = look(tx, caller, outgoing, here.conversation_id())?.circle;
        match take(again) {
            Some(seat) => here = seat,
            None => return store_in_present(tx, caller, new, circle),
        }
    }
    if let Some(there) = store_in_present(tx, caller, new, circle)? {
        return Ok(Some(there));
    }
    let place = queries::append(tx.conn(), here.conversation_id(), new, (now, true))?;
    Ok(place.map(|place| (here, place)))
}

/// The same in the family member's present conversation.
fn store_in_present(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewMessage<'_>,
    circle: &Circle,
) -> Result<Option<(Seat, Place)>, SendError> {
    let now = tx.now();
    if let Some(present) = queries::open_conversation(tx.conn(), circle.family_member_id)?
        && present != circle.conversation_id
        && let Some(found) = queries::look(tx.conn(), present, (caller.account_id, new.id), now)?
        && let Some(there) = Seat::take(found.circle, caller.account_id, now)
        && let Some(place) = queries::append(tx.conn(), present, new, (now, false))?
    {
        return Ok(Some((there, place)));
    }
    Ok(None)
}

/// Seals the words of a message, wherever in the authority it will be stored.
fn seal(tx: &Tx<'_>, caller: &Caller, circle: &Circle, outgoing: &Outgoing) -> Answer<Vec<u8>> {
    let row = [
        caller.account_id.as_bytes().as_slice(),
        outgoing.id.as_bytes(),
    ];
    tx.seal_words(words_of(circle.authority_id, &row), outgoing.body.as_str())
}

/// Tells everybody who reads this conversation; if nobody who may act does, somebody of the pod.
fn tell_readers(tx: &mut Tx<'_>, seat: &Seat, seq: i64) -> Answer<()> {
    let telling = |to, event| Telling {
        to,
        event,
        subject: seat.conversation_id().into(),
        subject_seq: seq,
        detail: None,
        urgency: Urgency::Usual,
    };
    for reader in seat.readers() {
        tx.tell(telling(*reader, MESSAGE_CREATED));
    }
    if !seat.is_attended() {
        let now = tx.now();
        for watcher in queries::watchers(tx.conn(), (seat.family_id(), now), Watch::Practitioner)? {
            tx.tell(telling(watcher, MESSAGE_UNATTENDED));
        }
    }
    Ok(())
}

/// Why a read mark was not moved.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    /// There is no such conversation, or the caller has no part in it.
    #[error("no such conversation")]
    NotFound,
    /// There is no such message yet.
    #[error("beyond the last message, {last_seq}")]
    Beyond {
        /// The last message there is.
        last_seq: i64,
    },
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Notes that a member has read up to a message, and gives their mark. It never goes back.
///
/// # Errors
/// If the caller is no member, or there is no such message yet.
pub fn mark_read(
    tx: &mut Tx<'_>,
    caller: &Caller,
    conversation: ConversationId,
    up_to: i64,
) -> Result<i64, MarkError> {
    let now = tx.now();
    let marks = queries::marks(tx.conn(), conversation, caller.account_id, now)?
        .ok_or(MarkError::NotFound)?;
    if up_to > marks.last_seq {
        return Err(MarkError::Beyond {
            last_seq: marks.last_seq,
        });
    }
    if up_to <= marks.read_seq {
        return Ok(marks.read_seq);
    }
    queries::move_read_mark(tx.conn(), conversation, caller.account_id, up_to)?;
    Ok(up_to)
}

/// Notes that a person has seen their inbox up to a place: the messages it told of have arrived.
///
/// # Errors
/// If there is nothing there yet.
pub fn note_seen(tx: &mut Tx<'_>, caller: &Caller, seq: i64) -> Result<(), SeeError> {
    let arrived = notices::actions::see(tx, caller, seq, MESSAGE_CREATED)?;
    for (conversation, up_to) in arrived {
        queries::move_delivered_mark(tx.conn(), conversation.into(), caller.account_id, up_to)?;
    }
    Ok(())
}
