//! How it stands with alerts: for operators counts and times of all, of nobody in particular; for other
//! rooms whether something about somebody is not closed.

use super::responder::{Responder, Sight};
use super::work::chasing;
use super::{State, queries};
use crate::base::ids::{AccountId, FamilyId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::words::Severity;
use crate::db::{Answer, View};

/// Whether a worry about this family member that is not closed lies in somebody: they must come no nearer
/// to them. Whoever asks this on somebody's behalf must not be told why the answer is yes.
///
/// # Errors
/// If the store fails.
pub fn lies_in(view: &mut impl View, family_member: AccountId, who: AccountId) -> Answer<bool> {
    queries::is_left_out_about(view.conn(), family_member, who)
}

/// How many alerts about a family are not closed, as far as somebody may know of them.
///
/// # Errors
/// If the store fails.
pub fn count_open_about(view: &mut impl View, caller: &Caller, family: FamilyId) -> Answer<usize> {
    let mut count: usize = 0;
    for id in queries::not_closed_about(view.conn(), family)? {
        if !matches!(Responder::look(view, caller, id)?, Sight::Nothing) {
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

/// How it stands.
#[derive(Debug, Clone)]
pub struct Standing {
    /// How many are not closed, for each state and severity there is.
    pub open: Vec<(State, Severity, i64)>,
    /// When the step that is due first is due, or the first telling of what waits.
    pub oldest_due: Option<Moment>,
    /// When the action that people are to be told of first is due.
    pub oldest_action: Option<Moment>,
}

/// How it stands now.
///
/// # Errors
/// If the store fails.
pub fn now(view: &mut impl View) -> Answer<Standing> {
    let found = queries::count_not_closed(view.conn())?;
    let mut open = Vec::new();
    for state in [State::Open, State::Acknowledged] {
        for &severity in Severity::ALL {
            let of_these = found
                .iter()
                .find(|(its, how, _)| (*its, *how) == (state, severity));
            open.push((state, severity, of_these.map_or(0, |(_, _, count)| *count)));
        }
    }
    let step = queries::next_due(view.conn())?;
    let repeat = queries::repeats::next_due(view.conn())?;
    Ok(Standing {
        open,
        oldest_due: [step, repeat].into_iter().flatten().min(),
        oldest_action: chasing::oldest_due(view)?,
    })
}
