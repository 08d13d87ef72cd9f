//! Questions about the contact log.

use std::collections::BTreeMap;

use diesel::dsl::{exists, max};
use diesel::prelude::*;

use super::actions::NewEntry;
use super::reading::{Listing, Place};
use super::{Entry, Kind, Mistake, Outcome, Withdrawal, Words, words_of};
use crate::base::ids::{AccountId, AuthorityId, ContactEntryId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::actions::Named;
use crate::care::safeguarding::Screened;
use crate::db::schema::{accounts, contact_log};
use crate::db::{Answer, Conn, Tx, View};

#[derive(Debug, Queryable)]
struct Row {
    id: ContactEntryId,
    family_member_id: AccountId,
    by: (AccountId, String),
    kind: Kind,
    outcome: Outcome,
    happened_at: Moment,
    words: Option<Vec<u8>>,
    received_at: Moment,
    withdrawn: (Option<Mistake>, Option<AccountId>, Option<Moment>),
}

type Columns = (
    contact_log::id,
    contact_log::family_member_id,
    (accounts::id, accounts::display_name),
    contact_log::kind,
    contact_log::outcome,
    contact_log::happened_at,
    contact_log::words,
    contact_log::received_at,
    (
        contact_log::withdrawn_for,
        contact_log::withdrawn_by,
        contact_log::withdrawn_at,
    ),
);
const COLUMNS: Columns = (
    contact_log::id,
    contact_log::family_member_id,
    (accounts::id, accounts::display_name),
    contact_log::kind,
    contact_log::outcome,
    contact_log::happened_at,
    contact_log::words,
    contact_log::received_at,
    (
        contact_log::withdrawn_for,
        contact_log::withdrawn_by,
        contact_log::withdrawn_at,
    ),
);

fn opened(view: &impl View, authority: AuthorityId, row: Row) -> Answer<Entry> {
    let (by, display_name) = row.by;
    let key = [by.as_bytes().as_slice(), row.id.as_bytes()];
    let words = row
        .words
        .map(|sealed| view.open_words(words_of(authority, &key), &sealed))
        .transpose()?;
    let withdrawn = match row.withdrawn {
        (Some(reason), Some(by), Some(at)) => Some(Withdrawal { reason, by, at }),
        _ => None,
    };
    Ok(Entry {
        id: row.id,
        family_member_id: row.family_member_id,
        by: Named {
            id: by,
            display_name,
        },
        kind: row.kind,
        outcome: row.outcome,
        happened_at: row.happened_at,
        words: words.as_deref().map(Words::parted).unwrap_or_default(),
        received_at: row.received_at,
        withdrawn,
    })
}

/// An entry of an authority's log. Whether somebody may see it is asked elsewhere.
pub(super) fn entry(
    view: &mut impl View,
    authority: AuthorityId,
    id: ContactEntryId,
) -> Answer<Option<Entry>> {
    let row: Option<Row> = contact_log::table
        .inner_join(accounts::table.on(accounts::id.eq(contact_log::by_id)))
        .filter(contact_log::id.eq(id))
        .filter(contact_log::authority_id.eq(authority))
        .select(COLUMNS)
        .first(view.conn())
        .optional()?;
    row.map(|row| opened(view, authority, row)).transpose()
}

/// Whether any entry has this id.
pub(super) fn is_used(conn: &mut Conn, id: ContactEntryId) -> Answer<bool> {
    let of_it = contact_log::table.filter(contact_log::id.eq(id));
    Ok(diesel::select(exists(of_it)).get_result(conn)?)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (new, words): (&NewEntry, Option<&str>),
    screened: &Screened,
) -> Answer<()> {
    let key = [caller.account_id.as_bytes().as_slice(), new.id.as_bytes()];
    let words = words
        .map(|words| tx.seal_words(words_of(caller.authority_id, &key), words))
        .transpose()?;
    let now = tx.now();
    diesel::insert_into(contact_log::table)
        .values((
            contact_log::id.eq(new.id),
            contact_log::authority_id.eq(caller.authority_id),
            contact_log::family_member_id.eq(new.family_member_id),
            contact_log::by_id.eq(caller.account_id),
            contact_log::kind.eq(new.kind),
            contact_log::outcome.eq(new.outcome),
            contact_log::happened_at.eq(new.happened_at),
            contact_log::words.eq(words),
            contact_log::received_at.eq(now),
            contact_log::verdict.eq(screened.reading),
            contact_log::unread.eq(screened.unread),
            contact_log::lexicon_version.eq(&screened.lexicon_version),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Marks an entry as withdrawn, if nobody has.
pub(super) fn withdraw(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, reason): (ContactEntryId, Mistake),
) -> Answer<()> {
    let now = tx.now();
    diesel::update(contact_log::table.find(id))
        .filter(contact_log::withdrawn_at.is_null())
        .set((
            contact_log::withdrawn_for.eq(reason),
            contact_log::withdrawn_by.eq(caller.account_id),
            contact_log::withdrawn_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The contacts with a family member, the newest first; of one maker alone, if one is named.
pub(super) fn list(
    view: &mut impl View,
    caller: &Caller,
    (listing, only_by): (&Listing, Option<AccountId>),
) -> Answer<Vec<Entry>> {
    let mut found = contact_log::table
        .inner_join(accounts::table.on(accounts::id.eq(contact_log::by_id)))
        .filter(contact_log::family_member_id.eq(listing.family_member_id))
        .order((contact_log::happened_at.desc(), contact_log::id.desc()))
        .limit(listing.limit)
        .select(COLUMNS)
        .into_boxed();
    if let Some(by) = only_by {
        found = found.filter(contact_log::by_id.eq(by));
    }
    if let Some(Place { happened_at, id }) = listing.after {
        let as_late = contact_log::happened_at.eq(happened_at);
        let later = as_late.and(contact_log::id.lt(id));
        found = found.filter(contact_log::happened_at.lt(happened_at).or(later));
    }
    let rows: Vec<Row> = found.load(view.conn())?;
    rows.into_iter()
        .map(|row| opened(view, caller.authority_id, row))
        .collect()
}

/// When each of these family members was last seen in person, of whom it is known.
pub(super) fn last_seen(
    conn: &mut Conn,
    members: &[AccountId],
) -> Answer<BTreeMap<AccountId, Moment>> {
    let rows: Vec<(AccountId, Option<Moment>)> = contact_log::table
        .filter(contact_log::family_member_id.eq_any(members.to_vec()))
        .filter(contact_log::outcome.eq(Outcome::SeenInPerson))
        .filter(contact_log::withdrawn_at.is_null())
        .group_by(contact_log::family_member_id)
        .select((contact_log::family_member_id, max(contact_log::happened_at)))
        .load(conn)?;
    let known = rows.into_iter().filter_map(|(who, at)| Some((who, at?)));
    Ok(known.collect())
}
