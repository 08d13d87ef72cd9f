//! Telling a contact plan: its code word, and who it says is near, are a family's texts like any other.
//!
//! Each is screened, stored with its verdict and heeded in the unit that stores the plan. What was told is
//! kept with what was found in it, so that a worry keeps its words when something else is told.

use super::lexicons::Lexicons;
use super::{Said, Screened, Source, SourceKind, actions, queries, still_valid};
use crate::base::ids::{AccountId, SubjectId};
use crate::care::accounts::Caller;
use crate::care::contact_plans::actions::{self as plans, PlanError, Telling};
use crate::care::contact_plans::{ContactPlan, Terms, Words};
use crate::db::{Answer, Tx, View};

/// What a family member tells.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// When and how they may be reached.
    pub terms: Terms,
    /// Whether they agree to texts; what they said last stands if they say nothing.
    pub ok_text: Option<bool>,
    /// And in their own words.
    pub words: Words,
    /// Those as they were screened before the unit: the code word, and who else is near.
    pub screened: [Option<Screened>; 2],
}

/// Stores what a family member tells of themselves, and makes of its words what must be made.
///
/// # Errors
/// If it is not the caller's own.
pub fn tell(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    (member, plan): (AccountId, &NewPlan),
) -> Result<ContactPlan, PlanError> {
    let told = Telling {
        terms: &plan.terms,
        ok_text: plan.ok_text,
        words: &plan.words,
    };
    let (stored, new) = plans::tell(tx, caller, member, told)?;
    let [code_word, others_near] = &plan.screened;
    for (words, screened) in [(new.code_word, code_word), (new.others_near, others_near)] {
        if let Some(words) = words {
            heed(tx, caller, lexicons, (&words, screened.as_ref()))?;
        }
    }
    Ok(stored)
}

fn heed(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    (words, screened): (&str, Option<&Screened>),
) -> Answer<()> {
    let Some(author) = caller.author() else {
        return Ok(());
    };
    let lexicon = lexicons.live(tx, caller)?;
    let screened = still_valid(screened, &lexicon, words, (author, &caller.language));
    let id = SubjectId::new();
    queries::add_plan_words(tx, caller, (id, words), &screened)?;
    let said = Said {
        about: caller.account_id,
        source: Source {
            kind: SourceKind::CodeWord,
            author_id: caller.account_id,
            id,
        },
        screened: &screened,
        at: tx.now(),
    };
    actions::heed(tx, &said)
}
