//! What dates look like on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::ids::{AccountId, DateId, DateReplyId};
use crate::base::time::Moment;
use crate::care::accounts::Role;
use crate::care::reminders::due::Outcome;
use crate::care::reminders::reading::Listed;
use crate::care::reminders::replying::Taken;
use crate::care::reminders::schedule::course::{Becomes, Course, Exception};
use crate::care::reminders::schedule::{Occurrence, Repeats};
use crate::care::reminders::{Answer, Date, Keeper, Reminded, Reply, State};

/// A date to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDateBody {
    /// Made by the client; the same again is the same date.
    pub(super) id: DateId,
    /// With whom.
    pub(super) family_member_id: AccountId,
    /// What it is; the family member reads it.
    #[schema(example = "Dean comes to see you", min_length = 1, max_length = 200)]
    pub(super) what: String,
    /// Where.
    #[serde(rename = "where")]
    #[schema(example = "At home", min_length = 1, max_length = 200)]
    pub(super) place: Option<String>,
    /// When it is for the first time, by the clocks of its zone: a day and a minute, no offset.
    #[schema(
        example = "2026-06-08T16:30",
        pattern = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$"
    )]
    pub(super) starts: String,
    /// IANA name of the zone; Europe/London if left out.
    #[schema(example = "Europe/London")]
    pub(super) zone: Option<String>,
    /// How long it takes.
    #[schema(example = 60, minimum = 1, maximum = 1440)]
    pub(super) minutes: i32,
    /// `none` if left out.
    pub(super) repeats: Option<Repeats>,
    /// The last day on which it may be; for ever if left out.
    #[schema(example = "2026-07-31", format = Date)]
    pub(super) until: Option<String>,
    /// How long before it the family member is reminded; not at all if left out. Whole days are
    /// counted on the calendar.
    #[schema(example = 1440, minimum = 0, maximum = 10080)]
    pub(super) remind_minutes_before: Option<i32>,
}

/// What a date says from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DateBody {
    /// The version you have seen. If somebody has changed the date since, nothing is changed.
    #[schema(example = 1, minimum = 1)]
    pub(super) version: i32,
    #[schema(example = "Dean comes to see you", min_length = 1, max_length = 200)]
    pub(super) what: String,
    #[serde(rename = "where")]
    #[schema(example = "At home", min_length = 1, max_length = 200)]
    pub(super) place: Option<String>,
    #[schema(
        example = "2026-06-09T16:30",
        pattern = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$"
    )]
    pub(super) starts: String,
    /// Europe/London if left out.
    #[schema(example = "Europe/London")]
    pub(super) zone: Option<String>,
    #[schema(example = 60, minimum = 1, maximum = 1440)]
    pub(super) minutes: i32,
    /// `none` if left out.
    pub(super) repeats: Option<Repeats>,
    #[schema(example = "2026-07-31", format = Date)]
    pub(super) until: Option<String>,
    #[schema(example = 60, minimum = 0, maximum = 10080)]
    pub(super) remind_minutes_before: Option<i32>,
}

/// Which version of a date is cancelled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CancellationBody {
    /// The version you have seen. If somebody has changed the date since, nothing is cancelled.
    #[schema(example = 2, minimum = 1)]
    pub(super) version: i32,
}

/// An answer to a date.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyBody {
    /// Made by the client; the same again is the same answer.
    pub(super) id: DateReplyId,
    /// The version you have seen.
    #[schema(example = 1, minimum = 1)]
    pub(super) version: i32,
    /// The `starts` of the occurrence you answer.
    #[schema(
        example = "2026-06-08T16:30",
        pattern = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}$"
    )]
    pub(super) starts: String,
    pub(super) reply: Answer,
    /// In your own words. Screened like everything you write.
    #[schema(
        example = "Can it be after five? I have football.",
        min_length = 1,
        max_length = 1000
    )]
    pub(super) note: Option<String>,
}

/// One time a date is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DateTimeView {
    /// Which occurrence it is, by the time it has in the schedule; name it to move or cancel it alone.
    #[schema(example = "2026-06-08T16:30")]
    occurrence: String,
    /// When it is, by the clocks of the date's zone; the same, unless it was moved.
    #[schema(example = "2026-06-08T16:30")]
    starts: String,
    /// The moment. A time that the clocks skip is the next minute that exists; of one that comes
    /// twice it is the first.
    starts_at: Moment,
    ends_at: Moment,
}

impl From<Occurrence> for DateTimeView {
    fn from(one: Occurrence) -> Self {
        Self {
            occurrence: one.of.to_string(),
            starts: one.starts.to_string(),
            starts_at: one.starts_at,
            ends_at: one.ends_at,
        }
    }
}

/// One occurrence that is not as the others are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExceptionView {
    /// Which, by the time it has in the schedule.
    #[schema(example = "2026-06-15T16:30")]
    occurrence: String,
    /// When it is; `null` if it will not be.
    #[schema(example = "2026-06-16T17:00")]
    starts: Option<String>,
    /// How long it takes; `null` if it will not be.
    #[schema(example = 60, minimum = 1, maximum = 1440)]
    minutes: Option<i32>,
}

impl ExceptionView {
    fn all_of(course: &Course) -> Vec<Self> {
        let as_others =
            |one: &Exception| one.becomes == Becomes::At(one.of, course.schedule().minutes);
        let mut said: Vec<Exception> = course.exceptions().to_vec();
        said.retain(|one| !as_others(one));
        said.sort_unstable_by_key(|one| one.of);
        let all = said.into_iter().map(|one| {
            let (starts, minutes) = match one.becomes {
                Becomes::Cancelled => (None, None),
                Becomes::At(starts, minutes) => (Some(starts.to_string()), Some(minutes)),
            };
            Self {
                occurrence: one.of.to_string(),
                starts,
                minutes,
            }
        });
        all.collect()
    }
}

/// Somebody of the staff.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeeperView {
    id: AccountId,
    display_name: String,
    role: Role,
}

impl From<Keeper> for KeeperView {
    fn from(keeper: Keeper) -> Self {
        Self {
            id: keeper.id,
            display_name: keeper.display_name,
            role: keeper.role,
        }
    }
}

/// An answer to a date.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplyView {
    id: DateReplyId,
    date_id: DateId,
    /// The version it is to. In a date as you read it, the newest that has left this occurrence as it was
    /// answered: another than the date's means that the date says something else by now.
    version: i32,
    /// The occurrence it is to.
    #[schema(example = "2026-06-08T16:30")]
    starts: String,
    reply: Answer,
    note: Option<String>,
    received_at: Moment,
    /// Whether its author was suspended then, or had left: no mentor is shown it.
    held: bool,
}

impl From<Reply> for ReplyView {
    fn from(reply: Reply) -> Self {
        Self {
            id: reply.id,
            date_id: reply.date_id,
            version: reply.version,
            starts: reply.starts.to_string(),
            reply: reply.answer,
            note: reply.note,
            received_at: reply.received_at,
            held: reply.is_held,
        }
    }
}

/// An answer that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenView {
    #[serde(flatten)]
    reply: ReplyView,
    /// Whether the date says something else of this occurrence by now: then show what, and ask again.
    outdated: bool,
}

impl From<Taken> for TakenView {
    fn from(taken: Taken) -> Self {
        Self {
            reply: taken.reply.into(),
            outdated: taken.is_outdated,
        }
    }
}

/// A date.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DateView {
    id: DateId,
    family_member_id: AccountId,
    /// How often it has been said anew; name it when you change or answer it.
    version: i32,
    state: State,
    what: String,
    #[serde(rename = "where")]
    place: Option<String>,
    /// When it is for the first time.
    #[schema(example = "2026-06-08T16:30")]
    starts: String,
    #[schema(example = "Europe/London")]
    zone: String,
    minutes: i32,
    repeats: Repeats,
    #[schema(example = "2026-07-31", format = Date)]
    until: Option<String>,
    remind_minutes_before: Option<i32>,
    /// What was said of single occurrences alone, in their order.
    exceptions: Vec<ExceptionView>,
    /// When it is now, or next; of a cancelled one, when it would have been. None if it is over.
    next: Option<DateTimeView>,
    made_by: KeeperView,
    /// When it was last said anew.
    said_at: Moment,
    /// The newest answer to the next time it is, or if there is none the newest of all.
    reply: Option<ReplyView>,
    /// What became of its latest five reminders, the newest first. Left out for the family.
    #[serde(skip_serializing_if = "Option::is_none")]
    reminders: Option<Vec<ReminderView>>,
}

/// What became of a reminder.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReminderView {
    /// Of which time of the date.
    #[schema(example = "2026-06-08T16:30")]
    starts: String,
    /// `sent`, or why it was not: `late` where the service was not there in time.
    state: Outcome,
    /// When it was sent, or came to that.
    at: Moment,
}

impl From<Reminded> for ReminderView {
    fn from(one: Reminded) -> Self {
        Self {
            starts: one.starts.to_string(),
            state: one.outcome,
            at: one.at,
        }
    }
}

impl DateView {
    pub(super) fn of((date, next): (Date, Option<Occurrence>)) -> Self {
        let schedule = date.plan.schedule;
        let exceptions = ExceptionView::all_of(&date.course());
        Self {
            id: date.id,
            family_member_id: date.family_member_id,
            version: date.version,
            state: date.state,
            what: date.plan.what,
            place: date.plan.place,
            starts: schedule.starts.to_string(),
            zone: schedule.zone.name().to_owned(),
            minutes: schedule.minutes,
            repeats: schedule.repeats,
            until: schedule.until.map(|day| day.to_string()),
            remind_minutes_before: date.plan.remind_minutes_before,
            exceptions,
            next: next.map(Into::into),
            made_by: date.made_by.into(),
            said_at: date.said_at,
            reply: date.reply.map(Into::into),
            reminders: date
                .reminded
                .map(|all| all.into_iter().map(Into::into).collect()),
        }
    }
}

impl From<Listed> for DateView {
    fn from((date, next): Listed) -> Self {
        Self::of((date, Some(next)))
    }
}

/// Some dates, the next first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DateList {
    pub(super) items: Vec<DateView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<String>,
}

/// Whose dates, and which part of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DatePage {
    /// Whose. A family member may leave it out.
    pub(super) family_member_id: Option<AccountId>,
    /// The `next` of the answer before.
    pub(super) after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// Why you must read them: needed from deputies and managers, kept in the audit.
    #[param(min_length = 1, max_length = 500, example = "Ruth is on leave")]
    pub(super) reason: Option<String>,
}
