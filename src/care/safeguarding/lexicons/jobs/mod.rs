//! Work on what was said before: counting what a draft would match in the last thirty days, and
//! reading again what was screened by a version that was withdrawn.
//!
//! A job is a row that says how far it has come. It goes on by portions at a bounded rate, on any
//! node; of two nodes that take the same portion one moves it on. Counting shows no word to anybody, no
//! count so small that it tells of one text, and nothing of what a manager is excluded from.

mod queries;

use std::collections::HashSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Version;
use crate::base::ids::{AuthorityId, LexiconVersionId};
use crate::base::time::Moment;
use crate::care::alerts::reading::hidden_from_managers;
use crate::care::safeguarding::Reading;
use crate::care::safeguarding::rereading::{Past, Stretch, is_sampled, portion, total};
use crate::care::safeguarding::screen::Lexicon;
use crate::care::safeguarding::words::Severity;
use crate::db::columns::text_column;
use crate::db::{Answer, Tx, View};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text as SqlText;

/// So far back a draft is counted.
const COUNTED: Duration = Duration::from_hours(30 * 24);
/// Above so many texts a sample is counted.
const MOST_COUNTED: i64 = 200_000;
/// A count below this is not shown: of a rule of one's own making it would tell who said what.
pub const FEWEST_SHOWN: i64 = 5;
/// So many texts of each kind are read in one portion.
const PORTION: i64 = 200;
/// So long it rests after each.
const PACE: Duration = Duration::from_millis(250);
/// Whoever takes a portion and does not end it in this time has gone.
const LEASE: Duration = Duration::from_mins(1);

/// What a job is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = SqlText)]
pub enum Kind {
    /// Counts what a draft would match.
    Count,
    /// Screens again what a withdrawn version has screened.
    Reread,
}

text_column!(Kind { Count = "count", Reread = "reread" });

/// What came of it so far. Counts, never words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Found {
    /// Texts in which nothing is found now, and the draft finds something, by its severity.
    pub newly_watch: i64,
    /// The same, urgent.
    pub newly_urgent: i64,
    /// The same, immediate.
    pub newly_immediate: i64,
    /// Texts that the draft finds more serious.
    pub louder: i64,
    /// Texts that it finds less serious.
    pub quieter: i64,
    /// Texts in which it finds nothing any more.
    pub no_longer: i64,
    /// Texts in which reading again found something new, which was raised.
    pub raised: i64,
}

impl Found {
    /// Counts one text, by what is live and by the draft.
    fn note(&mut self, live: Option<Severity>, draft: Option<Severity>) {
        let count = match (live, draft) {
            (None, Some(Severity::Watch)) => &mut self.newly_watch,
            (None, Some(Severity::Urgent)) => &mut self.newly_urgent,
            (None, Some(Severity::Immediate)) => &mut self.newly_immediate,
            (Some(_), None) => &mut self.no_longer,
            (Some(live), Some(draft)) if draft > live => &mut self.louder,
            (Some(live), Some(draft)) if draft < live => &mut self.quieter,
            _ => return,
        };
        *count = count.saturating_add(1);
    }

    fn and(self, other: Self) -> Self {
        let sum = i64::saturating_add;
        Self {
            newly_watch: sum(self.newly_watch, other.newly_watch),
            newly_urgent: sum(self.newly_urgent, other.newly_urgent),
            newly_immediate: sum(self.newly_immediate, other.newly_immediate),
            louder: sum(self.louder, other.louder),
            quieter: sum(self.quieter, other.quieter),
            no_longer: sum(self.no_longer, other.no_longer),
            raised: sum(self.raised, other.raised),
        }
    }
}

/// How far a job has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Of which draft or version.
    pub version_id: LexiconVersionId,
    /// What it is for.
    pub kind: Kind,
    /// In which authority.
    pub authority_id: AuthorityId,
    from_at: Moment,
    before_at: Moment,
    /// How many texts there were when it began; none before that.
    pub total: Option<i64>,
    /// How many of them it has looked at.
    pub looked: i64,
    /// It counts one in so many.
    pub one_in: i32,
    /// What came of it.
    pub found: Found,
    due_at: Option<Moment>,
}

impl Job {
    /// Whether it has ended.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.due_at.is_none()
    }

    fn stretch(&self) -> Stretch {
        Stretch {
            authority_id: self.authority_id,
            from: self.from_at,
            before: self.before_at,
        }
    }
}

/// Begins to count what a draft would match.
pub(super) fn begin_count(tx: &mut Tx<'_>, draft: &Version) -> Answer<()> {
    let from = tx.now().minus(COUNTED);
    begin(tx, draft, Kind::Count, from)
}

/// Begins to read again what a version has screened.
pub(super) fn begin_reread(tx: &mut Tx<'_>, version: &Version) -> Answer<()> {
    let from = version.published.map_or(Moment::ZERO, |(_, at)| at);
    begin(tx, version, Kind::Reread, from)
}

fn begin(tx: &mut Tx<'_>, version: &Version, kind: Kind, from_at: Moment) -> Answer<()> {
    let now = tx.now();
    let job = Job {
        version_id: version.id,
        kind,
        authority_id: version.authority_id,
        from_at,
        // What comes in at this very moment, too.
        before_at: Moment::from_micros(now.micros().saturating_add(1)),
        total: None,
        looked: 0,
        one_in: 1,
        found: Found::default(),
        due_at: Some(now),
    };
    tx.wake_workers();
    queries::insert(tx.conn(), &job)
}

/// Ends a count that nobody needs any more.
pub(super) fn end_count(tx: &mut Tx<'_>, draft: LexiconVersionId) -> Answer<()> {
    queries::end(tx.conn(), draft, Kind::Count)
}

/// How far the jobs of these versions have come.
pub(super) fn of(
    view: &mut impl View,
    version: LexiconVersionId,
    kind: Kind,
) -> Answer<Option<Job>> {
    queries::job(view.conn(), version, kind)
}

/// When the next portion of any job is due.
///
/// # Errors
/// If the question fails.
pub fn next_due(view: &mut impl View) -> Answer<Option<Moment>> {
    queries::next_due(view.conn())
}

/// Takes the job whose portion is due first, for a while.
///
/// # Errors
/// If it cannot be stored.
pub fn take(tx: &mut Tx<'_>) -> Answer<Option<Job>> {
    let now = tx.now();
    let Some(job) = queries::due(tx.conn(), now)? else {
        return Ok(None);
    };
    let taken = queries::lease(tx.conn(), &job, now.plus(LEASE))?;
    Ok(taken.then_some(job))
}

/// The next portion of a job, with the job as it is then: the first look says how much there is.
///
/// # Errors
/// If a question fails.
pub fn look(view: &mut impl View, mut job: Job) -> Answer<(Job, Past)> {
    if job.total.is_none() {
        let all = total(view, job.stretch())?;
        job.total = Some(all);
        if job.kind == Kind::Count {
            let one_in = all.saturating_add(MOST_COUNTED - 1) / MOST_COUNTED;
            job.one_in = i32::try_from(one_in.max(1)).unwrap_or(i32::MAX);
        }
    }
    let one_in = u32::try_from(job.one_in).unwrap_or(1);
    let number = queries::number(view.conn(), job.version_id)?;
    let ending = format!("+{}", number.unwrap_or(0));
    let kind = job.kind;
    let hidden = match kind {
        Kind::Count => hidden_from_managers(view, job.authority_id)?,
        Kind::Reread => HashSet::new(),
    };
    let past = portion(view, job.stretch(), PORTION, |row| match kind {
        Kind::Count => is_sampled(row, one_in) && !hidden.contains(&(row.author_id, row.id)),
        Kind::Reread => {
            row.reading != Reading::NotScreened && row.lexicon_version.ends_with(&ending)
        }
    })?;
    Ok((job, past))
}

/// Counts a portion by the rules that are live and by a draft.
#[must_use]
pub fn counted(past: &Past, live: &Lexicon, draft: &Lexicon) -> Found {
    let mut found = Found::default();
    for text in &past.texts {
        found.note(text.severity(live), text.severity(draft));
    }
    found
}

/// Notes what came of a portion; the next is due a little later, if there is one.
///
/// # Errors
/// If it cannot be stored.
pub fn move_on(
    tx: &mut Tx<'_>,
    job: &Job,
    past: (usize, Option<Moment>),
    found: Found,
) -> Answer<()> {
    let (looked, before) = past;
    let looked = i64::try_from(looked).unwrap_or(i64::MAX);
    let next = Job {
        before_at: before.unwrap_or(job.from_at),
        looked: job.looked.saturating_add(looked),
        found: job.found.and(found),
        due_at: before.map(|_| tx.now().plus(PACE)),
        ..job.clone()
    };
    queries::move_on(tx.conn(), job.before_at, &next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_counts_once_by_what_changes_for_it() {
        let mut found = Found::default();
        let (watch, urgent, immediate) = (
            Some(Severity::Watch),
            Some(Severity::Urgent),
            Some(Severity::Immediate),
        );

        for (live, draft) in [
            (None, None),
            (None, urgent),
            (None, immediate),
            (urgent, urgent),
            (urgent, immediate),
            (urgent, watch),
            (watch, None),
        ] {
            found.note(live, draft);
        }

        let expected = Found {
            newly_urgent: 1,
            newly_immediate: 1,
            louder: 1,
            quieter: 1,
            no_longer: 1,
            ..Found::default()
        };
        assert_eq!(found, expected);
        assert_eq!(found.and(found).louder, 2);
    }
}
