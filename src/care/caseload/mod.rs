//! The caseload: the people somebody works with, and in words why each stands where they stand.
//!
//! First come those who wait for a person, the longest waiting first; then those who have been quiet: no
//! check-in, or nobody has seen them; then everybody else, so that nobody drops out of sight. There is no
//! score: each reason is a fact that another room knows, with since when, and nothing is weighed against
//! anything. How long quiet is, whoever asks says. Alerts are no part of it: they have a list of their own,
//! which leaves out whom it must.
//!
//! It shows what people answered on the scale, and is therefore audited first and read second.

mod queries;
pub mod reasons;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::base::ids::{AccountId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Kind, Role};
use crate::care::audit::{Line, Needs};
use crate::care::check_ins::trend::{self, Trend};
use crate::care::contact_log::reading as contact_log;
use crate::care::conversations::waiting;
use crate::care::follow_ups::reading as follow_ups;
use crate::db::{self, View};
use reasons::{Facts, Reason};

/// So many people at most are looked at for one list; where there are more, it is read pod by pod.
const MOST_PEOPLE: i64 = 1000;

/// Whom somebody works with.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Member {
    /// Their account.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
    /// Who in the family.
    pub kind: Option<Kind>,
    /// Since when they are known here.
    pub since: Moment,
    /// Their family.
    pub family_id: FamilyId,
    /// The council's reference of it.
    pub reference: String,
    /// The pod that works with it.
    pub pod_id: PodId,
}

/// One of somebody's caseload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub member: Member,
    /// How they answered on the scale lately.
    pub trend: Trend,
    /// When they were last seen in person, as far as that was logged.
    pub last_seen: Option<Moment>,
    /// Why they stand here; none where nothing asks for a person.
    pub reasons: Vec<Reason>,
    /// Where they stand.
    pub place: Place,
}

/// Which part of a caseload somebody stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Group {
    /// They wait for a person.
    Waiting,
    /// Nobody has heard from them or seen them for long.
    Quiet,
    /// Nothing asks for a person just now.
    Others,
}

/// Where in a caseload somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    group: Group,
    since: Moment,
    id: AccountId,
}

/// Which part of a caseload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Only of this pod.
    pub pod_id: Option<PodId>,
    /// After this place.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
    /// After so many days without a check-in somebody is quiet.
    pub quiet_after: i64,
    /// After so many days in which nobody has seen them in person, too.
    pub unseen_after: i64,
    /// Why, for those who must say.
    pub reason: Option<String>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum CaseloadError {
    /// Only for workers.
    #[error("not for this role")]
    NotAllowed,
    /// This reader must say why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// It is read pod by pod.
    #[error("too many people at once")]
    TooMany,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A practitioner sees the families allocated to them, a supervising social worker the pods they
/// supervise. With a reason a supervising social worker also sees the pods they deputise in or cover, and
/// a manager all of the authority.
fn check(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<(), CaseloadError> {
    let needs_none = match caller.role {
        Role::FamilyMember | Role::PeerMentor => return Err(CaseloadError::NotAllowed),
        Role::FamilyPractitioner => true,
        Role::SupervisingSocialWorker => {
            queries::supervises(view.conn(), caller.account_id, listing.pod_id)?
        }
        Role::ServiceManager => false,
    };
    if needs_none || listing.reason.is_some() {
        Ok(())
    } else {
        Err(CaseloadError::ReasonNeeded)
    }
}

/// What the audit needs before this person reads their caseload.
///
/// # Errors
/// If they have none, or must say why.
pub fn needs(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Needs, CaseloadError> {
    check(view, caller, listing)?;
    Ok(Needs::LineFirst(Line {
        deed: "caseload.read",
        subject: "pod",
        subject_id: listing.pod_id.map(Into::into),
        about: None,
        detail: json!({"limit": listing.limit, "after": listing.after}),
        reason: listing.reason.clone(),
    }))
}

/// Lists the caller's people, whoever needs somebody first. They must have been audited before: see
/// [`needs`]. As many questions are asked whatever the number of people.
///
/// # Errors
/// If they have none, must say why, or there are too many people for one list.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Person>, CaseloadError> {
    check(view, caller, listing)?;
    let now = view.now();
    let most = MOST_PEOPLE.saturating_add(1);
    let members = queries::members(view.conn(), (caller, now), listing, most)?;
    if members.len() > usize::try_from(MOST_PEOPLE).unwrap_or(usize::MAX) {
        return Err(CaseloadError::TooMany);
    }
    let ids: Vec<AccountId> = members.iter().map(|member| member.id).collect();
    let mut waits = BTreeMap::<_, Vec<_>>::new();
    for wait in waiting::of(view, &ids)? {
        waits.entry(wait.family_member_id).or_default().push(wait);
    }
    let mut open = BTreeMap::<_, Vec<_>>::new();
    for follow_up in follow_ups::open_of(view, &ids)? {
        open.entry(follow_up.family_member_id)
            .or_default()
            .push(follow_up);
    }
    let mut trends = trend::of(view, &ids)?;
    let seen = contact_log::last_seen(view, &ids)?;
    let mut people: Vec<Person> = members
        .into_iter()
        .map(|member| {
            let trend = trends.remove(&member.id).unwrap_or_default();
            let last_seen = seen.get(&member.id).copied();
            let facts = Facts {
                waits: waits.get(&member.id).map(Vec::as_slice).unwrap_or_default(),
                follow_ups: open.get(&member.id).map(Vec::as_slice).unwrap_or_default(),
                trend: &trend,
                last_seen,
                known_since: member.since,
            };
            let reasons = reasons::of(&facts, (listing.quiet_after, listing.unseen_after), now);
            let place = place(&member, &trend, &reasons);
            Person {
                member,
                trend,
                last_seen,
                reasons,
                place,
            }
        })
        .filter(|person| listing.after.is_none_or(|after| person.place > after))
        .collect();
    people.sort_by_key(|person| person.place);
    people.truncate(usize::try_from(listing.limit).unwrap_or(usize::MAX));
    Ok(people)
}

/// By the oldest reason of the first group there is one in; of whom nothing asks for a person, by their
/// last check-in.
fn place(member: &Member, trend: &Trend, reasons: &[Reason]) -> Place {
    let first = |group| {
        let of_it = reasons.iter().filter(|reason| reason.why.group() == group);
        of_it.map(|reason| reason.since).min()
    };
    let (group, since) = [Group::Waiting, Group::Quiet]
        .into_iter()
        .find_map(|group| Some((group, first(group)?)))
        .unwrap_or((Group::Others, trend.last_at.unwrap_or(member.since)));
    Place {
        group,
        since,
        id: member.id,
    }
}
