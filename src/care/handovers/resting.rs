//! What rests on somebody, and whom it would go to, before they are suspended or let go: the same rules by
//! which it is handed on, looked up and not done. What happens meanwhile is looked at again when it is done.

use std::collections::BTreeMap;

use super::handing_on::{self, PodAtStake};
use super::standing::whom_they_may_send_away;
use super::{HandoverError, matching, queries};
use crate::base::ids::{AccountId, PodId};
use crate::care::accounts::{Caller, Role, Status};
use crate::care::alerts::{Alert, passing, work};
use crate::care::pods::rota::Shift;
use crate::care::pods::rota::actions as rota;
use crate::db::View;

/// Who is to go, and how.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Who.
    pub account_id: AccountId,
    /// Who would take over, if somebody is named.
    pub replacement: Option<AccountId>,
    /// Whether they would leave for good, and not be suspended.
    pub for_good: bool,
}

/// In which way somebody answers for a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PodPart)]
pub enum Part {
    /// They supervise it.
    Supervisor,
    /// They are one of its deputies.
    Deputy,
}

/// A person as this room names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
}

/// A pod that rests on somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestingPod {
    /// Which.
    pub id: PodId,
    /// What it is called.
    pub name: String,
    /// In which way.
    pub part: Part,
    /// Whether anybody else who may act supervises it, or is a deputy of it.
    pub is_attended: bool,
    /// Who takes their place there.
    pub goes_to: Option<Person>,
}

/// What rests on somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resting {
    /// The pods they answer for.
    pub pods: Vec<RestingPod>,
    /// Their shifts that are not over, and who holds what is left of each; nobody: it ends.
    pub shifts: Vec<(Shift, Option<Person>)>,
    /// The alerts they have that the caller may know of, and who has each then; nobody: it climbs.
    pub alerts: Vec<(Alert, Option<Person>)>,
    /// How much they are to do about alerts that the caller may know of.
    pub actions: usize,
    /// How many families are allocated to them.
    pub families: usize,
    /// How many matches they are a part of.
    pub matches: usize,
}

/// What rests on somebody, and whom it would go to.
///
/// # Errors
/// If the caller may not send them away, or whoever is named could not take over.
pub fn look(view: &mut impl View, caller: &Caller, asked: Asked) -> Result<Resting, HandoverError> {
    let account = whom_they_may_send_away(view, caller, asked.account_id)?;
    let (who, mut heir) = (account.id, asked.replacement);
    match account.role {
        Role::ServiceManager | Role::SupervisingSocialWorker => {
            handing_on::check_heir(view, caller, &account, heir).map_err(in_the_query)?;
        }
        // What rests on these goes as a whole or not at all.
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => heir = None,
    }
    let to = if asked.for_good {
        Status::Departed
    } else {
        Status::Suspended
    };
    let pods = queries::pods_resting_on(view.conn(), &account)?;
    let mut shifts = Vec::new();
    for shift in rota::held_by(view, who)? {
        let goes_to = handing_on::heir_of_shift(view, &shift, heir)?;
        shifts.push((shift, goes_to));
    }
    let alerts = passing::held_by(view, caller, (who, heir))?;
    let heirs = pods.iter().filter_map(|pod| pod.heir((heir, to)));
    let names = queries::names(view.conn(), heirs.chain(heir).collect())?;
    let person = |id: Option<AccountId>| person(&names, id);
    Ok(Resting {
        pods: pods
            .iter()
            .map(|pod| resting(pod, person(pod.heir((heir, to)))))
            .collect(),
        shifts: shifts
            .into_iter()
            .map(|(shift, id)| (shift, person(id)))
            .collect(),
        alerts: alerts
            .into_iter()
            .map(|(alert, id)| (alert, person(id)))
            .collect(),
        actions: work::count_of(view, caller, who)?,
        families: queries::families_of_practitioner(view.conn(), who)?,
        matches: matching::count_of(view, who)?,
    })
}

fn resting(pod: &PodAtStake, goes_to: Option<Person>) -> RestingPod {
    RestingPod {
        id: pod.id,
        name: pod.name.clone(),
        part: if pod.supervised_by_them {
            Part::Supervisor
        } else {
            Part::Deputy
        },
        is_attended: pod.is_attended_without_them(),
        goes_to,
    }
}

fn person(names: &BTreeMap<AccountId, String>, id: Option<AccountId>) -> Option<Person> {
    let id = id?;
    Some(Person {
        id,
        display_name: names.get(&id)?.clone(),
    })
}

/// A field of the body is a parameter here.
fn in_the_query(refusal: HandoverError) -> HandoverError {
    if let HandoverError::Field(_, wrong) = refusal {
        return HandoverError::Field("replacement_account_id", wrong);
    }
    refusal
}
