//! Saving a version of a handover note.

use serde_json::json;

use super::{Note, Prompts, Side, queries};
use crate::base::ids::{AccountId, HandoverNoteId};
use crate::care::accounts::Caller;
use crate::care::audit;
use crate::care::families::ties::{self, Tie};
use crate::care::safeguarding::lexicons::Lexicons;
use crate::care::safeguarding::reporting::spoken_as;
use crate::care::safeguarding::{
    Said, Screened, Source, SourceKind, actions as safeguarding, still_valid,
};
use crate::db::{self, Tx, View};

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// This role writes none.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such family member, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The id was used before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// A field says what cannot be.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A version as it is handed in.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// The id its writer's client made for it.
    pub id: HandoverNoteId,
    /// About which family member.
    pub family_member_id: AccountId,
    /// The version its writer has seen; 0 where there was none.
    pub based_on: i32,
    /// What it says.
    pub prompts: Prompts,
    /// What screening said of the words before the unit.
    pub screened: Option<Screened>,
}

/// What came of saving.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    /// It stands.
    New(Note),
    /// It was saved before.
    Before(Note),
    /// Nothing was saved: this one was, since the version it was based on.
    Meanwhile(Note),
    /// Nothing was saved, as one was since, which the caller reads only with a reason.
    MeanwhileUnseen,
}

/// Saves a version with its screening and makes of its words what must be made. Where another was saved
/// since the one it was based on, nothing is, and that one is shown, audited; but not to whoever reads it only
/// with a reason, and has given none.
///
/// # Errors
/// If the caller does not work with this family member, used the id for something else, or names a version
/// that is not there.
pub fn save(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    new: &NewNote,
) -> Result<Saved, NoteError> {
    let member = new.family_member_id;
    let side = Side::of(caller.role).ok_or(NoteError::NotAllowed)?;
    let tie = ties::between(tx, caller, member)?.ok_or(NoteError::NotFound)?;
    if let Some(stored) = queries::note(tx, caller.authority_id, new.id)? {
        let is_same = (stored.by.id, stored.family_member_id) == (caller.account_id, member)
            && stored.version.checked_sub(1) == Some(new.based_on)
            && stored.prompts == new.prompts;
        return if is_same {
            Ok(Saved::Before(stored))
        } else {
            Err(NoteError::IdUsed)
        };
    }
    if queries::is_used(tx.conn(), new.id)? {
        return Err(NoteError::IdUsed);
    }
    let stands = queries::newest(tx, caller.authority_id, (member, side))?;
    let version = stands.as_ref().map_or(0, |note| note.version);
    if new.based_on > version {
        return Err(NoteError::Field("/based_on", "is no version there is"));
    }
    if let Some(stands) = stands.filter(|note| note.version != new.based_on) {
        if tie == Tie::Cover {
            return Ok(Saved::MeanwhileUnseen);
        }
        if tie != Tie::Mentor {
            let line = super::reading::line(&stands, json!({ "version": stands.version }));
            audit::actions::record(tx, caller, &line)?;
        }
        return Ok(Saved::Meanwhile(stands));
    }
    let lexicon = lexicons.live(tx, caller)?;
    let as_whom = (spoken_as(caller.author()), caller.language.as_str());
    let words = new.prompts.joined();
    let screened = still_valid(new.screened.as_ref(), &lexicon, &words, as_whom);
    let numbered = (side, version.saturating_add(1));
    queries::insert(tx, caller, (new, &words, numbered), &screened)?;
    let said = Said {
        about: member,
        source: Source {
            kind: SourceKind::HandoverNote,
            author_id: caller.account_id,
            id: new.id.into(),
        },
        screened: &screened,
        at: tx.now(),
    };
    safeguarding::heed(tx, &said)?;
    let stored = queries::note(tx, caller.authority_id, new.id)?;
    Ok(Saved::New(stored.ok_or(NoteError::NotFound)?))
}
