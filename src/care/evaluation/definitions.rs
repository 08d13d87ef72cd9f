//! What each figure means. Whoever changes how one is reckoned changes its sentence and the version.

use super::{Measure, Split, Unit};

/// The version of all that stands here.
pub const VERSION: u32 = 2;

/// What holds of all figures.
pub const GENERAL: &str = "Days are days in London; the first and the last belong to the span. Families, \
    young people and adults are counted once for each case; young people and adults are the family's \
    members who had an account by the last day, so that children without one are not known here. What \
    belongs to a pod is what belongs to it today. A figure behind which fewer than five people or families \
    stand is hidden, and another with it where it could be reckoned back. Proportions are counts, of \
    which total, and Wilson's 95 % interval. Alerts that the reader must not know of do not count.";

/// Every measure, in the order of the figures.
pub const ALL: [Measure; 14] = [
    Measure::CasesOpen,
    Measure::CasesOpened,
    Measure::CasesClosed,
    Measure::CasesSteppedUp,
    Measure::CasesSteppedDown,
    Measure::CasesFollowed,
    Measure::FamiliesWithoutCase,
    Measure::CheckInsAsked,
    Measure::CheckInsNotAsked,
    Measure::AlertsRaised,
    Measure::SecondsUntilAcknowledged,
    Measure::SecondsUntilDecided,
    Measure::WaitsForAnswer,
    Measure::SecondsUntilAnswered,
];

impl Measure {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CasesOpen => "cases_open",
            Self::CasesOpened => "cases_opened",
            Self::CasesClosed => "cases_closed",
            Self::CasesSteppedUp => "cases_stepped_up",
            Self::CasesSteppedDown => "cases_stepped_down",
            Self::CasesFollowed => "cases_followed",
            Self::FamiliesWithoutCase => "families_without_case",
            Self::CheckInsAsked => "check_ins_asked",
            Self::CheckInsNotAsked => "check_ins_not_asked",
            Self::AlertsRaised => "alerts_raised",
            Self::SecondsUntilAcknowledged => "seconds_until_acknowledged",
            Self::SecondsUntilDecided => "seconds_until_decided",
            Self::WaitsForAnswer => "waits_for_answer",
            Self::SecondsUntilAnswered => "seconds_until_answered",
        }
    }

    /// What it means.
    #[must_use]
    pub const fn means(self) -> &'static str {
        match self {
            Self::CasesOpen => {
                "Cases opened on the last day or before and not closed by its end, by the tier of need on \
                 which they stood then."
            }
            Self::CasesOpened => {
                "Cases opened in the span: the first case of a family, or a re-referral after one that was \
                 closed."
            }
            Self::CasesClosed => "Cases closed in the span, by outcome.",
            Self::CasesSteppedUp => {
                "Cases that moved to a higher tier of need in the span, each once however often it did."
            }
            Self::CasesSteppedDown => {
                "Cases that moved to a lower tier of need in the span, each once however often it did."
            }
            Self::CasesFollowed => {
                "Cases closed in the same days one year earlier, so that a whole year has passed: whether \
                 another case of the family was opened within six months of the closing, in the seventh to \
                 twelfth month, or not within twelve. within_12_months is the first two together."
            }
            Self::FamiliesWithoutCase => {
                "Families known here by the last day of whom nobody has recorded a case: they are missing from \
                 all figures of cases."
            }
            Self::CheckInsAsked => {
                "Times a family member was asked how things are by their rhythm, settled in the span: answered, \
                 or missed because no check-in came in time. Check-ins that nobody asked for do not count."
            }
            Self::CheckInsNotAsked => {
                "Times a family member was to be asked by their rhythm, settled in the span, and there was no \
                 safe moment, or the service was not there to ask or to hear."
            }
            Self::AlertsRaised => {
                "Alerts raised in the span, by the severity and the outcome they have now; not_decided are \
                 those not closed. Texts to be read by a person are no alerts here."
            }
            Self::SecondsUntilAcknowledged => {
                "Seconds from raising to the first acknowledgement of the alerts raised in the span, by \
                 severity: median, nine in ten, longest, by nearest rank. What still waits counts with its \
                 wait so far."
            }
            Self::SecondsUntilDecided => {
                "Seconds from raising to the first decision of the alerts raised in the span, by severity, \
                 likewise."
            }
            Self::WaitsForAnswer => {
                "Times a family member wrote to their mentor in the span and nothing of theirs waited already: \
                 answered once the mentor, or whoever covers, has written back; waiting if nobody has by now, or \
                 had when the work of the mentor ended. What was written after that end does not count."
            }
            Self::SecondsUntilAnswered => {
                "Seconds of those waits from the first message to the first answer, in the hours in which the \
                 mentor says today that they read, and all hours where they have said none: median, nine in ten, \
                 longest, by nearest rank. What still waits counts with its wait so far."
            }
        }
    }
}

impl Unit {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Families => "families",
            Self::YoungPeople => "young_people",
            Self::Adults => "adults",
            Self::CheckIns => "check_ins",
            Self::Alerts => "alerts",
            Self::Waits => "waits",
        }
    }
}

impl Split {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tier => "tier",
            Self::Referral => "referral",
            Self::Outcome => "outcome",
            Self::ReReferral => "re_referral",
            Self::Answer => "answer",
            Self::Severity => "severity",
        }
    }
}
