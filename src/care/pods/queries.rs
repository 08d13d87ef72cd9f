//! Questions about pods.

use diesel::prelude::*;

use super::Pod;
use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::who::queries::pods_covered_by;
use crate::db::schema::{accounts, pod_deputies, pods};
use crate::db::{Answer, Conn};

type PodRow = (
    PodId,
    AuthorityId,
    String,
    String,
    Option<AccountId>,
    Moment,
);
type PodColumns = (
    pods::id,
    pods::authority_id,
    pods::name,
    pods::area,
    pods::supervising_social_worker_id,
    pods::created_at,
);
const POD: PodColumns = (
    pods::id,
    pods::authority_id,
    pods::name,
    pods::area,
    pods::supervising_social_worker_id,
    pods::created_at,
);

pub(super) fn insert(conn: &mut Conn, pod: &Pod) -> Answer<()> {
    diesel::insert_into(pods::table)
        .values((
            pods::id.eq(pod.id),
            pods::authority_id.eq(pod.authority_id),
            pods::name.eq(&pod.name),
            pods::area.eq(&pod.area),
            pods::supervising_social_worker_id.eq(pod.supervising_social_worker_id),
            pods::created_at.eq(pod.created_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn name_is_taken(conn: &mut Conn, authority: AuthorityId, name: &str) -> Answer<bool> {
    let found = pods::table
        .filter(pods::authority_id.eq(authority))
        .filter(pods::name.eq(name))
        .select(pods::id)
        .first::<PodId>(conn)
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn pod(conn: &mut Conn, authority: AuthorityId, id: PodId) -> Answer<Option<Pod>> {
    let row = pods::table
        .find(id)
        .filter(pods::authority_id.eq(authority))
        .select(POD)
        .first::<PodRow>(conn)
        .optional()?;
    row.map(|row| with_deputies(conn, row)).transpose()
}

/// The pods of an authority, or of those only the ones somebody supervises, covers or works in.
pub(super) fn list(
    conn: &mut Conn,
    authority: AuthorityId,
    only_of: Option<(AccountId, Option<PodId>, Moment)>,
    (after, limit): (Option<PodId>, i64),
) -> Answer<Vec<Pod>> {
    let mut query = pods::table
        .filter(pods::authority_id.eq(authority))
        .select(POD)
        .order(pods::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(pods::id.gt(after));
    }
    if let Some((account, own, now)) = only_of {
        let covered = pod_deputies::table
            .filter(pod_deputies::account_id.eq(account))
            .select(pod_deputies::pod_id);
        query = query.filter(
            pods::supervising_social_worker_id
                .eq(account)
                .assume_not_null()
                .or(pods::id.eq_any(covered))
                .or(pods::id.eq_any(pods_covered_by(account, now)))
                .or(pods::id.eq_any(own)),
        );
    }
    let rows = query.load::<PodRow>(conn)?;
    rows.into_iter()
        .map(|row| with_deputies(conn, row))
        .collect()
}

pub(super) fn set_deputies(conn: &mut Conn, pod: PodId, deputies: &[AccountId]) -> Answer<()> {
    diesel::delete(pod_deputies::table.filter(pod_deputies::pod_id.eq(pod))).execute(conn)?;
    for (position, deputy) in (0_i32..).zip(deputies) {
        diesel::insert_into(pod_deputies::table)
            .values((
                pod_deputies::pod_id.eq(pod),
                pod_deputies::account_id.eq(*deputy),
                pod_deputies::position.eq(position),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub(super) fn is_active_supervisor(
    conn: &mut Conn,
    authority: AuthorityId,
    account: AccountId,
) -> Answer<bool> {
    let found = accounts::table
        .find(account)
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::role.eq(Role::SupervisingSocialWorker))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .first::<AccountId>(conn)
        .optional()?;
    Ok(found.is_some())
}

fn with_deputies(conn: &mut Conn, row: PodRow) -> Answer<Pod> {
    let (id, authority_id, name, area, supervising_social_worker_id, created_at) = row;
    let deputies = pod_deputies::table
        .filter(pod_deputies::pod_id.eq(id))
        .order(pod_deputies::position)
        .select(pod_deputies::account_id)
        .load(conn)?;
    Ok(Pod {
        id,
        authority_id,
        name,
        area,
        supervising_social_worker_id,
        deputies,
        created_at,
    })
}
