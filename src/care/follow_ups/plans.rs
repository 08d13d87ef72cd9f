//! Contact plans that are to be talked over: each month a follow-up asks for it, and after their first days of
//! whoever has told none; the confirmation ends it. Nothing else does: whoever was only reached, or seen to in another way, has not
//! said that the plan is still right.

use super::actions::begin;
use super::{Reasons, queries};
use crate::base::ids::{AccountId, FollowUpId};
use crate::care::accounts::Caller;
use crate::care::contact_plans::actions::{self as contact_plans, PlanError};
use crate::care::contact_plans::{ContactPlan, Due};
use crate::care::families::ties;
use crate::db::{Answer, Tx, View};

/// Has each of these asked by whoever works with them, once, if nobody else has; says how many there were.
///
/// # Errors
/// If it cannot be stored; then nobody was.
pub fn ask(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let mut done: usize = 0;
    for due in dues {
        if !contact_plans::take(tx, due)? {
            continue;
        }
        let member = due.family_member_id;
        let readers = ties::works_with(tx, member)?;
        let new = queries::New {
            id: FollowUpId::new(),
            authority_id: due.authority_id,
            family_member_id: member,
            check_in_id: None,
            date: None,
            reasons: Reasons {
                is_plan_due: true,
                ..Reasons::default()
            },
            is_held: false,
        };
        begin(tx, &new, &readers)?;
        done = done.saturating_add(1);
    }
    Ok(done)
}

/// Confirms a plan, and ends what asks for that.
///
/// # Errors
/// If the caller does not work with them, or they have told another meanwhile.
pub fn confirm(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, version): (AccountId, i32),
) -> Result<ContactPlan, PlanError> {
    let plan = contact_plans::confirm(tx, caller, (member, version))?;
    let now = tx.now();
    queries::end_plan_due(tx.conn(), member, now)?;
    Ok(plan)
}
