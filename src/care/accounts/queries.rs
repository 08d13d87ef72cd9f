//! Questions about accounts and devices.

use diesel::prelude::*;

use super::{Caller, Claims, Kind, Role, Status};
use crate::base::ids::{AuthorityId, FamilyId, PodId};
use crate::db::schema::{accounts, devices};
use crate::db::{Answer, Conn};

type CallerRow = (
    AuthorityId,
    Role,
    Option<Kind>,
    Status,
    Option<PodId>,
    Option<FamilyId>,
    bool,
    String,
);

/// The account and its device in one question, if the device has not been ended.
pub(super) fn caller(conn: &mut Conn, claims: &Claims) -> Answer<Option<Caller>> {
    let row = accounts::table
        .inner_join(devices::table.on(devices::account_id.eq(accounts::id)))
        .filter(accounts::id.eq(claims.account_id))
        .filter(devices::id.eq(claims.device_id))
        .filter(devices::ended_at.is_null())
        .select((
            accounts::authority_id,
            accounts::role,
            accounts::kind,
            accounts::status,
            accounts::pod_id,
            accounts::family_id,
            accounts::qualified,
            accounts::language,
        ))
        .first::<CallerRow>(conn)
        .optional()?;
    let Some((authority_id, role, kind, status, pod_id, family_id, marked_qualified, language)) =
        row
    else {
        return Ok(None);
    };
    Ok(Some(Caller {
        account_id: claims.account_id,
        device_id: claims.device_id,
        authority_id,
        role,
        kind,
        status,
        pod_id,
        family_id,
        marked_qualified,
        language,
    }))
}
