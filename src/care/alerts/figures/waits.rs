//! How long an alert has waited, however often it was raised.

use std::collections::BTreeMap;

use super::Times;
use crate::base::ids::AlertId;
use crate::base::time::Moment;
use crate::care::words::Severity;

/// What was done to each alert, in order, as far as it begins or ends a wait.
pub(super) type Steps = BTreeMap<AlertId, Vec<(Step, Moment)>>;

/// What begins or ends a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It was raised, or raised again; with how serious it was from then on, where that is new.
    Raised(Option<Severity>),
    /// Somebody took it.
    Acknowledged,
    /// It was decided.
    Decided,
}

/// The longest waits of an alert since it was as serious as it is: until somebody had it, and until it was
/// decided. What still waits has waited until now.
pub(super) fn longest_waits(alert: &Times, steps: &Steps, now: Moment) -> (u64, u64) {
    let steps = steps.get(&alert.id).map(Vec::as_slice).unwrap_or_default();
    let becomes_it = |(step, _): &&(Step, Moment)| *step == Step::Raised(Some(alert.severity));
    let since = steps
        .iter()
        .find(becomes_it)
        .map_or(alert.raised_at, |(_, at)| *at);
    let (mut acknowledged, mut decided) = (Wait::since(since), Wait::since(since));
    for &(step, at) in steps.iter().filter(|(_, at)| *at >= since) {
        match step {
            Step::Raised(_) => {
                acknowledged.begin(at);
                decided.begin(at);
            }
            Step::Acknowledged => acknowledged.end(at),
            Step::Decided => decided.end(at),
        }
    }
    acknowledged.end(now);
    decided.end(now);
    (acknowledged.longest_s, decided.longest_s)
}

/// A wait that begins and ends again and again.
struct Wait {
    since: Option<Moment>,
    longest_s: u64,
}

impl Wait {
    const fn since(at: Moment) -> Self {
        Self {
            since: Some(at),
            longest_s: 0,
        }
    }

    fn begin(&mut self, at: Moment) {
        self.since.get_or_insert(at);
    }

    fn end(&mut self, at: Moment) {
        if let Some(since) = self.since.take() {
            self.longest_s = self.longest_s.max(at.since(since).as_secs());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::AccountId;

    #[test]
    fn what_was_raised_again_counts_with_its_longest_wait_as_serious_as_it_is() {
        use Step::{Acknowledged, Decided, Raised};
        let alert = Times {
            id: AlertId::new(),
            family_member_id: AccountId::new(),
            severity: Severity::Immediate,
            raised_at: Moment::from_micros(0),
        };
        let at = |minute: i64| Moment::from_micros(minute * 60_000_000);
        let watch = Raised(Some(Severity::Watch));
        let worse = Raised(Some(Severity::Immediate));
        for (steps, expected) in [
            // Seen soon as a watch, and for three hours by nobody when it was immediate.
            (
                vec![
                    (watch, 0),
                    (Acknowledged, 2),
                    (worse, 100),
                    (Acknowledged, 280),
                    (Decided, 290),
                ],
                (180, 190),
            ),
            // The other way round: what waited as a watch is not counted.
            (
                vec![
                    (watch, 0),
                    (worse, 4000),
                    (Acknowledged, 4001),
                    (Decided, 4010),
                ],
                (1, 10),
            ),
            // Opened again after a decision, and still waiting.
            (
                vec![
                    (worse, 0),
                    (Acknowledged, 1),
                    (Decided, 2),
                    (Raised(None), 4900),
                ],
                (100, 100),
            ),
            // Raised again before anybody had it: one wait.
            (
                vec![
                    (worse, 0),
                    (Raised(None), 5),
                    (Acknowledged, 9),
                    (Decided, 9),
                ],
                (9, 9),
            ),
        ] {
            let steps = steps.into_iter().map(|(step, minute)| (step, at(minute)));
            let steps = Steps::from([(alert.id, steps.collect())]);

            let waits = longest_waits(&alert, &steps, at(5000));

            assert_eq!(waits, (expected.0 * 60, expected.1 * 60), "{steps:?}");
        }
    }
}
