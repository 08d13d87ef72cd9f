//! Questions about inboxes.

use std::collections::BTreeMap;

use diesel::dsl::{case_when, max, min};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};

use super::actions::Listener;
use super::{Notice, Standing};
use crate::base::ids::{AccountId, DeviceId, SubjectId};
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::db::schema::{accounts, devices, inbox, inbox_heads};
use crate::db::{Answer, Conn, Event, Urgency, both};

pub(super) fn standing(conn: &mut Conn, account: AccountId) -> Answer<Standing> {
    let head = inbox_heads::table
        .find(account)
        .select((inbox_heads::seq, inbox_heads::seen_seq))
        .first::<(i64, i64)>(conn)
        .optional()?;
    let Some((head, seen)) = head else {
        return Ok(Standing {
            head: 0,
            oldest: 1,
            seen: 0,
        });
    };
    let oldest = inbox::table
        .filter(inbox::account_id.eq(account))
        .select(min(inbox::seq))
        .first::<Option<i64>>(conn)?;
    Ok(Standing {
        head,
        oldest: oldest.unwrap_or_else(|| head.saturating_add(1)),
        seen,
    })
}

pub(super) fn after(
    conn: &mut Conn,
    account: AccountId,
    (after, limit): (i64, i64),
) -> Answer<Vec<Notice>> {
    let question = inbox::table
        .filter(inbox::account_id.eq(account))
        .filter(inbox::seq.gt(after))
        .order(inbox::seq)
        .limit(limit)
        .select((
            inbox::seq,
            inbox::event,
            inbox::subject_id,
            inbox::subject_seq,
            inbox::detail,
            inbox::at,
        ));
    Ok(both!(conn, conn => question.load(conn))?)
}

pub(super) fn move_seen(conn: &mut Conn, account: AccountId, seq: i64) -> Answer<()> {
    diesel::update(inbox_heads::table.find(account))
        .filter(inbox_heads::seen_seq.lt(seq))
        .set((
            inbox_heads::seen_seq.eq(seq),
            // Whoever has seen everything need not be called, unless it presses.
            inbox_heads::call_due_at.eq(case_when(
                inbox_heads::seq
                    .le(seq)
                    .and(inbox_heads::call_urgency.le(Urgency::Usual.number())),
                None::<Moment>.into_sql::<Nullable<BigInt>>(),
            )
            .otherwise(inbox_heads::call_due_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Of one event, each subject's furthest place within a stretch of the inbox.
pub(super) fn furthest(
    conn: &mut Conn,
    account: AccountId,
    (after, up_to): (i64, i64),
    event: Event,
) -> Answer<Vec<(SubjectId, i64)>> {
    let found = inbox::table
        .filter(inbox::account_id.eq(account))
        .filter(inbox::seq.gt(after))
        .filter(inbox::seq.le(up_to))
        .filter(inbox::event.eq(event))
        .group_by(inbox::subject_id)
        .select((inbox::subject_id, max(inbox::subject_seq)))
        .load::<(SubjectId, Option<i64>)>(conn)?;
    Ok(found
        .into_iter()
        .filter_map(|(subject, seq)| Some((subject, seq?)))
        .collect())
}

/// Devices that listen, with their accounts' state and how far their inboxes go.
pub(super) fn listeners(conn: &mut Conn, ids: &[DeviceId]) -> Answer<Vec<Listener>> {
    let rows = devices::table
        .inner_join(accounts::table.on(accounts::id.eq(devices::account_id)))
        .left_join(inbox_heads::table.on(inbox_heads::account_id.eq(accounts::id)))
        .filter(devices::id.eq_any(ids))
        .select((
            accounts::id,
            devices::id,
            inbox_heads::seq.nullable(),
            devices::ended_at.is_null(),
            accounts::status,
        ))
        .load::<(AccountId, DeviceId, Option<i64>, bool, Status)>(conn)?;
    let listener = |(account_id, device_id, head, is_enrolled, status)| Listener {
        account_id,
        device_id,
        head: Option::unwrap_or(head, 0),
        may_listen: is_enrolled && status == Status::Active,
    };
    Ok(rows.into_iter().map(listener).collect())
}

/// Of the oldest rows of all inboxes, those older than this: in each inbox, the last place of them.
pub(super) fn older_than(
    conn: &mut Conn,
    too_old: Moment,
    most: i64,
) -> Answer<BTreeMap<AccountId, i64>> {
    let rows = inbox::table
        .filter(inbox::at.lt(too_old))
        .order(inbox::at)
        .limit(most)
        .select((inbox::account_id, inbox::seq))
        .load::<(AccountId, i64)>(conn)?;
    let mut last = BTreeMap::new();
    for (account, seq) in rows {
        let up_to = last.entry(account).or_insert(seq);
        *up_to = seq.max(*up_to);
    }
    Ok(last)
}

/// Forgets one inbox's rows up to a place.
pub(super) fn forget(conn: &mut Conn, account: AccountId, up_to: i64) -> Answer<usize> {
    let rows = inbox::table
        .filter(inbox::account_id.eq(account))
        .filter(inbox::seq.le(up_to));
    Ok(diesel::delete(rows).execute(conn)?)
}
