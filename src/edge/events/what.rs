//! Every event there is: its name, what it shows, and what its reader must have a right to.
//!
//! The description of the live socket and of the inbox is generated from here, and each event that a
//! test receives is held against it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::facts::{
    AlertNews, AlertTold, AlertsLeft, CheckInAsked, ConversationCourse, ConversationCovered,
    ConversationNamed, ConversationOf, DateComing, DateSaid, FollowUpLeft, FollowUpTold, GapsAhead,
    MessageKeptBack, Nothing, OfFamilyMember, OfPerson, PushesEnded, ShiftBegun, ShiftRow,
    ShiftSwapped, SwapTold, UnattendedMessage, WaitingMessages,
};
use super::rights::About;
use crate::base::ids::{AlertId, ConversationId};
use crate::care::alerts::history::events as alerts;
use crate::care::alerts::reading::Item;
use crate::care::check_ins::CHECK_IN_CREATED;
use crate::care::check_ins::rhythm::{CHECK_IN_DUE, RHYTHM_CHANGED};
use crate::care::contact_plans::PLAN_CHANGED;
use crate::care::contact_plans::stops::{CONTACT_RESUMED, CONTACT_STOPPED};
use crate::care::conversations::{
    MESSAGE_CREATED, MESSAGE_HELD, MESSAGE_UNATTENDED, MESSAGE_WAITING,
};
use crate::care::follow_ups::{FOLLOW_UP_OPENED, FOLLOW_UP_WAITING};
use crate::care::goals::{GOAL_CHANGED, GOAL_CREATED};
use crate::care::handovers::forecast::watching::GAP;
use crate::care::handovers::matching::course::{CONVERSATION_COURSE, CONVERSATION_ENDING_DUE};
use crate::care::handovers::matching::cover::{CONVERSATION_COVER_ENDED, CONVERSATION_COVERED};
use crate::care::handovers::matching::{CONVERSATION_ENDED, CONVERSATION_OPENED};
use crate::care::handovers::shifts::STARTED;
use crate::care::notices::Notice;
use crate::care::notices::sending::actions::PUSH_ENDED;
use crate::care::pods::swaps::actions as swaps;
use crate::care::reminders::{
    DATE_CANCELLED, DATE_CHANGED, DATE_CREATED, DATE_REPLIED, DATE_UNATTENDED, REMINDER_DUE,
};
use crate::edge::conversations::MessageView;

/// What happened, with what it shows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "event", content = "data")]
pub(crate) enum What {
    /// There is a message for you.
    #[serde(rename = "message.created")]
    MessageCreated(MessageView),
    /// To practitioners: a message has no mentor to read it.
    #[serde(rename = "message.unattended")]
    MessageUnattended(UnattendedMessage),
    /// To supervisors: somebody who may not act has written.
    #[serde(rename = "message.held")]
    MessageHeld(MessageKeptBack),
    /// To practitioners, a working day later to supervisors: nobody has answered for a working day.
    #[serde(rename = "message.waiting")]
    MessageWaiting(WaitingMessages),
    /// A match was made.
    #[serde(rename = "conversation.opened")]
    ConversationOpened(ConversationNamed),
    /// A match is over.
    #[serde(rename = "conversation.ended")]
    ConversationEnded(ConversationNamed),
    /// Somebody covers for the mentor.
    #[serde(rename = "conversation.covered")]
    ConversationCovered(ConversationCovered),
    /// Nobody covers for the mentor any more.
    #[serde(rename = "conversation.cover_ended")]
    ConversationCoverEnded(ConversationNamed),
    /// To the pair: when the mentor's work began, from when they see each other less, and its last day.
    #[serde(rename = "conversation.course")]
    ConversationCourse(ConversationCourse),
    /// To practitioners: the last day is over, and the match is not ended.
    #[serde(rename = "conversation.ending_due")]
    ConversationEndingDue(ConversationOf),
    /// To mentors and practitioners: there is a check-in.
    #[serde(rename = "check_in.created")]
    CheckInCreated(OfFamilyMember),
    /// To family members: how are things?
    #[serde(rename = "check_in.due")]
    CheckInDue(CheckInAsked),
    /// To family members: they are asked at other times now, or not any more. Also to their practitioner and
    /// supervisor, where somebody else did it.
    #[serde(rename = "check_in.rhythm_changed")]
    RhythmChanged(OfPerson),
    /// To mentors and practitioners: a check-in, silence or a date asks for somebody.
    #[serde(rename = "follow_up.opened")]
    FollowUpOpened(FollowUpTold),
    /// To supervisors: nobody has followed it up in its time.
    #[serde(rename = "follow_up.waiting")]
    FollowUpWaiting(FollowUpLeft),
    /// A goal was written. Read `GET /goals`.
    #[serde(rename = "goal.created")]
    GoalCreated(OfFamilyMember),
    /// Something was added to a goal, or it has ended.
    #[serde(rename = "goal.changed")]
    GoalChanged(OfFamilyMember),
    /// To family members: there is a new date with you. Read `GET /dates`.
    #[serde(rename = "date.created")]
    DateCreated(DateSaid),
    /// To family members: something else is said of a date with you.
    #[serde(rename = "date.changed")]
    DateChanged(DateSaid),
    /// To family members: a date with you is off.
    #[serde(rename = "date.cancelled")]
    DateCancelled(DateSaid),
    /// To whoever keeps a date: there is an answer.
    #[serde(rename = "date.replied")]
    DateReplied(OfFamilyMember),
    /// To practitioners: nobody keeps a date any more, and nobody was reminded of it.
    #[serde(rename = "date.unattended")]
    DateUnattended(DateComing),
    /// To family members: a date is soon.
    #[serde(rename = "reminder.due")]
    ReminderDue(DateComing),
    /// To whoever works with a family member: they say anew when it is safe to reach them.
    #[serde(rename = "contact_plan.changed")]
    ContactPlanChanged(OfPerson),
    /// To whoever works with a family member: all contact with them is stopped.
    #[serde(rename = "contact.stopped")]
    ContactStopped(OfPerson),
    /// To whoever works with a family member: contact with them goes on.
    #[serde(rename = "contact.resumed")]
    ContactResumed(OfPerson),
    /// An alert waits for an answer.
    #[serde(rename = "alert.opened")]
    AlertOpened(AlertTold),
    /// Something worse, or something new, came to an alert.
    #[serde(rename = "alert.raised_again")]
    AlertRaisedAgain(AlertTold),
    /// Something came to an alert that you have.
    #[serde(rename = "alert.occurred")]
    AlertOccurred(AlertTold),
    /// Somebody has the alert.
    #[serde(rename = "alert.acknowledged")]
    AlertAcknowledged(AlertTold),
    /// Somebody else has been given the alert, and has not looked at it yet: whoever had it may not act any
    /// more.
    #[serde(rename = "alert.passed")]
    AlertPassed(AlertTold),
    /// You are asked to take the alert.
    #[serde(rename = "alert.handed_over")]
    AlertHandedOver(AlertTold),
    /// You have the alert: whoever had it may not act any more. Look at it as soon as at a new one.
    #[serde(rename = "alert.passed_on")]
    AlertPassedOn(AlertTold),
    /// The decision about the alert is overdue.
    #[serde(rename = "alert.decision_overdue")]
    AlertDecisionOverdue(AlertTold),
    /// The alert needs a second qualified person to agree to its decision.
    #[serde(rename = "alert.second_person_needed")]
    AlertSecondPersonNeeded(AlertTold),
    /// The alert was decided.
    #[serde(rename = "alert.closed")]
    AlertClosed(AlertTold),
    /// The alert was opened again.
    #[serde(rename = "alert.reopened")]
    AlertReopened(AlertTold),
    /// You are to do something about an alert.
    #[serde(rename = "alert.action_given")]
    AlertActionGiven(AlertTold),
    /// To its owner, then supervisors, then managers, each working day: what was to be done is overdue.
    #[serde(rename = "alert.action_overdue")]
    AlertActionOverdue(AlertTold),
    /// So many alerts you were told of still wait.
    #[serde(rename = "alerts.waiting")]
    AlertsWaiting(AlertsLeft),
    /// Your shift in a pod has begun.
    #[serde(rename = "cover.started")]
    CoverStarted(ShiftBegun),
    /// In the coming fortnight nobody is on for a pod of yours, or nobody who is on can be reached.
    #[serde(rename = "cover.gap")]
    CoverGap(GapsAhead),
    /// To who supervises the pod, and who made the shift: it has changed hands.
    #[serde(rename = "cover.swapped")]
    CoverSwapped(ShiftSwapped),
    /// A colleague asks you to take a shift of theirs, or to exchange it. Read `GET /swaps`.
    #[serde(rename = "swap.asked")]
    SwapAsked(SwapTold),
    /// A request of yours, or to you, has ended.
    #[serde(rename = "swap.ended")]
    SwapEnded(SwapTold),
    /// To its owner, and of staff to their managers: a device takes no pushes any more.
    #[serde(rename = "device.push_ended")]
    PushEnded(PushesEnded),
    /// You have lost the right to know: there is nothing in it but its place.
    #[serde(rename = "withdrawn")]
    Withdrawn(Nothing),
}

/// The alert an event is about, if it is about one.
pub(super) fn alert_of(notice: &Notice) -> Option<AlertId> {
    (notice.event.starts_with("alert.")).then(|| notice.subject.into())
}

/// The alerts that an event shows.
pub(super) fn alerts_of(notice: &Notice) -> Vec<AlertId> {
    if notice.event == STARTED {
        let shift = facts::<ShiftRow>(notice, "id");
        return shift.map(|shift| shift.alerts).unwrap_or_default();
    }
    alert_of(notice).into_iter().collect()
}

/// A shift that has begun, with those of its alerts that its reader may see.
///
/// # Errors
/// If the row's facts are not those of such an event.
pub(super) fn of_shift(
    notice: &Notice,
    alerts: &BTreeMap<AlertId, Option<Item>>,
) -> serde_json::Result<Option<What>> {
    if notice.event != STARTED {
        return Ok(None);
    }
    let shift: ShiftRow = facts(notice, "id")?;
    let named = shift.alerts.iter();
    let shown = named.filter_map(|id| alerts.get(id)?.clone()).collect();
    Ok(Some(What::CoverStarted(shift.with(shown))))
}

/// Whether an event is a message.
pub(super) fn is_message(notice: &Notice) -> bool {
    notice.event == MESSAGE_CREATED
}

/// An event about an alert, as the alert is now; none if there is none of this name.
///
/// # Errors
/// If the row's facts are not those of such an event.
pub(super) fn of_alert(notice: &Notice, item: Item) -> serde_json::Result<Option<What>> {
    let news: AlertNews = facts(notice, "alert_id")?;
    let told = AlertTold::of(item, news);
    Ok(Some(match notice.event.as_str() {
        alerts::OPENED => What::AlertOpened(told),
        alerts::RAISED_AGAIN => What::AlertRaisedAgain(told),
        alerts::OCCURRED => What::AlertOccurred(told),
        alerts::ACKNOWLEDGED => What::AlertAcknowledged(told),
        alerts::PASSED => What::AlertPassed(told),
        alerts::HANDED_OVER => What::AlertHandedOver(told),
        alerts::PASSED_ON => What::AlertPassedOn(told),
        alerts::DECISION_OVERDUE => What::AlertDecisionOverdue(told),
        alerts::SECOND_PERSON_NEEDED => What::AlertSecondPersonNeeded(told),
        alerts::CLOSED => What::AlertClosed(told),
        alerts::REOPENED => What::AlertReopened(told),
        alerts::ACTION_GIVEN => What::AlertActionGiven(told),
        alerts::ACTION_OVERDUE => What::AlertActionOverdue(told),
        _ => return Ok(None),
    }))
}

/// An event that its row alone tells; none if there is none of this name.
///
/// # Errors
/// If the row's facts are not those of such an event.
pub(super) fn of_row(notice: &Notice) -> serde_json::Result<Option<What>> {
    let (talk, id) = ("conversation_id", "id");
    Ok(Some(match notice.event.as_str() {
        MESSAGE_UNATTENDED => What::MessageUnattended(UnattendedMessage {
            conversation_id: ConversationId::from(notice.subject),
            seq: notice.subject_seq,
        }),
        MESSAGE_HELD => What::MessageHeld(facts(notice, talk)?),
        MESSAGE_WAITING => What::MessageWaiting(facts(notice, talk)?),
        CONVERSATION_OPENED => What::ConversationOpened(facts(notice, talk)?),
        CONVERSATION_ENDED => What::ConversationEnded(facts(notice, talk)?),
        CONVERSATION_COVERED => What::ConversationCovered(facts(notice, talk)?),
        CONVERSATION_COVER_ENDED => What::ConversationCoverEnded(facts(notice, talk)?),
        CONVERSATION_COURSE => What::ConversationCourse(facts(notice, talk)?),
        CONVERSATION_ENDING_DUE => What::ConversationEndingDue(facts(notice, talk)?),
        CHECK_IN_CREATED => What::CheckInCreated(facts(notice, id)?),
        CHECK_IN_DUE => What::CheckInDue(facts(notice, id)?),
        RHYTHM_CHANGED => What::RhythmChanged(facts(notice, id)?),
        FOLLOW_UP_OPENED => What::FollowUpOpened(facts(notice, id)?),
        FOLLOW_UP_WAITING => What::FollowUpWaiting(facts(notice, id)?),
        GOAL_CREATED => What::GoalCreated(facts(notice, id)?),
        GOAL_CHANGED => What::GoalChanged(facts(notice, id)?),
        DATE_CREATED => What::DateCreated(facts(notice, id)?),
        DATE_CHANGED => What::DateChanged(facts(notice, id)?),
        DATE_CANCELLED => What::DateCancelled(facts(notice, id)?),
        DATE_REPLIED => What::DateReplied(facts(notice, id)?),
        DATE_UNATTENDED => What::DateUnattended(facts(notice, id)?),
        REMINDER_DUE => What::ReminderDue(facts(notice, id)?),
        PLAN_CHANGED => What::ContactPlanChanged(facts(notice, id)?),
        CONTACT_STOPPED => What::ContactStopped(facts(notice, id)?),
        CONTACT_RESUMED => What::ContactResumed(facts(notice, id)?),
        alerts::WAITING => What::AlertsWaiting(facts(notice, id)?),
        GAP => What::CoverGap(facts(notice, id)?),
        swaps::SWAPPED => What::CoverSwapped(facts(notice, id)?),
        swaps::ASKED => What::SwapAsked(facts(notice, id)?),
        swaps::ENDED => What::SwapEnded(facts(notice, id)?),
        PUSH_ENDED => What::PushEnded(facts(notice, id)?),
        _ => return Ok(None),
    }))
}

/// The facts the row itself holds, and its subject under the name given.
fn facts<T: DeserializeOwned>(notice: &Notice, name: &str) -> serde_json::Result<T> {
    let mut facts: Map<String, Value> = match &notice.detail {
        Some(detail) => serde_json::from_str(detail)?,
        None => Map::new(),
    };
    facts.insert(name.to_owned(), json!(notice.subject.uuid()));
    serde_json::from_value(Value::Object(facts))
}

impl What {
    /// What its reader must have a right to.
    pub(super) const fn about(&self) -> About {
        match self {
            Self::MessageUnattended(told) => About::MemberOf(told.conversation_id),
            Self::MessageHeld(told) => About::MemberOf(told.conversation_id),
            Self::MessageWaiting(told) => About::Member(told.family_member_id),
            Self::ConversationOpened(told) => About::Part(told.conversation_id),
            Self::ConversationCovered(told) => About::Part(told.conversation_id),
            Self::ConversationCourse(told) => About::Part(told.conversation_id),
            Self::ConversationEndingDue(told) => About::Member(told.family_member_id),
            Self::CheckInCreated(told)
            | Self::GoalCreated(told)
            | Self::GoalChanged(told)
            | Self::DateReplied(told) => About::Member(told.family_member_id),
            Self::FollowUpOpened(told) => About::Member(told.family_member_id),
            Self::FollowUpWaiting(told) => About::Member(told.family_member_id),
            Self::DateUnattended(told) | Self::ReminderDue(told) => {
                About::Member(told.family_member_id)
            }
            Self::CheckInDue(told) => About::Member(told.id),
            Self::RhythmChanged(told)
            | Self::ContactPlanChanged(told)
            | Self::ContactStopped(told)
            | Self::ContactResumed(told) => About::Member(told.id),
            Self::CoverStarted(told) => About::Rota(told.pod_id),
            Self::CoverGap(told) => About::Rota(told.id),
            Self::CoverSwapped(told) => About::Rota(told.pod_id),
            // Messages and alerts are read by their rooms, which have asked already. That something
            // is over is told to those who lose it by that, and names what they knew. The rest is told
            // to the one it is about.
            Self::MessageCreated(_)
            | Self::AlertOpened(_)
            | Self::AlertRaisedAgain(_)
            | Self::AlertOccurred(_)
            | Self::AlertAcknowledged(_)
            | Self::AlertPassed(_)
            | Self::AlertHandedOver(_)
            | Self::AlertPassedOn(_)
            | Self::AlertDecisionOverdue(_)
            | Self::AlertSecondPersonNeeded(_)
            | Self::AlertClosed(_)
            | Self::AlertReopened(_)
            | Self::AlertActionGiven(_)
            | Self::AlertActionOverdue(_)
            | Self::ConversationEnded(_)
            | Self::ConversationCoverEnded(_)
            | Self::DateCreated(_)
            | Self::DateChanged(_)
            | Self::DateCancelled(_)
            | Self::AlertsWaiting(_)
            | Self::SwapAsked(_)
            | Self::SwapEnded(_)
            | Self::PushEnded(_)
            | Self::Withdrawn(_) => About::Reader,
        }
    }
}
