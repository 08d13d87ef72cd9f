//! What alerts look like on the wire.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::calls::TelephoneView;
use crate::base::ids::{AccountId, AlertId, ConversationId, SubjectId};
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::care::alerts::history::deeds;
use crate::care::alerts::reading::{HistoryLine, Item, Occurrence, Shown};
use crate::care::alerts::upcoming::NextStep;
use crate::care::alerts::{Kind, Mark, Outcome, SourceKind, State};
use crate::care::words::{Category, Severity};
use crate::edge::contact_plans::PlanView;

/// Which part of the list of alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AlertPage {
    /// Only alerts that stand here; left out: all that are not closed.
    pub(super) state: Option<State>,
    /// The `next` of the answer before.
    pub(super) after: Option<String>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
}

/// Which part of what belongs to one alert.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PartPage {
    /// The `next` of the answer before: only what has a larger number.
    #[param(minimum = 0)]
    pub(super) after: Option<i32>,
    /// 1 to 200; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<i64>,
}

/// An alert as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum AlertView {
    /// To those who may act on it.
    Facts(AlertFacts),
    /// To the practitioner of the family.
    Outline(AlertOutline),
}

/// That there is an alert, and how serious it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertOutline {
    id: AlertId,
    state: State,
    severity: Severity,
    family_member: Named,
    /// When it was first raised.
    raised_at: Moment,
}

/// What is known of an alert, but for its words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertFacts {
    id: AlertId,
    state: State,
    severity: Severity,
    family_member: Named,
    /// When it was first raised.
    raised_at: Moment,
    /// What sort of alert it is.
    kind: Kind,
    category: Category,
    /// Whether a worker may be implicated whom nobody has named.
    possible_allegation: bool,
    /// When somebody must have it.
    acknowledge_by: Moment,
    /// When its holder must have decided; if nobody has it any more, when the next one must.
    decide_by: Option<Moment>,
    /// The version of the authority's waits it was raised under and runs under to its end.
    #[schema(example = 1)]
    policy_version: i32,
    /// How often it has stepped by itself.
    #[schema(example = 2)]
    step: i32,
    /// A whole round of the ladder found nobody.
    unreachable: bool,
    /// How many occurrences it has.
    #[schema(example = 3)]
    occurrence_count: i32,
    /// How many of them its holder has been shown, counted from the first without a gap. A decision
    /// waits until that is all of them.
    #[schema(example = 3)]
    seen_seq: i32,
    /// Who has it.
    holder: Option<Named>,
    acknowledged_at: Option<Moment>,
    /// Whom its holder asks to take it.
    handed_to: Option<Named>,
    closed_at: Option<Moment>,
}

impl From<Item> for AlertOutline {
    fn from(item: Item) -> Self {
        Self {
            id: item.alert.id,
            state: item.alert.state,
            severity: item.alert.severity,
            family_member: item.family_member,
            raised_at: item.alert.raised_at,
        }
    }
}

impl From<Item> for AlertFacts {
    fn from(item: Item) -> Self {
        let alert = item.alert;
        Self {
            id: alert.id,
            state: alert.state,
            severity: alert.severity,
            family_member: item.family_member,
            raised_at: alert.raised_at,
            kind: alert.kind,
            category: alert.category,
            possible_allegation: alert.possible_allegation,
            acknowledge_by: alert.acknowledge_by,
            decide_by: alert.decide_by,
            policy_version: alert.policy_version,
            step: alert.step,
            unreachable: alert.unreachable,
            occurrence_count: alert.occurrence_count,
            seen_seq: alert.seen_seq,
            holder: item.holder,
            acknowledged_at: alert.acknowledged_at,
            handed_to: item.handed_to,
            closed_at: alert.closed_at,
        }
    }
}

impl From<Item> for AlertView {
    fn from(item: Item) -> Self {
        if item.is_outline {
            Self::Outline(item.into())
        } else {
            Self::Facts(item.into())
        }
    }
}

/// Some alerts, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertList {
    pub(super) items: Vec<AlertView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<String>,
}

/// One alert.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum WholeAlertView {
    /// To those who may act on it.
    Whole(Box<WholeAlert>),
    /// To the practitioner of the family.
    Outline(AlertOutline),
}

/// An alert with the words behind it: for responders alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WholeAlert {
    #[serde(flatten)]
    facts: AlertFacts,
    /// The newest 50, newest first.
    occurrences: Vec<OccurrenceView>,
    /// The newest 50 deeds, newest first.
    history: Vec<DeedView>,
    /// The decision, or the one that waits for a second qualified person.
    decision: Option<DecisionView>,
    /// When and how the family member may safely be reached: read it before you write or call.
    contact_plan: PlanView,
    telephone: TelephoneView,
    /// The alerts of the family that are linked with it, those that you see whole.
    links: Vec<AlertFacts>,
    /// Who is told next and when, the next three steps as the ladder stands now. None for an alert that
    /// somebody has.
    next_steps: Vec<NextStep>,
}

impl WholeAlertView {
    pub(super) fn of(shown: Shown, now: Moment) -> Self {
        match shown {
            Shown::Outline(item) => Self::Outline((*item).into()),
            Shown::Whole(whole) => Self::Whole(Box::new(WholeAlert {
                facts: whole.item.into(),
                occurrences: whole.occurrences.into_iter().map(Into::into).collect(),
                history: whole.history.into_iter().map(Into::into).collect(),
                decision: whole.decision.map(Into::into),
                contact_plan: PlanView::of(whole.contact_plan, now),
                telephone: whole.telephone.into(),
                links: whole.links.into_iter().map(Into::into).collect(),
                next_steps: whole.next_steps,
            })),
        }
    }
}

/// What gave rise to an occurrence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SourceView {
    kind: SourceKind,
    id: SubjectId,
    /// Who wrote it.
    author_id: AccountId,
    /// For a message: where it is, so that what stands around it can be read.
    conversation_id: Option<ConversationId>,
    /// Its sequence there.
    #[schema(example = 12)]
    message_seq: Option<i64>,
}

/// A piece of a quote.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PieceView {
    #[schema(example = "scared to go home")]
    text: String,
    /// Whether it is what was matched.
    matched: bool,
}

/// A rule that matched, or a tap that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FindingView {
    #[schema(example = "en.home.scared")]
    rule: String,
    category: Category,
    severity: Severity,
}

impl From<Mark> for FindingView {
    fn from(mark: Mark) -> Self {
        Self {
            rule: mark.rule,
            category: mark.category,
            severity: mark.severity,
        }
    }
}

/// One occurrence of a worry.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OccurrenceView {
    /// Its number within the alert: 1, 2, 3, …
    seq: i32,
    source: SourceView,
    severity: Severity,
    category: Category,
    at: Moment,
    /// The words that worried us, in what is around them.
    quote: Vec<PieceView>,
    findings: Vec<FindingView>,
}

impl From<Occurrence> for OccurrenceView {
    fn from(occurrence: Occurrence) -> Self {
        let pieces = occurrence.quote.into_iter().map(|piece| PieceView {
            text: piece.text,
            matched: piece.matched,
        });
        let (conversation_id, message_seq) = occurrence.place.unzip();
        Self {
            seq: occurrence.seq,
            source: SourceView {
                kind: occurrence.source.kind,
                id: occurrence.source.id,
                author_id: occurrence.source.author_id,
                conversation_id,
                message_seq,
            },
            severity: occurrence.severity,
            category: occurrence.category,
            at: occurrence.at,
            quote: pieces.collect(),
            findings: occurrence.marks.into_iter().map(Into::into).collect(),
        }
    }
}

impl OccurrenceView {
    pub(super) const fn seq(&self) -> i32 {
        self.seq
    }
}

/// Some occurrences, oldest first, and where the next ones begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OccurrenceList {
    pub(super) items: Vec<OccurrenceView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<i32>,
}

/// A line of an alert's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeedView {
    /// Its number within the alert: 1, 2, 3, …
    seq: i32,
    #[schema(example = "acknowledged")]
    deed: String,
    /// Who did it; nobody if it happened by itself.
    by: Option<Named>,
    at: Moment,
    /// Facts about it.
    #[schema(value_type = Object)]
    detail: Value,
    /// The reason or rationale its actor gave.
    words: Option<String>,
}

impl From<HistoryLine> for DeedView {
    fn from(line: HistoryLine) -> Self {
        Self {
            seq: line.seq,
            deed: line.deed,
            by: line.by,
            at: line.at,
            detail: line.detail,
            words: line.words,
        }
    }
}

impl DeedView {
    pub(super) const fn seq(&self) -> i32 {
        self.seq
    }
}

/// Some of an alert's history, oldest first, and where the next lines begin.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryList {
    pub(super) items: Vec<DeedView>,
    /// Give it back as `after` for the next ones.
    pub(super) next: Option<i32>,
}

/// Whether a decision closed the alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DecisionState {
    /// It did.
    Decided,
    /// A second, different qualified person must say the same.
    AwaitingSecondPerson,
}

/// A decision.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionView {
    state: DecisionState,
    outcome: Option<Outcome>,
    by: Option<Named>,
    at: Moment,
    rationale: Option<String>,
}

impl From<HistoryLine> for DecisionView {
    fn from(line: HistoryLine) -> Self {
        let outcome = line.detail.get("outcome").cloned();
        Self {
            state: if line.deed == deeds::DECIDED {
                DecisionState::Decided
            } else {
                DecisionState::AwaitingSecondPerson
            },
            outcome: outcome.and_then(|outcome| serde_json::from_value(outcome).ok()),
            by: line.by,
            at: line.at,
            rationale: line.words,
        }
    }
}

/// Whom to hand an alert to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct HandOver {
    /// An active supervising social worker or service manager of the authority.
    pub(super) account_id: AccountId,
}

/// What comes of an alert, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    pub(super) outcome: Outcome,
    #[schema(
        example = "Visited this morning with Priya; Sam is with his aunt and his plan is reviewed on Friday.",
        min_length = 1,
        max_length = 4000
    )]
    pub(super) rationale: String,
}

/// Why an alert is opened again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reopen {
    #[schema(
        example = "His school rang: he did not come in today.",
        min_length = 1,
        max_length = 1000
    )]
    pub(super) reason: String,
}
