//! Questions about the audit.

use diesel::prelude::*;

use super::Line;
use crate::base::ids::{AccountId, AuditLineId, AuthorityId};
use crate::db::schema::audit_lines;
use crate::db::{Answer, Tx, View};

pub(super) fn append(
    tx: &mut Tx<'_>,
    (authority, actor, role): (AuthorityId, Option<AccountId>, &str),
    line: &Line,
) -> Answer<()> {
    let now = tx.now();
    diesel::insert_into(audit_lines::table)
        .values((
            audit_lines::id.eq(AuditLineId::new()),
            audit_lines::authority_id.eq(authority),
            audit_lines::at.eq(now),
            audit_lines::actor_id.eq(actor),
            audit_lines::actor_role.eq(role),
            audit_lines::deed.eq(line.deed),
            audit_lines::subject.eq(line.subject),
            audit_lines::subject_id.eq(line.subject_id),
            audit_lines::about_account_id.eq(line.about),
            audit_lines::detail.eq(line.detail.to_string()),
            audit_lines::reason.eq(line.reason.as_deref()),
        ))
        .execute(tx.conn())?;
    Ok(())
}
