//! Evaluation: what came of the work with families over a span of days, as a by-product of it.
//!
//! Nothing is written for it. Cases, the times families were asked how they are, alerts, and how long families
//! waited for their mentor are counted as they stand, for managers of their authority and for supervising
//! social workers of the pods they supervise. Proportions come as counts with an interval ([`interval`]), never as a bare percentage;
//! small numbers are hidden ([`suppressing`]); and what each figure means is delivered with it, under a
//! version ([`definitions`]). There is no score of anybody, and no name or word of a family. Alerts from
//! which the reader is excluded do not count.

mod answering;
pub mod definitions;
pub mod interval;
mod queries;
mod reckoning;
pub mod suppressing;

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Europe::London;
use serde::Serialize;
use serde_json::json;

use crate::base::ids::PodId;
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::figures::{self, FiguresError, Spread};
use crate::care::audit::{Line, Needs};
use crate::care::cases::reading::courses;
use crate::db::{self, View};
use interval::Interval;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvaluationMeasure)]
pub enum Measure {
    /// Cases that were open on the last day.
    CasesOpen,
    /// Cases that were opened.
    CasesOpened,
    /// Cases that were closed.
    CasesClosed,
    /// Cases that moved to a higher tier of need.
    CasesSteppedUp,
    /// Cases that moved to a lower one.
    CasesSteppedDown,
    /// Cases that were closed a year earlier, and whether their families were referred again.
    CasesFollowed,
    /// Families of whom nobody has recorded a case.
    FamiliesWithoutCase,
    /// Times a family member was asked how things are.
    CheckInsAsked,
    /// Times they were to be asked and were not.
    CheckInsNotAsked,
    /// Alerts that were raised.
    AlertsRaised,
    /// How long those waited until somebody had them.
    SecondsUntilAcknowledged,
    /// How long those waited until they were decided.
    SecondsUntilDecided,
    /// Times a family member wrote to their mentor and waited for an answer.
    WaitsForAnswer,
    /// How long those waited, in the hours in which the mentor reads.
    SecondsUntilAnswered,
}

/// In what it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvaluationUnit)]
pub enum Unit {
    /// Families, each once for each case.
    Families,
    /// Their members who are young people, each once for each case.
    YoungPeople,
    /// Their members who are parents or carers, each once for each case.
    Adults,
    /// Times somebody was asked, or was to be.
    CheckIns,
    /// Alerts.
    Alerts,
    /// Times somebody waited.
    Waits,
}

/// By what a total is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EvaluationSplit)]
pub enum Split {
    /// The tier of need.
    Tier,
    /// Whether it was the first case of the family.
    Referral,
    /// The outcome of a case or of an alert.
    Outcome,
    /// Whether and when the family was referred again.
    ReReferral,
    /// Whether it was answered.
    Answer,
    /// How serious it was.
    Severity,
}

/// One figure: a total, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What is counted.
    pub measure: Measure,
    /// In what.
    pub unit: Unit,
    /// Which part of it: by what it is split, and which one; none: all of it.
    pub part: Option<(Split, &'static str)>,
    /// How many; none: they are hidden.
    pub count: Option<u32>,
    /// Of how many, and between what the proportion lies: of a part, if both are shown.
    pub of: Option<(u32, Interval)>,
    /// For times: how they spread, if they are not hidden.
    pub spread: Option<Spread>,
}

/// Which days, and of which pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From the beginning of this day in London; none: a year before the end.
    pub from: Option<NaiveDate>,
    /// Until the end of this day; none: today.
    pub to: Option<NaiveDate>,
    /// Of this pod alone.
    pub pod: Option<PodId>,
}

/// The figures of a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Of this pod alone; none: of all the reader may see.
    pub pod: Option<PodId>,
    /// When it was reckoned.
    pub made_at: Moment,
    /// All there is, always in the same order.
    pub figures: Vec<Figure>,
}

/// Why there is nothing.
#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    /// Only for managers and supervising social workers.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such pod, or not for this reader.
    #[error("no such pod")]
    NotFound,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

impl From<FiguresError> for EvaluationError {
    fn from(refusal: FiguresError) -> Self {
        match refusal {
            FiguresError::NotAllowed => Self::NotAllowed,
            FiguresError::NotFound => Self::NotFound,
            FiguresError::Field(pointer, wrong) => Self::Field(pointer, wrong),
            FiguresError::Store(fault) => Self::Store(fault),
        }
    }
}

/// The days of a span, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dates {
    from: NaiveDate,
    to: NaiveDate,
}

impl Dates {
    fn of(span: Span, now: Moment) -> Result<Self, EvaluationError> {
        let today = now.on_the_wall(London).date();
        let to = span.to.unwrap_or(today);
        if to > today {
            return Err(EvaluationError::Field("to", "must not be in the future"));
        }
        let none = EvaluationError::Field("to", "is too early");
        let earliest = to
            .checked_add_days(Days::new(1))
            .and_then(|next| next.checked_sub_months(Months::new(12)));
        let earliest = earliest.ok_or(none)?;
        let from = span.from.unwrap_or(earliest);
        if from > to {
            return Err(EvaluationError::Field("from", "must not be after `to`"));
        }
        if from < earliest {
            let wrong = "must be at most a year before `to`";
            return Err(EvaluationError::Field("from", wrong));
        }
        Ok(Self { from, to })
    }

    /// The same days one year earlier: none of them is one of these.
    fn a_year_earlier(self) -> Self {
        let earlier = |day: NaiveDate| day.checked_sub_months(Months::new(12)).unwrap_or(day);
        Self {
            from: earlier(self.from),
            to: earlier(self.to),
        }
    }

    fn hold(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// From which moment until before which.
    fn moments(self) -> (Moment, Moment) {
        let begins =
            |day: NaiveDate| Moment::at_wall(NaiveDateTime::new(day, NaiveTime::default()), London);
        let next = self.to.checked_add_days(Days::new(1)).unwrap_or(self.to);
        (begins(self.from), begins(next))
    }
}

/// The figures of a span.
///
/// # Errors
/// If they are not for this reader, or the span is none.
pub fn of(
    view: &mut impl View,
    caller: &Caller,
    span: Span,
) -> Result<Evaluation, EvaluationError> {
    let pods = figures::pods_of(view, caller, span.pod)?;
    let now = view.now();
    let dates = Dates::of(span, now)?;
    let moments = dates.moments();
    let whose = (caller.authority_id, pods.as_deref());
    let families = queries::families(view.conn(), whose, moments.1)?;
    let cases = courses(view, whose)?;
    let asks = queries::asks(view.conn(), whose, moments)?;
    let alerts = figures::answered(view, caller, moments, pods.as_deref())?;
    let waits = answering::waits(view, whose, moments)?;
    let mut figures = reckoning::figures(dates, &families, &cases, (&asks, &alerts));
    figures.extend(answering::figures(&waits));
    Ok(Evaluation {
        from: dates.from,
        to: dates.to,
        pod: span.pod,
        made_at: now,
        figures,
    })
}

/// What the audit needs before somebody takes the figures of a span away.
///
/// # Errors
/// If they are not for this reader, or the span is none.
pub fn export_needs(
    view: &mut impl View,
    caller: &Caller,
    span: Span,
) -> Result<Needs, EvaluationError> {
    figures::pods_of(view, caller, span.pod)?;
    let Dates { from, to } = Dates::of(span, view.now())?;
    Ok(Needs::LineFirst(Line {
        deed: "evaluation.exported",
        subject: "evaluation",
        subject_id: span.pod.map(Into::into),
        about: None,
        detail: json!({
            "from": from.to_string(), "to": to.to_string(), "definitions": definitions::VERSION,
        }),
        reason: None,
    }))
}
