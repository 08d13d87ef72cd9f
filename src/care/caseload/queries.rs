//! Whose people they are.

use diesel::prelude::*;

use super::{Listing, Member};
use crate::base::ids::{AccountId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::who::queries::{deputised_by, pods_covered_by};
use crate::db::schema::{accounts, families, pods};
use crate::db::{Answer, Conn};

/// Whether somebody supervises this pod, or any if none is named.
pub(super) fn supervises(conn: &mut Conn, who: AccountId, pod: Option<PodId>) -> Answer<bool> {
    let mut theirs = pods::table
        .filter(pods::supervising_social_worker_id.eq(who))
        .into_boxed();
    if let Some(pod) = pod {
        theirs = theirs.filter(pods::id.eq(pod));
    }
    let found: Option<PodId> = theirs.select(pods::id).first(conn).optional()?;
    Ok(found.is_some())
}

/// The caller's people who have not left; no more than `most`.
pub(super) fn members(
    conn: &mut Conn,
    (caller, now): (&Caller, Moment),
    listing: &Listing,
    most: i64,
) -> Answer<Vec<Member>> {
    let me = caller.account_id;
    let mut question = accounts::table
        .inner_join(families::table.on(accounts::family_id.eq(families::id.nullable())))
        .inner_join(pods::table.on(pods::id.eq(families::pod_id)))
        .filter(accounts::authority_id.eq(caller.authority_id))
        .filter(accounts::status.ne(Status::Departed))
        .order(accounts::id)
        .limit(most)
        .select((
            accounts::id,
            accounts::display_name,
            accounts::kind,
            accounts::created_at,
            families::id,
            families::reference,
            families::pod_id,
        ))
        .into_boxed();
    if let Some(pod) = listing.pod_id {
        question = question.filter(families::pod_id.eq(pod));
    }
    let question = match (caller.role, &listing.reason) {
        (Role::ServiceManager, _) => question,
        (Role::SupervisingSocialWorker, None) => {
            question.filter(pods::supervising_social_worker_id.eq(me).assume_not_null())
        }
        (Role::SupervisingSocialWorker, Some(_)) => {
            let supervised = pods::supervising_social_worker_id.eq(me).assume_not_null();
            let on_now = pods::id.eq_any(pods_covered_by(me, now));
            question.filter(supervised.or(pods::id.eq_any(deputised_by(me))).or(on_now))
        }
        (Role::FamilyPractitioner, _) => {
            question.filter(families::family_practitioner_id.eq(me).assume_not_null())
        }
        (Role::PeerMentor | Role::FamilyMember, _) => return Ok(Vec::new()),
    };
    Ok(question.load(conn)?)
}
