//! Questions about check-ins.

use diesel::dsl::max;
use diesel::prelude::*;

use super::history::Listing;
use super::parts::Parts;
use super::standing::{self, Answered, Version};
use super::templates::TemplateRef;
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

diesel::alias!(check_ins as firsts: Firsts, check_ins as corrections: Corrections);

/// So many of the newest answers are looked at for the one before.
const LATELY: i64 = 20;

/// What its author answered in the check-in before this one, as it stands for whoever sees this one: a
/// correction has the same before as what it corrects.
pub(super) fn scale_before(conn: &mut Conn, this: &CheckIn) -> Answer<Option<i32>> {
    type Of = (CheckInId, i32, bool);
    let member = this.family_member_id;
    let first_at: Option<Moment> = match this.corrects {
        Some(first) => check_ins::table
            .find((member, first))
            .select(check_ins::received_at)
            .first(conn)
            .optional()?,
        None => None,
    };
    let at = first_at.unwrap_or(this.received_at);
    let first = this.corrects.unwrap_or(this.id);
    let corrected = corrections
        .field(check_ins::family_member_id)
        .eq(check_ins::family_member_id)
        .and(
            corrections
                .field(check_ins::corrects)
                .eq(check_ins::id.nullable()),
        );
    let mut lately: Vec<(Of, Moment, Option<Of>)> = check_ins::table
        .left_join(corrections.on(corrected))
        .filter(check_ins::family_member_id.eq(member))
        .filter(check_ins::corrects.is_null())
        .filter(check_ins::received_at.le(at))
        .filter(check_ins::id.ne(first))
        .order((
            check_ins::received_at.desc(),
            check_ins::id.desc(),
            corrections.field(check_ins::received_at).desc(),
            corrections.field(check_ins::id).desc(),
        ))
        .limit(LATELY)
        .select((
            (check_ins::id, check_ins::scale, check_ins::is_held),
            check_ins::received_at,
            corrections
                .fields((check_ins::id, check_ins::scale, check_ins::is_held))
                .nullable(),
        ))
        .load(conn)?;
    lately.reverse();
    let mut before: Vec<Answered> = Vec::new();
    for ((id, scale, is_held), at, correction) in lately {
        let first = Version { id, scale, is_held };
        standing::add(&mut before, (member, id, at), first);
        if let Some((correction, scale, is_held)) = correction {
            let version = Version {
                id: correction,
                scale,
                is_held,
            };
            standing::add(&mut before, (member, id, at), version);
        }
    }
    let mut newest = before.iter().rev();
    let stands = newest.find_map(|answered| answered.stands(this.is_held));
    Ok(stands.map(|version| version.scale))
}

/// What these people answered since a moment, oldest first, each with what has put it right.
pub(super) fn answered_since(
    conn: &mut Conn,
    members: &[AccountId],
    since: Moment,
) -> Answer<Vec<Answered>> {
    type One = (AccountId, CheckInId, i32, bool, Moment);
    let of_it = firsts
        .field(check_ins::family_member_id)
        .eq(check_ins::family_member_id)
        .and(
            firsts
                .field(check_ins::id)
                .nullable()
                .eq(check_ins::corrects),
        );
    // A correction is stored after what it corrects, so that none of it is left out.
    let lately: Vec<(One, Option<(CheckInId, Moment)>)> = check_ins::table
        .left_join(firsts.on(of_it))
        .filter(check_ins::family_member_id.eq_any(members.to_vec()))
        .filter(check_ins::received_at.ge(since))
        .select((
            (
                check_ins::family_member_id,
                check_ins::id,
                check_ins::scale,
                check_ins::is_held,
                check_ins::received_at,
            ),
            firsts
                .fields((check_ins::id, check_ins::received_at))
                .nullable(),
        ))
        .load(conn)?;
    let mut lately: Vec<_> = lately
        .into_iter()
        .map(|(one, first)| {
            let (who, id, .., received_at) = one;
            let (first, at) = first.unwrap_or((id, received_at));
            ((who, at, first), received_at, one)
        })
        .filter(|((_, at, _), ..)| *at >= since)
        .collect();
    lately.sort_by_key(|(of, received_at, (_, id, ..))| (*of, *received_at, *id));
    let mut all: Vec<Answered> = Vec::new();
    for ((who, at, first), _, (_, id, scale, is_held, _)) in lately {
        standing::add(&mut all, (who, first, at), Version { id, scale, is_held });
    }
    Ok(all)
}

/// When each of these people checked in last, of whom anybody has; a correction is no check-in of its own.
pub(super) fn last_received(
    conn: &mut Conn,
    members: &[AccountId],
) -> Answer<Vec<(AccountId, Moment)>> {
    let last: Vec<(AccountId, Option<Moment>)> = check_ins::table
        .filter(check_ins::family_member_id.eq_any(members.to_vec()))
        .filter(check_ins::corrects.is_null())
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
