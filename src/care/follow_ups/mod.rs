//! Follow-ups: what a check-in, or silence, asks of a person, until somebody has reached the family
//! member.
//!
//! A check-in asks for one where its author wants to be called, where the scale is 0 to 2, and where
//! it has fallen by 3 or more since the check-in before. So does silence: a check-in that was asked for
//! and did not come, and what could be told to no device of theirs. So does a date that they asked to be
//! changed, or that nobody keeps any more. And each month somebody asks them whether their contact
//! plan is still right, or soon for one if they have told none. The reasons are facts in words:
//! there is no score. The answer about safety is no part of it, because the mentor sees every
//! follow-up but those of what is held.

pub mod actions;
pub mod dates;
pub mod grading;
pub mod plans;
mod queries;
pub mod reading;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, CheckInId, ConversationId, DateId, FollowUpId};
use crate::base::time::Moment;
use crate::care::accounts::Role;
use crate::db::Event;
use crate::db::columns::text_column;

/// Up to here on the scale things are hard.
const LOW: i32 = 2;
/// So much less than the time before is a fall.
const FALL: i32 = 3;

/// The mentor and the practitioner are told that a family member is to be followed up.
pub const FOLLOW_UP_OPENED: Event = "follow_up.opened";
/// The supervisor is told that nobody has done so in its time (see [`grading`]).
pub const FOLLOW_UP_WAITING: Event = "follow_up.waiting";

/// Why a family member is to be followed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FollowUpReason)]
pub enum Why {
    /// They asked to be called.
    Call,
    /// They answered 0, 1 or 2.
    Low,
    /// They answered 3 or more below their check-in before.
    Fall,
    /// They were asked how things are, and did not answer.
    Missed,
    /// What they were to be told reached no device of theirs.
    Unreached,
    /// They asked for another time than that of a date.
    ChangeAsked,
    /// Nobody keeps a date with them any more.
    Unattended,
    /// Nobody has talked their contact plan over with them for a month, or they have told none since they joined.
    ConfirmPlan,
}

/// All the reasons there are for one follow-up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, diesel::Queryable)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a reason of its own, and several may be there"
)]
pub struct Reasons {
    /// They asked to be called.
    pub wants_contact: bool,
    /// They answered 0, 1 or 2.
    pub is_low: bool,
    /// They answered 3 or more below their check-in before.
    pub has_fallen: bool,
    /// So many check-ins they were asked for in a row did not come.
    pub missed: i32,
    /// What they were to be told reached no device of theirs.
    pub is_unreached: bool,
    /// Nobody has talked their contact plan over with them for a month, or they have told none since they joined.
    pub is_plan_due: bool,
    /// They asked for another time than that of a date.
    pub asks_change: bool,
    /// Nobody keeps a date with them any more.
    pub is_unattended: bool,
}

impl Reasons {
    /// What a check-in gives reason for.
    #[must_use]
    pub fn of(scale: i32, before: Option<i32>, wants_contact: bool) -> Self {
        Self {
            wants_contact,
            is_low: scale <= LOW,
            has_fallen: before.is_some_and(|before| before.saturating_sub(scale) >= FALL),
            ..Self::default()
        }
    }

    /// Both, of silence: the longer row of misses, and whether anything reached no device.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            missed: self.missed.max(other.missed),
            is_unreached: self.is_unreached || other.is_unreached,
            ..self
        }
    }

    /// Each reason there is, what the person themselves asked for first.
    #[must_use]
    pub fn all(self) -> Vec<Why> {
        let all = [
            (self.wants_contact, Why::Call),
            (self.is_low, Why::Low),
            (self.has_fallen, Why::Fall),
            (self.missed > 0, Why::Missed),
            (self.is_unreached, Why::Unreached),
            (self.asks_change, Why::ChangeAsked),
            (self.is_unattended, Why::Unattended),
            (self.is_plan_due, Why::ConfirmPlan),
        ];
        let there = all.into_iter().filter(|(is_there, _)| *is_there);
        there.map(|(_, why)| why).collect()
    }
}

/// How an attempt to follow somebody up ended.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Attempt {
    /// They were spoken with. Closes this one and every earlier one of theirs.
    Reached,
    /// A message was left, as their safe contact allows. It stays open.
    LeftMessage,
    /// Nobody answered. It stays open.
    NoAnswer,
    /// It was seen to in another way.
    Other,
}

text_column!(Attempt {
    Reached = "reached",
    LeftMessage = "left_message",
    NoAnswer = "no_answer",
    Other = "other",
});

impl Attempt {
    /// Whether nothing is left to do.
    #[must_use]
    pub const fn closes(self) -> bool {
        matches!(self, Self::Reached | Self::Other)
    }
}

/// A family member to be followed up.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct FollowUp {
    /// What stands in its row.
    pub own: Entry,
    /// What the family member is called.
    pub display_name: String,
    /// Their present conversation, if they have one.
    pub conversation_id: Option<ConversationId>,
}

/// What a follow-up's own row says.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Entry {
    /// Its id.
    pub id: FollowUpId,
    /// Who is to be followed up.
    pub family_member_id: AccountId,
    /// After which check-in, if it was one.
    pub check_in_id: Option<CheckInId>,
    /// About which date it is, if it is about one.
    pub date_id: Option<DateId>,
    /// Which occurrence of it they asked to be changed, by its civil time.
    pub date_starts: Option<String>,
    /// Why.
    pub reasons: Reasons,
    /// Since when.
    pub opened_at: Moment,
    /// How often it was tried.
    pub tries: i32,
    /// How the last try ended.
    pub last_outcome: Option<Attempt>,
    /// Who tried last.
    pub last_by: Option<AccountId>,
    /// When.
    pub last_at: Option<Moment>,
    /// When it was done, if it is.
    pub done_at: Option<Moment>,
    /// When the supervisor is told that nobody has done it; none once they were, or it is done.
    pub hand_up_at: Option<Moment>,
    /// Whether managers were told of it, because nobody nearer was there.
    pub with_managers: bool,
}

impl Entry {
    /// Who was told that it is theirs to see to: the managers where nobody nearer was there, or the supervisor
    /// once nobody has done it in its time.
    #[must_use]
    pub const fn handed_up_to(&self) -> Option<Role> {
        match (self.done_at, self.with_managers, self.hand_up_at) {
            (Some(_), ..) | (None, false, Some(_)) => None,
            (None, true, _) => Some(Role::ServiceManager),
            (None, false, None) => Some(Role::SupervisingSocialWorker),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_stands_for_itself() {
        for (scale, before, wants_contact, why) in [
            (6, Some(8), false, vec![]),
            (3, None, false, vec![]),
            (2, None, false, vec![Why::Low]),
            (5, Some(8), false, vec![Why::Fall]),
            (6, Some(2), true, vec![Why::Call]),
            (0, Some(3), true, vec![Why::Call, Why::Low, Why::Fall]),
        ] {
            assert_eq!(Reasons::of(scale, before, wants_contact).all(), why);
        }
    }
}
