//! What a check-in asks of a person: its follow-up, opened in the same unit.

use super::{CheckIn, queries};
use crate::base::ids::AccountId;
use crate::care::accounts::Caller;
use crate::care::follow_ups::{Reasons, actions};
use crate::db::{Answer, Tx, View};

/// Opens a follow-up of a check-in that gives reason for one, and tells its readers.
pub(super) fn follow_up(
    tx: &mut Tx<'_>,
    caller: &Caller,
    check_in: &CheckIn,
    readers: &[AccountId],
) -> Answer<()> {
    let before = queries::scale_before(tx.conn(), check_in)?;
    let reasons = Reasons::of(check_in.scale, before, check_in.wants_contact);
    if reasons.all().is_empty() {
        return Ok(());
    }
    let of = actions::Of {
        check_in_id: check_in.id,
        reasons,
        is_held: check_in.is_held,
    };
    actions::open(tx, caller, &of, readers)
}
