//! What may come of an alert: the codes of which a decision names one.

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::care::agencies::Agency;
use crate::db::columns::text_column;

/// What came of an alert.
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
pub enum Outcome {
    /// No cause for concern.
    NoConcern,
    /// Advice was given.
    Advice,
    /// The child-in-need plan is reviewed.
    CinReview,
    /// The case moves up to child protection.
    StepUpCp,
    /// A strategy discussion is called.
    StrategyDiscussion,
    /// The police were told.
    Police,
    /// The allegations officer (LADO) was told, by telephone: needs a call that was logged.
    Lado,
    /// Handed to the out-of-hours team, by telephone: needs a call that was logged.
    EdtHandover,
    /// The case moves down to early help.
    StepDownEarlyHelp,
}

text_column!(Outcome {
    NoConcern = "no_concern",
    Advice = "advice",
    CinReview = "cin_review",
    StepUpCp = "step_up_cp",
    StrategyDiscussion = "strategy_discussion",
    Police = "police",
    Lado = "lado",
    EdtHandover = "edt_handover",
    StepDownEarlyHelp = "step_down_early_help",
});

impl Outcome {
    /// The agency it refers the matter to, if it does.
    #[must_use]
    pub const fn refers_to(self) -> Option<Agency> {
        match self {
            Self::StepUpCp | Self::StrategyDiscussion => Some(Agency::FrontDoor),
            Self::Police => Some(Agency::Police),
            Self::Lado => Some(Agency::Lado),
            Self::EdtHandover => Some(Agency::Edt),
            Self::NoConcern | Self::Advice | Self::CinReview | Self::StepDownEarlyHelp => None,
        }
    }
}
