//! Making, changing and cancelling dates.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::json;

use super::schedule::course::Course;
use super::{
    DATE_CANCELLED, DATE_CHANGED, DATE_CREATED, Date, MOST_OPEN, Plan, State, due, queries,
};
use crate::base::ids::{AccountId, DateId, DateVersionId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::families::ties::{self, Tie};
use crate::care::follow_ups::dates::{self as follow_ups, Done};
use crate::care::safeguarding::lexicons::Lexicons;
use crate::care::safeguarding::screen::Lexicon;
use crate::care::safeguarding::{
    Reading, Said, Screened, Source, SourceKind, actions as safeguarding, still_valid,
};
use crate::care::words::Author;
use crate::db::{self, Event, Telling, Tx, Urgency, View};

/// Nobody agrees on a date further ahead.
pub(super) const FURTHEST: Duration = Duration::from_hours(3 * 366 * 24);

/// Why nothing was done with a date.
#[derive(Debug, thiserror::Error)]
pub enum DateError {
    /// This role may not, or not with this family member.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such date or family member, or not for this caller.
    #[error("not found")]
    NotFound,
    /// The id was used before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// Somebody has changed the date since the version that the caller has seen.
    #[error("changed by {1}")]
    ChangedMeanwhile(AccountId, String),
    /// It was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The family member has as many dates as anybody can keep.
    #[error("too many dates")]
    TooMany,
    /// A field does not fit.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A date to be made.
#[derive(Debug, Clone)]
pub struct NewDate {
    /// The id its maker's client made for it.
    pub id: DateId,
    /// With whom.
    pub family_member_id: AccountId,
    /// What it says.
    pub plan: Plan,
    /// What screening said of its words before the unit.
    pub screened: Option<Screened>,
}

/// A date to be changed.
#[derive(Debug, Clone)]
pub struct Change {
    /// Which.
    pub id: DateId,
    /// The version that whoever changes it has seen.
    pub version: i32,
    /// What it says from now on.
    pub plan: Plan,
    /// What screening said of its words before the unit.
    pub screened: Option<Screened>,
}

/// Makes a date and tells the family member; true if it is new. The same again gives what has become
/// of the first.
///
/// # Errors
/// If the caller does not work with this family member, the id was used, or a field does not fit.
pub fn make(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    new: &NewDate,
) -> Result<(Date, bool), DateError> {
    check_role(caller)?;
    // Also whoever sends it again is shown the date as it is now: they must work with them still.
    let of = (new.family_member_id, caller.account_id);
    may_keep(tx, caller, of)?;
    if let Some(head) = queries::head(tx.conn(), new.id)? {
        let is_own = (head.family_member_id, head.made_by) == of;
        return if is_own && queries::first_plan(tx, &head)? == new.plan {
            Ok((found(tx, caller, new.id)?, false))
        } else {
            Err(DateError::IdUsed)
        };
    }
    let now = tx.now();
    let starts_at = new.plan.schedule.starts.at(new.plan.schedule.zone);
    if starts_at <= now {
        return Err(DateError::Field("/starts", "must not be past"));
    }
    check_schedule(tx, &new.plan)?;
    if queries::count_open(tx.conn(), new.family_member_id, now)? >= MOST_OPEN {
        return Err(DateError::TooMany);
    }
    let head = queries::Head {
        id: new.id,
        authority_id: caller.authority_id,
        family_member_id: new.family_member_id,
        made_by: caller.account_id,
        version: 1,
        state: State::On,
    };
    queries::insert(tx.conn(), &head, (now, new.plan.schedule.over_at()))?;
    let lexicon = lexicons.live(tx, caller)?;
    let screened = screening(&lexicon, caller, &new.plan, new.screened.as_ref());
    say(tx, caller, (&head, &new.plan), &screened)?;
    let course = Course::new(new.plan.schedule, Vec::new());
    due::plan(tx, &head, (&course, new.plan.remind_minutes_before))?;
    tell(tx, &head, DATE_CREATED);
    found(tx, caller, new.id).map(|date| (date, true))
}

/// Says a date anew and tells the family member. What says the same again changes nothing.
///
/// # Errors
/// If the caller does not keep it, somebody changed it meanwhile, or a field does not fit.
pub fn change(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    change: &Change,
) -> Result<Date, DateError> {
    let (head, date) = kept(tx, caller, change.id)?;
    if head.state == State::Cancelled {
        return Err(DateError::Cancelled);
    }
    check_version(tx, &head, change.version)?;
    if date.plan == change.plan {
        return Ok(date);
    }
    check_schedule(tx, &change.plan)?;
    let course = Course::new(change.plan.schedule, date.exceptions);
    let head = go_on(tx, &head, (State::On, course.over_at()))?;
    let lexicon = lexicons.live(tx, caller)?;
    let screened = screening(&lexicon, caller, &change.plan, change.screened.as_ref());
    say(tx, caller, (&head, &change.plan), &screened)?;
    let now = tx.now();
    queries::move_reminders(tx.conn(), head.id, (due::Outcome::Moved, now))?;
    if date.plan.schedule != change.plan.schedule {
        follow_ups::done(tx, head.id, Done::Moved)?;
    }
    follow_ups::done(tx, head.id, Done::Kept)?;
    due::plan(tx, &head, (&course, change.plan.remind_minutes_before))?;
    tell(tx, &head, DATE_CHANGED);
    found(tx, caller, change.id)
}

/// Cancels a date and tells the family member. What is cancelled already stays so.
///
/// # Errors
/// If the caller does not keep it, or somebody changed it meanwhile.
pub fn cancel(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (id, version): (DateId, i32),
) -> Result<Date, DateError> {
    let (head, date) = kept(tx, caller, id)?;
    check_version(tx, &head, version)?;
    if head.state == State::Cancelled {
        return Ok(date);
    }
    // It is shown as cancelled until it would have been.
    let now = tx.now();
    let over_at = date.course().upcoming(now).map(|next| next.ends_at);
    let next = go_on(tx, &head, (State::Cancelled, Some(over_at.unwrap_or(now))))?;
    let screened = as_before(tx, &head)?;
    queries::insert_version(
        tx,
        (caller, DateVersionId::new()),
        (&next, &date.plan),
        &screened,
    )?;
    let head = next;
    queries::move_reminders(tx.conn(), id, (due::Outcome::Cancelled, now))?;
    for done in [Done::Moved, Done::Kept] {
        follow_ups::done(tx, id, done)?;
    }
    tell(tx, &head, DATE_CANCELLED);
    found(tx, caller, id)
}

fn check_role(caller: &Caller) -> Result<(), DateError> {
    match caller.role {
        Role::FamilyMember | Role::ServiceManager => Err(DateError::NotAllowed),
        Role::PeerMentor | Role::FamilyPractitioner | Role::SupervisingSocialWorker => Ok(()),
    }
}

/// Whether the caller keeps dates with a family member that this person has made: a mentor their
/// own, the practitioner and the supervisor all.
fn may_keep(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, made_by): (AccountId, AccountId),
) -> Result<(), DateError> {
    match ties::between(tx, caller, member)? {
        Some(Tie::Practitioner | Tie::Supervisor) => Ok(()),
        Some(Tie::Mentor) if made_by == caller.account_id => Ok(()),
        Some(Tie::Mentor) | None => Err(DateError::NotFound),
        Some(Tie::Own | Tie::Cover) => Err(DateError::NotAllowed),
    }
}

pub(super) fn kept(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: DateId,
) -> Result<(queries::Head, Date), DateError> {
    check_role(caller)?;
    let head = queries::head(tx.conn(), id)?.ok_or(DateError::NotFound)?;
    may_keep(tx, caller, (head.family_member_id, head.made_by))?;
    let date = found(tx, caller, id)?;
    Ok((head, date))
}

pub(super) fn found(tx: &mut Tx<'_>, caller: &Caller, id: DateId) -> Result<Date, DateError> {
    queries::date(tx, caller, id)?.ok_or(DateError::NotFound)
}

pub(super) fn check_version(
    tx: &mut Tx<'_>,
    head: &queries::Head,
    seen: i32,
) -> Result<(), DateError> {
    if head.version == seen {
        return Ok(());
    }
    Err(changed_meanwhile(tx, head))
}

/// Says who was first.
fn changed_meanwhile(tx: &mut Tx<'_>, head: &queries::Head) -> DateError {
    match queries::last_said(tx.conn(), head.id) {
        Ok(Some((id, name))) => DateError::ChangedMeanwhile(id, name),
        Ok(None) => DateError::NotFound,
        Err(fault) => fault.into(),
    }
}

fn check_schedule(tx: &Tx<'_>, plan: &Plan) -> Result<(), DateError> {
    let now = tx.now();
    let schedule = &plan.schedule;
    if schedule.starts.at(schedule.zone) > now.plus(FURTHEST) {
        return Err(DateError::Field("/starts", "must be within three years"));
    }
    match schedule.over_at() {
        Some(over) if over <= now => Err(DateError::Field("/starts", "must not be past")),
        _ => Ok(()),
    }
}

/// Takes the next version, if nobody has meanwhile.
pub(super) fn go_on(
    tx: &mut Tx<'_>,
    head: &queries::Head,
    (state, over_at): (State, Option<Moment>),
) -> Result<queries::Head, DateError> {
    let next = queries::Head {
        version: head.version.saturating_add(1),
        state,
        ..*head
    };
    if queries::go_on(tx.conn(), (head.version, &next), over_at)? {
        return Ok(next);
    }
    Err(changed_meanwhile(tx, head))
}

/// A mentor's words are screened as such. Workers are not screened as authors, here as elsewhere.
fn screening<'a>(
    lexicon: &Lexicon,
    caller: &Caller,
    plan: &Plan,
    screened: Option<&'a Screened>,
) -> Cow<'a, Screened> {
    match caller.author() {
        Some(author) => {
            let as_whom = (author, caller.language.as_str());
            still_valid(screened, lexicon, &plan.words(), as_whom)
        }
        None => Cow::Owned(clear(lexicon.version().to_owned())),
    }
}

fn clear(lexicon_version: String) -> Screened {
    Screened {
        reading: Reading::Clear,
        unread: false,
        findings: Vec::new(),
        lexicon_version,
        author: Author::Carer,
    }
}

/// What screening said of the words that a date has now: cancelling says nothing new.
pub(super) fn as_before(tx: &mut Tx<'_>, head: &queries::Head) -> Result<Screened, DateError> {
    let said = queries::screening_of(tx.conn(), head)?;
    let (reading, unread, lexicon_version) = said.ok_or(DateError::NotFound)?;
    Ok(Screened {
        reading,
        unread,
        ..clear(lexicon_version)
    })
}

/// Stores what a date says from now on, and heeds what worries in it.
fn say(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (head, plan): (&queries::Head, &Plan),
    screened: &Screened,
) -> Result<(), DateError> {
    let id = DateVersionId::new();
    queries::insert_version(tx, (caller, id), (head, plan), screened)?;
    let said = Said {
        about: head.family_member_id,
        source: Source {
            kind: SourceKind::Date,
            author_id: caller.account_id,
            id: id.into(),
        },
        screened,
        at: tx.now(),
    };
    Ok(safeguarding::heed(tx, &said)?)
}

/// Tells the family member that something is the matter with a date, and never what.
pub(super) fn tell(tx: &mut Tx<'_>, head: &queries::Head, event: Event) {
    tx.tell(Telling {
        to: head.family_member_id,
        event,
        subject: head.id.into(),
        subject_seq: i64::from(head.version),
        detail: Some(json!({ "version": head.version }).to_string()),
        urgency: Urgency::Usual,
    });
    tx.wake_workers();
}
