//! What is done with follow-ups: a check-in or silence opens one, a person ends it, and one that nobody
//! has seen to is handed up.

use serde_json::json;

use super::{Attempt, FOLLOW_UP_OPENED, FOLLOW_UP_WAITING, FollowUp, Reasons, queries};
use crate::base::ids::{AccountId, AuthorityId, CheckInId, DateId, FollowUpId, SubjectId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::actions::Named;
use crate::care::alerts::policies;
use crate::care::audit::{self, Line};
use crate::care::pods::rota::has_gone_to_managers;
use crate::db::{self, Answer, Telling, Tx, Urgency, View};

/// A check-in that asks for somebody.
#[derive(Debug, Clone, Copy)]
pub struct Of {
    /// Which.
    pub check_in_id: CheckInId,
    /// Why.
    pub reasons: Reasons,
    /// Whether it is held: then no mentor sees the follow-up.
    pub is_held: bool,
}

/// Opens a follow-up of the caller's check-in, in its unit, and tells those who read check-ins.
///
/// # Errors
/// If the store fails.
pub fn open(tx: &mut Tx<'_>, caller: &Caller, of: &Of, readers: &[AccountId]) -> Answer<()> {
    let new = queries::New {
        id: FollowUpId::new(),
        authority_id: caller.authority_id,
        family_member_id: caller.account_id,
        check_in_id: Some(of.check_in_id),
        date: None,
        reasons: of.reasons,
        is_held: of.is_held,
    };
    begin(tx, &new, readers)
}

/// Somebody whose silence asks for a person.
#[derive(Debug, Clone, Copy)]
pub struct Silent {
    /// Of which authority.
    pub authority_id: AuthorityId,
    /// Who.
    pub family_member_id: AccountId,
    /// Of which date they could not be reminded, if it is that.
    pub date_id: Option<DateId>,
    /// Why.
    pub reasons: Reasons,
}

/// Opens a follow-up of silence, or adds to the one that is open, and tells those who work with the
/// family member. The wait for the supervisor begins with the first and is not put back.
///
/// # Errors
/// If the store fails.
pub fn silent(tx: &mut Tx<'_>, silent: &Silent, readers: &[AccountId]) -> Answer<()> {
    let of = (silent.family_member_id, silent.date_id);
    let known = queries::add_silence(tx.conn(), of, silent.reasons)?;
    let new = queries::New {
        id: known.map_or_else(FollowUpId::new, |(id, _)| id),
        authority_id: silent.authority_id,
        family_member_id: silent.family_member_id,
        check_in_id: None,
        date: silent.date_id.map(|date| (date, None)),
        reasons: known.map_or(silent.reasons, |(_, reasons)| reasons),
        is_held: false,
    };
    if known.is_some() {
        return say(tx, &new, readers);
    }
    begin(tx, &new, readers)
}

/// Ends the follow-up of somebody's silence, if one is open: they have been heard from.
///
/// # Errors
/// If the store fails.
pub fn heard_from(tx: &mut Tx<'_>, member: AccountId) -> Answer<()> {
    let now = tx.now();
    queries::end_silence(tx.conn(), member, now)
}

pub(super) fn begin(tx: &mut Tx<'_>, new: &queries::New, readers: &[AccountId]) -> Answer<()> {
    let hours = policies::office_hours(tx, new.authority_id)?;
    let hand_up_at = new.reasons.grade().hand_up_at(hours, tx.now());
    queries::insert(tx, new, hand_up_at)?;
    say(tx, new, readers)
}

/// Tells these people of it; where they are the managers, because nobody nearer is there, it is theirs too.
fn say(tx: &mut Tx<'_>, new: &queries::New, readers: &[AccountId]) -> Answer<()> {
    if has_gone_to_managers(tx.conn(), readers)? {
        queries::leave_to_managers(tx.conn(), new.id)?;
    }
    let detail = json!({
        "family_member_id": new.family_member_id,
        "check_in_id": new.check_in_id,
        "date_id": new.date.map(|(date, _)| date),
        "starts": new.date.and_then(|(_, starts)| starts).map(|starts| starts.to_string()),
        "reasons": new.reasons.all(),
        "grade": new.reasons.grade(),
    });
    for to in readers {
        tx.tell(telling(*to, FOLLOW_UP_OPENED, new.id, &detail));
    }
    Ok(())
}

fn telling(to: AccountId, event: db::Event, id: FollowUpId, detail: &serde_json::Value) -> Telling {
    Telling {
        to,
        event,
        subject: SubjectId::from_uuid(id.uuid()),
        subject_seq: 0,
        detail: Some(detail.to_string()),
        urgency: Urgency::Usual,
    }
}

/// Why a follow-up was not ended.
#[derive(Debug, thiserror::Error)]
pub enum FollowUpError {
    /// Not for families.
    #[error("not for this role")]
    NotAllowed,
    /// There is none, or not for this person.
    #[error("no such follow-up")]
    NotFound,
    /// Somebody has done it.
    #[error("done before")]
    Done(Option<Named>),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Records how an attempt ended. A message left and a call nobody answered keep it open; somebody who
/// was reached has been followed up for every earlier check-in too, but not about dates. What asks for a
/// contact plan to be talked over stays open until it is confirmed. The same again from the same
/// person changes nothing once it is done.
///
/// # Errors
/// If it is not the caller's to do, or somebody was first.
pub fn finish(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: FollowUpId,
    outcome: Attempt,
) -> Result<FollowUp, FollowUpError> {
    match caller.role {
        Role::PeerMentor
        | Role::FamilyPractitioner
        | Role::SupervisingSocialWorker
        | Role::ServiceManager => {}
        Role::FamilyMember => return Err(FollowUpError::NotAllowed),
    }
    let found = queries::one(tx, caller, id)?.ok_or(FollowUpError::NotFound)?;
    let own = &found.own;
    if own.done_at.is_some() {
        return if (own.last_by, own.last_outcome) == (Some(caller.account_id), Some(outcome)) {
            Ok(found)
        } else {
            Err(FollowUpError::Done(queries::last_by(tx.conn(), id)?))
        };
    }
    if !queries::try_on(tx, caller, own, outcome)? {
        return Err(FollowUpError::Done(queries::last_by(tx.conn(), id)?));
    }
    let line = Line {
        deed: "follow_up.tried",
        subject: "follow_up",
        subject_id: Some(SubjectId::from_uuid(id.uuid())),
        about: Some(own.family_member_id),
        detail: json!({ "outcome": outcome }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)?;
    queries::one(tx, caller, id)?.ok_or(FollowUpError::NotFound)
}

/// Which follow-ups nobody has seen to for too long, and when the next one will be one.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<FollowUpId>, Option<Moment>)> {
    let now = view.now();
    let due = queries::due(view.conn(), now, most)?;
    let next = queries::next_due(view.conn())?;
    Ok((due, next))
}

/// Tells whoever supervises of each of these, once, if it is still open and nobody else has told them; where
/// nobody does, the managers, whose it is then to do.
///
/// # Errors
/// If it cannot be stored; then nobody was told.
pub fn hand_up(tx: &mut Tx<'_>, dues: &[FollowUpId]) -> Answer<usize> {
    let now = tx.now();
    let mut done: usize = 0;
    for &id in dues {
        let Some((member, since)) = queries::claim(tx.conn(), id, now)? else {
            continue;
        };
        let detail = json!({ "family_member_id": member, "since": since });
        let told = queries::supervisors(tx.conn(), member, now)?;
        if has_gone_to_managers(tx.conn(), &told)? {
            queries::leave_to_managers(tx.conn(), id)?;
        }
        for to in told {
            tx.tell(telling(to, FOLLOW_UP_WAITING, id, &detail));
        }
        done = done.saturating_add(1);
    }
    Ok(done)
}
