//! What is done with follow-ups: a check-in opens one, a person ends it, and one that nobody has seen
//! to is handed up.

use serde_json::json;

use super::{Attempt, FOLLOW_UP_OPENED, FOLLOW_UP_WAITING, FollowUp, Reasons, queries};
use crate::base::ids::{AccountId, CheckInId, FollowUpId, SubjectId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::actions::Named;
use crate::care::alerts::working_days;
use crate::care::audit::{self, Line};
use crate::db::{self, Answer, Telling, Tx, Urgency, View};

/// Whoever supervises is told after so many working days.
const PATIENCE_DAYS: u32 = 1;

/// Opens a follow-up of the caller's check-in, in its unit, and tells those who read check-ins.
///
/// # Errors
/// If the store fails.
pub fn open(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (check_in, reasons): (CheckInId, Reasons),
    readers: &[AccountId],
) -> Answer<()> {
    let id = FollowUpId::new();
    let hand_up_at = working_days::later(tx.now(), PATIENCE_DAYS);
    queries::insert(tx, caller, (id, check_in, reasons), hand_up_at)?;
    let detail = json!({
        "family_member_id": caller.account_id,
        "check_in_id": check_in,
        "reasons": reasons.all(),
    });
    for to in readers {
        tx.tell(telling(*to, FOLLOW_UP_OPENED, id, &detail));
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
    /// Only for those who work with the family themselves.
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
/// was reached has been followed up for every earlier check-in too. The same again from the same
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
        Role::PeerMentor | Role::FamilyPractitioner | Role::SupervisingSocialWorker => {}
        Role::FamilyMember | Role::ServiceManager => return Err(FollowUpError::NotAllowed),
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

/// Tells whoever supervises of each of these, once, if it is still open and nobody else has told them.
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
        for to in queries::supervisors(tx.conn(), member, now)? {
            tx.tell(telling(to, FOLLOW_UP_WAITING, id, &detail));
        }
        done = done.saturating_add(1);
    }
    Ok(done)
}
