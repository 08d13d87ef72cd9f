//! By what tie somebody stands by a family member: what a person may see and do of one member
//! begins here.

use super::queries;
use crate::base::ids::{AccountId, AuthorityId, PodId};
use crate::care::accounts::{Caller, Role};
use crate::care::pods::rota;
use crate::care::who::queries as by_shift;
use crate::db::{Answer, View};

/// What somebody is to a family member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// Themselves.
    Own,
    /// Their mentor, in their open conversation now.
    Mentor,
    /// The practitioner of their family.
    Practitioner,
    /// Supervises their pod.
    Supervisor,
    /// Covers their pod, or manages their authority: may look with a reason.
    Cover,
}

/// By what tie the caller stands by a family member; none if they may not know of them.
///
/// # Errors
/// If the store fails.
pub fn between(view: &mut impl View, caller: &Caller, member: AccountId) -> Answer<Option<Tie>> {
    of(
        view,
        (caller.authority_id, caller.account_id, caller.role),
        member,
    )
}

/// By what tie somebody of this authority and role stands by a family member.
///
/// # Errors
/// If the store fails.
pub fn of(
    view: &mut impl View,
    (authority, me, role): (AuthorityId, AccountId, Role),
    member: AccountId,
) -> Answer<Option<Tie>> {
    match role {
        Role::FamilyMember => return Ok((me == member).then_some(Tie::Own)),
        Role::PeerMentor => {
            let mentors = mentors_of(view, member)?;
            return Ok(mentors.contains(&me).then_some(Tie::Mentor));
        }
        Role::FamilyPractitioner | Role::SupervisingSocialWorker | Role::ServiceManager => {}
    }
    let around = queries::around(view.conn(), member)?;
    let Some(around) = around.filter(|found| found.authority_id == authority) else {
        return Ok(None);
    };
    let tie = match role {
        Role::SupervisingSocialWorker if around.supervisor == Some(me) => Some(Tie::Supervisor),
        Role::FamilyPractitioner if around.practitioner == Some(me) => Some(Tie::Practitioner),
        Role::ServiceManager => Some(Tie::Cover),
        Role::SupervisingSocialWorker => covers(view, around.pod_id, me)?.then_some(Tie::Cover),
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => None,
    };
    Ok(tie)
}

fn covers(view: &mut impl View, pod: PodId, who: AccountId) -> Answer<bool> {
    let now = view.now();
    Ok(queries::is_deputy(view.conn(), pod, who)?
        || by_shift::covers(view.conn(), (who, pod), now)?)
}

/// The mentors in a family member's open conversation now, suspended ones too.
///
/// # Errors
/// If the store fails.
pub fn mentors_of(view: &mut impl View, member: AccountId) -> Answer<Vec<AccountId>> {
    let now = view.now();
    queries::mentors_of(view.conn(), member, now)
}

/// Who answers for a family member where no mentor does: the practitioner of the family; where there is
/// none who may act and is not away, whoever is nearest in its pod. There is always somebody, as long as
/// the authority has a manager.
///
/// # Errors
/// If the store fails.
pub fn answers_for(view: &mut impl View, member: AccountId) -> Answer<Vec<AccountId>> {
    let Some(around) = queries::around(view.conn(), member)? else {
        return Ok(Vec::new());
    };
    let (now, pod) = (view.now(), (around.authority_id, around.pod_id));
    rota::nearest(view.conn(), pod, around.practitioner, now)
}

/// The practitioner of a family member's family and the supervisor of their pod, whoever of them there is.
///
/// # Errors
/// If the store fails.
pub fn workers_of(view: &mut impl View, member: AccountId) -> Answer<Vec<AccountId>> {
    let around = queries::around(view.conn(), member)?;
    let workers = around.map(|around| [around.practitioner, around.supervisor]);
    Ok(workers.into_iter().flatten().flatten().collect())
}

/// Who is told of what concerns a family member: their mentors who may act, and who answers for them.
///
/// # Errors
/// If the store fails.
pub fn works_with(view: &mut impl View, member: AccountId) -> Answer<Vec<AccountId>> {
    let now = view.now();
    let mut people = queries::active_mentors_of(view.conn(), member, now)?;
    people.extend(answers_for(view, member)?);
    Ok(people)
}
