//! Questions about handover notes.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::actions::NewNote;
use super::reading::Listing;
use super::{Note, Prompts, Side, words_of};
use crate::base::ids::{AccountId, AuthorityId, HandoverNoteId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::actions::Named;
use crate::care::safeguarding::Screened;
use crate::db::schema::{accounts, handover_notes};
use crate::db::{Answer, Conn, Tx, View};

#[derive(Debug, Queryable)]
struct Row {
    id: HandoverNoteId,
    family_member_id: AccountId,
    side: Side,
    version: i32,
    by: (AccountId, String),
    words: Vec<u8>,
    lengths: (i32, i32),
    received_at: Moment,
}

type Columns = (
    handover_notes::id,
    handover_notes::family_member_id,
    handover_notes::side,
    handover_notes::version,
    (accounts::id, accounts::display_name),
    handover_notes::words,
    (handover_notes::going_on, handover_notes::promised),
    handover_notes::received_at,
);
const COLUMNS: Columns = (
    handover_notes::id,
    handover_notes::family_member_id,
    handover_notes::side,
    handover_notes::version,
    (accounts::id, accounts::display_name),
    handover_notes::words,
    (handover_notes::going_on, handover_notes::promised),
    handover_notes::received_at,
);

fn opened(view: &impl View, authority: AuthorityId, row: Row) -> Answer<Note> {
    let (by, display_name) = row.by;
    let key = [by.as_bytes().as_slice(), row.id.as_bytes()];
    let words = view.open_words(words_of(authority, &key), &row.words)?;
    Ok(Note {
        id: row.id,
        family_member_id: row.family_member_id,
        side: row.side,
        version: row.version,
        by: Named {
            id: by,
            display_name,
        },
        prompts: Prompts::parted(&words, row.lengths)?,
        saved_at: row.received_at,
    })
}

/// A version of an authority's notes. Whether somebody may see it is asked elsewhere.
pub(super) fn note(
    view: &mut impl View,
    authority: AuthorityId,
    id: HandoverNoteId,
) -> Answer<Option<Note>> {
    let row: Option<Row> = handover_notes::table
        .inner_join(accounts::table.on(accounts::id.eq(handover_notes::by_id)))
        .filter(handover_notes::id.eq(id))
        .filter(handover_notes::authority_id.eq(authority))
        .select(COLUMNS)
        .first(view.conn())
        .optional()?;
    row.map(|row| opened(view, authority, row)).transpose()
}

/// Whether any version has this id.
pub(super) fn is_used(conn: &mut Conn, id: HandoverNoteId) -> Answer<bool> {
    let of_it = handover_notes::table.filter(handover_notes::id.eq(id));
    Ok(diesel::select(exists(of_it)).get_result(conn)?)
}

/// The version that stands.
pub(super) fn newest(
    view: &mut impl View,
    authority: AuthorityId,
    of: (AccountId, Side),
) -> Answer<Option<Note>> {
    Ok(versions(view, authority, (of, None, 1))?.pop())
}

/// The versions of a note, the newest first.
pub(super) fn list(view: &mut impl View, caller: &Caller, listing: &Listing) -> Answer<Vec<Note>> {
    let of = (listing.family_member_id, listing.side);
    let page = (of, listing.after, listing.limit);
    versions(view, caller.authority_id, page)
}

fn versions(
    view: &mut impl View,
    authority: AuthorityId,
    ((member, side), after, limit): ((AccountId, Side), Option<i32>, i64),
) -> Answer<Vec<Note>> {
    let mut found = handover_notes::table
        .inner_join(accounts::table.on(accounts::id.eq(handover_notes::by_id)))
        .filter(handover_notes::family_member_id.eq(member))
        .filter(handover_notes::side.eq(side))
        .order(handover_notes::version.desc())
        .limit(limit)
        .select(COLUMNS)
        .into_boxed();
    if let Some(version) = after {
        found = found.filter(handover_notes::version.lt(version));
    }
    let rows: Vec<Row> = found.load(view.conn())?;
    rows.into_iter()
        .map(|row| opened(view, authority, row))
        .collect()
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (new, words, (side, version)): (&NewNote, &str, (Side, i32)),
    screened: &Screened,
) -> Answer<()> {
    let key = [caller.account_id.as_bytes().as_slice(), new.id.as_bytes()];
    let words = tx.seal_words(words_of(caller.authority_id, &key), words)?;
    let (going_on, promised) = new.prompts.lengths();
    let now = tx.now();
    diesel::insert_into(handover_notes::table)
        .values((
            handover_notes::id.eq(new.id),
            handover_notes::authority_id.eq(caller.authority_id),
            handover_notes::family_member_id.eq(new.family_member_id),
            handover_notes::side.eq(side),
            handover_notes::version.eq(version),
            handover_notes::by_id.eq(caller.account_id),
            handover_notes::words.eq(words),
            handover_notes::going_on.eq(going_on),
            handover_notes::promised.eq(promised),
            handover_notes::received_at.eq(now),
            handover_notes::verdict.eq(screened.reading),
            handover_notes::unread.eq(screened.unread),
            handover_notes::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(tx.conn())?;
    Ok(())
}
