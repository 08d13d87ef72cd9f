//! Questions about rhythms.

mod asks;

pub(super) use asks::{
    Judged, answer, asked_at, asks, drop_asks, due, first_due, has_answered, judged, last_check_in,
    newest_check_in, next_ask, open, open_until, plan, put_off, settle, take,
};

use diesel::prelude::*;

use super::Rhythm;
use crate::base::civil::{Civil, Zone};
use crate::base::ids::{AccountId, AuthorityId};
use crate::base::recurrence::Rule;
use crate::care::accounts::{Caller, Status};
use crate::db::schema::{accounts, check_in_rhythms as rhythms, families};
use crate::db::{Answer, Conn, Error, Tx, View};

/// A rhythm as it is stored.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) version: i32,
    pub(super) is_on: bool,
    pub(super) rhythm: Rhythm,
}

/// When, as it is stored.
type When = (String, String, String, i32);
const WHEN: (
    rhythms::starts,
    rhythms::zone,
    rhythms::rule,
    rhythms::window_hours,
) = (
    rhythms::starts,
    rhythms::zone,
    rhythms::rule,
    rhythms::window_hours,
);

fn rhythm((starts, zone, rule, window_hours): When) -> Answer<Rhythm> {
    Ok(Rhythm {
        starts: civil(&starts)?,
        zone: Zone::parse(&zone).ok_or(Error::Corrupt("a rhythm is in no known zone"))?,
        rule: Rule::parse(&rule).ok_or(Error::Corrupt("a rhythm has no known rule"))?,
        window_hours,
    })
}

fn civil(text: &str) -> Answer<Civil> {
    Civil::parse(text).ok_or(Error::Corrupt("somebody is asked at no civil time"))
}

pub(super) fn head(conn: &mut Conn, member: AccountId) -> Answer<Option<Head>> {
    let row: Option<(i32, bool, When)> = rhythms::table
        .find(member)
        .select((rhythms::version, rhythms::is_on, WHEN))
        .first(conn)
        .optional()?;
    let head = |(version, is_on, when)| {
        Ok(Head {
            version,
            is_on,
            rhythm: rhythm(when)?,
        })
    };
    row.map(head).transpose()
}

/// Who set somebody's rhythm last, and what they are called.
pub(super) fn set_by(conn: &mut Conn, member: AccountId) -> Answer<Option<(AccountId, String)>> {
    Ok(rhythms::table
        .inner_join(accounts::table.on(accounts::id.eq(rhythms::set_by)))
        .filter(rhythms::family_member_id.eq(member))
        .select((accounts::id, accounts::display_name))
        .first(conn)
        .optional()?)
}

/// Sets a rhythm, if the one before is still the version that was seen; 0 if there was none.
pub(super) fn put(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, seen): (AccountId, i32),
    rhythm: &Rhythm,
) -> Answer<bool> {
    let now = tx.now();
    let said = (
        rhythms::version.eq(seen.saturating_add(1)),
        rhythms::is_on.eq(true),
        rhythms::starts.eq(rhythm.starts.to_string()),
        rhythms::zone.eq(rhythm.zone.name()),
        rhythms::rule.eq(rhythm.rule.as_str()),
        rhythms::window_hours.eq(rhythm.window_hours),
        rhythms::set_by.eq(caller.account_id),
        rhythms::set_at.eq(now),
    );
    let rows = if seen == 0 {
        let whose = (
            rhythms::family_member_id.eq(member),
            rhythms::authority_id.eq(caller.authority_id),
        );
        diesel::insert_into(rhythms::table)
            .values((whose, said))
            .execute(tx.conn())?
    } else {
        diesel::update(rhythms::table.find(member))
            .filter(rhythms::version.eq(seen))
            .set(said)
            .execute(tx.conn())?
    };
    Ok(rows == 1)
}

/// Ends a rhythm; gives its version from now on, if it had not ended before.
pub(super) fn end(tx: &mut Tx<'_>, caller: &Caller, member: AccountId) -> Answer<Option<i32>> {
    let now = tx.now();
    Ok(diesel::update(rhythms::table.find(member))
        .filter(rhythms::is_on.eq(true))
        .set((
            rhythms::version.eq(rhythms::version + 1),
            rhythms::is_on.eq(false),
            rhythms::set_by.eq(caller.account_id),
            rhythms::set_at.eq(now),
        ))
        .returning(rhythms::version)
        .get_result(tx.conn())
        .optional()?)
}

/// How it stands with somebody when they are to be asked.
pub(super) struct Asked {
    pub(super) authority_id: AuthorityId,
    pub(super) version: i32,
    pub(super) rhythm: Rhythm,
    /// Whether they may act and the family is worked with.
    pub(super) is_active: bool,
}

pub(super) fn asked(conn: &mut Conn, member: AccountId) -> Answer<Option<Asked>> {
    type Row = (AuthorityId, i32, When, Status, String);
    let row: Option<Row> = rhythms::table
        .inner_join(accounts::table.on(accounts::id.eq(rhythms::family_member_id)))
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .filter(rhythms::family_member_id.eq(member))
        .select((
            rhythms::authority_id,
            rhythms::version,
            WHEN,
            accounts::status,
            families::state,
        ))
        .first(conn)
        .optional()?;
    let asked = |(authority_id, version, when, status, family): Row| {
        Ok(Asked {
            authority_id,
            version,
            rhythm: rhythm(when)?,
            is_active: status == Status::Active && family == "open",
        })
    };
    row.map(asked).transpose()
}
