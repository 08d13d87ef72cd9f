//! Opening a case, and what is recorded of it from then on.

use chrono::NaiveDate;
use chrono_tz::Europe::London;

use super::course::{Course, of_family};
use super::{
    Case, CaseEvent, EventKind, Facts, MOST_CASES, MOST_EVENTS, ReferredBy, Standing, Tier, queries,
};
use crate::base::ids::{CaseEventId, CaseId, FamilyId};
use crate::care::accounts::Caller;
use crate::care::accounts::actions::take_turns;
use crate::care::alerts::nearing::{self, Near, Step};
use crate::care::alerts::standing::count_open_about;
use crate::care::families::actions::{FamilyError, set_worked_with};
use crate::care::families::reading as families;
use crate::db::{self, Tx, View};

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// This role may not, or only somebody qualified may.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such family or case, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The id was used before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// The family has an open case.
    #[error("a case is open")]
    IsOpen,
    /// The case is closed, or its opening was withdrawn.
    #[error("the case is not open")]
    NotOpen,
    /// So many alerts about the family are not closed.
    #[error("{0} alerts are not closed")]
    AlertsOpen(usize),
    /// There is no room for more.
    #[error("too many")]
    Full,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

impl From<FamilyError> for CaseError {
    fn from(refusal: FamilyError) -> Self {
        match refusal {
            FamilyError::NotAllowed => Self::NotAllowed,
            FamilyError::NotFound | FamilyError::Field(..) | FamilyError::ReferenceTaken => {
                Self::NotFound
            }
            FamilyError::Store(fault) => Self::Store(fault),
        }
    }
}

/// A case to be opened.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// The id that the client made for it.
    pub id: CaseId,
    /// Whose it is.
    pub family_id: FamilyId,
    /// On which day.
    pub on: NaiveDate,
    /// On which tier.
    pub tier: Tier,
    /// Who asked for it.
    pub referred_by: ReferredBy,
}

/// What is to be recorded of a case.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// The id that the client made for it.
    pub id: CaseEventId,
    /// Of which case.
    pub case_id: CaseId,
    /// What kind it is; no opening.
    pub kind: EventKind,
    /// What it says.
    pub facts: Facts,
    /// Which event it corrects.
    pub corrects: Option<CaseEventId>,
    /// Whether it withdraws that one.
    pub is_withdrawn: bool,
    /// Why.
    pub rationale: String,
}

/// Opens a case; true if it is new. The same again gives how it stands.
///
/// # Errors
/// If the caller does not work with the family, it has an open case, or the day does not fit.
pub fn open(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewCase,
) -> Result<(Standing, bool), CaseError> {
    take_turns(tx, caller)?;
    families::tie_to(tx, caller, new.family_id)?;
    let facts = Facts {
        on: Some(new.on),
        tier: Some(new.tier),
        referred_by: Some(new.referred_by),
        outcome: None,
    };
    let event = NewEvent {
        id: CaseEventId::from_uuid(new.id.uuid()),
        case_id: new.id,
        kind: EventKind::Opened,
        facts,
        corrects: None,
        is_withdrawn: false,
        rationale: String::new(),
    };
    let mut cases = queries::of_family(tx, (caller.authority_id, new.family_id))?;
    if was_recorded(tx, caller, (&event, &cases))? {
        return Ok((standing(cases, new.id)?, false));
    }
    check_day(tx, new.on)?;
    if cases.len() >= MOST_CASES {
        return Err(CaseError::Full);
    }
    if of_family(cases.clone())
        .map_err(corrupt)?
        .iter()
        .any(is_open)
    {
        return Err(CaseError::IsOpen);
    }
    cases.push(Case {
        id: new.id,
        family_id: new.family_id,
        events: Vec::new(),
    });
    queries::insert_case(tx.conn(), (caller.authority_id, new.family_id), new.id)?;
    record(tx, caller, (&event, cases)).map(|standing| (standing, true))
}

/// Records of a case that it moved to another tier, was closed, or that an event before was wrong; true
/// if it is new. The same again gives how the case stands.
///
/// # Errors
/// If the caller is not qualified or may not see the family, or the event does not fit what is recorded.
/// A case is not closed while an alert that the caller may know of is not.
pub fn add(
    tx: &mut Tx<'_>,
    caller: &Caller,
    new: &NewEvent,
) -> Result<(Standing, bool), CaseError> {
    if !caller.is_qualified() {
        return Err(CaseError::NotAllowed);
    }
    take_turns(tx, caller)?;
    let family = queries::family_of(tx.conn(), (caller.authority_id, new.case_id))?;
    let family = family.ok_or(CaseError::NotFound)?;
    families::tie_to(tx, caller, family)?;
    let cases = queries::of_family(tx, (caller.authority_id, family))?;
    if was_recorded(tx, caller, (new, &cases))? {
        return Ok((standing(cases, new.case_id)?, false));
    }
    if let Some(on) = new.facts.on {
        check_day(tx, on)?;
    }
    let case = cases.iter().find(|one| one.id == new.case_id);
    let case = case.ok_or(CaseError::NotFound)?;
    if case.events.len() >= MOST_EVENTS {
        return Err(CaseError::Full);
    }
    if new.kind == EventKind::Corrected {
        check_correction(case, new)?;
    } else if !is_open(&standing(cases.clone(), new.case_id)?) {
        return Err(CaseError::NotOpen);
    }
    if new.kind == EventKind::Closed {
        let waiting = count_open_about(tx, caller, family)?;
        if waiting > 0 {
            return Err(CaseError::AlertsOpen(waiting));
        }
    }
    let standing = record(tx, caller, (new, cases))?;
    if new.kind == EventKind::Closed {
        // Whoever may not know of an alert about the family is not held up by it: those who may hear of this.
        let near = (Near::Family(family), caller.account_id);
        nearing::tell(tx, caller, near, Step::CaseClosed)?;
    }
    Ok((standing, true))
}

/// Stores an event, if what all events together say makes sense.
fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (new, mut cases): (&NewEvent, Vec<Case>),
) -> Result<Standing, CaseError> {
    let by = queries::named(tx.conn(), caller.account_id)?;
    let case = cases.iter_mut().find(|one| one.id == new.case_id);
    let case = case.ok_or(CaseError::NotFound)?;
    let (family, seq) = (case.family_id, case.events.len());
    case.events.push(CaseEvent {
        id: new.id,
        kind: new.kind,
        facts: new.facts,
        corrects: new.corrects,
        is_withdrawn: new.is_withdrawn,
        rationale: None,
        by,
        at: tx.now(),
    });
    let unfit = |(pointer, wrong)| CaseError::Field(pointer, wrong);
    let all = of_family(cases).map_err(unfit)?;
    queries::insert_event(tx, caller, (new, seq))?;
    for one in &all {
        queries::set_open(tx.conn(), (one.case.id, is_open(one)))?;
    }
    // A family of whom nothing stands recorded is as one that nothing was recorded of.
    let mut courses = all.iter().filter_map(|one| one.course.as_ref()).peekable();
    let is_worked_with = courses.peek().is_none() || courses.any(|course| course.closed.is_none());
    set_worked_with(tx, family, is_worked_with)?;
    let ours = all.into_iter().find(|one| one.case.id == new.case_id);
    ours.ok_or(CaseError::NotFound)
}

/// Whether the caller has recorded this before.
fn was_recorded(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (new, cases): (&NewEvent, &[Case]),
) -> Result<bool, CaseError> {
    let case = cases.iter().find(|one| one.id == new.case_id);
    let mut events = case.into_iter().flat_map(|one| &one.events);
    match events.find(|event| event.id == new.id) {
        Some(event) => {
            let is_same = event.by.id == caller.account_id
                && (event.kind, event.facts) == (new.kind, new.facts)
                && (event.corrects, event.is_withdrawn) == (new.corrects, new.is_withdrawn)
                && event.rationale.as_deref().unwrap_or_default() == new.rationale;
            if is_same {
                Ok(true)
            } else {
                Err(CaseError::IdUsed)
            }
        }
        None if queries::is_used(tx.conn(), new.id)? => Err(CaseError::IdUsed),
        None => Ok(false),
    }
}

/// What is recorded has happened.
fn check_day(view: &impl View, on: NaiveDate) -> Result<(), CaseError> {
    let today = view.now().on_the_wall(London).date();
    if on > today {
        Err(CaseError::Field("/on", "must not be in the future"))
    } else {
        Ok(())
    }
}

/// A correction names an event, and says anew what belongs to the kind of that one.
fn check_correction(case: &Case, new: &NewEvent) -> Result<(), CaseError> {
    let corrected = case.events.iter().find(|one| Some(one.id) == new.corrects);
    let facts = &new.facts;
    let (tier, referred_by, outcome) = match corrected.map(|one| one.kind) {
        Some(EventKind::Opened) => (true, true, false),
        Some(EventKind::StepChange) => (true, false, false),
        Some(EventKind::Closed) => (false, false, true),
        Some(EventKind::Corrected) | None => {
            let wrong = "is no event of this case that stands";
            return Err(CaseError::Field("/corrects", wrong));
        }
    };
    let other = "does not belong to what is corrected";
    for (pointer, is_given, belongs) in [
        ("/tier", facts.tier.is_some(), tier),
        ("/referred_by", facts.referred_by.is_some(), referred_by),
        ("/outcome", facts.outcome.is_some(), outcome),
    ] {
        if is_given && !belongs {
            return Err(CaseError::Field(pointer, other));
        }
    }
    Ok(())
}

/// How one of these cases stands.
fn standing(cases: Vec<Case>, id: CaseId) -> Result<Standing, CaseError> {
    let all = of_family(cases).map_err(corrupt)?;
    let ours = all.into_iter().find(|one| one.case.id == id);
    ours.ok_or(CaseError::NotFound)
}

fn is_open(one: &Standing) -> bool {
    one.course.as_ref().is_some_and(Course::is_open)
}

/// What is stored was checked before it was.
fn corrupt(_unfit: (&'static str, &'static str)) -> CaseError {
    CaseError::Store(db::Error::Corrupt(
        "the events of a family's cases do not fit",
    ))
}
