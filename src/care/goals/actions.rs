//! Writing a goal down, adding to it, and ending it.

use serde_json::json;

use super::{
    Course, Ending, Entry, EntryKind, GOAL_CHANGED, GOAL_CREATED, Goal, queries, reading,
    shows_held,
};
use crate::base::ids::{AccountId, GoalEntryId, GoalId, SubjectId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::families::ties::{self, Tie};
use crate::care::safeguarding::lexicons::Lexicons;
use crate::care::safeguarding::reporting::spoken_as;
use crate::care::safeguarding::{
    Said, Screened, Source, SourceKind, actions as safeguarding, screening,
};
use crate::db::{self, Answer, Event, Telling, Tx, Urgency, View};

/// Why nothing was done with a goal.
#[derive(Debug, thiserror::Error)]
pub enum GoalError {
    /// This role may not, or not with this goal.
    #[error("not allowed")]
    NotAllowed,
    /// Somebody of the staff who may not act for now.
    #[error("not active")]
    NotActive,
    /// There is no such goal or family member, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The id was used before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// It has ended in another way before.
    #[error("ended before")]
    Ended,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A goal as it is handed in.
#[derive(Debug, Clone)]
pub struct NewGoal {
    /// The id its maker's client made for it.
    pub id: GoalId,
    /// Whose goal it is.
    pub family_member_id: AccountId,
    /// In the words of whoever writes it down.
    pub words: String,
    /// Where it stands, 0 to 10.
    pub start: i32,
    /// What would be good enough, 0 to 10.
    pub good_enough: i32,
    /// What screening said of the words before the unit.
    pub screened: Option<Screened>,
}

/// What is handed in to be added to a goal. A scale goes with [`EntryKind::Now`], words with the others.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// The id its writer's client made for it.
    pub id: GoalEntryId,
    /// To which goal.
    pub goal_id: GoalId,
    /// What it is.
    pub kind: EntryKind,
    /// Where it stands.
    pub scale: Option<i32>,
    /// The words.
    pub words: Option<String>,
    /// When it was written, by their own clock.
    pub written_at: Option<Moment>,
    /// What screening said of the words before the unit.
    pub screened: Option<Screened>,
}

/// Stores a goal with its screening, makes of its words what must be made, and tells those whom it
/// concerns; true if it is new. The same again gives what has become of the first.
///
/// # Errors
/// If the caller does not work with this family member, or used the id for something else.
pub fn make(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    new: &NewGoal,
) -> Result<(Course, bool), GoalError> {
    let member = new.family_member_id;
    check(tx, caller, member)?;
    if let Some(stored) = queries::goal(tx, (caller.authority_id, new.id))? {
        let is_same = (stored.by.id, stored.family_member_id) == (caller.account_id, member)
            && (stored.start, stored.good_enough) == (new.start, new.good_enough)
            && stored.words == new.words;
        return if is_same {
            Ok((reading::course(tx, caller, stored)?, false))
        } else {
            Err(GoalError::IdUsed)
        };
    }
    if queries::is_used(tx.conn(), new.id)? {
        return Err(GoalError::IdUsed);
    }
    let lexicon = lexicons.live(tx, caller)?;
    let as_whom = (spoken_as(caller.author()), caller.language.as_str());
    let screened = screening(new.screened.as_ref(), &lexicon, Some(&new.words), as_whom);
    queries::insert(tx, caller, new, &screened)?;
    let source = (SourceKind::Goal, new.id.into());
    heed(tx, caller, (member, source), &screened)?;
    let goal = found(tx, caller, new.id)?;
    tell(tx, caller, &goal, GOAL_CREATED)?;
    Ok((reading::course(tx, caller, goal)?, true))
}

/// Adds to a goal, which may have ended: nobody's words are refused because they come late. True if it
/// is new; the same again gives the first.
///
/// # Errors
/// If there is no such goal for this caller, or they used the id for something else.
pub fn add(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    new: &NewEntry,
) -> Result<(Entry, bool), GoalError> {
    check_is_heard(caller)?;
    let goal = found(tx, caller, new.goal_id)?;
    let member = goal.family_member_id;
    check(tx, caller, member)?;
    if let Some(stored) = queries::entry(tx, caller, new.id)? {
        let is_same = (stored.goal_id, stored.kind, stored.scale)
            == (new.goal_id, new.kind, new.scale)
            && stored.words == new.words;
        return if is_same {
            Ok((stored, false))
        } else {
            Err(GoalError::IdUsed)
        };
    }
    let lexicon = lexicons.live(tx, caller)?;
    let as_whom = (spoken_as(caller.author()), caller.language.as_str());
    let words = new.words.as_deref();
    let screened = screening(new.screened.as_ref(), &lexicon, words, as_whom);
    let now = tx.now();
    let said_at = new.written_at.unwrap_or(now);
    let said_at = said_at.max(goal.received_at).min(now);
    queries::insert_entry(tx, caller, (new, said_at), &screened)?;
    let source = (SourceKind::GoalEntry, new.id.into());
    heed(tx, caller, (member, source), &screened)?;
    tell(tx, caller, &goal, GOAL_CHANGED)?;
    let stored = queries::entry(tx, caller, new.id)?.ok_or(GoalError::NotFound)?;
    Ok((stored, true))
}

/// Ends a goal: the family member any of theirs, staff what they put beside it, the practitioner and
/// the supervisor what any of the staff did. The same again changes nothing.
///
/// # Errors
/// If it is not the caller's to end, or it has ended in another way.
pub fn end(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, ending): (GoalId, Ending),
) -> Result<Course, GoalError> {
    let goal = found(tx, caller, id)?;
    let member = goal.family_member_id;
    let may = match check(tx, caller, member)? {
        Tie::Own => true,
        Tie::Mentor => goal.by.id == caller.account_id,
        Tie::Practitioner | Tie::Supervisor => goal.by.id != member,
        Tie::Cover => false,
    };
    if !may {
        return Err(GoalError::NotAllowed);
    }
    match goal.ended {
        Some((is, _)) if is == ending => {}
        Some(_) => return Err(GoalError::Ended),
        None => {
            if !queries::end(tx, caller, (id, ending))? {
                return Err(GoalError::Ended);
            }
            tell(tx, caller, &goal, GOAL_CHANGED)?;
        }
    }
    let goal = found(tx, caller, id)?;
    Ok(reading::course(tx, caller, goal)?)
}

fn found(tx: &mut Tx<'_>, caller: &Caller, id: GoalId) -> Result<Goal, GoalError> {
    let goal = queries::goal(tx, (caller.authority_id, id))?;
    goal.filter(|goal| !goal.is_held || shows_held(caller))
        .ok_or(GoalError::NotFound)
}

/// What a suspended family member says is taken, as in their talk; staff who may not act are not heard.
fn check_is_heard(caller: &Caller) -> Result<(), GoalError> {
    if caller.status == Status::Active || caller.role == Role::FamilyMember {
        Ok(())
    } else {
        Err(GoalError::NotActive)
    }
}

/// By what tie the caller writes here. Managers and deputies read with a reason; they write nothing.
fn check(tx: &mut Tx<'_>, caller: &Caller, member: AccountId) -> Result<Tie, GoalError> {
    if caller.role == Role::ServiceManager {
        return Err(GoalError::NotAllowed);
    }
    check_is_heard(caller)?;
    match ties::between(tx, caller, member)? {
        None => Err(GoalError::NotFound),
        Some(Tie::Cover) => Err(GoalError::NotAllowed),
        Some(tie) => Ok(tie),
    }
}

/// Heeds what worries in somebody's words.
fn heed(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (about, (kind, id)): (AccountId, (SourceKind, SubjectId)),
    screened: &Screened,
) -> Answer<()> {
    let source = Source {
        kind,
        author_id: caller.account_id,
        id,
    };
    let said = Said {
        about,
        source,
        screened,
        at: tx.now(),
    };
    safeguarding::heed(tx, &said)
}

/// Tells the family member and those who work with them that something is the matter with a goal, the
/// same whatever it is. Of what a suspended person says no mentor is told.
fn tell(tx: &mut Tx<'_>, caller: &Caller, goal: &Goal, event: Event) -> Answer<()> {
    let member = goal.family_member_id;
    let mut readers = vec![member];
    readers.extend(if goal.is_held || caller.status != Status::Active {
        ties::answers_for(tx, member)?
    } else {
        ties::works_with(tx, member)?
    });
    readers.retain(|reader| *reader != caller.account_id);
    for to in readers {
        tx.tell(Telling {
            to,
            event,
            subject: goal.id.into(),
            subject_seq: 0,
            detail: Some(json!({ "family_member_id": member }).to_string()),
            urgency: Urgency::Usual,
        });
    }
    Ok(())
}
