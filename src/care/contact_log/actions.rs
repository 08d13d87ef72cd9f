//! Logging a contact, and saying that an entry was wrong.

use std::time::Duration;

use super::{Entry, Kind, Mistake, Outcome, Words, queries};
use crate::base::ids::{AccountId, ContactEntryId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::families::ties::{self, Tie};
use crate::care::safeguarding::lexicons::Lexicons;
use crate::care::safeguarding::reporting::spoken_as;
use crate::care::safeguarding::{
    Said, Screened, Source, SourceKind, actions as safeguarding, screening,
};
use crate::db::{self, Tx, View};

/// What is longer ago is no matter of this log any more.
const LONGEST_AGO: Duration = Duration::from_hours(366 * 24);
/// A phone's clock may be ahead by so much.
const CLOCKS_DIFFER: Duration = Duration::from_mins(5);

/// Why nothing was done with the log.
#[derive(Debug, thiserror::Error)]
pub enum ContactError {
    /// This role may not, or not with this entry.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such entry or family member, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The id was used before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// It was withdrawn before for another reason.
    #[error("withdrawn before")]
    Withdrawn,
    /// A field says what cannot be.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A contact as it is handed in.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The id its maker's client made for it.
    pub id: ContactEntryId,
    /// With which family member.
    pub family_member_id: AccountId,
    /// How.
    pub kind: Kind,
    /// What came of it.
    pub outcome: Outcome,
    /// When it was.
    pub happened_at: Moment,
    /// What is said of it.
    pub words: Words,
    /// What screening said of the words before the unit.
    pub screened: Option<Screened>,
}

/// Logs a contact with its screening and makes of its words what must be made; true if it is new. The
/// same again gives what has become of the first.
///
/// # Errors
/// If the caller does not work with this family member, used the id for something else, or it is still
/// to come.
pub fn log(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    new: &NewEntry,
) -> Result<(Entry, bool), ContactError> {
    let member = new.family_member_id;
    check(tx, caller, member)?;
    if let Some(stored) = queries::entry(tx, caller.authority_id, new.id)? {
        let is_same = (stored.by.id, stored.family_member_id) == (caller.account_id, member)
            && (stored.kind, stored.outcome) == (new.kind, new.outcome)
            && (stored.happened_at, &stored.words) == (new.happened_at, &new.words);
        return if is_same {
            Ok((stored, false))
        } else {
            Err(ContactError::IdUsed)
        };
    }
    if queries::is_used(tx.conn(), new.id)? {
        return Err(ContactError::IdUsed);
    }
    check_when(new.happened_at, tx.now())?;
    let lexicon = lexicons.live(tx, caller)?;
    let as_whom = (spoken_as(caller.author()), caller.language.as_str());
    let words = new.words.joined();
    let screened = screening(new.screened.as_ref(), &lexicon, words.as_deref(), as_whom);
    queries::insert(tx, caller, (new, words.as_deref()), &screened)?;
    let said = Said {
        about: member,
        source: Source {
            kind: SourceKind::ContactLog,
            author_id: caller.account_id,
            id: new.id.into(),
        },
        screened: &screened,
        at: tx.now(),
    };
    safeguarding::heed(tx, &said)?;
    Ok((found(tx, caller, new.id)?, true))
}

/// Marks an entry as wrong: whoever logged it, and whoever supervises the pod. It stays as it was and
/// counts no more. The same again changes nothing.
///
/// # Errors
/// If it is not the caller's to withdraw, or was withdrawn for another reason.
pub fn withdraw(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, reason): (ContactEntryId, Mistake),
) -> Result<Entry, ContactError> {
    check_role(caller)?;
    let entry = found(tx, caller, id)?;
    let tie = check(tx, caller, entry.family_member_id)?;
    if entry.by.id != caller.account_id && tie != Tie::Supervisor {
        // A mentor does not know of what others have logged.
        return Err(if tie == Tie::Mentor {
            ContactError::NotFound
        } else {
            ContactError::NotAllowed
        });
    }
    if entry.withdrawn.is_none() {
        queries::withdraw(tx, caller, (id, reason))?;
    }
    let entry = found(tx, caller, id)?;
    match &entry.withdrawn {
        Some(withdrawn) if withdrawn.reason == reason => Ok(entry),
        _ => Err(ContactError::Withdrawn),
    }
}

fn found(tx: &mut Tx<'_>, caller: &Caller, id: ContactEntryId) -> Result<Entry, ContactError> {
    queries::entry(tx, caller.authority_id, id)?.ok_or(ContactError::NotFound)
}

fn check_role(caller: &Caller) -> Result<(), ContactError> {
    match caller.role {
        Role::PeerMentor | Role::FamilyPractitioner | Role::SupervisingSocialWorker => Ok(()),
        Role::FamilyMember | Role::ServiceManager => Err(ContactError::NotAllowed),
    }
}

/// By what tie the caller logs here. Whoever covers does too: a visit nobody may log would make the days
/// since somebody was seen wrong.
fn check(tx: &mut Tx<'_>, caller: &Caller, member: AccountId) -> Result<Tie, ContactError> {
    check_role(caller)?;
    ties::between(tx, caller, member)?.ok_or(ContactError::NotFound)
}

fn check_when(happened_at: Moment, now: Moment) -> Result<(), ContactError> {
    let wrong = if happened_at > now.plus(CLOCKS_DIFFER) {
        "is still to come: what is agreed is a date"
    } else if happened_at < now.minus(LONGEST_AGO) {
        "is more than a year ago"
    } else {
        return Ok(());
    };
    Err(ContactError::Field("/happened_at", wrong))
}
