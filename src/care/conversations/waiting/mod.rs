//! Waiting: which family members nobody has answered yet, since when, and who is told when it takes
//! too long.
//!
//! The clock starts at the first message that has no answer and the next one does not put it back.
//! Only a mentor's words in that conversation stop it; nothing automatic does, no read mark and no
//! receipt. Where the talk has ended, somebody says that they answered in another way. It is no alert
//! and no measure of risk. Decided against: reckoning it from the messages when somebody asks, which
//! would read every talk of a pod for each look at a list.

mod queries;

use serde_json::json;
use uuid::Uuid;

use self::queries::Claimed;
use super::MESSAGE_WAITING;
use super::queries::{Watch, watchers};
use crate::base::ids::{AccountId, ConversationId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role, Status};
use crate::care::alerts::office_hours::OfficeHours;
use crate::care::alerts::{policies, working_days};
use crate::care::audit::{self, Line};
use crate::care::follow_ups::Attempt;
use crate::care::pods::rota::has_gone_to_managers;
use crate::care::reading_hours;
use crate::db::{self, Answer, Rx, Telling, Tx, Urgency, View};

/// How long somebody waits for an answer before somebody else is told: so many working hours, in the office
/// hours of the authority. As many again, and the next person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How many.
    pub working_hours: u32,
    /// When people are at work.
    pub office: OfficeHours,
}

impl Patience {
    /// When whoever wrote at `from` has waited long enough.
    #[must_use]
    pub fn ends(self, from: Moment) -> Moment {
        working_days::hours_later(self.office, from, self.working_hours)
    }
}

/// How long somebody waits in a conversation: what is set for those who are to answer.
fn patience_in(tx: &mut Tx<'_>, conversation: ConversationId) -> Answer<Patience> {
    let now = tx.now();
    let mentors = queries::mentors_in(tx.conn(), &[conversation], now)?;
    let ids: Vec<AccountId> = mentors.iter().map(|mentor| mentor.who.id).collect();
    let authority = queries::authority_of(tx.conn(), conversation)?;
    Ok(Patience {
        working_hours: reading_hours::patience(tx.conn(), &ids)?,
        office: policies::office_hours(tx, authority)?,
    })
}

/// How far up a wait was handed: nobody, the practitioner, the supervising social worker, and where there was
/// none the managers.
const TO_PRACTITIONER: i32 = 1;
const TO_SUPERVISOR: i32 = 2;
const TO_MANAGERS: i32 = 3;

/// Who was told last that it takes too long, by what stands in the row.
#[must_use]
pub const fn handed_up_to(step: i32) -> Option<Role> {
    match step {
        TO_PRACTITIONER => Some(Role::FamilyPractitioner),
        TO_SUPERVISOR => Some(Role::SupervisingSocialWorker),
        TO_MANAGERS => Some(Role::ServiceManager),
        _ => None,
    }
}

/// Somebody by name.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Named {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
}

/// A mentor who is in a conversation now.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Mentor {
    /// In which.
    pub conversation_id: ConversationId,
    /// Who.
    pub who: Named,
    /// Whether they may act.
    pub status: Status,
}

/// The mentors in these conversations now; whoever came last, as cover does, first.
///
/// # Errors
/// If the store fails.
pub fn mentors(rx: &mut Rx<'_>, ids: &[ConversationId]) -> Answer<Vec<Mentor>> {
    let now = rx.now();
    queries::mentors_in(rx.conn(), ids, now)
}

/// A family member who waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Who waits.
    pub family_member: Named,
    /// Since the first message that has no answer.
    pub since: Moment,
    /// How many messages have none.
    pub messages: i64,
    /// Who was told last that it takes too long.
    pub handed_up_to: Option<Role>,
    /// The mentor who is to answer, if there is one now.
    pub peer_mentor: Option<Named>,
    /// Whether somebody who may act reads it. If not, it waits for the practitioner.
    pub is_attended: bool,
}

/// Which waits: after a place in the list, at most so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Only those after this one: since when, and its id.
    pub after: Option<(Moment, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

/// Who waits for an answer in the talks this caller answers for, the longest first: their own talks
/// for a mentor, those of their families for a practitioner, those of the pods they supervise or
/// cover for a supervising social worker, and for a manager those that were handed up to managers.
///
/// # Errors
/// If the store fails.
pub fn list(rx: &mut Rx<'_>, caller: &Caller, listing: &Listing) -> Answer<Vec<Wait>> {
    let now = rx.now();
    let heads = queries::waits(rx.conn(), caller, now, listing, None)?;
    let open: Vec<ConversationId> = heads
        .iter()
        .filter(|head| head.ended_at.is_none())
        .map(|head| head.conversation_id)
        .collect();
    let mentors = mentors(rx, &open)?;
    let waits = heads.into_iter().map(|head| {
        let here = || {
            mentors
                .iter()
                .filter(|mentor| mentor.conversation_id == head.conversation_id)
        };
        Wait {
            conversation_id: head.conversation_id,
            family_member: head.family_member.clone(),
            since: head.since,
            messages: head.messages,
            handed_up_to: handed_up_to(head.handed_up),
            peer_mentor: here().next().map(|mentor| mentor.who.clone()),
            is_attended: here().any(|mentor| mentor.status == Status::Active),
        }
    });
    Ok(waits.collect())
}

/// Since when a family member waits in one of their talks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::Queryable)]
pub struct Waiting {
    /// Who waits.
    pub family_member_id: AccountId,
    /// Since the first message that has no answer.
    pub since: Moment,
}

/// Where any of these family members waits for an answer. Whether somebody may know is asked elsewhere.
///
/// # Errors
/// If the store fails.
pub fn of(view: &mut impl View, members: &[AccountId]) -> Answer<Vec<Waiting>> {
    queries::waits_of(view.conn(), members)
}

/// What a family member still waits for goes with them into their new conversation, so that a match
/// that ends loses no question: whoever answers them next stops the clock that began then. The new
/// mentor has their own time to answer before it is handed up.
///
/// # Errors
/// If the store fails.
pub fn pass_on(tx: &mut Tx<'_>, member: AccountId, to: ConversationId) -> Answer<()> {
    let left = queries::let_go(tx.conn(), member, to)?;
    let since = left.iter().map(|(since, _)| *since).min();
    let messages = left.iter().map(|(_, messages)| *messages).sum();
    match since {
        Some(since) => {
            let hand_up_at = patience_in(tx, to)?.ends(tx.now());
            queries::take_over(tx.conn(), to, (since, messages), hand_up_at)
        }
        None => Ok(()),
    }
}

/// Why it was not noted that somebody was answered in another way.
#[derive(Debug, thiserror::Error)]
pub enum AnsweredError {
    /// Only for those who oversee the talk.
    #[error("not for this role")]
    NotAllowed,
    /// Nobody waits there for this person.
    #[error("nobody waits there")]
    NotFound,
    /// Their talk goes on: a mentor is to answer in it.
    #[error("the talk has not ended")]
    NotEnded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Notes how somebody tried to answer a family member in another way, where their talk has ended and
/// nobody can answer in it. Only where they were reached, or seen to, does the wait end.
///
/// # Errors
/// If the caller may not, nobody waits there, or the talk goes on.
pub fn answered(
    tx: &mut Tx<'_>,
    caller: &Caller,
    conversation: ConversationId,
    attempt: Attempt,
) -> Result<(), AnsweredError> {
    match caller.role {
        Role::FamilyPractitioner | Role::SupervisingSocialWorker | Role::ServiceManager => {}
        Role::FamilyMember | Role::PeerMentor => return Err(AnsweredError::NotAllowed),
    }
    let all = Listing {
        after: None,
        limit: 1,
    };
    let now = tx.now();
    let wait = queries::waits(tx.conn(), caller, now, &all, Some(conversation))?
        .pop()
        .ok_or(AnsweredError::NotFound)?;
    if wait.ended_at.is_none() {
        return Err(AnsweredError::NotEnded);
    }
    if attempt.closes() && !queries::end_wait(tx.conn(), conversation)? {
        return Err(AnsweredError::NotFound);
    }
    let line = Line {
        deed: "conversation.answered",
        subject: "conversation",
        subject_id: Some(conversation.into()),
        about: Some(wait.family_member.id),
        detail: json!({ "outcome": attempt, "since": wait.since, "messages": wait.messages }),
        reason: None,
    };
    Ok(audit::actions::record(tx, caller, &line)?)
}

/// A wait that was seen to be due: which conversation, and how far it had been handed up.
pub type Due = (ConversationId, i32);

/// Which waits take too long by now, the longest first, and when one will next.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    let due = queries::due(view.conn(), now, most)?;
    let next = queries::next_due(view.conn())?;
    Ok((due, next))
}

/// Hands these waits up, each only if nobody has answered and nobody else has handed it up since:
/// first the practitioner is told, after as many working hours again the supervising social worker, each
/// once.
/// Where there is no practitioner who may act, the supervising social worker is told at once; where nobody of
/// the pod is there, the managers are, and it is theirs to see to.
///
/// # Errors
/// If it cannot be stored; then none was handed up.
pub fn hand_up(tx: &mut Tx<'_>, dues: &[Due]) -> Answer<usize> {
    let now = tx.now();
    let mut done: usize = 0;
    for &(conversation, seen) in dues {
        let patience = patience_in(tx, conversation)?;
        let again_at = (seen < TO_PRACTITIONER).then(|| patience.ends(now));
        let Some(wait) = queries::claim(tx.conn(), (conversation, seen), now, again_at)? else {
            continue;
        };
        let practitioner = if seen < TO_PRACTITIONER {
            queries::practitioner(tx.conn(), wait.family_id)?
        } else {
            None
        };
        let told = if let Some(practitioner) = practitioner {
            vec![practitioner]
        } else {
            let told = watchers(tx.conn(), (wait.family_id, now), Watch::Supervisor)?;
            let top = if has_gone_to_managers(tx.conn(), &told)? {
                TO_MANAGERS
            } else {
                TO_SUPERVISOR
            };
            queries::at_the_top(tx.conn(), conversation, top)?;
            told
        };
        for to in told {
            tx.tell(telling(to, conversation, &wait));
        }
        done = done.saturating_add(1);
    }
    Ok(done)
}

fn telling(to: AccountId, conversation: ConversationId, wait: &Claimed) -> Telling {
    let detail = json!({
        "family_member_id": wait.family_member_id,
        "since": wait.since,
        "messages": wait.messages,
    });
    Telling {
        to,
        event: MESSAGE_WAITING,
        subject: conversation.into(),
        subject_seq: 0,
        detail: Some(detail.to_string()),
        urgency: Urgency::Usual,
    }
}
