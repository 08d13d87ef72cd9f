//! The ladder: who is told, rung by rung, until somebody has it.
//!
//! Rung 0 is whoever covers the pod now by a shift, else its supervising social worker, if they are not
//! on leave; then each
//! deputy in order, then the service managers together, then every supervising social worker of the
//! authority; then round again, for ever. Conflict of interest comes first: whoever is excluded, and
//! whoever may not act now, is on no rung; if that is everybody who covers, the supervisor stands on
//! rung 0 all the same. Two people whose shifts overlap are called together: which of them is on the
//! way home is not ours to guess. An allegation has a ladder of its own, with the managers second. A deputy who covers already is not called a second time in their own
//! place; there stands the supervisor they cover for. Nothing here reads or writes: it is a pure rule,
//! so that it can be tried in every way there is.

use std::collections::BTreeSet;

use super::Kind;
use crate::base::ids::AccountId;
use crate::care::pods::rota::who_is_on;

/// Somebody who stands on a rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: AccountId,
    /// Whether they may act now: not suspended, not departed.
    pub is_active: bool,
}

/// Everybody who could be told of an alert, before anybody is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Those who cover the pod now by a shift and are not on leave, the earliest begun first.
    pub covering: Vec<Person>,
    /// The supervising social worker of the pod, if they are not on leave.
    pub supervisor: Option<Person>,
    /// The deputies of the pod, in order.
    pub deputies: Vec<Person>,
    /// The service managers of the authority.
    pub managers: Vec<Person>,
    /// Every supervising social worker of the authority.
    pub everyone: Vec<Person>,
}

/// What a rung is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Whoever covers the pod now by a shift.
    Cover,
    /// The pod's supervising social worker.
    Supervisor,
    /// One deputy of the pod.
    Deputy,
    /// The service managers.
    Managers,
    /// Every supervising social worker of the authority.
    Everyone,
}

impl Rung {
    /// Its name in the history.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Supervisor => "supervisor",
            Self::Deputy => "deputy",
            Self::Managers => "managers",
            Self::Everyone => "everyone",
        }
    }
}

/// The rungs of one alert as of now, with nobody on them who must not be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder(Vec<(Rung, Vec<AccountId>)>);

/// What one climb came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Climb {
    /// The empty rungs that were passed over.
    pub skipped: Vec<(usize, Rung)>,
    /// The rung that was reached and who stands on it; none if there is nobody anywhere.
    pub reached: Option<(usize, Rung, Vec<AccountId>)>,
}

impl Ladder {
    /// The ladder for these people, without the excluded and without those who may not act.
    #[must_use]
    pub fn of(people: &People, excluded: &BTreeSet<AccountId>) -> Self {
        let may = |person: &Person| person.is_active && !excluded.contains(&person.id);
        let may_be_told = |people: &mut dyn Iterator<Item = &Person>| {
            let mut rung: Vec<AccountId> = people
                .filter(|person| may(person))
                .map(|person| person.id)
                .collect();
            rung.sort_unstable();
            rung.dedup();
            rung
        };
        let covers = people.covering.iter().any(may);
        let on = who_is_on(&people.covering, people.supervisor.as_ref(), may);
        let on = may_be_told(&mut on.iter());
        let first = if covers {
            Rung::Cover
        } else {
            Rung::Supervisor
        };
        let mut rungs = vec![(first, on.clone())];
        for deputy in &people.deputies {
            let rung = if covers && on.contains(&deputy.id) {
                (Rung::Supervisor, may_be_told(&mut people.supervisor.iter()))
            } else {
                (Rung::Deputy, may_be_told(&mut std::iter::once(deputy)))
            };
            rungs.push(rung);
        }
        rungs.push((Rung::Managers, may_be_told(&mut people.managers.iter())));
        rungs.push((Rung::Everyone, may_be_told(&mut people.everyone.iter())));
        Self(rungs)
    }

    /// The ladder for an alert of this kind. An allegation is for as few as can be: whoever is on, or,
    /// where that is nobody who may be told, another supervisor in their place; then the service
    /// managers; then the other deputies. All supervisors of the authority hear of it only where there is
    /// nobody else.
    #[must_use]
    pub fn for_alert(kind: Kind, people: &People, excluded: &BTreeSet<AccountId>) -> Self {
        let Self(mut rungs) = Self::of(people, excluded);
        if kind != Kind::Allegation {
            return Self(rungs);
        }
        let (everyone, managers) = (rungs.pop(), rungs.pop());
        let has_first = rungs.first().is_some_and(|(_, first)| !first.is_empty());
        let second = if has_first { 1 } else { rungs.len() };
        if let Some(managers) = managers {
            rungs.insert(second, managers);
        }
        if rungs.iter().all(|(_, people)| people.is_empty()) {
            rungs.extend(everyone);
        }
        Self(rungs)
    }

    /// Everybody who stands on a rung.
    #[must_use]
    pub fn everybody(&self) -> BTreeSet<AccountId> {
        let all = self.0.iter().flat_map(|(_, people)| people);
        all.copied().collect()
    }

    /// Climbs from rung `from` (past the top: from the bottom again) to the first rung on which
    /// somebody stands, once round at most.
    #[must_use]
    pub fn climb(&self, from: usize) -> Climb {
        let start = if from < self.0.len() { from } else { 0 };
        let mut skipped = Vec::new();
        let round = self.0.iter().enumerate().cycle().skip(start);
        for (number, (rung, people)) in round.take(self.0.len()) {
            if people.is_empty() {
                skipped.push((number, *rung));
            } else {
                let reached = Some((number, *rung, people.clone()));
                return Climb { skipped, reached };
            }
        }
        Climb {
            skipped,
            reached: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    /// Few ids, so that the same person often stands on several rungs.
    fn person() -> impl Strategy<Value = Person> {
        (1_u128..12, any::<bool>()).prop_map(|(id, is_active)| Person {
            id: AccountId::from_uuid(Uuid::from_u128(id)),
            is_active,
        })
    }

    fn people() -> impl Strategy<Value = People> {
        let one = proptest::option::of(person());
        (
            vec(person(), 0..3),
            one,
            vec(person(), 0..4),
            vec(person(), 0..3),
            vec(person(), 0..5),
        )
            .prop_map(
                |(covering, supervisor, deputies, managers, everyone)| People {
                    covering,
                    supervisor,
                    deputies,
                    managers,
                    everyone,
                },
            )
    }

    /// Everybody who stands on a rung; the supervisor only if nobody covers for them.
    fn all(people: &People, excluded: &BTreeSet<AccountId>) -> Vec<Person> {
        let may = |person: &&Person| person.is_active && !excluded.contains(&person.id);
        let is_covered = people.covering.iter().any(|person| may(&person));
        people
            .supervisor
            .iter()
            .filter(|_| !is_covered)
            .chain(&people.covering)
            .chain(&people.deputies)
            .chain(&people.managers)
            .chain(&people.everyone)
            .copied()
            .collect()
    }

    /// Climbs `steps` times as the worker does.
    fn told(ladder: &Ladder, steps: usize) -> Vec<Vec<AccountId>> {
        let mut from = 0;
        (0..steps)
            .map(|_| match ladder.climb(from).reached {
                Some((number, _, people)) => {
                    from = number + 1;
                    people
                }
                None => Vec::new(),
            })
            .collect()
    }

    proptest! {
        #[test]
        fn nobody_excluded_or_away_is_ever_told_and_everybody_else_is_within_a_round(
            people in people(),
            excluded in proptest::collection::btree_set(1_u128..12, 0..4),
            rounds in 1_usize..8,
        ) {
            let excluded: BTreeSet<AccountId> = excluded
                .into_iter()
                .map(|id| AccountId::from_uuid(Uuid::from_u128(id)))
                .collect();
            let ladder = Ladder::of(&people, &excluded);
            let rungs = people.deputies.len() + 3;

            let told = told(&ladder, rungs * rounds);

            let ever: BTreeSet<AccountId> = told.iter().flatten().copied().collect();
            prop_assert!(ever.is_disjoint(&excluded));
            let first_round: BTreeSet<AccountId> = told.iter().take(rungs).flatten().copied().collect();
            let everybody = all(&people, &excluded);
            for person in &everybody {
                let twin_is_active = everybody.iter().any(|p| p.id == person.id && p.is_active);
                // A deputy who covers gives their own place to the supervisor.
                let supervises = people.supervisor.is_some_and(|p| p.id == person.id && p.is_active);
                if excluded.contains(&person.id) || !(twin_is_active || supervises) {
                    prop_assert!(!ever.contains(&person.id));
                } else if twin_is_active {
                    prop_assert!(first_round.contains(&person.id));
                }
            }
            // It never stops: if anybody can be told, every single step tells somebody.
            prop_assert!(ever.is_empty() || told.iter().all(|rung| !rung.is_empty()));
        }

        #[test]
        fn an_allegation_reaches_a_manager_second_and_strangers_only_where_nobody_else_is(
            people in people(),
            excluded in proptest::collection::btree_set(1_u128..12, 0..6),
        ) {
            let excluded: BTreeSet<AccountId> = excluded
                .into_iter()
                .map(|id| AccountId::from_uuid(Uuid::from_u128(id)))
                .collect();
            let may = |person: &&Person| person.is_active && !excluded.contains(&person.id);
            let ladder = Ladder::for_alert(Kind::Allegation, &people, &excluded);
            let rungs = people.deputies.len() + 3;

            let told = told(&ladder, rungs * 2);

            let ever: BTreeSet<AccountId> = told.iter().flatten().copied().collect();
            prop_assert!(ever.is_disjoint(&excluded));
            let on = who_is_on(&people.covering, people.supervisor.as_ref(), |p| may(&p));
            let managers: Vec<AccountId> =
                people.managers.iter().filter(may).map(|person| person.id).collect();
            if !on.is_empty() && !managers.is_empty() {
                prop_assert!(managers.iter().all(|manager| told[1].contains(manager)));
            }
            let near: BTreeSet<AccountId> = people
                .supervisor
                .iter()
                .chain(&people.covering)
                .chain(&people.deputies)
                .chain(&people.managers)
                .filter(may)
                .map(|person| person.id)
                .collect();
            if near.is_empty() {
                prop_assert_eq!(ever.is_empty(), !people.everyone.iter().any(|p| may(&p)));
            } else {
                prop_assert!(ever.is_subset(&near) && !ever.is_empty());
            }
        }

        #[test]
        fn a_rung_that_is_gone_since_starts_the_round_again(
            people in people(), from in 0_usize..40,
        ) {
            let ladder = Ladder::of(&people, &BTreeSet::new());

            let climb = ladder.climb(from);

            prop_assert!(climb.skipped.len() <= people.deputies.len() + 3);
            if from >= people.deputies.len() + 3 {
                prop_assert_eq!(climb, ladder.climb(0));
            }
        }
    }
}
