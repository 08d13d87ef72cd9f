//! Figures: how long alerts wait for a person and for a decision, by severity and by the hour of the day at
//! which they were raised.
//!
//! For managers, of their authority; for supervising social workers, of the pods they supervise. A cell of
//! fewer than [`FEWEST`] alerts says nothing but that: of so few, one could be known again; and where it is
//! the only such hour, another hides it. An alert that
//! still waits counts with the time it has waited so far, so that what nobody has answered does not make the
//! figures look better. One that was raised again counts with the longest of its waits, from when it was as
//! serious as it is. Texts to be read by a person are no alerts here, and alerts from which the reader is
//! excluded do not count.

mod queries;
mod waits;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::Timelike;
use chrono_tz::Europe::London;

use super::Outcome;
use crate::base::ids::{AccountId, AlertId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::words::Severity;
use crate::db::{self, Answer, View};
use waits::{Steps, longest_waits};

/// A cell of fewer alerts is suppressed.
pub const FEWEST: usize = 5;
/// Figures are of at most so long.
pub const LONGEST: Duration = Duration::from_hours(366 * 24);
/// Of so long, if it is not said otherwise.
pub const USUAL: Duration = Duration::from_hours(28 * 24);

/// Which alerts: those raised from one moment until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// From when; none: [`USUAL`] before the end.
    pub from: Option<Moment>,
    /// Until before when; none: now.
    pub until: Option<Moment>,
    /// Of this pod alone.
    pub pod: Option<PodId>,
}

/// How long something took, in whole seconds: by nearest rank, so that each is a time that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// Half took no longer.
    pub median_s: u64,
    /// Nine in ten took no longer.
    pub p90_s: u64,
    /// The longest.
    pub worst_s: u64,
}

/// The alerts of one severity, at one hour of the day or at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// How serious they were.
    pub severity: Severity,
    /// The hour of the day in London at which they were raised: 0 to 23; none: at any.
    pub hour: Option<u32>,
    /// What there is to say of them; none: they are too few.
    pub told: Option<Told>,
}

/// What there is to say of the alerts of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// How many they are.
    pub alerts: usize,
    /// From being raised until somebody had them.
    pub acknowledged: Spread,
    /// From being raised until it was decided.
    pub decided: Spread,
}

/// The figures of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// From when.
    pub from: Moment,
    /// Until before when.
    pub until: Moment,
    /// The most serious first, of each severity first all hours and then hour by hour. Where there was no
    /// alert there is no cell.
    pub cells: Vec<Cell>,
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    /// Only for managers and supervising social workers.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such pod, or not for this reader.
    #[error("no such pod")]
    NotFound,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// What is known of one alert's times.
struct Times {
    id: AlertId,
    family_member_id: AccountId,
    severity: Severity,
    raised_at: Moment,
}

/// The figures of a span.
///
/// # Errors
/// If they are not for this reader, or the span is none.
pub fn of(view: &mut impl View, caller: &Caller, span: Span) -> Result<Figures, FiguresError> {
    let now = view.now();
    let until = span.until.unwrap_or(now);
    let from = span.from.unwrap_or_else(|| until.minus(USUAL));
    if from >= until {
        return Err(FiguresError::Field("from", "must be before the end"));
    }
    if until.since(from) > LONGEST {
        return Err(FiguresError::Field(
            "from",
            "must be at most 366 days before the end",
        ));
    }
    let pods = pods_of(view, caller, span.pod)?;
    let alerts = queries::raised(view.conn(), caller, (from, until), pods.as_deref())?;
    let steps = queries::steps(view.conn(), &alerts)?;
    Ok(Figures {
        from,
        until,
        cells: cells(&alerts, &steps, now),
    })
}

/// Of which pods somebody may see figures; none: of all of their authority.
///
/// # Errors
/// If the role sees none, or not those of the pod that was asked for.
pub fn pods_of(
    view: &mut impl View,
    caller: &Caller,
    asked: Option<PodId>,
) -> Result<Option<Vec<PodId>>, FiguresError> {
    let pods = match caller.role {
        Role::ServiceManager => None,
        Role::SupervisingSocialWorker => {
            Some(queries::supervised_by(view.conn(), caller.account_id)?)
        }
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => {
            return Err(FiguresError::NotAllowed);
        }
    };
    match (asked, pods) {
        (None, pods) => Ok(pods),
        (Some(pod), None) if queries::is_of(view.conn(), caller.authority_id, pod)? => {
            Ok(Some(vec![pod]))
        }
        (Some(pod), Some(pods)) if pods.contains(&pod) => Ok(Some(vec![pod])),
        (Some(_), _) => Err(FiguresError::NotFound),
    }
}

/// What came of one alert, and how long it waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// About whom.
    pub family_member_id: AccountId,
    /// How serious it is.
    pub severity: Severity,
    /// How many seconds until somebody had it, or so far: the longest of its waits.
    pub acknowledged_s: u64,
    /// How many until it was decided, or so far; likewise.
    pub decided_s: u64,
    /// What was decided; nothing while it is not closed.
    pub outcome: Option<Outcome>,
}

/// What came of each alert that was raised from one moment until before another in these pods, but for
/// those from which the caller is excluded. Whoever asks has checked that the caller may: see [`pods_of`].
///
/// # Errors
/// If the store fails.
pub fn answered(
    view: &mut impl View,
    caller: &Caller,
    span: (Moment, Moment),
    pods: Option<&[PodId]>,
) -> Answer<Vec<Answered>> {
    let now = view.now();
    let alerts = queries::raised(view.conn(), caller, span, pods)?;
    let steps = queries::steps(view.conn(), &alerts)?;
    let outcomes = queries::outcomes(view.conn(), &alerts)?;
    let answered = alerts.iter().map(|alert| {
        let (acknowledged_s, decided_s) = longest_waits(alert, &steps, now);
        Answered {
            family_member_id: alert.family_member_id,
            severity: alert.severity,
            acknowledged_s,
            decided_s,
            outcome: outcomes.get(&alert.id).copied(),
        }
    });
    Ok(answered.collect())
}

/// The waits of the alerts of one cell, in seconds.
#[derive(Default)]
struct Waits {
    acknowledged: Vec<u64>,
    decided: Vec<u64>,
}

fn cells(alerts: &[Times], steps: &Steps, now: Moment) -> Vec<Cell> {
    let mut all: BTreeMap<(Severity, Option<u32>), Waits> = BTreeMap::new();
    for alert in alerts {
        let (acknowledged, decided) = longest_waits(alert, steps, now);
        let hour = alert.raised_at.on_the_wall(London).hour();
        for hour in [None, Some(hour)] {
            let waits = all.entry((alert.severity, hour)).or_default();
            waits.acknowledged.push(acknowledged);
            waits.decided.push(decided);
        }
    }
    let mut cells: Vec<Cell> = all
        .into_iter()
        .map(|((severity, hour), waits)| Cell {
            severity,
            hour,
            told: told(waits),
        })
        .collect();
    cells.sort_by_key(|cell| (std::cmp::Reverse(cell.severity), cell.hour));
    for &severity in Severity::ALL {
        hide_with_another(&mut cells, severity);
    }
    cells
}

/// Where one hour alone says nothing, what it hides could be reckoned from all hours less the others: the
/// smallest of the others says nothing either.
fn hide_with_another(cells: &mut [Cell], severity: Severity) {
    let mut hours: Vec<&mut Cell> = cells
        .iter_mut()
        .filter(|cell| cell.severity == severity && cell.hour.is_some())
        .collect();
    if hours.iter().filter(|cell| cell.told.is_none()).count() == 1 {
        let shown = hours.iter_mut().filter(|cell| cell.told.is_some());
        if let Some(smallest) = shown.min_by_key(|cell| cell.told.map(|told| told.alerts)) {
            smallest.told = None;
        }
    }
}

fn told(waits: Waits) -> Option<Told> {
    let alerts = waits.acknowledged.len();
    if alerts < FEWEST {
        return None;
    }
    Some(Told {
        alerts,
        acknowledged: spread(waits.acknowledged)?,
        decided: spread(waits.decided)?,
    })
}

/// How times spread; none do not.
#[must_use]
pub fn spread(mut waits: Vec<u64>) -> Option<Spread> {
    waits.sort_unstable();
    // The nearest rank: the smallest wait that so many in a hundred did not exceed.
    let rank = |percent: usize| {
        let place = waits.len().saturating_mul(percent).div_ceil(100);
        waits.get(place.saturating_sub(1)).copied()
    };
    Some(Spread {
        median_s: rank(50)?,
        p90_s: rank(90)?,
        worst_s: rank(100)?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn alert(minute: i64, severity: Severity) -> Times {
        Times {
            id: AlertId::new(),
            family_member_id: AccountId::new(),
            severity,
            raised_at: Moment::from_micros(minute * 60_000_000),
        }
    }

    #[test]
    fn each_figure_is_a_wait_that_was() {
        let waits: Vec<u64> = (1..=10).rev().collect();

        let spread = spread(waits).unwrap();

        assert_eq!((spread.median_s, spread.p90_s, spread.worst_s), (5, 9, 10));
        assert!(super::spread(Vec::new()).is_none());
    }

    proptest! {
        #[test]
        fn no_cell_of_fewer_than_five_says_anything(
            raised in proptest::collection::vec((0_i64..3 * 24 * 60, 0_usize..3), 0..60),
        ) {
            let alerts: Vec<Times> = raised
                .iter()
                .map(|(minute, severity)| alert(*minute, Severity::ALL[*severity]))
                .collect();
            let now = Moment::from_micros(5 * 24 * 60 * 60_000_000);

            let cells = cells(&alerts, &Steps::new(), now);

            let hidden = |severity: Severity| {
                let hours = cells.iter().filter(move |cell| cell.severity == severity);
                hours.filter(|cell| cell.hour.is_some() && cell.told.is_none()).count()
            };
            for cell in &cells {
                let of_it = alerts.iter().filter(|alert| {
                    alert.severity == cell.severity
                        && cell.hour.is_none_or(|hour| alert.raised_at.on_the_wall(London).hour() == hour)
                });
                let count = of_it.count();
                match cell.told {
                    Some(told) => prop_assert!(told.alerts == count && count >= 5),
                    // More than one hour says nothing, so that none can be reckoned from the others.
                    None => prop_assert!(count < 5 || hidden(cell.severity) == 2),
                }
                let hours = cells.iter().filter(|one| one.severity == cell.severity).count() - 1;
                prop_assert!(hours == 1 || hidden(cell.severity) != 1);
                if let Some(Told { acknowledged: waits, .. }) = cell.told {
                    prop_assert!(waits.median_s <= waits.p90_s && waits.p90_s <= waits.worst_s);
                }
            }
            let all: usize = cells
                .iter()
                .filter(|cell| cell.hour.is_none())
                .filter_map(|cell| cell.told)
                .map(|told| told.alerts)
                .sum();
            prop_assert!(all <= alerts.len());
        }
    }
}
