//! Questions about false alarms.

use diesel::dsl::{count_star, max};
use diesel::prelude::*;

use super::Counted;
use crate::base::ids::{AccountId, AlertId, AuthorityId};
use crate::base::time::Moment;
use crate::care::alerts::Alert;
use crate::db::schema::{alert_exclusions, alert_occurrences, rule_false_alarms};
use crate::db::{Answer, Conn};

pub(super) fn forget(conn: &mut Conn, alert: AlertId) -> Answer<()> {
    diesel::delete(rule_false_alarms::table)
        .filter(rule_false_alarms::alert_id.eq(alert))
        .execute(conn)?;
    Ok(())
}

pub(super) fn insert(conn: &mut Conn, alert: &Alert, rule: &str, now: Moment) -> Answer<()> {
    diesel::insert_into(rule_false_alarms::table)
        .values((
            rule_false_alarms::authority_id.eq(alert.authority_id),
            rule_false_alarms::rule.eq(rule),
            rule_false_alarms::alert_id.eq(alert.id),
            rule_false_alarms::at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn findings(conn: &mut Conn, alert: AlertId, most: i64) -> Answer<Vec<String>> {
    Ok(alert_occurrences::table
        .filter(alert_occurrences::alert_id.eq(alert))
        .order(alert_occurrences::seq.desc())
        .limit(most)
        .select(alert_occurrences::findings)
        .load(conn)?)
}

pub(super) fn list(
    conn: &mut Conn,
    (authority, reader): (AuthorityId, AccountId),
    after: Option<&str>,
    limit: i64,
) -> Answer<Vec<Counted>> {
    let hidden = alert_exclusions::table
        .filter(alert_exclusions::account_id.eq(reader))
        .select(alert_exclusions::alert_id);
    let rows: Vec<(String, i64, Option<Moment>)> = rule_false_alarms::table
        .filter(rule_false_alarms::authority_id.eq(authority))
        .filter(rule_false_alarms::alert_id.ne_all(hidden))
        .filter(rule_false_alarms::rule.gt(after.unwrap_or_default()))
        .group_by(rule_false_alarms::rule)
        .order(rule_false_alarms::rule)
        .limit(limit)
        .select((
            rule_false_alarms::rule,
            count_star(),
            max(rule_false_alarms::at),
        ))
        .load(conn)?;
    let counted = rows.into_iter().map(|(rule, false_alarms, last)| Counted {
        rule,
        false_alarms,
        last_at: last.unwrap_or(Moment::ZERO),
    });
    Ok(counted.collect())
}
