//! Swaps: how a shift that has not begun changes hands. Whoever holds it asks a colleague to take it, or to
//! exchange it for one of theirs; the colleague agrees or refuses.
//!
//! Agreed, both shifts change hands in one unit: at every instant somebody holds each. Whether each may hold
//! what they would get is asked when the request is made and again when it is agreed to. Who is excluded from
//! an alert is no part of that: they are passed over when they are on, and a refusal here would tell them.
//!
//! A request ends by itself when one of its shifts begins, is taken off the rota or has passed to somebody
//! else, and when one of the two may not act any more.

pub mod actions;
mod queries;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use super::actions::PodError;
use super::rota::Shift;
use crate::base::ids::{AccountId, AuthorityId, PodId, ShiftId, SwapId};
use crate::base::time::Moment;
use crate::db;
use crate::db::columns::text_column;

/// Nobody has asked for more swaps that are open.
pub const MOST_OPEN: i64 = 50;

/// How a request ended.
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
#[schema(as = SwapEnding)]
pub enum Ending {
    /// The colleague agreed, and the shifts have changed hands.
    Agreed,
    /// The colleague refused.
    Refused,
    /// Whoever had asked withdrew it.
    Withdrawn,
    /// One of its shifts began.
    Begun,
    /// One of its shifts was taken off the rota.
    TakenOff,
    /// One of its shifts has passed to somebody else.
    HolderChanged,
    /// One of the two was suspended or has left.
    PersonGone,
}

text_column!(Ending {
    Agreed = "agreed",
    Refused = "refused",
    Withdrawn = "withdrawn",
    Begun = "begun",
    TakenOff = "taken_off",
    HolderChanged = "holder_changed",
    PersonGone = "person_gone",
});

impl Ending {
    /// Why nothing more can be done with it.
    const fn said(self) -> &'static str {
        match self {
            Self::Agreed => "it was agreed to",
            Self::Refused => "it was refused",
            Self::Withdrawn => "it was withdrawn",
            Self::Begun => "the shift has begun",
            Self::TakenOff => "the shift was taken off the rota",
            Self::HolderChanged => "the shift has passed to somebody else",
            Self::PersonGone => "one of the two may not act any more",
        }
    }
}

/// One of the two in a swap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
}

/// A request to take a shift over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swap {
    /// Its id, made by the client of whoever asks.
    pub id: SwapId,
    /// Whose it is.
    pub authority_id: AuthorityId,
    /// The shift, as it is now.
    pub shift: Shift,
    /// The one it is exchanged for, as it is now; none: it is given.
    pub in_return_for: Option<Shift>,
    /// Who asks; they held the shift then.
    pub asked_by: Party,
    /// Who is to take it.
    pub asked_of: Party,
    /// When it was asked.
    pub asked_at: Moment,
    /// How it ended, and when; none while it is open.
    pub ended: Option<(Ending, Moment)>,
}

impl Swap {
    /// What would change hands: each shift, and from whom to whom.
    fn exchanged(&self) -> impl Iterator<Item = (&Shift, &Party, &Party)> {
        let given = (&self.shift, &self.asked_by, &self.asked_of);
        let in_return = self.in_return_for.as_ref();
        let taken = in_return.map(|shift| (shift, &self.asked_of, &self.asked_by));
        std::iter::once(given).chain(taken)
    }

    /// The pods whose cover it would change, each once, in order.
    #[must_use]
    pub fn pods(&self) -> Vec<PodId> {
        let mut pods: Vec<PodId> = self.exchanged().map(|(shift, ..)| shift.pod_id).collect();
        pods.sort_unstable();
        pods.dedup();
        pods
    }
}

/// A request to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSwap {
    /// Its id.
    pub id: SwapId,
    /// Which shift.
    pub shift_id: ShiftId,
    /// Who is to take it.
    pub with_account_id: AccountId,
    /// Which one of theirs for it; none: it is given.
    pub in_return_for: Option<ShiftId>,
}

/// Why something was not done with a swap.
#[derive(Debug, thiserror::Error)]
pub enum SwapError {
    /// This role may not, or it is for the other one of the two to do.
    #[error("not allowed")]
    NotAllowed,
    /// There is none, or not for this caller.
    #[error("not found")]
    NotFound,
    /// This id was used before for another swap.
    #[error("this id was used before")]
    IdUsed,
    /// It cannot be done as things stand.
    #[error("{0}")]
    WrongState(&'static str),
    /// One of the two may not hold what they would get.
    #[error("one of the two {0}")]
    Hindered(&'static str),
    /// A field names somebody or something that does not fit.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

impl From<PodError> for SwapError {
    fn from(refusal: PodError) -> Self {
        match refusal {
            PodError::Store(fault) => Self::Store(fault),
            PodError::NotAllowed => Self::NotAllowed,
            PodError::NotFound
            | PodError::NameTaken
            | PodError::IdUsed
            | PodError::TooMany(_)
            | PodError::Field(..) => Self::NotFound,
        }
    }
}
