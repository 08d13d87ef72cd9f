//! The rota: who covers a pod, by dated shifts, and who is on at any instant, past or future.
//!
//! On are those whose shift contains the instant, the earliest begun first; without any of them who
//! may be called, whoever supervises the pod, or did then (see [`supervisors`](super::supervisors)). Whoever is on leave is not on. Shifts of different people may overlap, as
//! when one hands over to the next: then both are on, and both are called. What has been never
//! changes: a shift that has begun can only be ended, which keeps its past. Until it begins it may change
//! hands (see [`swaps`](super::swaps)).

pub mod actions;
mod queries;

use std::time::Duration;

use crate::base::ids::{AccountId, AuthorityId, PodId, ShiftId};
use crate::base::time::Moment;
use crate::db::{Answer, Conn};

/// No shift is longer: whoever is on for longer is to be asked again.
pub const LONGEST: Duration = Duration::from_hours(14 * 24);
/// No shift ends further ahead.
pub const FARTHEST: Duration = Duration::from_hours(366 * 24);
/// At most so many shifts of a pod are not over.
pub const MOST_SHIFTS: i64 = 300;

/// A shift: somebody covers a pod from one moment until before another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its id, made by the manager's client.
    pub id: ShiftId,
    /// Whose it is.
    pub authority_id: AuthorityId,
    /// Which pod is covered.
    pub pod_id: PodId,
    /// What the pod is called.
    pub pod_name: String,
    /// Who covers it.
    pub account_id: AccountId,
    /// What they are called.
    pub display_name: String,
    /// For whom it was made: somebody else, if it has changed hands since.
    pub made_for: AccountId,
    /// From when.
    pub from: Moment,
    /// Until before when, as it was made.
    pub until: Moment,
    /// Until before when it really is: earlier if it was ended early, no later than `from` if it never
    /// began.
    pub over: Moment,
    /// Who made it.
    pub made_by: AccountId,
    /// When.
    pub made_at: Moment,
    /// When it was ended early, if it was.
    pub ended_at: Option<Moment>,
    /// When it next begins or is over.
    pub next_due: Option<Moment>,
}

impl Shift {
    /// Whether whoever holds it covers at this moment.
    #[must_use]
    pub fn contains(&self, at: Moment) -> bool {
        self.from <= at && at < self.over
    }
}

/// A shift to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShift {
    /// Its id.
    pub id: ShiftId,
    /// Who is to cover.
    pub account_id: AccountId,
    /// From when; none: from now.
    pub from: Option<Moment>,
    /// Until before when.
    pub until: Moment,
}

/// What is wrong with the times of a shift that is made now: the field, and what.
#[must_use]
pub fn wrong_times(
    (from, until): (Moment, Moment),
    now: Moment,
) -> Option<(&'static str, &'static str)> {
    if from < now {
        Some(("/from", "must not be in the past"))
    } else if until <= from {
        Some(("/until", "must be later than it begins"))
    } else if until.since(from) > LONGEST {
        Some(("/until", "must be at most 14 days later than it begins"))
    } else if until.since(now) > FARTHEST {
        Some(("/until", "must be at most 366 days ahead"))
    } else {
        None
    }
}

/// Who is on: those who cover and may be called, in their order; if there is nobody of these, the
/// supervisor, if they may. The one rule by which alerts find their first rung.
pub fn who_is_on<P: Clone>(
    covering: &[P],
    supervisor: Option<&P>,
    may_be_called: impl Fn(&P) -> bool,
) -> Vec<P> {
    let called = |people: &mut dyn Iterator<Item = &P>| -> Vec<P> {
        people
            .filter(|person| may_be_called(person))
            .cloned()
            .collect()
    };
    let on = called(&mut covering.iter());
    if on.is_empty() {
        called(&mut supervisor.into_iter())
    } else {
        on
    }
}

/// Somebody who is on, or could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDuty {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
    /// Whether they may act now: not suspended, not departed.
    pub is_active: bool,
    /// Whether they are on leave at that instant, and so not on.
    pub is_away: bool,
    /// By which shift, and when it is over; none: because they supervise the pod.
    pub shift: Option<(ShiftId, Moment)>,
}

/// Everybody around a pod at one instant, before anybody is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// Those whose shift contains it, the earliest begun first.
    pub covering: Vec<OnDuty>,
    /// Who supervises the pod, as of now.
    pub supervisor: Option<OnDuty>,
}

/// Everybody around a pod at one instant, in one question.
///
/// # Errors
/// If the question fails.
pub fn around(conn: &mut Conn, pod: PodId, at: Moment) -> Answer<Around> {
    queries::around(conn, pod, at)
}

pub(in crate::care::pods) use queries::all_of;
pub(in crate::care) use queries::{has_gone_to_managers, leave_of_account_at, nearest};

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn who(number: u128) -> AccountId {
        AccountId::from_uuid(Uuid::from_u128(number))
    }

    fn minute(number: i64) -> Moment {
        Moment::from_micros(number * 60_000_000)
    }

    fn shift(account: u128, from: i64, until: i64) -> Shift {
        Shift {
            id: ShiftId::new(),
            authority_id: AuthorityId::new(),
            pod_id: PodId::new(),
            pod_name: String::new(),
            account_id: who(account),
            display_name: String::new(),
            made_for: who(account),
            from: minute(from),
            until: minute(until),
            over: minute(until),
            made_by: who(99),
            made_at: minute(0),
            ended_at: None,
            next_due: None,
        }
    }

    proptest! {
        #[test]
        fn whoever_covers_is_on_and_only_without_them_the_supervisor(
            covering in vec((1_u128..8, any::<bool>()), 0..5),
            supervisor in proptest::option::of((1_u128..8, any::<bool>())),
            barred in proptest::collection::btree_set(1_u128..8, 0..4),
        ) {
            let may = |person: &(u128, bool)| person.1 && !barred.contains(&person.0);

            let on = who_is_on(&covering, supervisor.as_ref(), may);

            // Told another way: nobody who may not; nobody left out who covers and may; the
            // supervisor exactly when no cover may.
            prop_assert!(on.iter().all(may));
            let covers: Vec<_> = covering.iter().copied().filter(may).collect();
            match (covers.is_empty(), supervisor.filter(may)) {
                (false, _) => prop_assert_eq!(on, covers),
                (true, Some(supervisor)) => prop_assert_eq!(on, vec![supervisor]),
                (true, None) => prop_assert!(on.is_empty()),
            }
        }

        #[test]
        fn a_shift_holds_exactly_the_minutes_from_its_beginning_until_it_is_over(
            from in 0_i64..50, length in 1_i64..50, cut in 0_i64..60,
        ) {
            let mut shift = shift(1, from, from + length);
            shift.over = shift.until.min(minute(cut));

            let held: Vec<i64> = (0..120).filter(|at| shift.contains(minute(*at))).collect();

            let end = (from + length).min(cut);
            prop_assert_eq!(held, (from..end).collect::<Vec<_>>());
        }

        #[test]
        fn the_times_of_a_shift_are_right_or_one_field_is_named(
            from in -40_i64..40, length in -30_i64..30,
        ) {
            let day = 24 * 60;
            let now = minute(100 * day);
            let (from, until) = (100 + from, 100 + from + length);

            let wrong = wrong_times((minute(from * day), minute(until * day)), now);

            let is_right = from >= 100 && (1..=14).contains(&length);
            prop_assert_eq!(wrong.is_none(), is_right);
        }
    }

    #[test]
    fn no_shift_ends_more_than_a_year_ahead() {
        let now = minute(0);
        let until = now.plus(FARTHEST);
        let from = until.minus(Duration::from_hours(1));

        assert_eq!(wrong_times((from, until), now), None);
        let later = until.plus(Duration::from_secs(1));
        assert!(wrong_times((from, later), now).is_some());
    }
}
