//! Questions about who supervises a pod, and who did.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::base::ids::{AccountId, PodId};
use crate::base::time::Moment;
use crate::care::pods::rota::{OnDuty, leave_of_account_at};
use crate::db::schema::{accounts, pod_deputies, pod_supervisors, pods};
use crate::db::{Answer, Conn};

pub(super) fn set_supervisor(conn: &mut Conn, pod: PodId, who: AccountId) -> Answer<()> {
    diesel::update(pods::table.find(pod))
        .set(pods::supervising_social_worker_id.eq(who))
        .execute(conn)?;
    Ok(())
}

pub(super) fn remove_deputy(conn: &mut Conn, pod: PodId, who: AccountId) -> Answer<()> {
    diesel::delete(pod_deputies::table)
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(pod_deputies::account_id.eq(who))
        .execute(conn)?;
    Ok(())
}

pub(super) fn bearing_the_name_of(conn: &mut Conn, who: AccountId) -> Answer<Vec<PodId>> {
    Ok(pods::table
        .filter(pods::supervising_social_worker_id.eq(who))
        .order(pods::id)
        .select(pods::id)
        .load(conn)?)
}

/// Who supervises a pod by its history.
pub(super) fn open(conn: &mut Conn, pod: PodId) -> Answer<Option<AccountId>> {
    Ok(pod_supervisors::table
        .filter(pod_supervisors::pod_id.eq(pod))
        .filter(pod_supervisors::until_at.is_null())
        .select(pod_supervisors::account_id)
        .first(conn)
        .optional()?)
}

/// Forgets whoever began at a moment or later: they have not supervised for any time.
pub(super) fn forget_since(conn: &mut Conn, pod: PodId, since: Moment) -> Answer<()> {
    diesel::delete(pod_supervisors::table)
        .filter(pod_supervisors::pod_id.eq(pod))
        .filter(pod_supervisors::from_at.ge(since))
        .execute(conn)?;
    Ok(())
}

pub(super) fn end_of_pod(conn: &mut Conn, pod: PodId, now: Moment) -> Answer<()> {
    diesel::update(pod_supervisors::table)
        .filter(pod_supervisors::pod_id.eq(pod))
        .filter(pod_supervisors::until_at.is_null())
        .set(pod_supervisors::until_at.eq(now))
        .execute(conn)?;
    Ok(())
}

pub(super) fn end_all_of(conn: &mut Conn, who: AccountId, now: Moment) -> Answer<()> {
    diesel::update(pod_supervisors::table)
        .filter(pod_supervisors::account_id.eq(who))
        .filter(pod_supervisors::until_at.is_null())
        .set(pod_supervisors::until_at.eq(now))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert(conn: &mut Conn, (pod, who): (PodId, AccountId), from: Moment) -> Answer<()> {
    diesel::insert_into(pod_supervisors::table)
        .values((
            pod_supervisors::pod_id.eq(pod),
            pod_supervisors::from_at.eq(from),
            pod_supervisors::account_id.eq(who),
        ))
        .execute(conn)?;
    Ok(())
}

/// Who supervised a pod at an instant, and whether they were on leave then.
pub(super) fn at(conn: &mut Conn, pod: PodId, at: Moment) -> Answer<Option<OnDuty>> {
    let lasts = pod_supervisors::until_at
        .is_null()
        .or(pod_supervisors::until_at.gt(at).assume_not_null());
    let found: Option<(AccountId, String, bool)> = pod_supervisors::table
        .inner_join(accounts::table.on(accounts::id.eq(pod_supervisors::account_id)))
        .filter(pod_supervisors::pod_id.eq(pod))
        .filter(pod_supervisors::from_at.le(at))
        .filter(lasts)
        .select((
            accounts::id,
            accounts::display_name,
            exists(leave_of_account_at(at)),
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, display_name, is_away)| OnDuty {
        id,
        display_name,
        is_active: true,
        is_away,
        shift: None,
    }))
}
