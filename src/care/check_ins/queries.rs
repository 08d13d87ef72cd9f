//! Questions about check-ins.

use std::collections::BTreeSet;

use diesel::dsl::max;
use diesel::prelude::*;

use super::history::Listing;
use super::parts::Parts;
use super::templates::TemplateRef;
use super::trend::Scale;
use super::{CheckIn, Safety, words_of};
use crate::base::ids::{AccountId, AuthorityId, CheckInId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::safeguarding::Screened;
use crate::db::schema::check_ins;
use crate::db::{Answer, Conn, Tx, View};

#[derive(Debug, Queryable)]
struct Row {
    family_member_id: AccountId,
    id: CheckInId,
    scale: i32,
    better: Option<Vec<u8>>,
    wants_contact: bool,
    someone_makes_me_unsafe: Option<Safety>,
    received_at: Moment,
    parts: Option<String>,
    template: Option<String>,
    corrects: Option<CheckInId>,
    is_held: bool,
}

type Columns = (
    check_ins::family_member_id,
    check_ins::id,
    check_ins::scale,
    check_ins::better,
    check_ins::wants_contact,
    check_ins::someone_makes_me_unsafe,
    check_ins::received_at,
    check_ins::parts,
    check_ins::template,
    check_ins::corrects,
    check_ins::is_held,
);
const COLUMNS: Columns = (
    check_ins::family_member_id,
    check_ins::id,
    check_ins::scale,
    check_ins::better,
    check_ins::wants_contact,
    check_ins::someone_makes_me_unsafe,
    check_ins::received_at,
    check_ins::parts,
    check_ins::template,
    check_ins::corrects,
    check_ins::is_held,
);

fn opened(view: &impl View, authority: AuthorityId, row: Row) -> Answer<CheckIn> {
    let key = [
        row.family_member_id.as_bytes().as_slice(),
        row.id.as_bytes(),
    ];
    let better = row
        .better
        .map(|sealed| view.open_words(words_of(authority, &key), &sealed))
        .transpose()?;
    Ok(CheckIn {
        family_member_id: row.family_member_id,
        id: row.id,
        scale: row.scale,
        parts: Parts::take_apart(better, row.parts.as_deref())?,
        wants_contact: row.wants_contact,
        someone_makes_me_unsafe: row.someone_makes_me_unsafe,
        template: row.template.as_deref().and_then(TemplateRef::parse),
        corrects: row.corrects,
        received_at: row.received_at,
        is_held: row.is_held,
    })
}

/// What the caller handed in before under this id.
pub(super) fn check_in(tx: &mut Tx<'_>, caller: &Caller, id: CheckInId) -> Answer<Option<CheckIn>> {
    let row: Option<Row> = check_ins::table
        .find((caller.account_id, id))
        .select(COLUMNS)
        .first(tx.conn())
        .optional()?;
    row.map(|row| opened(tx, caller.authority_id, row))
        .transpose()
}

/// So many of the newest check-ins are looked at for the one before.
const LATELY: i64 = 20;

/// What its author answered in the check-in before this one, the newest that still stands: what was
/// corrected does not, and a correction has the same before as what it corrects.
pub(super) fn scale_before(conn: &mut Conn, this: &CheckIn) -> Answer<Option<i32>> {
    type Earlier = (CheckInId, i32, Option<CheckInId>);
    let lately: Vec<Earlier> = check_ins::table
        .filter(check_ins::family_member_id.eq(this.family_member_id))
        .filter(check_ins::id.ne(this.id))
        .order((check_ins::received_at.desc(), check_ins::id.desc()))
        .limit(LATELY)
        .select((check_ins::id, check_ins::scale, check_ins::corrects))
        .load(conn)?;
    let first = this.corrects;
    let stands = |(id, _, corrects): &&Earlier| {
        let is_corrected = lately.iter().any(|(_, _, other)| *other == Some(*id));
        let is_this = first.is_some() && (first == Some(*id) || first == *corrects);
        !is_corrected && !is_this
    };
    Ok(lately.iter().find(stands).map(|(_, scale, _)| *scale))
}

/// What these people answered since a moment, oldest first: what was corrected does not stand.
pub(super) fn standing_since(
    conn: &mut Conn,
    members: &[AccountId],
    since: Moment,
) -> Answer<Vec<(AccountId, Scale)>> {
    type Answered = (AccountId, CheckInId, i32, Moment, Option<CheckInId>);
    let lately: Vec<Answered> = check_ins::table
        .filter(check_ins::family_member_id.eq_any(members.to_vec()))
        .filter(check_ins::received_at.ge(since))
        .order((check_ins::received_at, check_ins::id))
        .select((
            check_ins::family_member_id,
            check_ins::id,
            check_ins::scale,
            check_ins::received_at,
            check_ins::corrects,
        ))
        .load(conn)?;
    let corrected: BTreeSet<(AccountId, CheckInId)> = lately
        .iter()
        .filter_map(|(who, .., corrects)| Some((*who, (*corrects)?)))
        .collect();
    let standing = lately
        .into_iter()
        .filter(|(who, id, ..)| !corrected.contains(&(*who, *id)));
    let scale = |(who, check_in_id, scale, at, _)| {
        let scale = Scale {
            check_in_id,
            scale,
            at,
        };
        (who, scale)
    };
    Ok(standing.map(scale).collect())
}

/// When each of these people checked in last, of whom anybody has.
pub(super) fn last_received(
    conn: &mut Conn,
    members: &[AccountId],
) -> Answer<Vec<(AccountId, Moment)>> {
    let last: Vec<(AccountId, Option<Moment>)> = check_ins::table
        .filter(check_ins::family_member_id.eq_any(members.to_vec()))
        .group_by(check_ins::family_member_id)
        .select((check_ins::family_member_id, max(check_ins::received_at)))
        .load(conn)?;
    Ok(last
        .into_iter()
        .filter_map(|(who, at)| Some((who, at?)))
        .collect())
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    caller: &Caller,
    check_in: &CheckIn,
    screened: &Screened,
) -> Answer<()> {
    let key = [
        caller.account_id.as_bytes().as_slice(),
        check_in.id.as_bytes(),
    ];
    let better = check_in
        .parts
        .words()
        .map(|words| tx.seal_words(words_of(caller.authority_id, &key), &words))
        .transpose()?;
    let template = check_in.template.as_ref().map(ToString::to_string);
    diesel::insert_into(check_ins::table)
        .values((
            check_ins::family_member_id.eq(check_in.family_member_id),
            check_ins::id.eq(check_in.id),
            check_ins::scale.eq(check_in.scale),
            check_ins::better.eq(better),
            check_ins::wants_contact.eq(check_in.wants_contact),
            check_ins::someone_makes_me_unsafe.eq(check_in.someone_makes_me_unsafe),
            check_ins::received_at.eq(check_in.received_at),
            check_ins::verdict.eq(screened.reading),
            check_ins::unread.eq(screened.unread),
            check_ins::lexicon_version.eq(&screened.lexicon_version),
            check_ins::parts.eq(check_in.parts.shape()),
            check_ins::template.eq(template),
            check_ins::corrects.eq(check_in.corrects),
            check_ins::is_held.eq(check_in.is_held),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// A family member's check-ins, newest first; those that are held among them only if they are shown.
pub(super) fn list(
    view: &mut impl View,
    caller: &Caller,
    (listing, shows_held): (&Listing, bool),
) -> Answer<Vec<CheckIn>> {
    let mut found = check_ins::table
        .filter(check_ins::family_member_id.eq(listing.family_member_id))
        .order((check_ins::received_at.desc(), check_ins::id))
        .limit(listing.limit)
        .select(COLUMNS)
        .into_boxed();
    if !shows_held {
        found = found.filter(check_ins::is_held.eq(false));
    }
    if let Some(last) = listing.after {
        let as_late = check_ins::received_at.eq(last.received_at);
        found = found.filter(
            check_ins::received_at
                .lt(last.received_at)
                .or(as_late.and(check_ins::id.gt(last.id))),
        );
    }
    let rows: Vec<Row> = found.load(view.conn())?;
    rows.into_iter()
        .map(|row| opened(view, caller.authority_id, row))
        .collect()
}
