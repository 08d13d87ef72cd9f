//! Questions about the people around an alert: who answers for it, and who must not know.

use std::collections::BTreeMap;

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::base::ids::{AccountId, AlertId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::alerts::Alert;
use crate::care::alerts::actions::Named;
use crate::care::alerts::ladder::{People, Person};
use crate::care::pods::rota::{self, Around, OnDuty};
use crate::care::who::queries::covers;
use crate::db::schema::{accounts, alert_deeds, families, pod_deputies, pods};
use crate::db::{Answer, Conn};

/// Where a family member belongs. Until the unit ends the family moves nowhere and nobody else comes
/// to answer for the pod: a new alert would be missed by either.
pub(in crate::care::alerts) fn place_of(
    conn: &mut Conn,
    family_member: AccountId,
) -> Answer<Option<(AuthorityId, PodId, FamilyId)>> {
    let family = accounts::table
        .find(family_member)
        .select(accounts::family_id)
        .single_value();
    let found: Option<(AuthorityId, PodId, FamilyId)> = diesel::update(families::table)
        .filter(families::id.nullable().eq(family))
        .set(families::pod_id.eq(families::pod_id))
        .returning((families::authority_id, families::pod_id, families::id))
        .get_result(conn)
        .optional()?;
    if let Some((_, pod, _)) = found {
        diesel::update(pods::table.find(pod))
            .set(pods::name.eq(pods::name))
            .execute(conn)?;
    }
    Ok(found)
}

/// Everybody who could be told, before anybody is left out.
pub(in crate::care::alerts) fn people(
    conn: &mut Conn,
    alert: &Alert,
    now: Moment,
) -> Answer<People> {
    type Row = (AccountId, Status);
    let person = |(id, status): Row| Person {
        id,
        is_active: status == Status::Active,
    };
    // Whoever is on leave is called with everybody else, and not before.
    let is_here = |who: &&OnDuty| !who.is_away;
    let on_duty = |who: &OnDuty| Person {
        id: who.id,
        is_active: who.is_active,
    };
    let Around {
        covering,
        supervisor,
    } = rota::around(conn, alert.pod_id, now)?;
    let deputies: Vec<Row> = pod_deputies::table
        .inner_join(accounts::table.on(accounts::id.eq(pod_deputies::account_id)))
        .filter(pod_deputies::pod_id.eq(alert.pod_id))
        .filter(not(exists(rota::leave_of_account_at(now))))
        .order(pod_deputies::position)
        .select((accounts::id, accounts::status))
        .load(conn)?;
    let mut of_role = |role: Role| -> Answer<Vec<Row>> {
        Ok(accounts::table
            .filter(accounts::authority_id.eq(alert.authority_id))
            .filter(accounts::role.eq(role))
            .filter(accounts::status.eq(Status::Active))
            .order(accounts::id)
            .select((accounts::id, accounts::status))
            .load(conn)?)
    };
    let (managers, everyone) = (
        of_role(Role::ServiceManager)?,
        of_role(Role::SupervisingSocialWorker)?,
    );
    Ok(People {
        covering: covering.iter().filter(is_here).map(on_duty).collect(),
        supervisor: supervisor.as_ref().filter(is_here).map(on_duty),
        deputies: deputies.into_iter().map(person).collect(),
        managers: managers.into_iter().map(person).collect(),
        everyone: everyone.into_iter().map(person).collect(),
    })
}

/// Whether somebody supervises a pod, is a deputy on it, or covers it at this moment by a shift.
pub(in crate::care::alerts) fn answers_for(
    conn: &mut Conn,
    (who, pod): (AccountId, PodId),
    now: Moment,
) -> Answer<bool> {
    let supervises = pods::table
        .filter(pods::id.eq(pod))
        .filter(pods::supervising_social_worker_id.eq(who));
    let deputises = pod_deputies::table
        .filter(pod_deputies::pod_id.eq(pod))
        .filter(pod_deputies::account_id.eq(who));
    Ok(diesel::select(exists(supervises)).get_result::<bool>(conn)?
        || diesel::select(exists(deputises)).get_result::<bool>(conn)?
        || covers(conn, (who, pod), now)?)
}

pub(in crate::care::alerts) fn practitioner_of(
    conn: &mut Conn,
    family: FamilyId,
) -> Answer<Option<AccountId>> {
    Ok(families::table
        .find(family)
        .select(families::family_practitioner_id)
        .first::<Option<AccountId>>(conn)
        .optional()?
        .flatten())
}

/// These people as others see them.
pub(in crate::care::alerts) fn names(
    conn: &mut Conn,
    mut ids: Vec<AccountId>,
) -> Answer<BTreeMap<AccountId, Named>> {
    ids.sort_unstable();
    ids.dedup();
    let found: Vec<(AccountId, String)> = accounts::table
        .filter(accounts::id.eq_any(ids))
        .select((accounts::id, accounts::display_name))
        .load(conn)?;
    let named = |(id, display_name)| (id, Named { id, display_name });
    Ok(found.into_iter().map(named).collect())
}

/// One person as others see them.
pub(in crate::care::alerts) fn name(conn: &mut Conn, id: AccountId) -> Answer<Named> {
    let display_name = accounts::table
        .find(id)
        .select(accounts::display_name)
        .first(conn)?;
    Ok(Named { id, display_name })
}

/// What somebody of an authority is, whether or not they may act now.
pub(in crate::care::alerts) fn role_of(
    conn: &mut Conn,
    authority: AuthorityId,
    who: AccountId,
) -> Answer<Option<Role>> {
    Ok(accounts::table
        .find(who)
        .filter(accounts::authority_id.eq(authority))
        .select(accounts::role)
        .first(conn)
        .optional()?)
}

/// Whether somebody may be handed an alert: a social worker or manager of the authority who may
/// act now.
pub(in crate::care::alerts) fn may_take_over(
    conn: &mut Conn,
    authority: AuthorityId,
    who: AccountId,
) -> Answer<bool> {
    let takers = accounts::table
        .filter(accounts::id.eq(who))
        .filter(accounts::authority_id.eq(authority))
        .filter(accounts::status.eq(Status::Active))
        .filter(accounts::role.eq_any([Role::SupervisingSocialWorker, Role::ServiceManager]));
    Ok(diesel::select(exists(takers)).get_result(conn)?)
}

/// Takes the account of somebody who is about to be responsible: whoever takes their standing away at the
/// same moment waits for this unit, and finds what they hold. False if they may not act any more.
pub(in crate::care::alerts) fn hold_active(conn: &mut Conn, who: AccountId) -> Answer<bool> {
    let rows = diesel::update(accounts::table.find(who))
        .filter(accounts::status.eq(Status::Active))
        .set(accounts::status.eq(Status::Active))
        .execute(conn)?;
    Ok(rows == 1)
}

/// Whether somebody may act now and close an alert.
pub(super) fn may_decide(conn: &mut Conn, who: AccountId) -> Answer<bool> {
    let is_manager = accounts::role.eq(Role::ServiceManager);
    let is_qualified = accounts::role
        .eq(Role::SupervisingSocialWorker)
        .or(is_manager.and(accounts::qualified.eq(true)));
    let decides = accounts::table
        .filter(accounts::id.eq(who))
        .filter(accounts::status.eq(Status::Active))
        .filter(is_qualified);
    Ok(diesel::select(exists(decides)).get_result(conn)?)
}

/// Whether somebody has done this to an alert before.
pub(in crate::care::alerts) fn has_done(
    conn: &mut Conn,
    alert: AlertId,
    (who, deed): (AccountId, &'static str),
) -> Answer<bool> {
    let done = alert_deeds::table
        .filter(alert_deeds::alert_id.eq(alert))
        .filter(alert_deeds::actor_id.eq(who))
        .filter(alert_deeds::deed.eq(deed));
    Ok(diesel::select(exists(done)).get_result(conn)?)
}
