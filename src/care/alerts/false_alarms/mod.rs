//! False alarms: how often what a rule had found was no cause for concern.
//!
//! Closing an alert so counts on each rule that had found something in it. It is for whoever keeps the
//! rules to read: no count ever switches a rule off, or quietens it.

mod queries;

use std::collections::BTreeSet;

use super::{Alert, Mark, Outcome};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::db::{self, Answer, Tx, View};

/// Of an alert that long the newest so many occurrences are looked at.
const MOST_OCCURRENCES: i64 = 500;

/// How often one rule cried wolf in an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The rule.
    pub rule: String,
    /// In so many alerts that were closed as no cause for concern.
    pub false_alarms: i64,
    /// When the last of them was closed.
    pub last_at: Moment,
}

/// Why nothing was counted out.
#[derive(Debug, thiserror::Error)]
pub enum CountRefusal {
    /// Only a service manager may.
    #[error("not allowed")]
    NotAllowed,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// An alert has just been closed: what it counts on its rules is what its last decision says.
pub(super) fn count(tx: &mut Tx<'_>, alert: &Alert, outcome: Outcome) -> Answer<()> {
    queries::forget(tx.conn(), alert.id)?;
    if outcome != Outcome::NoConcern {
        return Ok(());
    }
    let now = tx.now();
    for rule in rules_of(tx, alert)? {
        queries::insert(tx.conn(), alert, &rule, now)?;
    }
    Ok(())
}

/// The rules that had found words in it: a tap and a person's own report are nobody's false alarm.
fn rules_of(tx: &mut Tx<'_>, alert: &Alert) -> Answer<BTreeSet<String>> {
    let found = queries::findings(tx.conn(), alert.id, MOST_OCCURRENCES)?;
    let marks = found
        .iter()
        .flat_map(|findings| serde_json::from_str::<Vec<Mark>>(findings).unwrap_or_default());
    let of_words = marks.filter(|mark| mark.span.is_some());
    Ok(of_words.map(|mark| mark.rule).collect())
}

/// The rules of the caller's authority that cried wolf, by name, after this one. An alert from which
/// the caller is excluded counts on none: for them there is none.
///
/// # Errors
/// If the caller is no manager.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    (after, limit): (Option<&str>, i64),
) -> Result<Vec<Counted>, CountRefusal> {
    if caller.role != Role::ServiceManager {
        return Err(CountRefusal::NotAllowed);
    }
    let reader = (caller.authority_id, caller.account_id);
    Ok(queries::list(view.conn(), reader, after, limit)?)
}
