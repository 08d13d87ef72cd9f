//! Repeats: whoever has heard of what waits for them is told again, of everything at once and not of each
//! alert.
//!
//! A step only notes whom. What waits for them is counted beside the writer, and they are told in a unit of its
//! own, so that counting among thousands for a hundred people holds up nobody's step and nobody's message. Nobody is told twice within [`APART`]: what steps meanwhile is in the
//! next count, which then comes by itself. What is news to somebody is told at once and never waits here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::json;

use super::calling::how_much;
use super::history::events;
use super::queries::repeats as queries;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::db::{Answer, Telling, Tx, View};

/// Between two counts of what waits for one person lies at least so much time.
pub const APART: Duration = Duration::from_secs(10);

/// Notes that these people are to be told again what waits for them: at once, or as soon as it is
/// [`APART`] from the last time.
pub(super) fn note(tx: &mut Tx<'_>, people: &BTreeSet<AccountId>) -> Answer<()> {
    if people.is_empty() {
        return Ok(());
    }
    tx.wake_workers();
    queries::note(tx.conn(), people, APART)
}

/// Who is to be told now, the longest due first, and when the next one is.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<AccountId>, Option<Moment>)> {
    let now = view.now();
    let due = queries::due(view.conn(), now, most)?;
    let next = queries::next_due(view.conn())?;
    Ok((due, next))
}

/// Counts what waits for each of these people now.
///
/// # Errors
/// If the question fails.
pub fn count(view: &mut impl View, people: &[AccountId]) -> Answer<Vec<(AccountId, i64)>> {
    let mut counted = Vec::with_capacity(people.len());
    for &who in people {
        counted.push((who, queries::waiting_for(view.conn(), who)?));
    }
    Ok(counted)
}

/// Tells each of these people, who is still to be told and whom nobody else has told meanwhile, how many
/// alerts wait for them, as counted just now, and how serious the worst is. For whom nothing waits any more is
/// told nothing; of what has come since, at least that it is there.
///
/// # Errors
/// If it cannot be stored; then nobody was told.
pub fn tell(tx: &mut Tx<'_>, counted: &[(AccountId, i64)]) -> Answer<()> {
    let now = tx.now();
    // Of several people the rows are taken in order, as everywhere.
    let counted: BTreeMap<AccountId, i64> = counted.iter().copied().collect();
    for (to, count) in counted {
        if !queries::claim(tx.conn(), to, now)? {
            continue;
        }
        if let Some(severity) = queries::worst_waiting_for(tx.conn(), to)? {
            let count = count.max(1);
            tx.tell(Telling {
                to,
                event: events::WAITING,
                subject: to.into(),
                subject_seq: 0,
                detail: Some(json!({"count": count, "severity": severity}).to_string()),
                urgency: how_much(severity),
            });
        }
    }
    Ok(())
}
