//! What goals look like on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::ids::{AccountId, GoalEntryId, GoalId};
use crate::base::time::Moment;
use crate::care::accounts::Role;
use crate::care::goals::{Course, Ending, Entry, EntryKind, Writer};

/// A goal to be written down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewGoalBody {
    /// Made by the client; the same again is the same goal.
    pub(super) id: GoalId,
    /// Whose goal it is.
    pub(super) family_member_id: AccountId,
    /// In your own words. They stay as they are.
    #[schema(
        example = "Mornings without shouting",
        min_length = 1,
        max_length = 500
    )]
    pub(super) words: String,
    /// Where it stands now.
    #[schema(minimum = 0, maximum = 10, example = 2)]
    pub(super) start: i32,
    /// What would be good enough.
    #[schema(minimum = 0, maximum = 10, example = 8)]
    pub(super) good_enough: i32,
}

/// What is to be added to a goal: `scale` with `now`, `words` with the others.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GoalEntryBody {
    /// Made by the client; the same again is the same entry.
    pub(super) id: GoalEntryId,
    pub(super) kind: EntryKind,
    /// Where it stands. No risk score: nothing is reckoned from it.
    #[schema(minimum = 0, maximum = 10, example = 6)]
    pub(super) scale: Option<i32>,
    /// What helped, or one small next step.
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) words: Option<String>,
    /// When it was written, by your own clock.
    #[schema(example = "2026-11-22T09:30:00Z", format = DateTime)]
    pub(super) written_at: Option<String>,
}

/// How a goal ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GoalEndingBody {
    pub(super) ending: Ending,
}

/// Whoever wrote it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GoalWriterView {
    id: AccountId,
    #[schema(example = "Jo")]
    display_name: String,
    role: Role,
}

impl From<Writer> for GoalWriterView {
    fn from(by: Writer) -> Self {
        Self {
            id: by.id,
            display_name: by.display_name,
            role: by.role,
        }
    }
}

/// Something that was added to a goal.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GoalEntryView {
    id: GoalEntryId,
    goal_id: GoalId,
    by: GoalWriterView,
    kind: EntryKind,
    /// Where it stands; only with `now`.
    #[schema(minimum = 0, maximum = 10)]
    scale: Option<i32>,
    /// Only with the other kinds.
    #[schema(example = "Story time, and tea on the step.")]
    words: Option<String>,
    /// When it was said, as far as a phone's clock can be believed.
    said_at: Moment,
    received_at: Moment,
    /// Whether whoever said it was suspended then, or had left: no mentor is shown it.
    held: bool,
}

impl From<Entry> for GoalEntryView {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            goal_id: entry.goal_id,
            by: entry.by.into(),
            kind: entry.kind,
            scale: entry.scale,
            words: entry.words,
            said_at: entry.said_at,
            received_at: entry.received_at,
            held: entry.is_held,
        }
    }
}

/// A goal with what was added to it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GoalView {
    id: GoalId,
    family_member_id: AccountId,
    /// Who wrote it down: the family member, or somebody of the staff beside them.
    by: GoalWriterView,
    #[schema(example = "Mornings without shouting")]
    words: String,
    /// Where it stood when it was written.
    #[schema(minimum = 0, maximum = 10, example = 2)]
    start: i32,
    /// Where the family member said last that it stands; nothing while they have not.
    #[schema(minimum = 0, maximum = 10, example = 6)]
    now: Option<i32>,
    /// What would be good enough.
    #[schema(minimum = 0, maximum = 10, example = 8)]
    good_enough: i32,
    received_at: Moment,
    /// How it ended, if it has.
    ending: Option<Ending>,
    ended_at: Option<Moment>,
    /// The newest 100 things that were added, the newest first. Where nobody said anything there is
    /// nothing: draw no line over it.
    entries: Vec<GoalEntryView>,
    /// Whether there are older ones, at `GET /goals/{id}/entries`.
    more: bool,
    /// Whether whoever wrote it was suspended then, or had left: no mentor is shown it.
    held: bool,
}

impl From<Course> for GoalView {
    fn from(course: Course) -> Self {
        let goal = course.goal;
        Self {
            id: goal.id,
            family_member_id: goal.family_member_id,
            by: goal.by.into(),
            words: goal.words,
            start: goal.start,
            now: course.now,
            good_enough: goal.good_enough,
            received_at: goal.received_at,
            ending: goal.ended.map(|(ending, _)| ending),
            ended_at: goal.ended.map(|(_, at)| at),
            entries: course.entries.into_iter().map(Into::into).collect(),
            more: course.more,
            held: goal.is_held,
        }
    }
}

/// Some goals, the newest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GoalList {
    pub(super) items: Vec<GoalView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<String>,
}

/// Some entries, the newest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GoalEntryList {
    pub(super) items: Vec<GoalEntryView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<String>,
}

/// Whose goals, and which part of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct GoalPage {
    /// Whose.
    pub(super) family_member_id: AccountId,
    /// The `next` of the answer before.
    pub(super) after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// Why you must read them: needed from deputies and managers, kept in the audit.
    #[param(min_length = 1, max_length = 500)]
    pub(super) reason: Option<String>,
}

/// Which part of what was added.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct GoalEntryPage {
    /// The `next` of the answer before.
    pub(super) after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// Why you must read them: needed from deputies and managers, kept in the audit.
    #[param(min_length = 1, max_length = 500)]
    pub(super) reason: Option<String>,
}
