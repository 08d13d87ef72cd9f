//! Telling one's own plan, and confirming somebody's after talking it over with them.

use serde_json::json;

use super::queries::untold;
use super::{ContactPlan, Due, FIRST_DAYS, PLAN_CHANGED, Reach, Terms, Told, Words, queries};
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::families::ties::{self, Tie};
use crate::db::{self, Answer, Tx, Urgency, View};

/// Why a plan was not told or confirmed.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// This role may not.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such family member, or not for this caller.
    #[error("no such family member")]
    NotFound,
    /// They have told another since, or none.
    #[error("another plan was told meanwhile")]
    ToldMeanwhile,
    /// Somebody has stopped all contact before.
    #[error("stopped by {1}")]
    Stopped(AccountId, String),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// When somebody's phone may be rung; always, if they are no family member.
///
/// # Errors
/// If the store fails.
pub fn reach(view: &mut impl View, who: AccountId) -> Answer<Option<Reach>> {
    queries::reach_of(view.conn(), who)
}

/// What a family member tells of themselves.
#[derive(Debug, Clone, Copy)]
pub(in crate::care) struct Telling<'a> {
    /// When and how they may be reached.
    pub(in crate::care) terms: &'a Terms,
    /// Whether they agree to texts; if they say nothing of it, what they said last stands.
    pub(in crate::care) ok_text: Option<bool>,
    /// And in their own words.
    pub(in crate::care) words: &'a Words,
}

/// Stores what a family member tells of themselves: until it is confirmed it only narrows what holds. Gives
/// those of its words that are new; whoever works with them learns that there is something new. The same
/// again changes nothing. Its words are somebody's text: whoever tells them to be stored screens them in the
/// same unit (`safeguarding::plan_words`).
///
/// # Errors
/// If it is not the caller's own.
pub(in crate::care) fn tell(
    tx: &mut Tx<'_>,
    caller: &Caller,
    member: AccountId,
    told: Telling<'_>,
) -> Result<(ContactPlan, Words), PlanError> {
    match caller.role {
        Role::FamilyMember if caller.account_id == member => {}
        Role::FamilyMember => return Err(PlanError::NotFound),
        Role::PeerMentor
        | Role::FamilyPractitioner
        | Role::SupervisingSocialWorker
        | Role::ServiceManager => return Err(PlanError::NotAllowed),
    }
    let plan = queries::whole(tx, (caller.authority_id, member))?;
    let agreed = plan.told.as_ref().is_some_and(|last| last.terms.ok_text);
    let words = told.words;
    let terms = &Terms {
        ok_text: told.ok_text.unwrap_or(agreed),
        ..told.terms.clone()
    };
    let (version, new) = match &plan.told {
        Some(told) if (&told.terms, &told.words) == (terms, words) => {
            return Ok((plan.of_own(), Words::default()));
        }
        Some(told) => (told.version, words.beyond(&told.words)),
        None => (0, words.clone()),
    };
    let told = Told {
        version: version.saturating_add(1),
        terms: terms.clone(),
        words: words.clone(),
        at: tx.now(),
    };
    let version = told.version;
    let plan = plan.telling(told.clone());
    queries::put(tx, caller, (&told, &plan.in_force))?;
    record(tx, caller, ("contact_plan.told", member), version)?;
    for to in ties::works_with(tx, member)? {
        tx.tell(db::Telling {
            to,
            event: PLAN_CHANGED,
            subject: member.into(),
            subject_seq: i64::from(version),
            detail: None,
            urgency: Urgency::Usual,
        });
    }
    tx.wake_workers();
    Ok((plan.of_own(), new))
}

/// Notes that somebody has joined who has told no plan: after their first days they are asked for one.
///
/// # Errors
/// If the store fails.
pub(in crate::care) fn expect(tx: &mut Tx<'_>, member: AccountId) -> Answer<()> {
    let ask_at = tx.now().plus(FIRST_DAYS);
    tx.wake_workers();
    untold::expect(tx.conn(), member, ask_at)
}

/// Who is to be asked now whether their plan is still right, or for one, the longest due first, and when
/// somebody is next.
///
/// # Errors
/// If the question fails.
pub fn due(view: &mut impl View, most: i64) -> Answer<(Vec<Due>, Option<Moment>)> {
    let now = view.now();
    let mut due = queries::due(view.conn(), most)?;
    due.extend(untold::due(view.conn(), most)?);
    due.sort_by_key(|one| (one.due_at, one.family_member_id));
    let next = due.iter().map(|one| one.due_at).find(|at| *at > now);
    due.retain(|one| one.due_at <= now);
    Ok((due, next))
}

/// Takes it on to have somebody asked: false if another has, or it was talked over, or one told, meanwhile.
/// They are asked again a month after it is confirmed.
///
/// # Errors
/// If the store fails.
pub(in crate::care) fn take(tx: &mut Tx<'_>, due: &Due) -> Answer<bool> {
    if due.is_untold {
        return untold::take(tx.conn(), due);
    }
    queries::take(tx.conn(), due)
}

/// Notes that the caller has talked a plan over with the family member, and that it is what they
/// want: from now on it holds as they told it. Whoever confirms it ends what asks for it too
/// (`follow_ups::plans`).
///
/// # Errors
/// If the caller does not work with them, or they have told another meanwhile.
pub(in crate::care) fn confirm(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (member, version): (AccountId, i32),
) -> Result<ContactPlan, PlanError> {
    if matches!(caller.role, Role::FamilyMember | Role::ServiceManager) {
        return Err(PlanError::NotAllowed);
    }
    let is_mentor = match ties::between(tx, caller, member)? {
        Some(Tie::Mentor) => true,
        Some(Tie::Practitioner | Tie::Supervisor) => false,
        Some(Tie::Own | Tie::Cover) => return Err(PlanError::NotAllowed),
        None => return Err(PlanError::NotFound),
    };
    let plan = queries::whole(tx, (caller.authority_id, member))?;
    let told = plan.told.filter(|told| told.version == version);
    let told = told.ok_or(PlanError::ToldMeanwhile)?;
    if !queries::confirm(tx, caller, (member, &told))? {
        return Err(PlanError::ToldMeanwhile);
    }
    record(tx, caller, ("contact_plan.confirmed", member), version)?;
    tx.wake_workers();
    let plan = queries::whole(tx, (caller.authority_id, member))?;
    Ok(if is_mentor { plan.of_mentor() } else { plan })
}

fn record(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (deed, member): (&'static str, AccountId),
    version: i32,
) -> Answer<()> {
    let line = Line {
        deed,
        subject: "account",
        subject_id: Some(member.into()),
        about: Some(member),
        detail: json!({ "version": version }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}
