//! Setting a rhythm, and ending it.

use std::iter;
use std::time::Duration;

use serde_json::json;

use super::{AskState, RHYTHM_CHANGED, Rhythm, Standing, due, queries, reading};
use crate::base::civil::Civil;
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::families::ties::{self, Tie};
use crate::db::{self, Answer, Telling, Tx, Urgency, View};

/// A rhythm starts at most so long before it is set.
const FURTHEST: Duration = Duration::from_hours(366 * 24);
/// Nobody is left unasked for longer: silence is only seen of whoever is asked.
const LONGEST: Duration = Duration::from_hours(100 * 24);
/// For so long from the next time on it is looked at how far apart the times are.
const LOOKED_AT: Duration = Duration::from_hours(366 * 24);

/// Why a rhythm was not set or ended.
#[derive(Debug, thiserror::Error)]
pub enum RhythmError {
    /// This role may not, or not with this family member.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such family member, or not for this caller.
    #[error("no such family member")]
    NotFound,
    /// Somebody has set another since the version that the caller has seen.
    #[error("set by {1}")]
    SetMeanwhile(AccountId, String),
    /// A field does not fit.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Sets when a family member is asked how things are; their app learns of it, without a sound, and so do the
/// workers around them. The same again changes nothing.
///
/// # Errors
/// If the caller does not work with them, somebody has set another meanwhile, or a field does not fit.
pub fn set(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, seen): (AccountId, i32),
    rhythm: &Rhythm,
) -> Result<Standing, RhythmError> {
    check(tx, caller, member)?;
    let before = queries::head(tx.conn(), member)?;
    if let Some(head) = &before
        && head.is_on
        && head.rhythm == *rhythm
    {
        return Ok(reading::standing(tx, member, true)?);
    }
    check_start(tx.now(), rhythm)?;
    let version = before.as_ref().map_or(0, |head| head.version);
    if version != seen {
        return Err(set_meanwhile(tx, member));
    }
    let next = version.saturating_add(1);
    if !queries::put(tx, caller, (member, version), rhythm)? {
        return Err(set_meanwhile(tx, member));
    }
    let now = tx.now();
    queries::drop_asks(tx.conn(), member, &[AskState::Due], now)?;
    due::plan(tx, (member, next), rhythm)?;
    let said = json!({
        "version": next,
        "starts": rhythm.starts.to_string(),
        "zone": rhythm.zone.name(),
        "rule": rhythm.rule.as_str(),
        "window_hours": rhythm.window_hours,
    });
    record(tx, caller, ("check_in_rhythm.set", member), said)?;
    tell(tx, caller, (member, next), Urgency::Quiet)?;
    Ok(reading::standing(tx, member, true)?)
}

/// Ends a rhythm: they are asked no more, and nothing they were asked for is missed any more; the
/// workers around them are told. One that has ended stays so.
///
/// # Errors
/// If the caller does not work with the family member.
pub fn end(tx: &mut Tx<'_>, caller: &Caller, member: AccountId) -> Result<(), RhythmError> {
    check(tx, caller, member)?;
    let Some(version) = queries::end(tx, caller, member)? else {
        return Ok(());
    };
    let now = tx.now();
    queries::drop_asks(tx.conn(), member, &[AskState::Due, AskState::Open], now)?;
    let said = json!({ "version": version });
    record(tx, caller, ("check_in_rhythm.ended", member), said)?;
    Ok(tell(tx, caller, (member, version), Urgency::Usual)?)
}

fn check(tx: &mut Tx<'_>, caller: &Caller, member: AccountId) -> Result<(), RhythmError> {
    if matches!(caller.role, Role::FamilyMember | Role::ServiceManager) {
        return Err(RhythmError::NotAllowed);
    }
    match ties::between(tx, caller, member)? {
        Some(Tie::Mentor | Tie::Practitioner | Tie::Supervisor) => Ok(()),
        Some(Tie::Own | Tie::Cover) => Err(RhythmError::NotAllowed),
        None => Err(RhythmError::NotFound),
    }
}

fn check_start(now: Moment, rhythm: &Rhythm) -> Result<(), RhythmError> {
    let starts_at = rhythm.starts.at(rhythm.zone);
    if starts_at < now.minus(FURTHEST) {
        return Err(RhythmError::Field("/starts", "must be within a year"));
    }
    if starts_at > now.plus(LONGEST) {
        let wrong = "must be at most 100 days ahead";
        return Err(RhythmError::Field("/starts", wrong));
    }
    let first = rhythm
        .next(now)
        .ok_or(RhythmError::Field("/rule", "never comes"))?;
    check_gaps(now, rhythm, first)
}

/// Of rules by the month some leave a long time between; not all of their gaps are as long as the first.
fn check_gaps(now: Moment, rhythm: &Rhythm, first: Civil) -> Result<(), RhythmError> {
    let at = |time: Civil| time.at(rhythm.zone);
    let until = at(first).plus(LOOKED_AT);
    let (mut before, mut next) = (now, Some(first));
    while let Some(time) = next.filter(|_| before < until) {
        if at(time) > before.plus(LONGEST) {
            let wrong = "leaves more than 100 days between two times";
            return Err(RhythmError::Field("/rule", wrong));
        }
        before = at(time);
        next = rhythm.after(time);
    }
    Ok(())
}

/// Says who was first.
fn set_meanwhile(tx: &mut Tx<'_>, member: AccountId) -> RhythmError {
    match queries::set_by(tx.conn(), member) {
        Ok(Some((id, name))) => RhythmError::SetMeanwhile(id, name),
        Ok(None) => RhythmError::Field("/version", "must be 0: none was ever set"),
        Err(fault) => fault.into(),
    }
}

fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (deed, member): (&'static str, AccountId),
    detail: serde_json::Value,
) -> Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(member.into()),
        about: Some(member),
        detail,
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}

/// Tells the family member, without a sound, and the workers around them: how silence would be noticed has
/// changed, and no mentor changes that alone.
fn tell(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, version): (AccountId, i32),
    to_workers: Urgency,
) -> Answer<()> {
    let mut workers = ties::workers_of(tx, member)?;
    workers.retain(|worker| *worker != caller.account_id);
    let told = workers.into_iter().map(|worker| (worker, to_workers));
    for (to, urgency) in iter::once((member, Urgency::Quiet)).chain(told) {
        tx.tell(Telling {
            to,
            event: RHYTHM_CHANGED,
            subject: member.into(),
            subject_seq: i64::from(version),
            detail: None,
            urgency,
        });
    }
    tx.wake_workers();
    Ok(())
}
