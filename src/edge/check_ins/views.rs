//! What check-ins look like on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::ids::{AccountId, CheckInId};
use crate::base::time::Moment;
use crate::care::check_ins::{CheckIn, Safety};
use crate::care::help_lines::HelpLine;
use crate::edge::help_lines::HelpLineView;

/// How things are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckInBody {
    /// Made by the client; the same again is the same check-in.
    pub(super) id: CheckInId,
    /// 10 is "my best hopes are happening". No risk score: nothing is reckoned from it.
    #[schema(minimum = 0, maximum = 10, example = 6)]
    pub(super) scale: i32,
    /// What would make it better.
    #[schema(
        example = "If I could see my nan on Sundays again.",
        min_length = 1,
        max_length = 4000
    )]
    pub(super) better: Option<String>,
    /// Whether they want to be contacted.
    pub(super) wants_contact: bool,
    /// "Is anyone making you feel unsafe?" The mentor never sees the answer.
    pub(super) someone_makes_me_unsafe: Option<Safety>,
}

/// A check-in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckInView {
    id: CheckInId,
    family_member_id: AccountId,
    #[schema(minimum = 0, maximum = 10)]
    scale: i32,
    better: Option<String>,
    wants_contact: bool,
    received_at: Moment,
    /// "Is anyone making you feel unsafe?" Left out, always, for mentors.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Safety>)]
    #[expect(
        clippy::option_option,
        reason = "left out for mentors, null where it was not answered"
    )]
    someone_makes_me_unsafe: Option<Option<Safety>>,
}

impl CheckInView {
    pub(super) fn of(check_in: CheckIn, shows_safety: bool) -> Self {
        Self {
            id: check_in.id,
            family_member_id: check_in.family_member_id,
            scale: check_in.scale,
            better: check_in.better,
            wants_contact: check_in.wants_contact,
            received_at: check_in.received_at,
            someone_makes_me_unsafe: shows_safety.then_some(check_in.someone_makes_me_unsafe),
        }
    }
}

/// A check-in that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenCheckInView {
    #[serde(flatten)]
    check_in: CheckInView,
    /// Given while the service can call nobody, whatever the check-in says.
    #[serde(skip_serializing_if = "Option::is_none")]
    standstill: Option<StandstillView>,
}

/// Nobody can be called just now: a check-in is stored and shown to whoever has the app open, and
/// nobody is called outside of it until the service can again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StandstillView {
    /// Always false: once somebody has looked, there is no more to say.
    #[schema(example = false)]
    seen_by_a_person: bool,
    /// Whom to call instead.
    help_lines: Vec<HelpLineView>,
}

impl TakenCheckInView {
    pub(super) fn of(check_in: CheckIn, instead: Option<Vec<HelpLine>>) -> Self {
        Self {
            check_in: CheckInView::of(check_in, true),
            standstill: instead.map(|lines| StandstillView {
                seen_by_a_person: false,
                help_lines: lines.into_iter().map(Into::into).collect(),
            }),
        }
    }
}

/// Some check-ins, newest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckInList {
    pub(super) items: Vec<CheckInView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<String>,
}

/// Whose check-ins, and which part of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CheckInPage {
    /// Whose.
    pub(super) family_member_id: AccountId,
    /// The `next` of the answer before.
    pub(super) after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
    /// Why you must read them: needed from deputies and managers, kept in the audit.
    #[param(
        min_length = 1,
        max_length = 500,
        example = "Ruth is on leave; Sam asked for contact"
    )]
    pub(super) reason: Option<String>,
}
