//! Counting: from cases, asks and alerts to figures, with what is small hidden.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};

use super::interval::wilson;
use super::suppressing::{Cell, suppress};
use super::{Dates, Figure, Measure, Split, Unit};
use crate::base::ids::{AccountId, CaseId, FamilyId};
use crate::care::alerts::Outcome as AlertOutcome;
use crate::care::alerts::figures::{Answered, Spread, spread};
use crate::care::cases::{Course, Outcome, Standing, Tier};
use crate::care::check_ins::rhythm::AskState;
use crate::care::words::Severity;

/// How many members a family has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Household {
    /// Young people.
    pub(super) young_people: u32,
    /// Parents and carers.
    pub(super) adults: u32,
}

/// How often somebody was to be asked, by what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AskRow {
    pub(super) family_member_id: AccountId,
    pub(super) state: AskState,
    pub(super) times: u32,
}

type Families = BTreeMap<FamilyId, Household>;

/// A total and what it is split into.
pub(super) struct Table {
    pub(super) measure: Measure,
    pub(super) unit: Unit,
    pub(super) total: Cell,
    pub(super) splits: Vec<(Split, Vec<(&'static str, Cell)>)>,
}

impl Table {
    pub(super) fn figures(self) -> Vec<Figure> {
        let cells: Vec<Vec<Cell>> = self
            .splits
            .iter()
            .map(|(_, cells)| cells.iter().map(|(_, cell)| cell.clone()).collect())
            .collect();
        let hidden = suppress(&self.total, &cells);
        let total = (!hidden.total).then_some(self.total.value);
        let figure = |part, count: Option<u32>| Figure {
            measure: self.measure,
            unit: self.unit,
            part,
            count,
            of: part
                .and(count.zip(total))
                .and_then(|(count, of)| Some((of, wilson(count, of)?))),
            spread: None,
        };
        let mut figures = vec![figure(None, total)];
        for ((split, cells), hides) in self.splits.iter().zip(hidden.splits) {
            for ((code, cell), is_hidden) in cells.iter().zip(hides) {
                let count = (!is_hidden).then_some(cell.value);
                figures.push(figure(Some((*split, *code)), count));
            }
        }
        figures
    }
}

/// All figures, in the order of the definitions.
pub(super) fn figures(
    dates: Dates,
    families: &Families,
    cases: &[Standing],
    (asks, alerts): (&[AskRow], &[Answered]),
) -> Vec<Figure> {
    let all = Cases::of(cases);
    let mut figures = Vec::new();
    for (measure, counted, split) in all.measured(dates) {
        for unit in [Unit::Families, Unit::YoungPeople, Unit::Adults] {
            let table = table(families, (measure, unit), (&counted, split));
            let mut rows = table.figures();
            if measure == Measure::CasesFollowed {
                rows.extend(within_a_year(&rows));
            }
            figures.extend(rows);
        }
    }
    figures.extend(without_case(families, cases).figures());
    figures.extend(check_ins(asks).into_iter().flat_map(Table::figures));
    let raised = raised(alerts).figures();
    let spreads = spreads(alerts, &raised);
    figures.extend(raised);
    figures.extend(spreads);
    figures
}

/// A case that counts: whose, and to which part of the total it belongs.
type Counted = (FamilyId, &'static str);

/// A total of cases, and the parts that there are.
type Parts = Option<(Split, &'static [&'static str])>;

/// Of totals that have no parts.
const NO_PART: &str = "";
const TIERS: &[&str] = &[
    Tier::EarlyHelp.as_str(),
    Tier::Cin.as_str(),
    Tier::Cp.as_str(),
];
const FIRST: &str = "first";
const RE_REFERRAL: &str = "re_referral";
const OUTCOMES: &[&str] = &[
    Outcome::Closure.as_str(),
    Outcome::Nfa.as_str(),
    Outcome::StepDownEarlyHelp.as_str(),
    Outcome::StepUpCp.as_str(),
    Outcome::Transfer.as_str(),
];
const WITHIN_6: &str = "within_6_months";
const IN_7_TO_12: &str = "in_months_7_to_12";
const NOT_WITHIN_12: &str = "not_within_12_months";
const WITHIN_12: &str = "within_12_months";

struct Cases<'a> {
    all: Vec<(FamilyId, &'a Course, CaseId, bool)>,
    /// When the family was referred again, by the case before.
    followed: BTreeMap<CaseId, NaiveDate>,
}

impl<'a> Cases<'a> {
    fn of(cases: &'a [Standing]) -> Self {
        let mut all = Vec::new();
        let mut followed = BTreeMap::new();
        for one in cases {
            let Some(course) = &one.course else { continue };
            let is_again = one.re_referral_of.is_some();
            all.push((one.case.family_id, course, one.case.id, is_again));
            if let Some(before) = one.re_referral_of {
                followed.insert(before, course.opened_on);
            }
        }
        Self { all, followed }
    }

    /// What is counted of cases, in the order of the definitions.
    fn measured(&self, dates: Dates) -> Vec<(Measure, Vec<Counted>, Parts)> {
        let steps = |is_up: bool| {
            self.counted(|course, _, _| {
                let mut steps = course.steps.iter();
                let has = steps.any(|step| step.is_up() == is_up && dates.hold(step.on));
                has.then_some(NO_PART)
            })
        };
        let open = self.counted(|course, _, _| {
            let is_open =
                course.opened_on <= dates.to && course.closed.is_none_or(|(on, _)| on > dates.to);
            is_open.then(|| course.tier_on(dates.to).as_str())
        });
        let opened = self.counted(|course, _, is_again| {
            let kind = if is_again { RE_REFERRAL } else { FIRST };
            dates.hold(course.opened_on).then_some(kind)
        });
        let closed = self.counted(|course, _, _| {
            let (on, outcome) = course.closed?;
            dates.hold(on).then_some(outcome.as_str())
        });
        let earlier = dates.a_year_earlier();
        let followed = self.counted(|course, id, _| {
            let (on, _) = course.closed?;
            earlier.hold(on).then(|| self.again(id, on))
        });
        let re_referrals: &[&str] = &[WITHIN_6, IN_7_TO_12, NOT_WITHIN_12];
        vec![
            (Measure::CasesOpen, open, Some((Split::Tier, TIERS))),
            (
                Measure::CasesOpened,
                opened,
                Some((Split::Referral, &[FIRST, RE_REFERRAL])),
            ),
            (
                Measure::CasesClosed,
                closed,
                Some((Split::Outcome, OUTCOMES)),
            ),
            (Measure::CasesSteppedUp, steps(true), None),
            (Measure::CasesSteppedDown, steps(false), None),
            (
                Measure::CasesFollowed,
                followed,
                Some((Split::ReReferral, re_referrals)),
            ),
        ]
    }

    /// The cases that count, each with its part.
    fn counted(
        &self,
        part: impl Fn(&Course, CaseId, bool) -> Option<&'static str>,
    ) -> Vec<Counted> {
        self.all
            .iter()
            .filter_map(|(family, course, id, is_again)| {
                Some((*family, part(course, *id, *is_again)?))
            })
            .collect()
    }

    /// How soon after a case that was closed on a day another followed.
    fn again(&self, id: CaseId, closed: NaiveDate) -> &'static str {
        let within = |months: u32| {
            let last = closed.checked_add_months(Months::new(months));
            let next = self.followed.get(&id);
            next.zip(last.as_ref())
                .is_some_and(|(next, last)| next <= last)
        };
        if within(6) {
            WITHIN_6
        } else if within(12) {
            IN_7_TO_12
        } else {
            NOT_WITHIN_12
        }
    }
}

fn table(
    families: &Families,
    (measure, unit): (Measure, Unit),
    (counted, parts): (&[Counted], Parts),
) -> Table {
    let of = |code: Option<&str>| {
        let these = counted
            .iter()
            .filter(|(_, its)| code.is_none_or(|code| *its == code))
            .map(|(family, _)| *family);
        cell(families, unit, these)
    };
    let split = |(split, codes): (Split, &'static [&'static str])| {
        let cells = codes.iter().map(|code| (*code, of(Some(*code)))).collect();
        (split, cells)
    };
    Table {
        measure,
        unit,
        total: of(None),
        splits: parts.map(split).into_iter().collect(),
    }
}

/// So many families, or members of them; few families make a small number of however many members.
fn cell(families: &Families, unit: Unit, these: impl Iterator<Item = FamilyId>) -> Cell {
    let mut cell = Cell::default();
    for family in these {
        let household = families.get(&family).copied().unwrap_or_default();
        let many = match unit {
            Unit::YoungPeople => household.young_people,
            Unit::Adults => household.adults,
            Unit::Families | Unit::CheckIns | Unit::Alerts | Unit::Waits => 1,
        };
        cell.value = cell.value.saturating_add(many);
        if many > 0 {
            cell.behind.insert(family.uuid().as_u128());
        }
    }
    cell
}

/// Whoever was referred again within a year: all less those who were not.
fn within_a_year(rows: &[Figure]) -> Option<Figure> {
    let part = |code| {
        rows.iter()
            .find(|row| row.part == Some((Split::ReReferral, code)))
    };
    let total = rows.first()?.count;
    let not = part(NOT_WITHIN_12)?;
    let count = total
        .zip(not.count)
        .map(|(all, not)| all.saturating_sub(not));
    Some(Figure {
        part: Some((Split::ReReferral, WITHIN_12)),
        count,
        of: count
            .zip(total)
            .and_then(|(count, of)| Some((of, wilson(count, of)?))),
        ..not.clone()
    })
}

fn without_case(families: &Families, cases: &[Standing]) -> Table {
    let have: BTreeSet<FamilyId> = cases
        .iter()
        .filter(|one| one.course.is_some())
        .map(|one| one.case.family_id)
        .collect();
    let without = families.keys().filter(|id| !have.contains(id)).copied();
    Table {
        measure: Measure::FamiliesWithoutCase,
        unit: Unit::Families,
        total: cell(families, Unit::Families, without),
        splits: Vec::new(),
    }
}

/// So many things, of so many people.
pub(super) fn of_people(these: impl Iterator<Item = (AccountId, u32)>) -> Cell {
    let mut cell = Cell::default();
    for (who, times) in these {
        cell.value = cell.value.saturating_add(times);
        cell.behind.insert(who.uuid().as_u128());
    }
    cell
}

fn check_ins(asks: &[AskRow]) -> [Table; 2] {
    let of = |states: &[AskState]| {
        let these = asks.iter().filter(|row| states.contains(&row.state));
        of_people(these.map(|row| (row.family_member_id, row.times)))
    };
    let table = |measure, total, splits| Table {
        measure,
        unit: Unit::CheckIns,
        total,
        splits,
    };
    let answers = vec![
        (AskState::Answered.as_str(), of(&[AskState::Answered])),
        (AskState::Missed.as_str(), of(&[AskState::Missed])),
    ];
    let asked = of(&[AskState::Answered, AskState::Missed]);
    let not_asked = of(&[AskState::Late, AskState::NotSafe]);
    [
        table(
            Measure::CheckInsAsked,
            asked,
            vec![(Split::Answer, answers)],
        ),
        table(Measure::CheckInsNotAsked, not_asked, Vec::new()),
    ]
}

fn raised(alerts: &[Answered]) -> Table {
    let of = |wanted: &dyn Fn(&&Answered) -> bool| {
        let these = alerts.iter().filter(wanted);
        of_people(these.map(|alert| (alert.family_member_id, 1)))
    };
    let severities = Severity::ALL.iter().rev().map(|severity| {
        let cell = of(&|alert| alert.severity == *severity);
        (severity.as_str(), cell)
    });
    let mut outcomes: Vec<(&str, Cell)> = AlertOutcome::ALL
        .iter()
        .map(|outcome| {
            (
                outcome.as_str(),
                of(&|alert| alert.outcome == Some(*outcome)),
            )
        })
        .collect();
    outcomes.push(("not_decided", of(&|alert| alert.outcome.is_none())));
    Table {
        measure: Measure::AlertsRaised,
        unit: Unit::Alerts,
        total: of(&|_| true),
        splits: vec![
            (Split::Severity, severities.collect()),
            (Split::Outcome, outcomes),
        ],
    }
}

/// One of the waits of an alert, in seconds.
type Wait = fn(&Answered) -> u64;

/// How long alerts waited, of each severity whose number is shown.
fn spreads(alerts: &[Answered], raised: &[Figure]) -> Vec<Figure> {
    let waits = |severity: &str, wait: Wait| -> Option<Spread> {
        let these = alerts
            .iter()
            .filter(|alert| alert.severity.as_str() == severity);
        spread(these.map(wait).collect())
    };
    let mut figures = Vec::new();
    let measures: [(Measure, Wait); 2] = [
        (Measure::SecondsUntilAcknowledged, |alert| {
            alert.acknowledged_s
        }),
        (Measure::SecondsUntilDecided, |alert| alert.decided_s),
    ];
    for (measure, wait) in measures {
        for row in raised {
            let Some((Split::Severity, severity)) = row.part else {
                continue;
            };
            figures.push(Figure {
                measure,
                of: None,
                spread: row.count.and_then(|_| waits(severity, wait)),
                ..row.clone()
            });
        }
    }
    figures
}
