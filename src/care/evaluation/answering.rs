//! How long families waited for their mentor: from the first message that had no answer to the first answer.
//!
//! What is measured is the time in which the mentor says that they read: whoever reads in the evenings is not slow
//! because somebody wrote in the morning. It is said of many families together, as everything here, and of no
//! mentor.

use super::queries::{self, Turn};
use super::reckoning::{Table, of_people};
use super::{Figure, Measure, Split, Unit};
use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::base::time::Moment;
use crate::care::alerts::figures::spread;
use crate::care::reading_hours::{self, Hours};
use crate::db::{Answer, View};

/// One time somebody waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Waited {
    family_member_id: AccountId,
    seconds: u64,
    is_answered: bool,
}

/// The waits that began in a span.
pub(super) fn waits(
    view: &mut impl View,
    whose: (AuthorityId, Option<&[PodId]>),
    (from, until): (Moment, Moment),
) -> Answer<Vec<Waited>> {
    let now = view.now();
    let mut turns = queries::turns(view.conn(), whose, from)?;
    // Should a talk have had two mentors, each message is there twice.
    turns.dedup_by_key(|turn| (turn.conversation_id, turn.is_theirs));
    let mut mentors: Vec<AccountId> = turns.iter().filter_map(|turn| turn.mentor_id).collect();
    mentors.sort_unstable();
    mentors.dedup();
    let hours = reading_hours::of(view.conn(), &mentors)?;
    let hours_of = |mentor: Option<AccountId>| {
        let found = hours.iter().find(|(id, _)| Some(*id) == mentor);
        found.map(|(_, hours)| hours)
    };
    let following = turns.iter().skip(1).map(Some).chain([None]);
    let began = turns
        .iter()
        .zip(following)
        .filter(|(turn, _)| turn.is_theirs && turn.at < until)
        .filter(|(turn, _)| turn.ended_at.is_none_or(|ended| turn.at < ended));
    let waited = began.map(|(turn, next)| waited(turn, next, (hours_of(turn.mentor_id), now)));
    Ok(waited.collect())
}

/// How long somebody waited whose turn this was, if the next one is an answer to it.
fn waited(turn: &Turn, next: Option<&Turn>, (hours, now): (Option<&Hours>, Moment)) -> Waited {
    let answer = next.filter(|next| next.conversation_id == turn.conversation_id);
    let over = answer.map(|answer| answer.at).or(turn.ended_at);
    let over = over.unwrap_or(now);
    let waited = match hours {
        Some(hours) => hours.read_between(turn.at, over),
        None => over.since(turn.at),
    };
    Waited {
        family_member_id: turn.family_member_id,
        seconds: waited.as_secs(),
        is_answered: answer.is_some(),
    }
}

/// How many waits there were, and how long they took if that many may be said.
pub(super) fn figures(waits: &[Waited]) -> Vec<Figure> {
    let of = |wanted: &dyn Fn(&&Waited) -> bool| {
        let these = waits.iter().filter(wanted);
        of_people(these.map(|wait| (wait.family_member_id, 1)))
    };
    let answers = vec![
        ("answered", of(&|wait| wait.is_answered)),
        ("waiting", of(&|wait| !wait.is_answered)),
    ];
    let table = Table {
        measure: Measure::WaitsForAnswer,
        unit: Unit::Waits,
        total: of(&|_| true),
        splits: vec![(Split::Answer, answers)],
    };
    let mut figures = table.figures();
    if let Some(all) = figures.first().cloned() {
        let seconds = waits.iter().map(|wait| wait.seconds).collect();
        figures.push(Figure {
            measure: Measure::SecondsUntilAnswered,
            spread: all.count.and_then(|_| spread(seconds)),
            ..all
        });
    }
    figures
}
