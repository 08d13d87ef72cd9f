//! What comes by itself for an alert that nobody has: who is told next, and at what time. It is the
//! ladder looked up and not climbed, as it stands now: a shift or a leave that begins meanwhile changes
//! it, and so does whoever says "I have this".

use serde::Serialize;
use utoipa::ToSchema;

use super::actions::Named;
use super::ladder::{Ladder, Rung};
use super::{Alert, State, queries};
use crate::base::time::Moment;
use crate::db::{Answer, View};

/// So many steps are told ahead: a round of a small pod's ladder.
const AHEAD: usize = 3;

/// One step that comes if nobody takes the alert before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct NextStep {
    /// When.
    pub at: Moment,
    /// Which rung it reaches.
    pub rung: Rung,
    /// Who is told then. Whoever is left out of the alert is never among them.
    pub people: Vec<Named>,
}

/// The next steps of an alert; none for one that somebody has, or that is closed, or where nobody at all
/// can be told.
///
/// # Errors
/// If the store fails.
pub fn next_steps(view: &mut impl View, alert: &Alert) -> Answer<Vec<NextStep>> {
    let (State::Open, Some(mut at)) = (alert.state, alert.next_due_at) else {
        return Ok(Vec::new());
    };
    let now = view.now();
    let excluded = queries::excluded(view.conn(), alert.id)?;
    let people = queries::people(view.conn(), alert, now)?;
    let ladder = Ladder::for_alert(alert.kind, &people, &excluded);
    let step = alert.clocks().step;
    let mut from = if alert.unreachable {
        0
    } else {
        alert.next_rung()
    };
    let mut reached = Vec::with_capacity(AHEAD);
    for _ in 0..AHEAD {
        let Some((number, rung, people)) = ladder.climb(from).reached else {
            break;
        };
        reached.push((at, rung, people));
        at = step.after(at);
        from = number.saturating_add(1);
    }
    let everybody = reached.iter().flat_map(|(_, _, people)| people.clone());
    let names = queries::names(view.conn(), everybody.collect())?;
    let shown = |(at, rung, people): (Moment, Rung, Vec<_>)| NextStep {
        at,
        rung,
        people: people
            .iter()
            .filter_map(|who| names.get(who).cloned())
            .collect(),
    };
    Ok(reached.into_iter().map(shown).collect())
}
