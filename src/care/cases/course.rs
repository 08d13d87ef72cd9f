//! The course of a case, reckoned from its events: what was recorded, as it was put right.

use chrono::NaiveDate;

use super::{Case, CaseEvent, EventKind, Facts, Outcome, ReferredBy, Standing, Tier};
use crate::base::ids::{CaseEventId, CaseId};

/// What has come of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// On which day it was opened.
    pub opened_on: NaiveDate,
    /// Who asked for it.
    pub referred_by: ReferredBy,
    /// On which tier it stands, or stood last.
    pub tier: Tier,
    /// How it moved between tiers, in the order it did.
    pub steps: Vec<StepChange>,
    /// On which day it was closed and with which outcome, if it was.
    pub closed: Option<(NaiveDate, Outcome)>,
}

impl Course {
    /// On which tier it stood at the end of a day on which it was open.
    #[must_use]
    pub fn tier_on(&self, day: NaiveDate) -> Tier {
        let later = self.steps.iter().find(|step| step.on > day);
        later.map_or(self.tier, |step| step.from)
    }

    /// Whether it goes on.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}

/// A move from one tier to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepChange {
    /// The event that says so.
    pub id: CaseEventId,
    /// On which day.
    pub on: NaiveDate,
    /// From which tier.
    pub from: Tier,
    /// To which.
    pub to: Tier,
}

impl StepChange {
    /// Whether it was a step up.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.to > self.from
    }
}

/// Why events make no course: the field of the newest one, and what is wrong with it.
pub(super) type Unfit = (&'static str, &'static str);

/// An event that stands, as it was put right.
struct Stands {
    id: CaseEventId,
    kind: EventKind,
    facts: Facts,
}

fn put_right(facts: &mut Facts, by: Facts) {
    facts.on = by.on.or(facts.on);
    facts.tier = by.tier.or(facts.tier);
    facts.referred_by = by.referred_by.or(facts.referred_by);
    facts.outcome = by.outcome.or(facts.outcome);
}

/// The events that stand, by day; of one day in the order they were recorded, a closing last.
fn standing(events: &[CaseEvent]) -> Result<Vec<Stands>, Unfit> {
    let mut all: Vec<Stands> = Vec::new();
    for event in events {
        if event.kind == EventKind::Corrected {
            let place = all.iter().position(|one| Some(one.id) == event.corrects);
            let gone = ("/corrects", "is no event of this case that stands");
            let place = place.ok_or(gone)?;
            if event.is_withdrawn {
                all.remove(place);
            } else if let Some(one) = all.get_mut(place) {
                put_right(&mut one.facts, event.facts);
            }
        } else {
            all.push(Stands {
                id: event.id,
                kind: event.kind,
                facts: event.facts,
            });
        }
    }
    // An opening is recorded first, so that it stays so among what is of its day.
    all.sort_by_key(|one| (one.facts.on, one.kind == EventKind::Closed));
    Ok(all)
}

/// Reckons the course of a case; none if its opening was withdrawn.
pub(super) fn course(events: &[CaseEvent]) -> Result<Option<Course>, Unfit> {
    let standing = standing(events)?;
    if !standing.is_empty() && standing.iter().all(|one| one.kind != EventKind::Opened) {
        return Err((
            "/corrects",
            "was followed by others, which must be withdrawn first",
        ));
    }
    let mut course: Option<Course> = None;
    for one in standing {
        let on = one.facts.on.ok_or(("/on", "is needed"))?;
        let Some(course) = &mut course else {
            if one.kind != EventKind::Opened {
                return Err(("/on", "must not be before the day it was opened"));
            }
            course = Some(opened(on, one.facts)?);
            continue;
        };
        if course.closed.is_some() {
            return Err(("/on", "must not be after the day it was closed"));
        }
        match one.kind {
            EventKind::StepChange => {
                let to = one.facts.tier.ok_or(("/tier", "is needed"))?;
                if to == course.tier {
                    return Err(("/tier", "is the tier it stands on"));
                }
                let from = std::mem::replace(&mut course.tier, to);
                let id = one.id;
                course.steps.push(StepChange { id, on, from, to });
            }
            EventKind::Closed => {
                let outcome = one.facts.outcome.ok_or(("/outcome", "is needed"))?;
                course.closed = Some((on, outcome));
            }
            EventKind::Opened | EventKind::Corrected => {
                return Err(("/corrects", "is no event of this case that stands"));
            }
        }
    }
    Ok(course)
}

fn opened(on: NaiveDate, facts: Facts) -> Result<Course, Unfit> {
    Ok(Course {
        opened_on: on,
        referred_by: facts.referred_by.ok_or(("/referred_by", "is needed"))?,
        tier: facts.tier.ok_or(("/tier", "is needed"))?,
        steps: Vec::new(),
        closed: None,
    })
}

/// How the cases of one family stand, in the order they were opened; those that were withdrawn last.
/// They must not overlap: one begins on the day on which the one before was closed at the earliest.
pub(super) fn of_family(cases: Vec<Case>) -> Result<Vec<Standing>, Unfit> {
    let mut all = Vec::with_capacity(cases.len());
    for case in cases {
        let course = course(&case.events)?;
        all.push(Standing {
            case,
            course,
            re_referral_of: None,
        });
    }
    all.sort_by_key(|one| {
        let days = one.course.as_ref().map(|course| {
            let closed = course.closed.map_or(NaiveDate::MAX, |(on, _)| on);
            (course.opened_on, closed)
        });
        (days.is_none(), days, one.case.id)
    });
    let mut before: Option<(CaseId, Option<NaiveDate>)> = None;
    for one in &mut all {
        let Some(course) = &one.course else {
            continue;
        };
        if let Some((id, closed)) = before {
            if closed.is_none_or(|closed| course.opened_on < closed) {
                return Err(("/on", "would make two cases of this family overlap"));
            }
            one.re_referral_of = Some(id);
        }
        before = Some((one.case.id, course.closed.map(|(on, _)| on)));
    }
    Ok(all)
}
