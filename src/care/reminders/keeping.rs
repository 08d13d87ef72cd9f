//! Who keeps a date, and what becomes of one that nobody keeps any more: whoever answers for the family has
//! it in their list at once, reminder or not, until they say it anew, cancel it or have seen to it.

use super::queries::{self, Head};
use crate::base::ids::AccountId;
use crate::care::families::ties;
use crate::care::follow_ups::dates::{self as follow_ups, About, OfDate};
use crate::db::{Answer, Tx, View};

/// Who keeps a date now: its maker and who said it last, of them those who may act and still work with
/// the family member.
pub(super) fn keepers(tx: &mut Tx<'_>, head: &Head) -> Answer<Vec<AccountId>> {
    let mut around = ties::mentors_of(tx, head.family_member_id)?;
    around.extend(ties::workers_of(tx, head.family_member_id)?);
    let mut keepers = queries::keepers(tx.conn(), head.id)?;
    keepers.retain(|keeper| around.contains(keeper));
    Ok(keepers)
}

/// Looks to the dates that somebody keeps who goes, or works with other families from now on.
///
/// # Errors
/// If the store fails.
pub fn look_to_those_of(tx: &mut Tx<'_>, keeper: AccountId) -> Answer<()> {
    let now = tx.now();
    let heads = queries::kept_by(tx.conn(), keeper, now)?;
    look_to(tx, &heads)
}

/// Looks to the dates with a family member of whom somebody takes leave.
///
/// # Errors
/// If the store fails.
pub fn look_to_those_with(tx: &mut Tx<'_>, member: AccountId) -> Answer<()> {
    let now = tx.now();
    let heads = queries::kept_with(tx.conn(), member, now)?;
    look_to(tx, &heads)
}

fn look_to(tx: &mut Tx<'_>, heads: &[Head]) -> Answer<()> {
    for head in heads {
        if keepers(tx, head)?.is_empty() {
            is_left_behind(tx, head)?;
        }
    }
    Ok(())
}

/// Nobody keeps a date any more.
pub(super) fn is_left_behind(tx: &mut Tx<'_>, head: &Head) -> Answer<()> {
    let of = OfDate {
        authority_id: head.authority_id,
        family_member_id: head.family_member_id,
        date_id: head.id,
        about: About::Keeper,
        is_held: false,
    };
    let readers = ties::answers_for(tx, head.family_member_id)?;
    follow_ups::ask(tx, &of, &readers)
}
