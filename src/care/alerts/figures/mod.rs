//! Figures: how long alerts wait for a person and for a decision, by severity and by the hour of the day at
//! which they were raised.
//!
//! For managers, of their authority; for supervising social workers, of the pods they supervise. A cell of
//! fewer than [`FEWEST`] alerts says nothing but that: of so few, one could be known again. An alert that
//! still waits counts with the time it has waited so far, so that what nobody has answered does not make the
//! figures look better. Texts to be read by a person are no alerts here, and alerts from which the reader is
//! excluded do not count.

mod queries;

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::Timelike;
use chrono_tz::Europe::London;

use crate::base::ids::{AlertId, PodId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::words::Severity;
use crate::db::{self, View};

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
    let pods = match caller.role {
        Role::ServiceManager => None,
        Role::SupervisingSocialWorker => {
            Some(queries::supervised_by(view.conn(), caller.account_id)?)
        }
        Role::FamilyPractitioner | Role::PeerMentor | Role::FamilyMember => {
            return Err(FiguresError::NotAllowed);
        }
    };
    let pods = match (span.pod, pods) {
        (None, pods) => pods,
        (Some(pod), None) if queries::is_of(view.conn(), caller.authority_id, pod)? => {
            Some(vec![pod])
        }
        (Some(pod), Some(pods)) if pods.contains(&pod) => Some(vec![pod]),
        (Some(_), _) => return Err(FiguresError::NotFound),
    };
    let alerts = queries::raised(view.conn(), caller, (from, until), pods.as_deref())?;
    let firsts = queries::firsts(view.conn(), &alerts)?;
    Ok(Figures {
        from,
        until,
        cells: cells(&alerts, &firsts, now),
    })
}

/// When something was first done to each alert.
type First = BTreeMap<AlertId, Moment>;

/// The waits of the alerts of one cell, in seconds.
#[derive(Default)]
struct Waits {
    acknowledged: Vec<u64>,
    decided: Vec<u64>,
}

fn cells(alerts: &[Times], (acknowledged, decided): &(First, First), now: Moment) -> Vec<Cell> {
    let mut all: BTreeMap<(Severity, Option<u32>), Waits> = BTreeMap::new();
    for alert in alerts {
        let waited = |first: &First| {
            let until = first.get(&alert.id).copied().unwrap_or(now);
            until.since(alert.raised_at).as_secs()
        };
        let hour = alert.raised_at.on_the_wall(London).hour();
        for hour in [None, Some(hour)] {
            let waits = all.entry((alert.severity, hour)).or_default();
            waits.acknowledged.push(waited(acknowledged));
            waits.decided.push(waited(decided));
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
    cells
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

fn spread(mut waits: Vec<u64>) -> Option<Spread> {
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

            let cells = cells(&alerts, &(First::new(), First::new()), now);

            for cell in &cells {
                let of_it = alerts.iter().filter(|alert| {
                    alert.severity == cell.severity
                        && cell.hour.is_none_or(|hour| alert.raised_at.on_the_wall(London).hour() == hour)
                });
                let count = of_it.count();
                prop_assert_eq!(cell.told.map(|told| told.alerts), (count >= 5).then_some(count));
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
