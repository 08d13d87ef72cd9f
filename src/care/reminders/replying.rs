//! Answering a date: "I can come", or "change it", in words if they like.
//!
//! An answer is never refused because the date has changed meanwhile: it may have waited on a phone
//! without a signal, and its words must be heeded. It says which version and which occurrence it was
//! to, and stands as the answer to nothing else: while only other occurrences are moved or cancelled, it
//! goes on standing. "Change it" is somebody's work until they have done
//! something about it.

use std::borrow::Cow;

use serde_json::json;

use super::keeping::keepers;
use super::{Answer, DATE_REPLIED, Reply, State, queries};
use crate::base::civil::Civil;
use crate::base::ids::{AccountId, DateId, DateReplyId};
use crate::care::accounts::{Caller, Role, Status};
use crate::care::families::ties;
use crate::care::follow_ups::dates::{self as follow_ups, About, OfDate};
use crate::care::safeguarding::lexicons::Lexicons;
use crate::care::safeguarding::screen::Lexicon;
use crate::care::safeguarding::{
    Reading, Said, Screened, Source, SourceKind, actions as safeguarding, still_valid,
};
use crate::care::words::Author;
use crate::db::{self, Telling, Tx, Urgency, View};

/// Why a reply was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReplyError {
    /// Only family members answer.
    #[error("only for family members")]
    NotAllowed,
    /// There is no such date with them.
    #[error("no such date")]
    NotFound,
    /// This person used the id before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// A field names what the date never said.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A reply as it is handed in.
#[derive(Debug, Clone)]
pub struct NewReply {
    /// The id its client made for it.
    pub id: DateReplyId,
    /// To which date.
    pub date_id: DateId,
    /// To which version of it.
    pub version: i32,
    /// To which occurrence.
    pub starts: Civil,
    /// What they say.
    pub answer: Answer,
    /// In their words.
    pub note: Option<String>,
    /// What screening said of the words before the unit.
    pub screened: Option<Screened>,
}

/// A reply that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// As it is stored.
    pub reply: Reply,
    /// Whether the date says something else of that occurrence by now.
    pub is_outdated: bool,
    /// Whether it is new.
    pub is_new: bool,
}

/// Stores a reply with its screening, makes of its words what must be made, and tells whoever keeps
/// the date. The same again gives the first.
///
/// # Errors
/// If the date is not with the caller, never said what the reply is to, or the id was used.
pub fn reply(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    new: &NewReply,
) -> Result<Taken, ReplyError> {
    let (Role::FamilyMember, Some(author)) = (caller.role, caller.author()) else {
        return Err(ReplyError::NotAllowed);
    };
    let head = queries::head(tx.conn(), new.date_id)?
        .filter(|head| head.family_member_id == caller.account_id)
        .ok_or(ReplyError::NotFound)?;
    let reply = Reply {
        id: new.id,
        date_id: new.date_id,
        version: new.version,
        starts: new.starts,
        answer: new.answer,
        note: new.note.clone(),
        received_at: tx.now(),
        is_held: caller.status != Status::Active,
    };
    let answered = (new.version, new.starts);
    if let Some(stored) = queries::reply(tx, caller, new.id)? {
        let same = Reply {
            received_at: stored.received_at,
            is_held: stored.is_held,
            ..reply
        };
        return if stored == same {
            Ok(Taken {
                reply: stored,
                is_outdated: !queries::stands(tx.conn(), &head, answered)?,
                is_new: false,
            })
        } else {
            Err(ReplyError::IdUsed)
        };
    }
    let course = queries::course(tx.conn(), (new.date_id, new.version))?;
    let course = course.ok_or(ReplyError::Field("/version", "is none of this date"))?;
    if !course.knows(new.starts) {
        return Err(ReplyError::Field("/starts", "is no time of this date"));
    }
    let lexicon = lexicons.live(tx, caller)?;
    let screened = screening(&lexicon, new, (author, &caller.language));
    queries::insert_reply(tx, caller, &reply, &screened)?;
    let said = Said {
        about: caller.account_id,
        source: Source {
            kind: SourceKind::DateReply,
            author_id: caller.account_id,
            id: new.id.into(),
        },
        screened: &screened,
        at: tx.now(),
    };
    safeguarding::heed(tx, &said)?;
    hand_on(tx, &head, &reply)?;
    Ok(Taken {
        reply,
        is_outdated: !queries::stands(tx.conn(), &head, answered)?,
        is_new: true,
    })
}

/// Tells whoever is to know of an answer. "Change it" becomes their work, if the date is still to be then.
fn hand_on(tx: &mut Tx<'_>, head: &queries::Head, reply: &Reply) -> Result<(), db::Error> {
    let readers = readers(tx, head, reply)?;
    tell(tx, head, &readers);
    let still_is = match queries::course(tx.conn(), (head.id, head.version))? {
        Some(course) => head.state == State::On && course.occurs(reply.starts),
        None => false,
    };
    if reply.answer == Answer::CanCome || !still_is {
        return Ok(());
    }
    let of = OfDate {
        authority_id: head.authority_id,
        family_member_id: head.family_member_id,
        date_id: head.id,
        about: About::Change(reply.starts),
        is_held: reply.is_held,
    };
    follow_ups::ask(tx, &of, &readers)
}

/// What screening says of the words; of none it has nothing to say.
fn screening<'a>(
    lexicon: &Lexicon,
    new: &'a NewReply,
    (author, language): (Author, &str),
) -> Cow<'a, Screened> {
    match &new.note {
        Some(words) => still_valid(new.screened.as_ref(), lexicon, words, (author, language)),
        None => Cow::Owned(Screened {
            reading: Reading::Clear,
            unread: false,
            findings: Vec::new(),
            lexicon_version: lexicon.version().to_owned(),
            author,
        }),
    }
}

/// Who is told of an answer: whoever made the date, and whoever said it last; if neither works with the family member any
/// more, or the answer is held, whoever answers for them.
fn readers(
    tx: &mut Tx<'_>,
    head: &queries::Head,
    reply: &Reply,
) -> Result<Vec<AccountId>, db::Error> {
    let mut readers = if reply.is_held {
        Vec::new()
    } else {
        keepers(tx, head)?
    };
    if readers.is_empty() {
        readers.extend(ties::answers_for(tx, head.family_member_id)?);
    }
    Ok(readers)
}

fn tell(tx: &mut Tx<'_>, head: &queries::Head, readers: &[AccountId]) {
    for to in readers {
        tx.tell(Telling {
            to: *to,
            event: DATE_REPLIED,
            subject: head.id.into(),
            subject_seq: 0,
            detail: Some(json!({ "family_member_id": head.family_member_id }).to_string()),
            urgency: Urgency::Usual,
        });
    }
}
