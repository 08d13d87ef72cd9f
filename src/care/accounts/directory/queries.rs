//! Questions about who is here.

use diesel::prelude::*;

use super::{Account, Sight, Which};
use crate::base::ids::{AccountId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Kind, Role, Status};
use crate::care::who::queries::pods_covered_by;
use crate::db::schema::{accounts, families, pod_deputies, pods, shifts};
use crate::db::{Answer, Conn};

type Row = (
    (AccountId, AuthorityId, Role, Option<Kind>, Status),
    (String, Option<String>, String),
    (Option<PodId>, Option<FamilyId>),
    (bool, Option<Moment>, Moment),
);

type Columns = (
    (
        accounts::id,
        accounts::authority_id,
        accounts::role,
        accounts::kind,
        accounts::status,
    ),
    (accounts::display_name, accounts::email, accounts::language),
    (accounts::pod_id, accounts::family_id),
    (
        accounts::qualified,
        accounts::second_factor_confirmed_at,
        accounts::created_at,
    ),
);
const ACCOUNT: Columns = (
    (
        accounts::id,
        accounts::authority_id,
        accounts::role,
        accounts::kind,
        accounts::status,
    ),
    (accounts::display_name, accounts::email, accounts::language),
    (accounts::pod_id, accounts::family_id),
    (
        accounts::qualified,
        accounts::second_factor_confirmed_at,
        accounts::created_at,
    ),
);

fn read((who, named, place, (qualified, confirmed_at, created_at)): Row) -> Account {
    let (id, authority_id, role, kind, status) = who;
    let (display_name, email, language) = named;
    let (pod_id, family_id) = place;
    Account {
        id,
        authority_id,
        role,
        kind,
        display_name,
        email,
        status,
        pod_id,
        family_id,
        language,
        qualified,
        has_second_factor: confirmed_at.is_some(),
        created_at,
    }
}

/// The accounts within somebody's sight that are asked for, in the order they were made.
pub(super) fn accounts(
    conn: &mut Conn,
    sight: &Sight,
    which: &Which,
    (after, limit): (Option<AccountId>, i64),
) -> Answer<Vec<Account>> {
    let mut query = accounts::table
        .filter(accounts::authority_id.eq(sight.authority_id))
        .select(ACCOUNT)
        .order(accounts::id)
        .limit(limit)
        .into_boxed();
    if let Some(within) = &sight.within {
        query = query.filter(
            accounts::pod_id
                .eq_any(&within.pods)
                .assume_not_null()
                .or(accounts::id.eq_any(&within.also)),
        );
        if let Some(practitioner) = within.practitioner {
            let theirs = families::table
                .filter(
                    families::family_practitioner_id
                        .is_null()
                        .or(families::family_practitioner_id
                            .eq(practitioner)
                            .assume_not_null()),
                )
                .select(families::id.nullable());
            query = query.filter(
                accounts::role
                    .ne(Role::FamilyMember)
                    .or(accounts::family_id.eq_any(theirs).assume_not_null()),
            );
        }
    }
    if let Some(id) = which.id {
        query = query.filter(accounts::id.eq(id));
    }
    if let Some(role) = which.role {
        query = query.filter(accounts::role.eq(role));
    }
    if let Some(pod) = which.pod_id {
        query = query.filter(accounts::pod_id.eq(pod));
    }
    if let Some(family) = which.family_id {
        query = query.filter(accounts::family_id.eq(family));
    }
    if let Some(status) = which.status {
        query = query.filter(accounts::status.eq(status));
    }
    if let Some(after) = after {
        query = query.filter(accounts::id.gt(after));
    }
    let rows = query.load::<Row>(conn)?;
    Ok(rows.into_iter().map(read).collect())
}

/// The pods somebody supervises or covers.
pub(super) fn pods_of(
    conn: &mut Conn,
    authority: AuthorityId,
    (account, now): (AccountId, Moment),
) -> Answer<Vec<PodId>> {
    let covered = pod_deputies::table
        .filter(pod_deputies::account_id.eq(account))
        .select(pod_deputies::pod_id);
    Ok(pods::table
        .filter(pods::authority_id.eq(authority))
        .filter(
            pods::supervising_social_worker_id
                .eq(account)
                .assume_not_null()
                .or(pods::id.eq_any(covered))
                .or(pods::id.eq_any(pods_covered_by(account, now))),
        )
        .select(pods::id)
        .load(conn)?)
}

/// Who supervises or covers these pods.
pub(super) fn who_answers_for(
    conn: &mut Conn,
    pods: &[PodId],
    now: Moment,
) -> Answer<Vec<AccountId>> {
    let mut answer: Vec<AccountId> = pod_deputies::table
        .filter(pod_deputies::pod_id.eq_any(pods))
        .select(pod_deputies::account_id)
        .load(conn)?;
    let supervisors: Vec<Option<AccountId>> = pods::table
        .filter(pods::id.eq_any(pods))
        .select(pods::supervising_social_worker_id)
        .load(conn)?;
    answer.extend(supervisors.into_iter().flatten());
    let on_shift: Vec<AccountId> = shifts::table
        .filter(shifts::pod_id.eq_any(pods))
        .filter(shifts::from_at.le(now))
        .filter(shifts::over_at.gt(now))
        .select(shifts::account_id)
        .load(conn)?;
    answer.extend(on_shift);
    Ok(answer)
}
