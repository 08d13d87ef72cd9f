//! Questions about the audit.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::Line;
use super::reading::{Listing, Written};
use crate::base::ids::{AccountId, AuditLineId, AuthorityId, SubjectId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::who::Caller;
use crate::db::schema::{accounts, alert_exclusions, alerts, audit_lines};
use crate::db::{Answer, Conn, Tx, View};

pub(super) fn append(
    tx: &mut Tx<'_>,
    (authority, actor, role): (AuthorityId, Option<AccountId>, &str),
    line: &Line,
) -> Answer<()> {
    let (id, now) = (AuditLineId::new(), tx.now());
    let key = [id.as_bytes().as_slice()];
    let reason = line
        .reason
        .as_deref()
        .map(|words| tx.seal_words(reason_of(authority, &key), words))
        .transpose()?;
    diesel::insert_into(audit_lines::table)
        .values((
            audit_lines::id.eq(id),
            audit_lines::authority_id.eq(authority),
            audit_lines::at.eq(now),
            audit_lines::actor_id.eq(actor),
            audit_lines::actor_role.eq(role),
            audit_lines::deed.eq(line.deed),
            audit_lines::subject.eq(line.subject),
            audit_lines::subject_id.eq(line.subject_id),
            audit_lines::about_account_id.eq(line.about),
            audit_lines::detail.eq(line.detail.to_string()),
            audit_lines::sealed_reason.eq(reason),
        ))
        .execute(tx.conn())?;
    Ok(())
}

#[derive(Debug, Queryable)]
struct Row {
    id: AuditLineId,
    at: Moment,
    actor_id: Option<AccountId>,
    actor_role: String,
    deed: String,
    subject: String,
    subject_id: Option<SubjectId>,
    about: Option<AccountId>,
    detail: String,
    /// As lines were written before reasons were sealed.
    reason: Option<String>,
    sealed_reason: Option<Vec<u8>>,
}

/// Where the reason of a line is sealed to.
fn reason_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 1]) -> Place<'a> {
    Place {
        authority,
        column: "audit_lines.reason",
        row,
    }
}

/// Lines of the caller's authority, newest first, without those of connections of theirs, and without
/// those that would reveal an alert the caller is excluded from: those about it; and, since it was raised, those about its family member
/// and those in which others look into the caller.
pub(super) fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Answer<Vec<Written>> {
    let rows = rows(view.conn(), caller, listing)?;
    named(view, caller.authority_id, rows)
}

#[expect(
    clippy::too_many_lines,
    reason = "one question, and what it must not reveal"
)]
fn rows(conn: &mut Conn, caller: &Caller, listing: &Listing) -> Answer<Vec<Row>> {
    let me = caller.account_id;
    let about_family_member = alerts::family_member_id
        .nullable()
        .eq(audit_lines::about_account_id)
        .assume_not_null();
    let about_family = exists(
        accounts::table
            .filter(accounts::id.eq(alerts::family_member_id))
            .filter(accounts::family_id.eq(audit_lines::subject_id)),
    );
    let names_me = audit_lines::about_account_id
        .eq(me)
        .assume_not_null()
        .or(audit_lines::subject_id
            .eq(SubjectId::from(me))
            .assume_not_null())
        .or(audit_lines::detail.like(format!("%{me}%")));
    let by_others = audit_lines::actor_id
        .is_null()
        .or(audit_lines::actor_id.ne(me).assume_not_null());
    let reveals = alerts::table
        .inner_join(alert_exclusions::table.on(alert_exclusions::alert_id.eq(alerts::id)))
        .filter(alert_exclusions::account_id.eq(me))
        .filter(
            alerts::id
                .nullable()
                .eq(audit_lines::subject_id)
                .assume_not_null()
                .or(alerts::raised_at.le(audit_lines::at).and(
                    about_family_member
                        .or(about_family)
                        .or(by_others.and(names_me.clone())),
                )),
        );
    let mut found = audit_lines::table
        .filter(audit_lines::authority_id.eq(caller.authority_id))
        .filter(not(exists(reveals)))
        .filter(not(audit_lines::deed.like("connection.%").and(names_me)))
        .order(audit_lines::id.desc())
        .limit(listing.limit)
        .select((
            audit_lines::id,
            audit_lines::at,
            audit_lines::actor_id,
            audit_lines::actor_role,
            audit_lines::deed,
            audit_lines::subject,
            audit_lines::subject_id,
            audit_lines::about_account_id,
            audit_lines::detail,
            audit_lines::reason,
            audit_lines::sealed_reason,
        ))
        .into_boxed();
    if let Some(about) = listing.about {
        found = found.filter(audit_lines::about_account_id.eq(about));
    }
    if let Some(subject) = listing.subject {
        found = found.filter(audit_lines::subject_id.eq(subject));
    }
    if let Some(actor) = listing.actor {
        found = found.filter(audit_lines::actor_id.eq(actor));
    }
    if let Some(after) = listing.after {
        found = found.filter(audit_lines::id.lt(after));
    }
    Ok(found.load(conn)?)
}

/// Whether somebody is of this authority.
pub(super) fn is_of(conn: &mut Conn, authority: AuthorityId, who: AccountId) -> Answer<bool> {
    let theirs = accounts::table
        .find(who)
        .filter(accounts::authority_id.eq(authority));
    Ok(diesel::select(exists(theirs)).get_result(conn)?)
}

fn named(view: &mut impl View, authority: AuthorityId, rows: Vec<Row>) -> Answer<Vec<Written>> {
    let mut ids: Vec<AccountId> = rows
        .iter()
        .flat_map(|row| [row.actor_id, row.about])
        .flatten()
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let names: Vec<(AccountId, String)> = accounts::table
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::id.eq_any(&ids))
        .select((accounts::id, accounts::display_name))
        .load(view.conn())?;
    let names: BTreeMap<AccountId, String> = names.into_iter().collect();
    let with_name = |id: AccountId| (id, names.get(&id).cloned().unwrap_or_default());
    let mut written = Vec::with_capacity(rows.len());
    for row in rows {
        let key = [row.id.as_bytes().as_slice()];
        let reason = match &row.sealed_reason {
            Some(sealed) => Some(view.open_words(reason_of(authority, &key), sealed)?),
            None => row.reason,
        };
        written.push(Written {
            id: row.id,
            at: row.at,
            actor: row.actor_id.map(with_name),
            actor_role: row.actor_role,
            deed: row.deed,
            subject: row.subject,
            subject_id: row.subject_id,
            about: row.about.map(with_name),
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
            reason,
        });
    }
    Ok(written)
}
