//! The one fragment of a question that every room asks: which pods somebody covers just now.

use diesel::prelude::*;

use crate::base::ids::{AccountId, PodId};
use crate::base::time::Moment;
use crate::db::schema::{pod_deputies, shifts};
use crate::db::{Answer, Conn};

/// The pods somebody covers at this moment by a shift, as a part of a larger question.
#[diesel::dsl::auto_type]
pub(in crate::care) fn pods_covered_by(account: AccountId, at: Moment) -> _ {
    shifts::table
        .filter(shifts::account_id.eq(account))
        .filter(shifts::from_at.le(at))
        .filter(shifts::over_at.gt(at))
        .select(shifts::pod_id)
}

/// The pods whose deputy somebody is, at any time, as a part of a larger question.
#[diesel::dsl::auto_type]
pub(in crate::care) fn deputised_by(account: AccountId) -> _ {
    pod_deputies::table
        .filter(pod_deputies::account_id.eq(account))
        .select(pod_deputies::pod_id)
}

/// Whether somebody covers a pod at this moment by a shift.
pub(in crate::care) fn covers(
    conn: &mut Conn,
    (account, pod): (AccountId, PodId),
    at: Moment,
) -> Answer<bool> {
    let covered = pods_covered_by(account, at).filter(shifts::pod_id.eq(pod));
    Ok(diesel::select(diesel::dsl::exists(covered)).get_result(conn)?)
}
