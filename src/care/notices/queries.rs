//! Questions about inboxes.

use diesel::dsl::{max, min};
use diesel::prelude::*;

use super::{Notice, Standing};
use crate::base::ids::{AccountId, SubjectId};
use crate::db::schema::{inbox, inbox_heads};
use crate::db::{Answer, Conn, Event};

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
    Ok(inbox::table
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
        ))
        .load(conn)?)
}

pub(super) fn move_seen(conn: &mut Conn, account: AccountId, seq: i64) -> Answer<()> {
    diesel::update(inbox_heads::table.find(account))
        .filter(inbox_heads::seen_seq.lt(seq))
        .set(inbox_heads::seen_seq.eq(seq))
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
