//! Questions about who goes, and what rests on them.

use std::collections::BTreeMap;

use diesel::dsl::exists;
use diesel::prelude::*;

use super::handing_on::PodAtStake;
use crate::base::ids::{AccountId, AuthorityId, FamilyId, PodId};
use crate::care::accounts::directory::Account;
use crate::care::accounts::{Role, Status};
use crate::db::schema::{accounts, families, pod_deputies, pods};
use crate::db::{Answer, Conn};

pub(super) fn other_active_managers(conn: &mut Conn, than: &Account) -> Answer<i64> {
    Ok(accounts::table
        .filter(accounts::authority_id.eq(than.authority_id))
        .filter(accounts::role.eq(Role::ServiceManager))
        .filter(accounts::status.eq(Status::Active))
        .filter(accounts::id.ne(than.id))
        .count()
        .get_result(conn)?)
}

pub(super) fn is_active(
    conn: &mut Conn,
    authority: AuthorityId,
    account: AccountId,
    role: Role,
) -> Answer<bool> {
    let found = accounts::table
        .find(account)
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(role))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .first::<AccountId>(conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whether somebody of this role is active in this pod.
pub(super) fn works_in(
    conn: &mut Conn,
    account: AccountId,
    (role, pod): (Role, Option<PodId>),
) -> Answer<bool> {
    let found = accounts::table
        .find(account)
        .filter(accounts::role.eq(role))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::pod_id)
        .first::<Option<PodId>>(conn)
        .optional()?
        .flatten();
    Ok(found.is_some() && found == pod)
}

/// The other active deputies of a pod, in order.
fn active_deputies(conn: &mut Conn, pod: PodId, but: AccountId) -> Answer<Vec<AccountId>> {
    Ok(pod_deputies::table
        .inner_join(accounts::table.on(accounts::id.eq(pod_deputies::account_id)))
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(pod_deputies::account_id.ne(but))
        .filter(accounts::status.eq(Status::Active))
        .order(pod_deputies::position)
        .select(pod_deputies::account_id)
        .load(conn)?)
}

/// Locks a pod's row to the end of the unit: a new alert there sees who answers from now on, or is
/// seen by whoever changes it.
pub(super) fn hold_pod(conn: &mut Conn, pod: PodId) -> Answer<()> {
    diesel::update(pods::table.find(pod))
        .set(pods::name.eq(pods::name))
        .execute(conn)?;
    Ok(())
}

/// The pods somebody supervises.
pub(super) fn supervised_by(conn: &mut Conn, account: AccountId) -> Answer<Vec<PodId>> {
    Ok(pods::table
        .filter(pods::supervising_social_worker_id.eq(account))
        .order(pods::id)
        .select(pods::id)
        .load(conn)?)
}

/// The pods somebody supervises or covers, and who else answers for each.
pub(super) fn pods_resting_on(conn: &mut Conn, account: &Account) -> Answer<Vec<PodAtStake>> {
    let covered = pod_deputies::table
        .filter(pod_deputies::account_id.eq(account.id))
        .select(pod_deputies::pod_id);
    let found = pods::table
        .filter(pods::authority_id.eq(account.authority_id))
        .filter(
            pods::supervising_social_worker_id
                .eq(account.id)
                .assume_not_null()
                .or(pods::id.eq_any(covered)),
        )
        .order(pods::id)
        .select((pods::id, pods::name, pods::supervising_social_worker_id))
        .load::<(PodId, String, Option<AccountId>)>(conn)?;
    let mut at_stake = Vec::with_capacity(found.len());
    for (id, name, supervisor) in found {
        let has_other_supervisor = match supervisor.filter(|other| *other != account.id) {
            Some(other) => is_active(
                conn,
                account.authority_id,
                other,
                Role::SupervisingSocialWorker,
            )?,
            None => false,
        };
        at_stake.push(PodAtStake {
            id,
            name,
            supervised_by_them: supervisor == Some(account.id),
            has_other_supervisor,
            active_deputies: active_deputies(conn, id, account.id)?,
        });
    }
    Ok(at_stake)
}

/// Whether anybody active answers for a pod; none if the authority has no such pod.
pub(super) fn attended(
    conn: &mut Conn,
    authority: AuthorityId,
    pod: PodId,
) -> Answer<Option<bool>> {
    let found = pods::table
        .find(pod)
        .filter(pods::authority_id.eq(authority))
        .select(pods::supervising_social_worker_id)
        .first::<Option<AccountId>>(conn)
        .optional()?;
    let Some(supervisor) = found else {
        return Ok(None);
    };
    if let Some(supervisor) = supervisor
        && is_active(conn, authority, supervisor, Role::SupervisingSocialWorker)?
    {
        return Ok(Some(true));
    }
    let deputies = pod_deputies::table
        .inner_join(accounts::table.on(accounts::id.eq(pod_deputies::account_id)))
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(accounts::status.eq(Status::Active))
        .count()
        .get_result::<i64>(conn)?;
    Ok(Some(deputies > 0))
}

/// Who is in charge of a pod, if anybody is.
pub(super) fn supervisor_of(conn: &mut Conn, pod: PodId) -> Answer<Option<AccountId>> {
    let found: Option<Option<AccountId>> = pods::table
        .find(pod)
        .select(pods::supervising_social_worker_id)
        .first(conn)
        .optional()?;
    Ok(found.flatten())
}

/// Puts somebody in another's place among the deputies of a pod, unless they answer for it already; then that
/// place is nobody's.
pub(super) fn put_in_place_of(
    conn: &mut Conn,
    pod: PodId,
    (who, heir): (AccountId, AccountId),
) -> Answer<()> {
    let supervises = pods::table
        .find(pod)
        .filter(pods::supervising_social_worker_id.eq(heir));
    let deputises = pod_deputies::table
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(pod_deputies::account_id.eq(heir));
    let is_there = diesel::select(exists(supervises)).get_result::<bool>(conn)?
        || diesel::select(exists(deputises)).get_result::<bool>(conn)?;
    let place = pod_deputies::table
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(pod_deputies::account_id.eq(who));
    if is_there {
        diesel::delete(place).execute(conn)?;
    } else {
        diesel::update(place)
            .set(pod_deputies::account_id.eq(heir))
            .execute(conn)?;
    }
    Ok(())
}

/// What these people are called.
pub(super) fn names(
    conn: &mut Conn,
    people: Vec<AccountId>,
) -> Answer<BTreeMap<AccountId, String>> {
    let found: Vec<(AccountId, String)> = accounts::table
        .filter(accounts::id.eq_any(people))
        .select((accounts::id, accounts::display_name))
        .load(conn)?;
    Ok(found.into_iter().collect())
}

pub(super) fn remove_from_covers(conn: &mut Conn, account: AccountId) -> Answer<()> {
    diesel::delete(pod_deputies::table.filter(pod_deputies::account_id.eq(account)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn families_of_practitioner(conn: &mut Conn, account: AccountId) -> Answer<usize> {
    let count = families::table
        .filter(families::family_practitioner_id.eq(account))
        .count()
        .get_result::<i64>(conn)?;
    Ok(usize::try_from(count).unwrap_or(0))
}

pub(super) fn reallocate(conn: &mut Conn, from: AccountId, to: AccountId) -> Answer<()> {
    diesel::update(families::table.filter(families::family_practitioner_id.eq(from)))
        .set(families::family_practitioner_id.eq(to))
        .execute(conn)?;
    Ok(())
}

/// Changes somebody's standing; false if it is not what was seen any more.
pub(super) fn set_status(
    conn: &mut Conn,
    account: AccountId,
    (from, to): (Status, Status),
) -> Answer<bool> {
    let rows = diesel::update(accounts::table.find(account))
        .filter(accounts::status.eq(from))
        .set(accounts::status.eq(to))
        .execute(conn)?;
    Ok(rows == 1)
}

pub(super) fn set_qualified(conn: &mut Conn, account: AccountId, qualified: bool) -> Answer<()> {
    diesel::update(accounts::table.find(account))
        .set(accounts::qualified.eq(qualified))
        .execute(conn)?;
    Ok(())
}

pub(super) fn set_pod(conn: &mut Conn, account: AccountId, pod: PodId) -> Answer<()> {
    diesel::update(accounts::table.find(account))
        .set(accounts::pod_id.eq(pod))
        .execute(conn)?;
    Ok(())
}

/// Moves a family and all its members.
pub(super) fn move_family(
    conn: &mut Conn,
    family: FamilyId,
    (pod, practitioner): (PodId, Option<AccountId>),
) -> Answer<Vec<AccountId>> {
    diesel::update(families::table.find(family))
        .set((
            families::pod_id.eq(pod),
            families::family_practitioner_id.eq(practitioner),
        ))
        .execute(conn)?;
    Ok(
        diesel::update(accounts::table.filter(accounts::family_id.eq(family)))
            .set(accounts::pod_id.eq(pod))
            .returning(accounts::id)
            .get_results(conn)?,
    )
}
