//! Why somebody is left out of an alert, and who has said so.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::exists;
use diesel::prelude::*;

use super::exclusions::exclude;
use crate::base::ids::{AccountId, AlertId};
use crate::base::time::Moment;
use crate::care::accounts::{Role, Status};
use crate::care::alerts::State;
use crate::care::alerts::connections::Why;
use crate::db::schema::{accounts, alert_exclusions, alerts, conversation_members, conversations};
use crate::db::{Answer, Conn};

/// People, each with the one who has said that they are left out; nobody where it is the words themselves, or
/// more than one.
pub(in crate::care::alerts) type Said = BTreeMap<AccountId, Option<AccountId>>;

/// That somebody is left out of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(in crate::care::alerts) struct Reason {
    /// Of which.
    pub(in crate::care::alerts) alert: AlertId,
    /// Who.
    pub(in crate::care::alerts) who: AccountId,
    /// As what they work.
    pub(in crate::care::alerts) role: Role,
    /// Why.
    pub(in crate::care::alerts) why: Why,
    /// Who has said so.
    pub(in crate::care::alerts) by: Option<AccountId>,
}

/// Who is left out of the alerts about a family member that are not closed, one alert after the other.
pub(in crate::care::alerts) fn left_out_about(
    conn: &mut Conn,
    family_member: AccountId,
) -> Answer<Vec<Reason>> {
    Ok(alert_exclusions::table
        .inner_join(alerts::table.on(alerts::id.eq(alert_exclusions::alert_id)))
        .inner_join(accounts::table.on(accounts::id.eq(alert_exclusions::account_id)))
        .filter(alerts::family_member_id.eq(family_member))
        .filter(alerts::state.ne(State::Closed))
        .order((alert_exclusions::alert_id, alert_exclusions::account_id))
        .select((
            alert_exclusions::alert_id,
            alert_exclusions::account_id,
            accounts::role,
            alert_exclusions::why,
            alert_exclusions::by_id,
        ))
        .load(conn)?)
}

/// Who is left out of one alert.
pub(in crate::care::alerts) fn reasons_of(conn: &mut Conn, alert: AlertId) -> Answer<Vec<Reason>> {
    Ok(alert_exclusions::table
        .inner_join(accounts::table.on(accounts::id.eq(alert_exclusions::account_id)))
        .filter(alert_exclusions::alert_id.eq(alert))
        .order(alert_exclusions::account_id)
        .select((
            alert_exclusions::alert_id,
            alert_exclusions::account_id,
            accounts::role,
            alert_exclusions::why,
            alert_exclusions::by_id,
        ))
        .load(conn)?)
}

/// As [`exclude`], and keeps who has said so. Where several have, that of an active manager counts, and what the
/// words themselves say counts more.
pub(in crate::care::alerts) fn exclude_as(
    conn: &mut Conn,
    alert: AlertId,
    (people, why): (&Said, Why),
) -> Answer<BTreeSet<AccountId>> {
    let before = reasons_of(conn, alert)?;
    let everybody: BTreeSet<AccountId> = people.keys().copied().collect();
    let news = exclude(conn, alert, (&everybody, why))?;
    for (who, by) in people {
        let is_settled = match before.iter().find(|reason| reason.who == *who) {
            None => false,
            Some(known) if known.why < Why::ByHand => known.why >= why,
            Some(known) => known.by.is_none() || why < Why::ByHand || !is_weightier(conn, *by)?,
        };
        if !is_settled {
            diesel::update(alert_exclusions::table.find((alert, who)))
                .set(alert_exclusions::by_id.eq(*by))
                .execute(conn)?;
        }
    }
    Ok(news)
}

/// Whether what the words say, or an active manager.
fn is_weightier(conn: &mut Conn, by: Option<AccountId>) -> Answer<bool> {
    match by {
        Some(by) => Ok(active_role(conn, by)? == Some(Role::ServiceManager)),
        None => Ok(true),
    }
}

/// Leaves these people out of an alert no more.
pub(in crate::care::alerts) fn take_back(
    conn: &mut Conn,
    alert: AlertId,
    people: &BTreeSet<AccountId>,
) -> Answer<()> {
    let these: Vec<AccountId> = people.iter().copied().collect();
    let rows = alert_exclusions::table
        .filter(alert_exclusions::alert_id.eq(alert))
        .filter(alert_exclusions::account_id.eq_any(these));
    diesel::delete(rows).execute(conn)?;
    Ok(())
}

/// What somebody is, if they may act now.
pub(in crate::care::alerts) fn active_role(
    conn: &mut Conn,
    who: AccountId,
) -> Answer<Option<Role>> {
    Ok(accounts::table
        .find(who)
        .filter(accounts::status.eq(Status::Active))
        .select(accounts::role)
        .first(conn)
        .optional()?)
}

/// Whether a mentor is in a conversation of a family member now, matched with them or covering.
pub(in crate::care::alerts) fn is_with(
    conn: &mut Conn,
    (mentor, family_member): (AccountId, AccountId),
    now: Moment,
) -> Answer<bool> {
    let goes_on = conversation_members::until_at
        .is_null()
        .or(conversation_members::until_at.gt(now).assume_not_null());
    let talks = conversation_members::table
        .inner_join(
            conversations::table.on(conversations::id.eq(conversation_members::conversation_id)),
        )
        .filter(conversation_members::account_id.eq(mentor))
        .filter(conversations::family_member_id.eq(family_member))
        .filter(conversation_members::from_at.le(now))
        .filter(goes_on);
    Ok(diesel::select(exists(talks)).get_result(conn)?)
}
