//! Questions about the versions of an authority's own rules.

use diesel::dsl::max;
use diesel::prelude::*;

use super::actions::{Page, Which};
use super::known::read;
use super::{LocalRule, Version};
use crate::base::ids::{AccountId, AuthorityId, LexiconVersionId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::db::schema::{authorities, lexicon_versions};
use crate::db::{Answer, Conn, Error};

/// The rules of a row, and the mark of what they were when they were stored.
#[derive(Debug, Queryable)]
pub(super) struct StoredRules {
    pub(super) rules: String,
    pub(super) checksum: String,
}

type Row = (
    LexiconVersionId,
    AuthorityId,
    Option<i32>,
    (String, String),
    (AccountId, Moment),
    (Option<AccountId>, Option<Moment>),
    (Option<AccountId>, Option<Moment>),
    (Option<AccountId>, Option<Moment>),
    i32,
);

macro_rules! columns {
    () => {
        (
            lexicon_versions::id,
            lexicon_versions::authority_id,
            lexicon_versions::number,
            (lexicon_versions::rules, lexicon_versions::checksum),
            (lexicon_versions::drafted_by, lexicon_versions::drafted_at),
            (
                lexicon_versions::published_by,
                lexicon_versions::published_at,
            ),
            (
                lexicon_versions::withdrawal_asked_by,
                lexicon_versions::withdrawal_asked_at,
            ),
            (
                lexicon_versions::withdrawn_by,
                lexicon_versions::withdrawn_at,
            ),
            authorities::live_lexicon,
        )
    };
}

/// A version whose rules cannot be read shows none: readiness tells of it.
fn opened(
    (id, authority_id, number, (rules, checksum), drafted, published, asked, withdrawn, live): Row,
) -> Version {
    let both = |(by, at): (Option<AccountId>, Option<Moment>)| by.zip(at);
    Version {
        id,
        authority_id,
        number,
        rules: read(&StoredRules { rules, checksum }).unwrap_or_default(),
        drafted,
        published: both(published),
        withdrawal_asked: both(asked),
        withdrawn: both(withdrawn),
        is_live: number == Some(live),
    }
}

pub(super) fn version(
    conn: &mut Conn,
    caller: &Caller,
    id: LexiconVersionId,
) -> Answer<Option<Version>> {
    let row: Option<Row> = lexicon_versions::table
        .inner_join(authorities::table.on(authorities::id.eq(lexicon_versions::authority_id)))
        .filter(lexicon_versions::id.eq(id))
        .filter(lexicon_versions::authority_id.eq(caller.authority_id))
        .select(columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(opened))
}

pub(super) fn by_number(conn: &mut Conn, caller: &Caller, number: i32) -> Answer<Option<Version>> {
    let row: Option<Row> = lexicon_versions::table
        .inner_join(authorities::table.on(authorities::id.eq(lexicon_versions::authority_id)))
        .filter(lexicon_versions::authority_id.eq(caller.authority_id))
        .filter(lexicon_versions::number.eq(number))
        .select(columns!())
        .first(conn)
        .optional()?;
    Ok(row.map(opened))
}

/// Drafts or published versions of the caller's authority, the last drafted first.
pub(super) fn list(
    conn: &mut Conn,
    caller: &Caller,
    which: Which,
    (after, limit): Page,
) -> Answer<Vec<Version>> {
    let mut found = lexicon_versions::table
        .inner_join(authorities::table.on(authorities::id.eq(lexicon_versions::authority_id)))
        .filter(lexicon_versions::authority_id.eq(caller.authority_id))
        .order(lexicon_versions::id.desc())
        .limit(limit)
        .select(columns!())
        .into_boxed();
    found = match which {
        Which::Drafts => found.filter(lexicon_versions::number.is_null()),
        Which::Published => found.filter(lexicon_versions::number.is_not_null()),
    };
    if let Some(after) = after {
        found = found.filter(lexicon_versions::id.lt(after));
    }
    let rows: Vec<Row> = found.load(conn)?;
    Ok(rows.into_iter().map(opened).collect())
}

pub(super) fn insert(
    conn: &mut Conn,
    version: &Version,
    (rules, checksum): (&str, &str),
) -> Answer<()> {
    diesel::insert_into(lexicon_versions::table)
        .values((
            lexicon_versions::id.eq(version.id),
            lexicon_versions::authority_id.eq(version.authority_id),
            lexicon_versions::rules.eq(rules),
            lexicon_versions::checksum.eq(checksum),
            lexicon_versions::drafted_by.eq(version.drafted.0),
            lexicon_versions::drafted_at.eq(version.drafted.1),
        ))
        .execute(conn)?;
    Ok(())
}

/// When somebody drafted last, the newest first, at most so many.
pub(super) fn newest_drafts(conn: &mut Conn, who: AccountId, most: i64) -> Answer<Vec<Moment>> {
    Ok(lexicon_versions::table
        .filter(lexicon_versions::drafted_by.eq(who))
        .order(lexicon_versions::drafted_at.desc())
        .limit(most)
        .select(lexicon_versions::drafted_at)
        .load(conn)?)
}

pub(super) fn publish(conn: &mut Conn, version: &Version) -> Answer<()> {
    diesel::update(lexicon_versions::table.find(version.id))
        .set((
            lexicon_versions::number.eq(version.number),
            lexicon_versions::published_by.eq(version.published.map(|(by, _)| by)),
            lexicon_versions::published_at.eq(version.published.map(|(_, at)| at)),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn ask_to_withdraw(conn: &mut Conn, version: &Version) -> Answer<()> {
    diesel::update(lexicon_versions::table.find(version.id))
        .set((
            lexicon_versions::withdrawal_asked_by.eq(version.withdrawal_asked.map(|(by, _)| by)),
            lexicon_versions::withdrawal_asked_at.eq(version.withdrawal_asked.map(|(_, at)| at)),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn withdraw(conn: &mut Conn, version: &Version) -> Answer<()> {
    diesel::update(lexicon_versions::table.find(version.id))
        .set((
            lexicon_versions::withdrawn_by.eq(version.withdrawn.map(|(by, _)| by)),
            lexicon_versions::withdrawn_at.eq(version.withdrawn.map(|(_, at)| at)),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_live(conn: &mut Conn, authority: AuthorityId, number: i32) -> Answer<()> {
    diesel::update(authorities::table.find(authority))
        .set(authorities::live_lexicon.eq(number))
        .execute(conn)?;
    Ok(())
}

pub(super) fn live_number(conn: &mut Conn, authority: AuthorityId) -> Answer<i32> {
    Ok(authorities::table
        .find(authority)
        .select(authorities::live_lexicon)
        .first(conn)?)
}

/// The highest number that was ever given.
pub(super) fn last_number(conn: &mut Conn, authority: AuthorityId) -> Answer<i32> {
    let last: Option<i32> = lexicon_versions::table
        .filter(lexicon_versions::authority_id.eq(authority))
        .select(max(lexicon_versions::number))
        .first(conn)?;
    Ok(last.unwrap_or(0))
}

/// The highest number below the live one of a version that was not withdrawn; 0 for none.
pub(super) fn standing_before(conn: &mut Conn, caller: &Caller) -> Answer<i32> {
    let live = live_number(conn, caller.authority_id)?;
    let before: Option<i32> = lexicon_versions::table
        .filter(lexicon_versions::authority_id.eq(caller.authority_id))
        .filter(lexicon_versions::withdrawn_at.is_null())
        .filter(lexicon_versions::number.lt(live))
        .select(max(lexicon_versions::number))
        .first(conn)?;
    Ok(before.unwrap_or(0))
}

/// Every authority with rules of its own, and which version of them is live.
pub(super) fn live(conn: &mut Conn) -> Answer<Vec<(AuthorityId, i32)>> {
    Ok(authorities::table
        .filter(authorities::live_lexicon.gt(0))
        .select((authorities::id, authorities::live_lexicon))
        .load(conn)?)
}

pub(super) fn rules(
    conn: &mut Conn,
    (authority, number): (AuthorityId, i32),
) -> Answer<Option<StoredRules>> {
    Ok(lexicon_versions::table
        .filter(lexicon_versions::authority_id.eq(authority))
        .filter(lexicon_versions::number.eq(number))
        .select((lexicon_versions::rules, lexicon_versions::checksum))
        .first(conn)
        .optional()?)
}

/// This version and the few before it that were not withdrawn, the newest first.
pub(super) fn up_to(
    conn: &mut Conn,
    (authority, number): (AuthorityId, i32),
) -> Answer<Vec<(i32, StoredRules)>> {
    let rows: Vec<(Option<i32>, StoredRules)> = lexicon_versions::table
        .filter(lexicon_versions::authority_id.eq(authority))
        .filter(lexicon_versions::number.le(number))
        .filter(lexicon_versions::withdrawn_at.is_null())
        .order(lexicon_versions::number.desc())
        .limit(5)
        .select((
            lexicon_versions::number,
            (lexicon_versions::rules, lexicon_versions::checksum),
        ))
        .load(conn)?;
    let numbered = rows.into_iter().map(|(number, stored)| {
        let number = number.ok_or(Error::Corrupt("a published version has no number"))?;
        Ok((number, stored))
    });
    numbered.collect()
}

/// The rules of any draft or version, if they can be read.
pub(super) fn rules_of(conn: &mut Conn, id: LexiconVersionId) -> Answer<Vec<LocalRule>> {
    let stored: Option<StoredRules> = lexicon_versions::table
        .find(id)
        .select((lexicon_versions::rules, lexicon_versions::checksum))
        .first(conn)
        .optional()?;
    Ok(stored
        .and_then(|stored| read(&stored).ok())
        .unwrap_or_default())
}
