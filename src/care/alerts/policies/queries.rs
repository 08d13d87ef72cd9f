//! Questions about the waits of an authority.

use diesel::dsl::max;
use diesel::prelude::*;

use super::Version;
use crate::base::ids::{AccountId, AuthorityId, PolicyId};
use crate::base::time::Moment;
use crate::care::alerts::policy::{self, Policy, Stored};
use crate::db::schema::{conversations, escalation_policies as policies};
use crate::db::{Answer, Conn, Error};

type Row = (
    PolicyId,
    i32,
    String,
    bool,
    String,
    Moment,
    (AccountId, Moment),
    (Option<AccountId>, Option<Moment>),
);
type Columns = (
    policies::id,
    policies::version,
    policies::waits,
    policies::looser,
    policies::reason,
    policies::effective_from,
    (policies::made_by, policies::made_at),
    (policies::agreed_by, policies::agreed_at),
);
const VERSION: Columns = (
    policies::id,
    policies::version,
    policies::waits,
    policies::looser,
    policies::reason,
    policies::effective_from,
    (policies::made_by, policies::made_at),
    (policies::agreed_by, policies::agreed_at),
);

fn read(row: Row) -> Answer<Version> {
    let (id, version, waits, is_looser, reason, effective_from, made, agreed) = row;
    let stored: Stored = serde_json::from_str(&waits)
        .map_err(|_not_waits| Error::Corrupt("stored waits cannot be read"))?;
    let policy = stored.version(version);
    Ok(Version {
        id,
        version,
        waits: policy.waits,
        hours: policy.hours,
        is_looser,
        reason,
        effective_from,
        made_by: made.0,
        made_at: made.1,
        agreed_by: agreed.0,
        agreed_at: agreed.1,
    })
}

/// The settled version of the authority of a conversation whose day came last, as a part of a larger question.
#[diesel::dsl::auto_type]
pub(in crate::care) fn in_force_there(now: Moment) -> _ {
    policies::table
        .filter(policies::authority_id.eq(conversations::authority_id))
        .filter(policies::effective_from.le(now))
        .filter(
            policies::looser
                .eq(false)
                .or(policies::agreed_at.is_not_null()),
        )
        .order((policies::effective_from.desc(), policies::version.desc()))
        .select(policies::waits)
        .single_value()
}

/// The settled version whose day came last.
pub(super) fn in_force(
    conn: &mut Conn,
    authority: AuthorityId,
    now: Moment,
) -> Answer<Option<Policy>> {
    let found = policies::table
        .filter(policies::authority_id.eq(authority))
        .filter(policies::effective_from.le(now))
        .filter(
            policies::looser
                .eq(false)
                .or(policies::agreed_at.is_not_null()),
        )
        .order((policies::effective_from.desc(), policies::version.desc()))
        .select((policies::version, policies::waits))
        .first::<(i32, String)>(conn)
        .optional()?;
    Ok(found.map(|(version, waits)| policy::version(version, Some(&waits))))
}

pub(super) fn list(
    conn: &mut Conn,
    authority: AuthorityId,
    (after, limit): (i32, i64),
) -> Answer<Vec<Version>> {
    let rows = policies::table
        .filter(policies::authority_id.eq(authority))
        .filter(policies::version.gt(after))
        .order(policies::version)
        .limit(limit)
        .select(VERSION)
        .load::<Row>(conn)?;
    rows.into_iter().map(read).collect()
}

pub(super) fn version(
    conn: &mut Conn,
    authority: AuthorityId,
    id: PolicyId,
) -> Answer<Option<Version>> {
    let row = policies::table
        .find(id)
        .filter(policies::authority_id.eq(authority))
        .select(VERSION)
        .first::<Row>(conn)
        .optional()?;
    row.map(read).transpose()
}

pub(super) fn last_version(conn: &mut Conn, authority: AuthorityId) -> Answer<Option<i32>> {
    Ok(policies::table
        .filter(policies::authority_id.eq(authority))
        .select(max(policies::version))
        .first(conn)?)
}

pub(super) fn insert(conn: &mut Conn, authority: AuthorityId, new: &Version) -> Answer<()> {
    let policy = Policy {
        version: new.version,
        waits: new.waits,
        hours: new.hours,
    };
    let waits = serde_json::to_string(&policy.stored())
        .map_err(|_not_json| Error::Corrupt("waits cannot be written"))?;
    diesel::insert_into(policies::table)
        .values((
            policies::id.eq(new.id),
            policies::authority_id.eq(authority),
            policies::version.eq(new.version),
            policies::waits.eq(waits),
            policies::looser.eq(new.is_looser),
            policies::reason.eq(&new.reason),
            policies::effective_from.eq(new.effective_from),
            policies::made_by.eq(new.made_by),
            policies::made_at.eq(new.made_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes down that a version was agreed to.
pub(super) fn keep(conn: &mut Conn, version: &Version) -> Answer<()> {
    diesel::update(policies::table.find(version.id))
        .set((
            policies::effective_from.eq(version.effective_from),
            policies::agreed_by.eq(version.agreed_by),
            policies::agreed_at.eq(version.agreed_at),
        ))
        .execute(conn)?;
    Ok(())
}
