//! The years before the demo's three weeks: families who were worked with, how their cases ended, and
//! that those of now have one. Nobody of them is in the story; they are what an evaluation counts.

use anyhow::Context;
use chrono::{Days, NaiveDate};
use chrono_tz::Europe::London;
use serde::Deserialize;

use daybook::base::ids::{CaseEventId, CaseId, FamilyId, PodId};
use daybook::base::time::Moment;
use daybook::care::accounts::Role;
use daybook::care::cases::actions::{self as cases, NewCase, NewEvent};
use daybook::care::cases::{EventKind, Facts, Outcome, ReferredBy, Tier};
use daybook::care::families::actions::{self as families, NewFamily};
use daybook::care::families::reading;
use daybook::care::pods::actions as pods;
use daybook::db::Lane;
use daybook::edge::door;

use super::cast::Cast;
use super::stage::{Stage, refused};

const YEARS: &str = include_str!("years.toml");
/// The pod that worked with them.
const POD: &str = "Mill Road";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Years {
    case: Vec<Alike>,
}

/// Families whose cases went alike.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alike {
    families: usize,
    /// So many days ago, like all days here.
    opened: u64,
    referred_by: ReferredBy,
    step: Option<Step>,
    closed: Closed,
    again: Option<Again>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    on: u64,
    tier: Tier,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closed {
    on: u64,
    outcome: Outcome,
}

/// They were referred again, by a school.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    opened: u64,
    closed: Option<Closed>,
}

/// Whoever records, and as of which moment days are counted back.
struct Recorder<'s> {
    stage: &'s Stage,
    /// Who supervises the pod.
    who: String,
    now: Moment,
}

impl Stage {
    /// Records the years before `now`, and that the families of the story have a case.
    pub(super) async fn remember(&self, cast: &Cast, now: Moment) -> anyhow::Result<()> {
        let years: Years = toml::from_str(YEARS)?;
        let manager = name_of(cast, Role::ServiceManager, 0)?;
        let recorder = Recorder {
            stage: self,
            who: name_of(cast, Role::SupervisingSocialWorker, 1)?,
            now,
        };
        let pod = self
            .found_pod(&manager, (&recorder.who, &cast.area))
            .await?;
        let mut number: usize = 1700;
        for alike in &years.case {
            for _ in 0..alike.families {
                number = number.saturating_add(1);
                let reference = format!("CIN-{number}");
                let family = self.make_family(&manager, (pod, &reference)).await?;
                recorder.record(family, alike).await?;
            }
        }
        let practitioner = name_of(cast, Role::FamilyPractitioner, 0)?;
        for family in self.families_of(&practitioner).await? {
            // They came to the pod when the story begins.
            let on = self.now().on_the_wall(London).date();
            self.open_case(&practitioner, family, (on, ReferredBy::School))
                .await?;
        }
        Ok(())
    }

    async fn found_pod(&self, manager: &str, (who, area): (&str, &str)) -> anyhow::Result<PodId> {
        let (supervisor, area) = (self.account(who)?, area.to_owned());
        let made = self
            .act(manager, Lane::Rest, move |tx, caller| {
                let made = pods::make(tx, caller, (POD, &area))?;
                pods::put_supervisor(tx, caller, made.id, supervisor)
            })
            .await?;
        Ok(made.id)
    }

    async fn make_family(
        &self,
        manager: &str,
        (pod_id, reference): (PodId, &str),
    ) -> anyhow::Result<FamilyId> {
        let new = NewFamily {
            pod_id,
            reference: reference.to_owned(),
            family_practitioner_id: None,
        };
        let made = self
            .act(manager, Lane::Rest, move |tx, caller| {
                families::make(tx, caller, &new)
            })
            .await?;
        Ok(made.id)
    }

    async fn families_of(&self, who: &str) -> anyhow::Result<Vec<FamilyId>> {
        let found = door::look(self.app(), self.claims(who)?, |rx, caller| {
            reading::list(rx, caller, None, (None, 200))
        });
        let found = found.await.map_err(|problem| refused(who, &problem))?;
        Ok(found.into_iter().map(|family| family.id).collect())
    }

    async fn open_case(
        &self,
        who: &str,
        family_id: FamilyId,
        (on, referred_by): (NaiveDate, ReferredBy),
    ) -> anyhow::Result<CaseId> {
        let id = CaseId::new();
        let new = NewCase {
            id,
            family_id,
            on,
            tier: Tier::Cin,
            referred_by,
        };
        self.act(who, Lane::Rest, move |tx, caller| {
            cases::open(tx, caller, &new)
        })
        .await?;
        Ok(id)
    }
}

impl Recorder<'_> {
    async fn record(&self, family: FamilyId, alike: &Alike) -> anyhow::Result<()> {
        let opened = (self.day(alike.opened)?, alike.referred_by);
        let case = self.stage.open_case(&self.who, family, opened).await?;
        if let Some(step) = &alike.step {
            let facts = Facts {
                on: Some(self.day(step.on)?),
                tier: Some(step.tier),
                ..Facts::default()
            };
            self.add(case, EventKind::StepChange, facts).await?;
        }
        self.close(case, alike.closed).await?;
        let Some(again) = &alike.again else {
            return Ok(());
        };
        let opened = (self.day(again.opened)?, ReferredBy::School);
        let case = self.stage.open_case(&self.who, family, opened).await?;
        match again.closed {
            Some(closed) => self.close(case, closed).await,
            None => Ok(()),
        }
    }

    async fn close(&self, case: CaseId, closed: Closed) -> anyhow::Result<()> {
        let facts = Facts {
            on: Some(self.day(closed.on)?),
            outcome: Some(closed.outcome),
            ..Facts::default()
        };
        self.add(case, EventKind::Closed, facts).await
    }

    async fn add(&self, case_id: CaseId, kind: EventKind, facts: Facts) -> anyhow::Result<()> {
        let new = NewEvent {
            id: CaseEventId::new(),
            case_id,
            kind,
            facts,
            corrects: None,
            is_withdrawn: false,
            rationale: "Agreed at the review, with the family.".to_owned(),
        };
        self.stage
            .act(&self.who, Lane::Rest, move |tx, caller| {
                cases::add(tx, caller, &new)
            })
            .await?;
        Ok(())
    }

    /// The day so many days ago, in London.
    fn day(&self, ago: u64) -> anyhow::Result<NaiveDate> {
        let today = self.now.on_the_wall(London).date();
        let day = today.checked_sub_days(Days::new(ago));
        day.with_context(|| format!("years.toml: {ago} days ago"))
    }
}

fn name_of(cast: &Cast, role: Role, place: usize) -> anyhow::Result<String> {
    let found = cast.with_role(role).nth(place);
    let found = found.with_context(|| format!("cast.toml: too few of {}", role.as_str()))?;
    Ok(found.name.clone())
}
