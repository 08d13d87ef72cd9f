//! Questions about the answers to dates.

use diesel::prelude::*;

use super::super::schedule::Occurrence;
use super::super::{Answer as Said, Reply, note_of};
use super::exceptions::stands;
use super::{Head, civil};
use crate::base::ids::{AccountId, AuthorityId, DateId, DateReplyId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::safeguarding::Screened;
use crate::db::schema::date_replies;
use crate::db::{Answer, Tx, View};

#[derive(Debug, Queryable)]
struct ReplyRow {
    family_member_id: AccountId,
    id: DateReplyId,
    date_id: DateId,
    version: i32,
    starts: String,
    answer: Said,
    note: Option<Vec<u8>>,
    received_at: Moment,
    is_held: bool,
}

type ReplyColumns = (
    date_replies::family_member_id,
    date_replies::id,
    date_replies::date_id,
    date_replies::version,
    date_replies::starts,
    date_replies::reply,
    date_replies::note,
    date_replies::received_at,
    date_replies::is_held,
);
const REPLY: ReplyColumns = (
    date_replies::family_member_id,
    date_replies::id,
    date_replies::date_id,
    date_replies::version,
    date_replies::starts,
    date_replies::reply,
    date_replies::note,
    date_replies::received_at,
    date_replies::is_held,
);

fn opened(view: &impl View, authority: AuthorityId, row: ReplyRow) -> Answer<Reply> {
    let key = [
        row.family_member_id.as_bytes().as_slice(),
        row.id.as_bytes(),
    ];
    let note = row
        .note
        .map(|sealed| view.open_words(note_of(authority, &key), &sealed))
        .transpose()?;
    Ok(Reply {
        id: row.id,
        date_id: row.date_id,
        version: row.version,
        starts: civil(&row.starts)?,
        answer: row.answer,
        note,
        received_at: row.received_at,
        is_held: row.is_held,
    })
}

/// The answer that the caller is shown: the newest to the next occurrence by either of its times, or if there is
/// none the newest of all. No mentor is shown what is held.
pub(super) fn shown(
    view: &mut impl View,
    caller: &Caller,
    (head, next): (&Head, Option<&Occurrence>),
) -> Answer<Option<Reply>> {
    let mut row: Option<ReplyRow> = None;
    for next in [next, None] {
        let mut question = date_replies::table
            .filter(date_replies::date_id.eq(head.id))
            .order((date_replies::received_at.desc(), date_replies::id.desc()))
            .select(REPLY)
            .into_boxed();
        if caller.role == Role::PeerMentor {
            question = question.filter(date_replies::is_held.eq(false));
        }
        if let Some(next) = next {
            let now_is = date_replies::starts.eq(next.starts.to_string());
            let was = date_replies::starts.eq(next.of.to_string());
            question = question.filter(now_is.or(was));
        }
        row = question.first(view.conn()).optional()?;
        if row.is_some() {
            break;
        }
    }
    let Some(row) = row else {
        return Ok(None);
    };
    let mut reply = opened(view, head.authority_id, row)?;
    if stands(view.conn(), head, (reply.version, reply.starts))? {
        reply.version = head.version;
    }
    Ok(Some(reply))
}

/// What the caller answered before under this id.
pub(in super::super) fn reply(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: DateReplyId,
) -> Answer<Option<Reply>> {
    let row: Option<ReplyRow> = date_replies::table
        .find((caller.account_id, id))
        .select(REPLY)
        .first(tx.conn())
        .optional()?;
    row.map(|row| opened(tx, caller.authority_id, row))
        .transpose()
}

pub(in super::super) fn insert_reply(
    tx: &mut Tx<'_>,
    caller: &Caller,
    reply: &Reply,
    screened: &Screened,
) -> Answer<()> {
    let key = [caller.account_id.as_bytes().as_slice(), reply.id.as_bytes()];
    let note = reply
        .note
        .as_deref()
        .map(|words| tx.seal_words(note_of(caller.authority_id, &key), words))
        .transpose()?;
    diesel::insert_into(date_replies::table)
        .values((
            date_replies::family_member_id.eq(caller.account_id),
            date_replies::id.eq(reply.id),
            date_replies::date_id.eq(reply.date_id),
            date_replies::version.eq(reply.version),
            date_replies::starts.eq(reply.starts.to_string()),
            date_replies::reply.eq(reply.answer),
            date_replies::note.eq(note),
            date_replies::received_at.eq(reply.received_at),
            date_replies::verdict.eq(screened.reading),
            date_replies::unread.eq(screened.unread),
            date_replies::lexicon_version.eq(&screened.lexicon_version),
            date_replies::is_held.eq(reply.is_held),
        ))
        .execute(tx.conn())?;
    Ok(())
}
