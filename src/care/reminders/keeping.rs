//! Who keeps a date, and what becomes of one that nobody keeps any more: whoever answers for the family has
//! it in their list at once, reminder or not, until they say it anew, cancel it or have seen to it. Whoever
//! covers keeps their dates to the minute their cover is over.

use super::queries::{self, Head};
use crate::base::ids::{AccountId, ConversationId};
use crate::base::time::Moment;
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

/// A cover that was seen to be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverOver {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Who covered.
    pub account_id: AccountId,
    /// Until when.
    pub look_at: Moment,
}

/// Which covers are over by now and were not looked after, and when the next one is over.
///
/// # Errors
/// If the question fails.
pub fn covers_over(view: &mut impl View, most: i64) -> Answer<(Vec<CoverOver>, Option<Moment>)> {
    let now = view.now();
    let over = queries::covers_over(view.conn(), now, most)?;
    Ok((over, queries::next_cover_over(view.conn())?))
}

/// Looks to the dates that nobody keeps since these covers are over, of each only once, whichever node is
/// first. Says how many there were.
///
/// # Errors
/// If it cannot be stored; then none was looked to.
pub fn look_after_covers(tx: &mut Tx<'_>, over: &[CoverOver]) -> Answer<usize> {
    let mut done: usize = 0;
    for cover in over {
        if !queries::take_cover_over(tx.conn(), cover)? {
            continue;
        }
        done = done.saturating_add(1);
        if let Some(member) = queries::whose_talk(tx.conn(), cover.conversation_id)? {
            look_to_those_with(tx, member)?;
        }
    }
    Ok(done)
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
