//! Answering: a check-in answers what its author was asked.

use std::time::Duration;

use super::queries;
use crate::base::ids::{AccountId, CheckInId};
use crate::db::{Answer, Tx, View};

/// Who has checked in by themselves so shortly before they would be asked is not asked.
const JUST_NOW: Duration = Duration::from_hours(12);

/// Notes that a check-in has come, in its unit: what its author was asked is answered.
pub(in super::super) fn answered(
    tx: &mut Tx<'_>,
    member: AccountId,
    check_in: CheckInId,
) -> Answer<()> {
    let now = tx.now();
    queries::answer(tx.conn(), (member, check_in), now)
}

/// A check-in of the last hours that has answered nothing yet: one that came late for one day is no
/// answer for the next.
pub(super) fn just_now(tx: &mut Tx<'_>, member: AccountId) -> Answer<Option<CheckInId>> {
    let since = tx.now().minus(JUST_NOW);
    let Some(newest) = queries::newest_check_in(tx.conn(), member, since)? else {
        return Ok(None);
    };
    let is_taken = queries::has_answered(tx.conn(), (member, newest))?;
    Ok((!is_taken).then_some(newest))
}
