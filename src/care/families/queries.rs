//! Questions about families.

use diesel::prelude::*;

use super::Family;
use crate::base::ids::{AccountId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::db::schema::{accounts, families};
use crate::db::{Answer, Conn};

pub(super) fn insert(conn: &mut Conn, family: &Family) -> Answer<()> {
    diesel::insert_into(families::table)
        .values((
            families::id.eq(family.id),
            families::authority_id.eq(family.authority_id),
            families::pod_id.eq(family.pod_id),
            families::reference.eq(&family.reference),
            families::family_practitioner_id.eq(family.family_practitioner_id),
            families::state.eq("open"),
            families::created_at.eq(family.created_at),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn reference_is_taken(
    conn: &mut Conn,
    authority: AuthorityId,
    reference: &str,
) -> Answer<bool> {
    let found = families::table
        .filter(families::authority_id.eq(authority))
        .filter(families::reference.eq(reference))
        .select(families::id)
        .first::<FamilyId>(conn)
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn is_practitioner_of(conn: &mut Conn, account: AccountId, pod: PodId) -> Answer<bool> {
    let found = accounts::table
        .find(account)
        .filter(accounts::pod_id.eq(pod))
        .filter(accounts::role.eq(Role::FamilyPractitioner))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .first::<AccountId>(conn)
        .optional()?;
    Ok(found.is_some())
}

pub(super) fn family(
    conn: &mut Conn,
    authority: AuthorityId,
    id: FamilyId,
) -> Answer<Option<Family>> {
    type Row = (PodId, String, Option<AccountId>, Moment);
    let row = families::table
        .find(id)
        .filter(families::authority_id.eq(authority))
        .select((
            families::pod_id,
            families::reference,
            families::family_practitioner_id,
            families::created_at,
        ))
        .first::<Row>(conn)
        .optional()?;
    Ok(row.map(
        |(pod_id, reference, family_practitioner_id, created_at)| Family {
            id,
            authority_id: authority,
            pod_id,
            reference,
            family_practitioner_id,
            created_at,
        },
    ))
}
