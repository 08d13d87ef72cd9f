//! Whom a concern or a text implicates: whoever its reporter names, and the mentors it points at.
//!
//! It is kept with the concern. The alert it folds into leaves out others too, for other reasons: what one
//! concern said cannot be read from there.

mod queries;

use std::collections::BTreeSet;

use super::reporting::NewReport;
use super::{Said, SourceKind};
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::db::{Answer, Tx, View};
pub(super) use queries::{all, keep, named};

/// Everybody who must neither be told of a concern nor know. Where it points at a mentor and names a message,
/// that is the mentor who wrote it, or the mentors it was written to; otherwise every mentor the family
/// member has or had: which of them is meant is in words alone.
///
/// # Errors
/// If a question fails.
pub(super) fn by(
    tx: &mut Tx<'_>,
    new: &NewReport,
    message_author: Option<AccountId>,
) -> Answer<BTreeSet<AccountId>> {
    let mut implicated = new.implicates.clone();
    if new.points_at_mentor() {
        implicated.extend(mentors(tx, new, message_author)?);
    }
    Ok(implicated)
}

fn mentors(
    tx: &mut Tx<'_>,
    new: &NewReport,
    message_author: Option<AccountId>,
) -> Answer<Vec<AccountId>> {
    let (now, member) = (tx.now(), new.family_member_id);
    if let (Some(message), Some(author)) = (new.message_id, message_author) {
        if queries::is_mentor(tx.conn(), author)? {
            return Ok(vec![author]);
        }
        let talk = queries::talk_of(tx.conn(), (author, message), member)?;
        let there = queries::mentors_in(tx.conn(), (member, Some(talk)), now)?;
        if !there.is_empty() {
            return Ok(there);
        }
    }
    all_of(tx, member, now)
}

/// Every mentor who may be meant by words that point at one and do not say which: of a message, those who
/// are or were in its conversation; of other words, all whom the family member has or had by then. That one
/// too many is left out of an alert is no harm; that the one it is about is told would be.
///
/// # Errors
/// If a question fails.
pub(super) fn meant(tx: &mut Tx<'_>, said: &Said<'_>) -> Answer<Vec<AccountId>> {
    let key = (said.source.author_id, said.source.id);
    let talk = match said.source.kind {
        SourceKind::Message => queries::talk_of_message(tx.conn(), key)?,
        SourceKind::HeldMessage => queries::talk_of_held(tx.conn(), key)?,
        SourceKind::CheckIn
        | SourceKind::Date
        | SourceKind::DateReply
        | SourceKind::CodeWord
        | SourceKind::Goal
        | SourceKind::GoalEntry
        | SourceKind::ContactLog
        | SourceKind::HandoverNote
        | SourceKind::Report
        | SourceKind::Help => None,
    };
    if talk.is_some() {
        return queries::mentors_in(tx.conn(), (said.about, talk), said.at);
    }
    all_of(tx, said.about, said.at)
}

fn all_of(tx: &mut Tx<'_>, member: AccountId, at: Moment) -> Answer<Vec<AccountId>> {
    let mut all = queries::mentors_in(tx.conn(), (member, None), at)?;
    all.extend(queries::matched_with(tx.conn(), member, at)?);
    Ok(all)
}
