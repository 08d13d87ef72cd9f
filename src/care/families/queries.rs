//! Questions about families.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::reading::{Sight, Within};
use super::{Family, FamilyMember, Matched};
use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId, MatchId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Kind, Role, Status};
use crate::care::who::queries::pods_covered_by;
use crate::db::schema::{
    accounts, conversation_members, conversations, families, matches, pod_deputies, pods,
};
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

type FamilyRow = (FamilyId, PodId, String, Option<AccountId>, Moment);
type FamilyColumns = (
    families::id,
    families::pod_id,
    families::reference,
    families::family_practitioner_id,
    families::created_at,
);
const FAMILY: FamilyColumns = (
    families::id,
    families::pod_id,
    families::reference,
    families::family_practitioner_id,
    families::created_at,
);

/// The families within somebody's sight that are asked for, in the order they were made.
pub(super) fn list(
    conn: &mut Conn,
    sight: &Sight,
    (pod, only): (Option<PodId>, Option<FamilyId>),
    (after, limit): (Option<FamilyId>, i64),
) -> Answer<Vec<Family>> {
    let mut query = families::table
        .filter(families::authority_id.eq(sight.authority_id))
        .select(FAMILY)
        .order(families::id)
        .limit(limit)
        .into_boxed();
    match sight.within {
        Within::Everything => {}
        Within::PodsOf(account, now) => {
            let covered = pod_deputies::table
                .filter(pod_deputies::account_id.eq(account))
                .select(pod_deputies::pod_id);
            let supervised = pods::table
                .filter(pods::supervising_social_worker_id.eq(account))
                .select(pods::id);
            query = query.filter(
                families::pod_id
                    .eq_any(covered)
                    .or(families::pod_id.eq_any(pods_covered_by(account, now)))
                    .or(families::pod_id.eq_any(supervised)),
            );
        }
        Within::AllocatedTo(practitioner, own) => {
            query = query.filter(families::pod_id.eq_any(own)).filter(
                families::family_practitioner_id
                    .is_null()
                    .or(families::family_practitioner_id
                        .eq(practitioner)
                        .assume_not_null()),
            );
        }
    }
    if let Some(pod) = pod {
        query = query.filter(families::pod_id.eq(pod));
    }
    if let Some(id) = only {
        query = query.filter(families::id.eq(id));
    }
    if let Some(after) = after {
        query = query.filter(families::id.gt(after));
    }
    let rows = query.load::<FamilyRow>(conn)?;
    Ok(rows
        .into_iter()
        .map(
            |(id, pod_id, reference, family_practitioner_id, created_at)| Family {
                id,
                authority_id: sight.authority_id,
                pod_id,
                reference,
                family_practitioner_id,
                created_at,
            },
        )
        .collect())
}

/// A family's members, each with their match of now.
pub(super) fn members(conn: &mut Conn, family: FamilyId) -> Answer<Vec<FamilyMember>> {
    type Who = (AccountId, Option<Kind>, String, Status, String);
    type Match = Option<(MatchId, AccountId, ConversationId)>;
    let rows = accounts::table
        .left_join(
            matches::table.on(matches::family_member_id
                .eq(accounts::id)
                .and(matches::ended_at.is_null())),
        )
        .filter(accounts::family_id.eq(family))
        .order(accounts::id)
        .select((
            (
                accounts::id,
                accounts::kind,
                accounts::display_name,
                accounts::status,
                accounts::language,
            ),
            (
                matches::id,
                matches::peer_mentor_id,
                matches::conversation_id,
            )
                .nullable(),
        ))
        .load::<(Who, Match)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|((id, kind, display_name, status, language), matched)| {
            let matched = matched.map(|(match_id, peer_mentor_id, conversation_id)| Matched {
                match_id,
                peer_mentor_id,
                conversation_id,
            });
            FamilyMember {
                id,
                kind,
                display_name,
                status,
                language,
                matched,
            }
        })
        .collect())
}

pub(super) fn supervisor(conn: &mut Conn, pod: PodId) -> Answer<Option<AccountId>> {
    Ok(pods::table
        .find(pod)
        .select(pods::supervising_social_worker_id)
        .first(conn)?)
}

/// Says whether a family is worked with.
pub(super) fn set_state(conn: &mut Conn, id: FamilyId, state: &str) -> Answer<()> {
    diesel::update(families::table.find(id))
        .set(families::state.eq(state))
        .execute(conn)?;
    Ok(())
}

/// Who stands around a family member.
#[derive(Debug, Queryable)]
pub(super) struct Around {
    pub(super) authority_id: AuthorityId,
    pub(super) pod_id: PodId,
    pub(super) supervisor: Option<AccountId>,
    pub(super) practitioner: Option<AccountId>,
}

pub(super) fn around(conn: &mut Conn, member: AccountId) -> Answer<Option<Around>> {
    Ok(accounts::table
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .inner_join(pods::table.on(pods::id.eq(families::pod_id)))
        .filter(accounts::id.eq(member))
        .filter(accounts::role.eq(Role::FamilyMember))
        .select((
            accounts::authority_id,
            pods::id,
            pods::supervising_social_worker_id,
            families::family_practitioner_id,
        ))
        .first(conn)
        .optional()?)
}

pub(super) fn is_deputy(conn: &mut Conn, pod: PodId, who: AccountId) -> Answer<bool> {
    let deputies = pod_deputies::table
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(pod_deputies::account_id.eq(who));
    Ok(diesel::select(exists(deputies)).get_result(conn)?)
}

/// The mentors in a family member's open conversation at a moment.
pub(super) fn mentors_of(conn: &mut Conn, member: AccountId, at: Moment) -> Answer<Vec<AccountId>> {
    Ok(conversation_members::table
        .inner_join(
            conversations::table.on(conversations::id.eq(conversation_members::conversation_id)),
        )
        .filter(conversations::family_member_id.eq(member))
        .filter(conversations::ended_at.is_null())
        .filter(conversation_members::account_id.ne(member))
        .filter(conversation_members::from_at.le(at))
        .filter(
            conversation_members::until_at
                .is_null()
                .or(conversation_members::until_at.gt(at).assume_not_null()),
        )
        .order(conversation_members::from_at)
        .select(conversation_members::account_id)
        .load(conn)?)
}

/// Those of them who may act.
pub(super) fn active_mentors_of(
    conn: &mut Conn,
    member: AccountId,
    at: Moment,
) -> Answer<Vec<AccountId>> {
    let mut mentors = mentors_of(conn, member, at)?;
    let active = accounts::table
        .filter(accounts::id.eq_any(&mentors))
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::id)
        .load::<AccountId>(conn)?;
    mentors.retain(|mentor| active.contains(mentor));
    Ok(mentors)
}
