//! What events show beside their names: the facts of an inbox row, and of an alert as it is now. Never
//! a word of anybody's, but for the message itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::ids::{
    AccountId, ActionId, AlertId, CheckInId, ConversationId, DateId, DeviceId, FollowUpId,
    MessageId, PodId, ShiftId, SubjectId, SwapId,
};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::alerts::reading::Item;
use crate::care::alerts::work::Kind as ActionKind;
use crate::care::alerts::{Outcome, State};
use crate::care::follow_ups::Why;
use crate::care::follow_ups::grading::Grade;
use crate::care::handovers::forecast::Why as GapReason;
use crate::care::pods::swaps::Ending;
use crate::care::words::Severity;
use crate::edge::alerts::{AlertFacts, AlertView};

/// Nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Nothing {}

/// A message that nobody may be there to read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnattendedMessage {
    /// Where it stands.
    pub(super) conversation_id: ConversationId,
    /// Its place there.
    #[schema(example = 17, minimum = 1)]
    pub(super) seq: i64,
}

/// A message that was kept back.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct MessageKeptBack {
    /// Where it was meant to go.
    pub(super) conversation_id: ConversationId,
    /// Who wrote it.
    author_id: AccountId,
    /// The id its author's client made.
    id: MessageId,
}

/// A family member whom nobody has answered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct WaitingMessages {
    /// Where they wrote.
    conversation_id: ConversationId,
    /// Who waits.
    pub(super) family_member_id: AccountId,
    /// Since when.
    since: Moment,
    /// How many messages of theirs are not answered.
    #[schema(example = 2)]
    messages: i64,
}

/// A conversation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ConversationNamed {
    /// Which.
    pub(super) conversation_id: ConversationId,
}

/// Who covers a conversation, and when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ConversationCovered {
    /// Which.
    pub(super) conversation_id: ConversationId,
    /// The mentor who covers.
    cover_id: AccountId,
    /// From when.
    from: Moment,
    /// Until before when.
    until: Moment,
}

/// When a mentor's work began, and when it is to end, by the days of London.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ConversationCourse {
    /// Where they talk.
    pub(super) conversation_id: ConversationId,
    /// When the two met first, or will.
    #[schema(example = "2026-06-04", format = Date)]
    introduced_on: Option<String>,
    /// From when they see each other less.
    #[schema(example = "2026-11-02", format = Date)]
    tapers_from: Option<String>,
    /// The last day.
    #[schema(example = "2026-12-04", format = Date)]
    ends_on: Option<String>,
}

/// A family member's conversation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ConversationOf {
    /// Which.
    conversation_id: ConversationId,
    /// Whose.
    pub(super) family_member_id: AccountId,
}

/// Something that concerns a family member.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct OfFamilyMember {
    /// What: a check-in, a goal, a date.
    id: SubjectId,
    /// Whom it concerns.
    pub(super) family_member_id: AccountId,
}

/// A person.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct OfPerson {
    /// Who.
    pub(super) id: AccountId,
}

/// Somebody is asked how things are.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CheckInAsked {
    /// Who.
    pub(super) id: AccountId,
    /// When it was planned, by their own clock.
    #[schema(example = "2026-11-22T16:00:00")]
    starts: String,
    /// Until when they may answer.
    until: Moment,
}

/// Why somebody is to be followed up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct FollowUpTold {
    /// Which follow-up.
    id: FollowUpId,
    /// Who is to be followed up.
    pub(super) family_member_id: AccountId,
    /// The check-in that asks for it, if one does.
    check_in_id: Option<CheckInId>,
    /// The date that asks for it, if one does.
    date_id: Option<DateId>,
    /// Which time of that date it is about, on the clocks of its place, if it is about one.
    starts: Option<String>,
    /// Why, what they asked for themselves first.
    reasons: Vec<Why>,
    /// How soon; none of what was told before there were grades.
    grade: Option<Grade>,
}

/// A follow-up that waits.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct FollowUpLeft {
    /// Which follow-up.
    id: FollowUpId,
    /// Who is to be followed up.
    pub(super) family_member_id: AccountId,
    /// Since when.
    since: Moment,
}

/// A date of which something is said anew.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct DateSaid {
    /// Which.
    id: DateId,
    /// What is said of it now.
    #[schema(example = 2)]
    version: i32,
}

/// A date that is soon.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct DateComing {
    /// Which.
    id: DateId,
    /// With whom.
    pub(super) family_member_id: AccountId,
    /// When it begins, by their own clock.
    #[schema(example = "2026-11-24T15:30:00")]
    starts: String,
    /// The same as a moment.
    starts_at: Moment,
}

/// A shift that has begun, as its row has it.
#[derive(Debug, Deserialize)]
pub(super) struct ShiftRow {
    id: ShiftId,
    pod_id: PodId,
    until: Moment,
    open_alerts: i64,
    #[serde(default)]
    pub(super) alerts: Vec<AlertId>,
}

impl ShiftRow {
    /// With the alerts as they are now, of those that its reader may still see.
    pub(super) fn with(self, alerts: Vec<Item>) -> ShiftBegun {
        ShiftBegun {
            id: self.id,
            pod_id: self.pod_id,
            until: self.until,
            open_alerts: self.open_alerts,
            alerts: alerts.into_iter().map(AlertView::from).collect(),
        }
    }
}

/// A shift that has begun. It is a test too: whose it is, is called in every way there is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShiftBegun {
    /// Which shift.
    id: ShiftId,
    /// The pod it covers.
    pub(super) pod_id: PodId,
    /// Until before when.
    until: Moment,
    /// How many alerts of the pod nobody had when it began.
    #[schema(example = 1)]
    open_alerts: i64,
    /// These alerts as they are now, the most serious first, 50 at most.
    alerts: Vec<AlertView>,
}

/// A shift that has changed hands.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct ShiftSwapped {
    /// Which shift.
    id: ShiftId,
    /// The pod it covers.
    pub(super) pod_id: PodId,
    /// Who has it now.
    account_id: AccountId,
    /// From when.
    from: Moment,
    /// Until before when.
    until: Moment,
}

/// Gaps in the cover of pods, and the first of them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct GapsAhead {
    /// The pod of the first gap.
    pub(super) id: PodId,
    /// How many there are.
    #[schema(example = 2)]
    gaps: i64,
    /// How many of them had not been told.
    #[schema(example = 1)]
    new: i64,
    /// From when the first is.
    from: Moment,
    /// Until before when.
    until: Moment,
    /// Why it is one.
    why: GapReason,
}

/// A request to take a shift over, or to exchange it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct SwapTold {
    /// Which request.
    id: SwapId,
    /// The shift that is to change hands.
    shift_id: ShiftId,
    /// The pod it covers.
    pod_id: PodId,
    /// From when.
    from: Moment,
    /// Until before when.
    until: Moment,
    /// The shift it is to be exchanged for.
    in_return_for_shift_id: Option<ShiftId>,
    /// How the request ended; none while it is open.
    ending: Option<Ending>,
}

/// How many alerts still wait.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct AlertsLeft {
    /// Whom they wait for.
    id: AccountId,
    /// How many.
    #[schema(example = 3)]
    count: i64,
    /// How serious the worst is.
    severity: Option<Severity>,
}

/// A device that takes no pushes any more.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct PushesEnded {
    /// Which device.
    id: DeviceId,
    /// Whose.
    account_id: AccountId,
}

/// What is new about an alert.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct AlertNews {
    /// The number of the occurrence that came.
    #[serde(skip_serializing_if = "Option::is_none")]
    occurrence: Option<i32>,
    /// Who acknowledged or decided it.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<AccountId>,
    /// What was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// Who asks you to take it, or had it until now.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<AccountId>,
    /// Who has been given it.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<AccountId>,
    /// What is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    action_id: Option<ActionId>,
    /// What sort of thing that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    action_kind: Option<ActionKind>,
}

/// An alert, as much of it as the reader may know.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum AlertTold {
    /// To those who may act on it.
    Facts(Box<AlertFactsTold>),
    /// To the practitioner of the family.
    Outline(AlertOutlineTold),
}

/// What is known of an alert as it is now, and what is new about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertFactsTold {
    /// The alert once more.
    alert_id: AlertId,
    /// About whom.
    family_member_id: AccountId,
    #[serde(flatten)]
    news: AlertNews,
    #[serde(flatten)]
    alert: AlertFacts,
}

/// That there is an alert and how serious it is; of whoever is to do something about it, what.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertOutlineTold {
    /// The alert once more.
    alert_id: AlertId,
    id: AlertId,
    state: State,
    severity: Severity,
    family_member: Named,
    /// When it was first raised.
    raised_at: Moment,
    /// What is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    action_id: Option<ActionId>,
    /// What sort of thing that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    action_kind: Option<ActionKind>,
}

impl AlertTold {
    /// The alert as it is now, and what the row says is new. Of an alert whose outline alone they see,
    /// nobody learns more from an event but what they are to do.
    pub(super) fn of(item: Item, news: AlertNews) -> Self {
        if item.is_outline {
            return Self::Outline(AlertOutlineTold {
                alert_id: item.alert.id,
                id: item.alert.id,
                state: item.alert.state,
                severity: item.alert.severity,
                family_member: item.family_member,
                raised_at: item.alert.raised_at,
                action_id: news.action_id,
                action_kind: news.action_kind,
            });
        }
        Self::Facts(Box::new(AlertFactsTold {
            alert_id: item.alert.id,
            family_member_id: item.alert.family_member_id,
            news,
            alert: item.into(),
        }))
    }
}
