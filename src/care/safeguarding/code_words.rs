//! Telling a contact plan: its code word is a family's text like any other.
//!
//! It is screened, stored with its verdict and heeded in the unit that stores the plan. Each word told is
//! kept with what was found in it, so that a worry keeps its words when another is told.

use super::lexicons::Lexicons;
use super::{Said, Screened, Source, SourceKind, actions, queries, still_valid};
use crate::base::ids::{AccountId, SubjectId};
use crate::care::accounts::Caller;
use crate::care::contact_plans::actions::{self as plans, PlanError};
use crate::care::contact_plans::{ContactPlan, Terms};
use crate::care::families::ties;
use crate::db::{Answer, Tx};

/// What a family member tells.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// When and how they may be reached.
    pub terms: Terms,
    /// A word by which they know who calls.
    pub code_word: Option<String>,
    /// The word as it was screened before the unit.
    pub screened: Option<Screened>,
}

/// Stores what a family member tells of themselves, and makes of its code word what must be made.
///
/// # Errors
/// If it is not the caller's own.
pub fn tell(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    (member, new): (AccountId, &NewPlan),
) -> Result<ContactPlan, PlanError> {
    let told = (&new.terms, new.code_word.as_deref());
    let (plan, has_new_word) = plans::tell(tx, caller, member, told)?;
    if let Some(word) = new.code_word.as_deref().filter(|_| has_new_word) {
        heed(tx, caller, lexicons, (word, new.screened.as_ref()))?;
    }
    Ok(plan)
}

fn heed(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    (word, screened): (&str, Option<&Screened>),
) -> Answer<()> {
    let Some(author) = caller.author() else {
        return Ok(());
    };
    let lexicon = lexicons.live(tx, caller)?;
    let screened = still_valid(screened, &lexicon, word, (author, &caller.language));
    let id = SubjectId::new();
    queries::add_code_word(tx, caller, (id, word), &screened)?;
    let said = Said {
        about: caller.account_id,
        source: Source {
            kind: SourceKind::CodeWord,
            author_id: caller.account_id,
            id,
        },
        screened: &screened,
        helper: ties::mentors_of(tx, caller.account_id)?.first().copied(),
    };
    actions::heed(tx, &said)
}
