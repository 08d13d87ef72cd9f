//! Nearing: somebody does what brings them, or somebody else, nearer to whoever an alert is about, and the one
//! who comes nearer is left out of that alert.
//!
//! To refuse it would tell them that there is one. So it is done as for anybody else, and whoever answers for
//! the alert is told at once, in the same unit: it climbs again from the first rung. Where the same is done
//! once more while somebody has it, they and all who heard are told, and it stays with them: nobody takes an
//! alert from its holder, nor makes void what they have proposed, by pressing the same again and again.

use serde_json::{Value, json};

use super::calling;
use super::connections::Why;
use super::history::{Deed, deeds, events};
use super::responder::{Responder, Sight};
use super::{State, queries, raising};
use crate::base::ids::{AccountId, AlertId, FamilyId};
use crate::care::accounts::Caller;
use crate::db::{Answer, Tx, View};

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Signed a family member out everywhere.
    DevicesEnded,
    /// Made a code that gives a family member's account back.
    WayBackMade,
    /// Closed the family's case.
    CaseClosed,
    /// Matched a family member, or another of their family, with the one who is left out.
    Matched,
    /// Lets the one who is left out cover for the mentor of a family member, or of another of their family.
    Covers,
}

impl Step {
    const fn deed(self) -> &'static str {
        match self {
            Self::DevicesEnded => deeds::DEVICES_ENDED,
            Self::WayBackMade => deeds::WAY_BACK_MADE,
            Self::CaseClosed => deeds::CASE_CLOSED,
            Self::Matched => deeds::MENTOR_MATCHED,
            Self::Covers => deeds::MENTOR_COVERS,
        }
    }
}

/// To whom somebody comes nearer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Near {
    /// One family member.
    Member(AccountId),
    /// A whole family.
    Family(FamilyId),
    /// One family member, and through them the others: whoever talks with a child's brother is a step away
    /// from the child.
    FamilyOf(AccountId),
}

impl Near {
    /// What the history says of it.
    fn detail(self) -> Value {
        match self {
            Self::Member(_) | Self::Family(_) => json!({}),
            Self::FamilyOf(member) => json!({"family_member_id": member}),
        }
    }
}

/// Tells whoever answers for them of what the caller has done, in the alerts about these people that are not
/// closed and of which `who` is left out. Nothing happens where there is none.
///
/// # Errors
/// If it cannot be stored; then what was done is not stored either.
pub fn tell(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (near, who): (Near, AccountId),
    step: Step,
) -> Answer<()> {
    let found = queries::lying_in(tx.conn(), near, who)?;
    // What lies in them for another alert's sake is for those who answer for that one, as long as it is open.
    let is_its_own = |why: &Why| *why != Why::Elsewhere;
    let has_its_own = found.iter().any(|(_, why)| is_its_own(why));
    for (id, why) in found {
        if is_its_own(&why) || !has_its_own {
            tell_of(tx, caller, (id, step), near.detail())?;
        }
    }
    Ok(())
}

fn tell_of(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, step): (AlertId, Step),
    detail: Value,
) -> Answer<()> {
    let Some(mut alert) = queries::take(tx.conn(), id)? else {
        return Ok(());
    };
    let me = caller.account_id;
    let is_known = queries::has_done(tx.conn(), id, (me, step.deed()))?;
    queries::record(tx, &alert, &Deed::by(me, step.deed(), detail))?;
    if is_known && alert.state == State::Acknowledged {
        calling::tell_all_who_heard(tx, &alert, events::RAISED_AGAIN, (&[], &json!({})))?;
    } else {
        let detail = json!({"new": [step.deed()], "severity": alert.severity});
        queries::record(tx, &alert, &Deed::of_itself(deeds::RAISED_AGAIN, detail))?;
        raising::raise_again(tx, &mut alert)?;
    }
    queries::keep(tx.conn(), &alert)?;
    tx.wake_workers();
    Ok(())
}

/// Whether the caller may know that a worry about this family member, or another of their family, that is not
/// closed lies in somebody: only then may they be told why somebody comes no nearer.
///
/// # Errors
/// If the store fails.
pub fn is_known_to_lie_in(
    view: &mut impl View,
    caller: &Caller,
    (family_member, who): (AccountId, AccountId),
) -> Answer<bool> {
    for (id, _) in queries::lying_in(view.conn(), Near::FamilyOf(family_member), who)? {
        if !matches!(Responder::look(view, caller, id)?, Sight::Nothing) {
            return Ok(true);
        }
    }
    Ok(false)
}
