//! What cases look like on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::ids::{CaseEventId, CaseId, FamilyId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::cases::{CaseEvent, EventKind, Outcome, ReferredBy, Standing, StepChange, Tier};

/// A case to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCaseBody {
    /// Made by the client; the same again is the same case.
    pub(super) id: CaseId,
    /// The day on which it was opened, in London; not in the future.
    #[schema(example = "2026-05-18", format = Date)]
    pub(super) on: String,
    pub(super) tier: Tier,
    pub(super) referred_by: ReferredBy,
}

/// A move to another tier.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StepChangeBody {
    /// Made by the client; the same again is the same record.
    pub(super) id: CaseEventId,
    /// The day on which it moved, in London; not in the future.
    #[schema(example = "2026-05-25", format = Date)]
    pub(super) on: String,
    /// The tier it moved to.
    pub(super) tier: Tier,
    /// Why.
    #[schema(
        example = "The strategy discussion on Monday decided on an enquiry.",
        min_length = 1,
        max_length = 2000
    )]
    pub(super) rationale: String,
}

/// How a case ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClosureBody {
    /// Made by the client; the same again is the same record.
    pub(super) id: CaseEventId,
    /// The day on which it was closed, in London; not in the future.
    #[schema(example = "2026-06-01", format = Date)]
    pub(super) on: String,
    pub(super) outcome: Outcome,
    /// Why.
    #[schema(
        example = "The goals of the plan are reached; Robin and the aunt agree.",
        min_length = 1,
        max_length = 2000
    )]
    pub(super) rationale: String,
}

/// What was recorded wrongly: what of it is otherwise, or that it did not happen.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CorrectionBody {
    /// Made by the client; the same again is the same correction.
    pub(super) id: CaseEventId,
    /// The event that was recorded wrongly; the opening has the id of the case.
    pub(super) corrects: CaseEventId,
    /// It did not happen. Then nothing is put right.
    #[serde(default)]
    pub(super) withdrawn: bool,
    /// The day on which it happened.
    #[schema(example = "2026-05-19", format = Date)]
    pub(super) on: Option<String>,
    /// Of an opening or a step change.
    pub(super) tier: Option<Tier>,
    /// Of an opening.
    pub(super) referred_by: Option<ReferredBy>,
    /// Of a closing.
    pub(super) outcome: Option<Outcome>,
    /// Why.
    #[schema(
        example = "The referral came a day later than I wrote.",
        min_length = 1,
        max_length = 2000
    )]
    pub(super) rationale: String,
}

/// Why you must read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct CasePage {
    /// Why you must read it: deputies, whoever covers, and managers say.
    #[param(min_length = 1, max_length = 500)]
    pub(super) reason: Option<String>,
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CaseState {
    Open,
    Closed,
    /// Its opening was withdrawn: there is none.
    Withdrawn,
}

/// In which direction a case moved.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum CaseStep {
    SteppedUp,
    SteppedDown,
}

/// A move from one tier to another.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StepChangeView {
    id: CaseEventId,
    #[schema(example = "2026-05-25", format = Date)]
    on: String,
    change: CaseStep,
    from: Tier,
    to: Tier,
}

impl From<StepChange> for StepChangeView {
    fn from(step: StepChange) -> Self {
        Self {
            id: step.id,
            on: step.on.to_string(),
            change: if step.is_up() {
                CaseStep::SteppedUp
            } else {
                CaseStep::SteppedDown
            },
            from: step.from,
            to: step.to,
        }
    }
}

/// How a case stands: what was recorded, as it was put right.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseFacts {
    id: CaseId,
    family_id: FamilyId,
    state: CaseState,
    /// The case of the family before it; none if it is the first.
    re_referral_of: Option<CaseId>,
    /// The day on which it was opened; like what follows, none if the opening was withdrawn.
    #[schema(example = "2026-05-18", format = Date)]
    opened_on: Option<String>,
    referred_by: Option<ReferredBy>,
    /// The tier on which it stands, or stood last.
    tier: Option<Tier>,
    /// In the order in which it moved.
    step_changes: Vec<StepChangeView>,
    /// None while it is open.
    #[schema(example = "2026-06-01", format = Date)]
    closed_on: Option<String>,
    outcome: Option<Outcome>,
}

impl From<&Standing> for CaseFacts {
    fn from(standing: &Standing) -> Self {
        let course = standing.course.as_ref();
        let closed = course.and_then(|course| course.closed);
        let steps = course.map(|course| course.steps.clone());
        Self {
            id: standing.case.id,
            family_id: standing.case.family_id,
            state: match (course, closed) {
                (None, _) => CaseState::Withdrawn,
                (Some(_), None) => CaseState::Open,
                (Some(_), Some(_)) => CaseState::Closed,
            },
            re_referral_of: standing.re_referral_of,
            opened_on: course.map(|course| course.opened_on.to_string()),
            referred_by: course.map(|course| course.referred_by),
            tier: course.map(|course| course.tier),
            step_changes: steps
                .unwrap_or_default()
                .into_iter()
                .map(Into::into)
                .collect(),
            closed_on: closed.map(|(on, _)| on.to_string()),
            outcome: closed.map(|(_, outcome)| outcome),
        }
    }
}

/// An event as it was recorded, whatever was put right since.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseEventView {
    id: CaseEventId,
    event: EventKind,
    /// Which event it corrects, if it is a correction: what it says of that one holds.
    corrects: Option<CaseEventId>,
    /// That one did not happen.
    withdrawn: bool,
    #[schema(example = "2026-05-18", format = Date)]
    on: Option<String>,
    tier: Option<Tier>,
    referred_by: Option<ReferredBy>,
    outcome: Option<Outcome>,
    rationale: Option<String>,
    by: Named,
    at: Moment,
}

impl From<CaseEvent> for CaseEventView {
    fn from(event: CaseEvent) -> Self {
        Self {
            id: event.id,
            event: event.kind,
            corrects: event.corrects,
            withdrawn: event.is_withdrawn,
            on: event.facts.on.map(|on| on.to_string()),
            tier: event.facts.tier,
            referred_by: event.facts.referred_by,
            outcome: event.facts.outcome,
            rationale: event.rationale,
            by: event.by,
            at: event.at,
        }
    }
}

/// A case with what happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseView {
    #[serde(flatten)]
    facts: CaseFacts,
    /// As they were recorded, the oldest first.
    events: Vec<CaseEventView>,
}

impl From<Standing> for CaseView {
    fn from(standing: Standing) -> Self {
        Self {
            facts: CaseFacts::from(&standing),
            events: standing.case.events.into_iter().map(Into::into).collect(),
        }
    }
}

/// The cases of a family, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CaseList {
    pub(super) items: Vec<CaseView>,
    /// Always null: the whole list is one page.
    pub(super) next: Option<String>,
}
