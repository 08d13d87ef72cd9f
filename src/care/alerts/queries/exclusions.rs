//! Who is left out of which alert, and why.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::base::ids::{AccountId, AlertId, FamilyId};
use crate::care::alerts::connections::Why;
use crate::care::alerts::nearing::Near;
use crate::care::alerts::{Kind, State};
use crate::db::schema::{accounts, alert_exclusions, alerts};
use crate::db::{Answer, Conn};

/// Leaves these people out of an alert; who is left out of it already is from now on for the weightier of the
/// two reasons. Gives those of whom it is new that they are left out, or why.
pub(super) fn exclude(
    conn: &mut Conn,
    alert: AlertId,
    (people, why): (&BTreeSet<AccountId>, Why),
) -> Answer<BTreeSet<AccountId>> {
    let found: Vec<(AccountId, Why)> = alert_exclusions::table
        .filter(alert_exclusions::alert_id.eq(alert))
        .select((alert_exclusions::account_id, alert_exclusions::why))
        .load(conn)?;
    let known: BTreeMap<AccountId, Why> = found.into_iter().collect();
    let mut news = BTreeSet::new();
    for person in people {
        match known.get(person) {
            Some(before) if *before >= why => continue,
            Some(_) => {
                diesel::update(alert_exclusions::table.find((alert, person)))
                    .set(alert_exclusions::why.eq(why))
                    .execute(conn)?;
            }
            None => {
                diesel::insert_into(alert_exclusions::table)
                    .values((
                        alert_exclusions::alert_id.eq(alert),
                        alert_exclusions::account_id.eq(person),
                        alert_exclusions::why.eq(why),
                    ))
                    .execute(conn)?;
            }
        }
        news.insert(*person);
    }
    Ok(news)
}

pub(in crate::care::alerts) fn excluded(
    conn: &mut Conn,
    alert: AlertId,
) -> Answer<BTreeSet<AccountId>> {
    let people: Vec<AccountId> = alert_exclusions::table
        .filter(alert_exclusions::alert_id.eq(alert))
        .select(alert_exclusions::account_id)
        .load(conn)?;
    Ok(people.into_iter().collect())
}

/// Those left out of an alert by whom it is told which worries are the same.
pub(in crate::care::alerts) fn folded_by(
    conn: &mut Conn,
    alert: AlertId,
) -> Answer<BTreeSet<AccountId>> {
    let people: Vec<AccountId> = alert_exclusions::table
        .filter(alert_exclusions::alert_id.eq(alert))
        .filter(alert_exclusions::why.ne(Why::LetIn))
        .select(alert_exclusions::account_id)
        .load(conn)?;
    Ok(people.into_iter().collect())
}

/// Whether somebody is left out of an alert about this family member that is not closed.
pub(in crate::care::alerts) fn is_left_out_about(
    conn: &mut Conn,
    family_member: AccountId,
    who: AccountId,
) -> Answer<bool> {
    let alerts = alert_exclusions::table
        .inner_join(alerts::table.on(alerts::id.eq(alert_exclusions::alert_id)))
        .filter(alert_exclusions::account_id.eq(who))
        .filter(alerts::family_member_id.eq(family_member))
        .filter(alerts::state.ne(State::Closed));
    Ok(diesel::select(exists(alerts)).get_result(conn)?)
}

/// The alerts about these people, not closed and no mere texts to be read, of which somebody is left out, and
/// why.
pub(in crate::care::alerts) fn lying_in(
    conn: &mut Conn,
    near: Near,
    who: AccountId,
) -> Answer<Vec<(AlertId, Why)>> {
    let found = alert_exclusions::table
        .inner_join(alerts::table.on(alerts::id.eq(alert_exclusions::alert_id)))
        .filter(alert_exclusions::account_id.eq(who))
        .filter(alerts::state.ne(State::Closed))
        .filter(alerts::kind.ne(Kind::Unread))
        .order(alerts::id)
        .select((alerts::id, alert_exclusions::why))
        .into_boxed();
    let family = match near {
        Near::Member(member) => {
            return Ok(found
                .filter(alerts::family_member_id.eq(member))
                .load(conn)?);
        }
        Near::Family(family) => Some(family),
        Near::FamilyOf(member) => accounts::table
            .find(member)
            .select(accounts::family_id)
            .first::<Option<FamilyId>>(conn)
            .optional()?
            .flatten(),
    };
    match family {
        Some(family) => Ok(found.filter(alerts::family_id.eq(family)).load(conn)?),
        None => Ok(Vec::new()),
    }
}

pub(in crate::care::alerts) fn is_excluded(
    conn: &mut Conn,
    alert: AlertId,
    who: AccountId,
) -> Answer<bool> {
    Ok(diesel::select(exists(alert_exclusions::table.find((alert, who)))).get_result(conn)?)
}
