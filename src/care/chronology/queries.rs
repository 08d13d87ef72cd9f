//! Questions behind a chronology: each room's own rows, by time.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use diesel::prelude::*;
use uuid::Uuid;

use super::{Place, Row, Source};
use crate::base::ids::{AccountId, AlertId, CheckInId, FamilyId, FollowUpId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::alerts::history::deeds;
use crate::care::follow_ups::Attempt;
use crate::db::schema::{accounts, alert_deeds, alerts, check_ins, follow_ups};
use crate::db::{Answer, Conn};

/// Up to here on the scale a check-in says that things are hard.
const LOW: i32 = 2;

/// What of an alert's history stands in a chronology.
const KEY_EVENTS: [&str; 7] = [
    deeds::OPENED,
    deeds::RAISED_AGAIN,
    deeds::CALLED,
    deeds::DECIDED,
    deeds::REFERRED,
    deeds::DECISION_RECEIVED,
    deeds::REOPENED,
];

/// A page: after a line, at most so many.
type Page = (Option<Place>, i64);

/// From which moment the rows of a source come after a line, and, where the line is of that very source,
/// after which row of that moment; true: the moment itself is over.
fn after(page: Option<Place>, source: Source) -> (Moment, bool, Option<(Uuid, i32)>) {
    let Some(last) = page else {
        return (Moment::from_micros(i64::MIN), true, None);
    };
    match source.cmp(&last.source) {
        Ordering::Less => (last.at, true, None),
        Ordering::Equal => (last.at, true, Some((last.id, last.seq))),
        Ordering::Greater => (last.at, false, None),
    }
}

pub(super) fn members(conn: &mut Conn, family: FamilyId) -> Answer<Vec<AccountId>> {
    Ok(accounts::table
        .filter(accounts::family_id.eq(family))
        .select(accounts::id)
        .load(conn)?)
}

/// Every alert about a family, seen or not.
pub(super) fn alerts(conn: &mut Conn, family: FamilyId) -> Answer<Vec<AlertId>> {
    Ok(alerts::table
        .filter(alerts::family_id.eq(family))
        .select(alerts::id)
        .load(conn)?)
}

pub(super) fn names(
    conn: &mut Conn,
    mut people: Vec<AccountId>,
) -> Answer<BTreeMap<AccountId, Named>> {
    people.sort_unstable();
    people.dedup();
    let found: Vec<(AccountId, String)> = accounts::table
        .filter(accounts::id.eq_any(people))
        .select((accounts::id, accounts::display_name))
        .load(conn)?;
    let named = |(id, display_name)| (id, Named { id, display_name });
    Ok(found.into_iter().map(named).collect())
}

/// A line of an alert's history.
#[derive(Debug, Queryable)]
pub(super) struct DeedRow {
    pub(super) alert_id: AlertId,
    pub(super) seq: i32,
    pub(super) at: Moment,
    pub(super) deed: String,
    pub(super) by: Option<AccountId>,
    pub(super) detail: String,
}

/// The key events of alerts seen whole, and of those seen in outline that they were raised.
pub(super) fn deeds(
    conn: &mut Conn,
    (whole, outlines): (&[AlertId], &[AlertId]),
    (place, limit): Page,
) -> Answer<Vec<DeedRow>> {
    let of_whole = alert_deeds::alert_id
        .eq_any(whole.to_vec())
        .and(alert_deeds::deed.eq_any(KEY_EVENTS));
    let of_outlines = alert_deeds::alert_id
        .eq_any(outlines.to_vec())
        .and(alert_deeds::deed.eq(deeds::OPENED));
    let mut found = alert_deeds::table
        .filter(of_whole.or(of_outlines))
        .order((alert_deeds::at, alert_deeds::alert_id, alert_deeds::seq))
        .limit(limit)
        .select((
            alert_deeds::alert_id,
            alert_deeds::seq,
            alert_deeds::at,
            alert_deeds::deed,
            alert_deeds::actor_id,
            alert_deeds::detail,
        ))
        .into_boxed();
    let (at, is_over, row) = after(place, Source::Alert);
    found = match row {
        Some((id, seq)) => {
            let id = AlertId::from_uuid(id);
            let later = alert_deeds::alert_id
                .gt(id)
                .or(alert_deeds::alert_id.eq(id).and(alert_deeds::seq.gt(seq)));
            found.filter(alert_deeds::at.gt(at).or(alert_deeds::at.eq(at).and(later)))
        }
        None if is_over => found.filter(alert_deeds::at.gt(at)),
        None => found.filter(alert_deeds::at.ge(at)),
    };
    Ok(found.load(conn)?)
}

/// The check-ins in which these people said that things are hard.
pub(super) fn low_check_ins(
    conn: &mut Conn,
    members: &[AccountId],
    (place, limit): Page,
) -> Answer<Vec<Row>> {
    let mut found = check_ins::table
        .filter(check_ins::family_member_id.eq_any(members.to_vec()))
        .filter(check_ins::scale.le(LOW))
        .order((check_ins::received_at, check_ins::id))
        .limit(limit)
        .select((
            check_ins::id,
            check_ins::received_at,
            check_ins::family_member_id,
            check_ins::scale,
        ))
        .into_boxed();
    let (at, is_over, row) = after(place, Source::CheckIn);
    found = match row {
        Some((id, _)) => {
            let later = check_ins::id.gt(CheckInId::from_uuid(id));
            found.filter(
                check_ins::received_at
                    .gt(at)
                    .or(check_ins::received_at.eq(at).and(later)),
            )
        }
        None if is_over => found.filter(check_ins::received_at.gt(at)),
        None => found.filter(check_ins::received_at.ge(at)),
    };
    let rows: Vec<(CheckInId, Moment, AccountId, i32)> = found.load(conn)?;
    let row = |(id, at, about, scale): (CheckInId, Moment, AccountId, i32)| Row {
        place: Place {
            at,
            source: Source::CheckIn,
            id: id.uuid(),
            seq: 0,
        },
        about,
        by: Some(about),
        fact: scale,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The follow-ups in which somebody was reached.
pub(super) fn reached(
    conn: &mut Conn,
    members: &[AccountId],
    (place, limit): Page,
) -> Answer<Vec<Row>> {
    type Found = (FollowUpId, Moment, AccountId, Option<AccountId>, i32);
    let done_at = follow_ups::done_at.assume_not_null();
    let mut found = follow_ups::table
        .filter(follow_ups::family_member_id.eq_any(members.to_vec()))
        .filter(follow_ups::last_outcome.eq(Attempt::Reached))
        .filter(follow_ups::done_at.is_not_null())
        .order((follow_ups::done_at, follow_ups::id))
        .limit(limit)
        .select((
            follow_ups::id,
            done_at,
            follow_ups::family_member_id,
            follow_ups::last_by,
            follow_ups::tries,
        ))
        .into_boxed();
    let (at, is_over, row) = after(place, Source::FollowUp);
    found = match row {
        Some((id, _)) => {
            let later = follow_ups::id.gt(FollowUpId::from_uuid(id));
            found.filter(done_at.gt(at).or(done_at.eq(at).and(later)))
        }
        None if is_over => found.filter(done_at.gt(at)),
        None => found.filter(done_at.ge(at)),
    };
    let rows: Vec<Found> = found.load(conn)?;
    let row = |(id, at, about, by, tries): Found| Row {
        place: Place {
            at,
            source: Source::FollowUp,
            id: id.uuid(),
            seq: 0,
        },
        about,
        by,
        fact: tries,
    };
    Ok(rows.into_iter().map(row).collect())
}
