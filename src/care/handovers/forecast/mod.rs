//! The forecast: every stretch of the coming days in which nobody is on for a pod, or nobody who is on
//! can be reached.
//!
//! Who is on is the rule by which alerts find their first rung ([`who_is_on`]), asked between each two
//! moments at which it can change. Whether somebody can be reached is known of now alone: whether a
//! device of theirs takes pushes, or their address or number is verified. Deputies are not counted: they
//! are called when whoever is on has not answered, and a pod that lives on them has a gap.
//!
//! Who can be reached in one way alone is no gap, but is named: that way may fail and nobody notice. The
//! readiness of a node does not depend on it, or one missing telephone would take the service from
//! everybody; the forecast tells the manager, and `daybook doctor` whoever runs the service.

mod queries;
pub mod watching;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::notices::channels::{self, ENOUGH};
use crate::care::notices::sending::{Channel, Ways};
use crate::care::pods::actions::PodError;
use crate::care::pods::rota::who_is_on;
use crate::db::columns::text_column;
use crate::db::{Answer, Conn, View};

/// At most so many days are looked ahead.
pub const MOST_DAYS: i64 = 31;

/// A stretch of time that is somebody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Whose.
    pub who: AccountId,
    /// From when.
    pub from: Moment,
    /// Until before when.
    pub until: Moment,
}

impl Span {
    fn contains(&self, at: Moment) -> bool {
        self.from <= at && at < self.until
    }
}

/// What is known of the coming days of one pod.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Who supervises it.
    pub supervisor: Option<AccountId>,
    /// Its shifts, the earliest begun first.
    pub shifts: Vec<Span>,
    /// When anybody of these people is away.
    pub leaves: Vec<Span>,
}

/// What is known of people now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Those who may act.
    pub active: BTreeSet<AccountId>,
    /// Those who can be called outside the open app.
    pub reachable: BTreeSet<AccountId>,
}

/// Why a stretch of time is a gap.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
#[schema(as = CoverGapReason)]
pub enum Why {
    /// Nobody is on.
    NobodyOn,
    /// Whoever is on cannot be called outside the open app.
    NobodyReachable,
}

text_column!(Why { NobodyOn = "nobody_on", NobodyReachable = "nobody_reachable" });

/// A stretch of time in which nobody would be called, or could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// From when.
    pub from: Moment,
    /// Until before when.
    pub until: Moment,
    /// Why it is one.
    pub why: Why,
    /// Who is on and cannot be reached.
    pub people: Vec<AccountId>,
}

/// Every gap of a pod from one moment until before another, in order; no two that touch are alike.
#[must_use]
pub fn gaps(plan: &Plan, people: &People, (from, until): (Moment, Moment)) -> Vec<Gap> {
    let spans = plan.shifts.iter().chain(&plan.leaves);
    let mut changes: BTreeSet<Moment> = spans
        .flat_map(|span| [span.from, span.until])
        .filter(|moment| from < *moment && *moment < until)
        .collect();
    changes.extend([from, until]);
    let changes: Vec<Moment> = changes.into_iter().collect();
    let mut found: Vec<Gap> = Vec::new();
    for pair in changes.windows(2) {
        let &[begins, ends] = pair else { continue };
        let Some((why, on)) = verdict(plan, people, begins) else {
            continue;
        };
        match found.last_mut() {
            Some(last) if last.until == begins && last.why == why && last.people == on => {
                last.until = ends;
            }
            _ => found.push(Gap {
                from: begins,
                until: ends,
                why,
                people: on,
            }),
        }
    }
    found
}

/// Why this moment lies in a gap, if it does, and who is on in it.
fn verdict(plan: &Plan, people: &People, at: Moment) -> Option<(Why, Vec<AccountId>)> {
    let covering: Vec<AccountId> = plan
        .shifts
        .iter()
        .filter(|shift| shift.contains(at))
        .map(|shift| shift.who)
        .collect();
    let is_here = |who: &AccountId| {
        let mut leaves = plan.leaves.iter();
        people.active.contains(who) && !leaves.any(|leave| leave.who == *who && leave.contains(at))
    };
    let on = who_is_on(&covering, plan.supervisor.as_ref(), is_here);
    if on.is_empty() {
        Some((Why::NobodyOn, on))
    } else if on.iter().any(|who| people.reachable.contains(who)) {
        None
    } else {
        Some((Why::NobodyReachable, on))
    }
}

/// A person as the forecast names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
}

/// A gap in the cover of a pod.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodGap {
    /// Which pod.
    pub pod_id: PodId,
    /// What it is called.
    pub pod_name: String,
    /// From when, until before when, why.
    pub gap: Gap,
    /// Who is on and cannot be reached.
    pub people: Vec<Named>,
}

/// Where in a forecast the next page begins.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub struct Place {
    /// From when the first page looked: the later ones look from there too.
    pub since: Moment,
    /// When the last gap begins.
    pub from: Moment,
    /// Of which pod it is.
    pub pod_id: PodId,
}

/// Which gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// So many days ahead.
    pub days: i64,
    /// After this one.
    pub after: Option<Place>,
}

/// Every gap of the coming days, the earliest first: for a manager those of the authority, for a
/// supervising social worker those of the pods they supervise.
///
/// # Errors
/// If the caller's role answers for no pod.
pub fn forecast(
    view: &mut impl View,
    caller: &Caller,
    (listing, ways): (&Listing, Ways),
) -> Result<Forecast, PodError> {
    let only_of = match caller.role {
        Role::ServiceManager => None,
        Role::SupervisingSocialWorker => Some(caller.account_id),
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => {
            return Err(PodError::NotAllowed);
        }
    };
    let now = view.now();
    let hours = u64::try_from(listing.days).unwrap_or(0).saturating_mul(24);
    let since = listing.after.map_or(now, |place| place.since.min(now));
    let until = since.plus(Duration::from_hours(hours));
    let of = (caller.authority_id, only_of);
    let known = queries::known(view.conn(), of, (since, until), (now, ways))?;
    let mut found: Vec<PodGap> = known
        .pods
        .iter()
        .flat_map(|(pod_id, name, plan)| {
            let known = &known;
            gaps(plan, &known.people, (since, until))
                .into_iter()
                .map(move |gap| PodGap {
                    pod_id: *pod_id,
                    pod_name: name.clone(),
                    people: named(&known.names, &gap.people),
                    gap,
                })
        })
        .filter(|gap| Some(gap.place(since)) > listing.after)
        .collect();
    found.sort_by_key(|gap| gap.place(since));
    let poorly_reached = known.poorly_reached.iter().copied().collect::<Vec<_>>();
    let of_each = |who: Named| {
        let channels = known.channels.get(&who.id).cloned().unwrap_or_default();
        PoorlyReached { who, channels }
    };
    Ok(Forecast {
        since,
        until,
        gaps: found,
        poorly_reached: named(&known.names, &poorly_reached)
            .into_iter()
            .map(of_each)
            .collect(),
    })
}

impl PodGap {
    /// Where it stands in a forecast that looks from `since`.
    #[must_use]
    pub const fn place(&self, since: Moment) -> Place {
        Place {
            since,
            from: self.gap.from,
            pod_id: self.pod_id,
        }
    }
}

/// What the coming days bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// From when was looked.
    pub since: Moment,
    /// Until before when.
    pub until: Moment,
    /// Every gap, the earliest first.
    pub gaps: Vec<PodGap>,
    /// Who on the ladders can be called in fewer ways than are enough, as of now.
    pub poorly_reached: Vec<PoorlyReached>,
}

/// Somebody on a ladder who could be missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoorlyReached {
    /// Who.
    pub who: Named,
    /// The ways in which they can be called; fewer than are enough.
    pub channels: BTreeSet<Channel>,
}

/// Somebody who could be missed, and the authority on whose ladders they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoorlyReachedThere {
    /// What the authority is called.
    pub authority: String,
    /// Who, and in which ways they can be called.
    pub one: PoorlyReached,
}

/// Everybody, of every authority that has pods, who stands on a ladder and can be called in fewer ways
/// than are enough: for `daybook doctor`, which has no unit of work and no caller.
///
/// # Errors
/// If the question fails.
pub fn poorly_reached_anywhere(
    conn: &mut Conn,
    (now, ways): (Moment, Ways),
) -> Answer<Vec<PoorlyReachedThere>> {
    let mut channels = channels::of_staff(conn, None, (now, ways))?;
    let found = queries::poorly_reached_anywhere(conn, &channels)?;
    let there = found.into_iter().map(|(authority, id, display_name)| {
        let who = Named { id, display_name };
        let channels = channels.remove(&id).unwrap_or_default();
        PoorlyReachedThere {
            authority,
            one: PoorlyReached { who, channels },
        }
    });
    Ok(there.collect())
}

/// How many people, of every authority that has pods, stand on a ladder and can be called in no way, in
/// one, and so on: one count for each number of ways that is too few.
///
/// # Errors
/// If the question fails.
pub fn count_poorly_reached(view: &mut impl View, ways: Ways) -> Answer<[usize; ENOUGH]> {
    let now = view.now();
    let mut counts = [0_usize; ENOUGH];
    for there in poorly_reached_anywhere(view.conn(), (now, ways))? {
        if let Some(count) = counts.get_mut(there.one.channels.len()) {
            *count = count.saturating_add(1);
        }
    }
    Ok(counts)
}

fn named(names: &BTreeMap<AccountId, String>, people: &[AccountId]) -> Vec<Named> {
    let name_of = |id: &AccountId| {
        names.get(id).map(|name| Named {
            id: *id,
            display_name: name.clone(),
        })
    };
    people.iter().filter_map(name_of).collect()
}

#[cfg(test)]
mod model_test;
