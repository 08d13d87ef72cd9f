//! Whatever is done with shifts, leave and swaps, in whatever order: who is on at each minute, past and to
//! come, and where nobody will be, is as a model says that holds nothing but minutes; and it also says what
//! may be done and what may not.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use super::on_duty;
use crate::support::{Person, Reply, Team, TestApp, new_id};

/// Longer than all that is written, in minutes.
const HORIZON: u64 = 360;
/// Three who cover; the pod's supervisor is the last, until another is put in charge.
const PEOPLE: usize = 4;

type Minutes = BTreeSet<u64>;

/// Something that is done. Who and which is counted round.
#[derive(Debug, Clone)]
enum Deed {
    Shift(usize, u64, u64),
    EndShift(Index),
    Leave(usize, u64, u64),
    EndLeave(Index),
    Ask(Index, usize, Option<Index>),
    Agree(Index),
    Refuse(Index),
    Withdraw(Index),
    Charge(usize),
    Pass(u64),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let times = || (0..PEOPLE, 1_u64..60, 1_u64..40);
    let deed = prop_oneof![
        4 => times().prop_map(|(who, from, length)| Deed::Shift(who, from, length)),
        1 => any::<Index>().prop_map(Deed::EndShift),
        1 => times().prop_map(|(who, from, length)| Deed::Leave(who, from, length)),
        1 => any::<Index>().prop_map(Deed::EndLeave),
        6 => (any::<Index>(), 0..PEOPLE, proptest::option::of(any::<Index>()))
            .prop_map(|(shift, with, back)| Deed::Ask(shift, with, back)),
        5 => any::<Index>().prop_map(Deed::Agree),
        1 => any::<Index>().prop_map(Deed::Refuse),
        1 => any::<Index>().prop_map(Deed::Withdraw),
        1 => (0..PEOPLE).prop_map(Deed::Charge),
        1 => (1_u64..6).prop_map(Deed::Pass),
    ];
    proptest::collection::vec(deed, 1..45)
}

/// Minutes that are somebody's.
#[derive(Debug, Clone)]
struct Held {
    id: String,
    who: usize,
    /// When it begins, also where it was ended before.
    from: u64,
    minutes: Minutes,
}

#[derive(Debug, Clone)]
struct Asked {
    id: String,
    shift: usize,
    back: Option<usize>,
    by: usize,
    of: usize,
    is_open: bool,
}

#[derive(Debug)]
struct Model {
    now: u64,
    /// Who supervises in each minute since the pod was made, as far as it has come.
    supervisors: Vec<usize>,
    shifts: Vec<Held>,
    leaves: Vec<Held>,
    swaps: Vec<Asked>,
}

impl Model {
    fn new() -> Self {
        Self {
            now: 0,
            supervisors: vec![PEOPLE - 1],
            shifts: Vec::new(),
            leaves: Vec::new(),
            swaps: Vec::new(),
        }
    }

    /// Who supervises the pod now.
    fn in_charge(&self) -> usize {
        *self.supervisors.last().unwrap()
    }

    fn pass(&mut self, minutes: u64) {
        let stays = self.in_charge();
        for _ in 0..minutes {
            self.supervisors.push(stays);
        }
        self.now += minutes;
    }

    /// Whether somebody holds one of these minutes in another shift than that one.
    fn is_taken(&self, who: usize, minutes: &Minutes, but: Option<usize>) -> bool {
        let mut shifts = self.shifts.iter().enumerate();
        shifts
            .any(|(at, one)| one.who == who && Some(at) != but && !one.minutes.is_disjoint(minutes))
    }

    fn is_away(&self, who: usize, minutes: &Minutes) -> bool {
        let mut leaves = self.leaves.iter();
        leaves.any(|one| one.who == who && !one.minutes.is_disjoint(minutes))
    }

    fn is_to_come(&self, shift: usize) -> bool {
        let one = &self.shifts[shift];
        one.from > self.now && !one.minutes.is_empty()
    }

    /// Whether somebody may hold a shift, if they give that one.
    fn may_hold(&self, who: usize, shift: usize, gives: Option<usize>) -> bool {
        let minutes = &self.shifts[shift].minutes;
        !self.is_away(who, minutes) && !self.is_taken(who, minutes, gives)
    }

    /// Whether two may exchange these shifts, or the first may give the other one of theirs.
    fn may_swap(&self, (by, shift): (usize, usize), (of, back): (usize, Option<usize>)) -> bool {
        let gives = self.shifts[shift].who == by
            && self.is_to_come(shift)
            && self.may_hold(of, shift, back);
        let takes = back.is_none_or(|back| {
            self.shifts[back].who == of
                && self.is_to_come(back)
                && self.may_hold(by, back, Some(shift))
        });
        by != of && gives && takes
    }

    /// Nothing can come any more of what is asked about a shift.
    fn close_about(&mut self, shift: usize) {
        for swap in &mut self.swaps {
            swap.is_open &= swap.shift != shift && swap.back != Some(shift);
        }
    }

    fn on_at(&self, minute: u64) -> Vec<usize> {
        let here = |who: &usize| !self.is_away(*who, &Minutes::from([minute]));
        let mut on: Vec<&Held> = self
            .shifts
            .iter()
            .filter(|one| one.minutes.contains(&minute) && here(&one.who))
            .collect();
        on.sort_by_key(|one| (one.from, one.id.clone()));
        if on.is_empty() {
            let then = usize::try_from(minute).unwrap();
            let supervises = self.supervisors.get(then).copied();
            let supervises = supervises.unwrap_or(self.in_charge());
            return Some(supervises).filter(here).into_iter().collect();
        }
        on.into_iter().map(|one| one.who).collect()
    }
}

fn minutes((from, length): (u64, u64)) -> Minutes {
    (from..from + length).collect()
}

/// The service, and what the model says of it.
struct Story<'a> {
    app: &'a TestApp,
    team: Team,
    people: Vec<Person>,
    model: Model,
}

impl<'a> Story<'a> {
    async fn new(app: &'a TestApp) -> Self {
        let manager = app.manager().await;
        let team = Team::of(&manager, &format!("Pod {}", new_id())).await;
        let mut people = Vec::new();
        for name in ["Nia", "Tom", "Kit"] {
            people.push(super::supervisor(&team, name).await);
        }
        people.push(team.supervisor.clone());
        Self {
            app,
            team,
            people,
            model: Model::new(),
        }
    }

    /// The moment of a minute, as the wire writes it.
    fn moment(&self, minute: u64) -> String {
        let passed = self.model.now * 60;
        let started = self.app.now().minus(std::time::Duration::from_secs(passed));
        started
            .plus(std::time::Duration::from_secs(minute * 60))
            .to_string()
    }

    async fn as_manager(&self) -> Person {
        self.team.manager.back().await
    }

    async fn does(&mut self, deed: &Deed) -> Result<(), TestCaseError> {
        match deed {
            Deed::Shift(who, from, length) => self.makes(true, *who, (*from, *length)).await,
            Deed::Leave(who, from, length) => self.makes(false, *who, (*from, *length)).await,
            Deed::EndShift(which) => self.ends(true, which).await,
            Deed::EndLeave(which) => self.ends(false, which).await,
            Deed::Ask(shift, with, back) => self.asks(shift, *with, back.as_ref()).await,
            Deed::Agree(which) => self.agrees(which).await,
            Deed::Refuse(which) | Deed::Withdraw(which) => {
                self.thinks_again(which, matches!(deed, Deed::Refuse(_)))
                    .await
            }
            Deed::Charge(who) => {
                let path = format!("/pods/{}/supervising-social-worker", self.team.pod_id);
                let charge = json!({ "account_id": self.people[*who].id });
                let reply = self.as_manager().await.put(&path, charge).await;
                *self.model.supervisors.last_mut().unwrap() = *who;
                is_as_told(&reply, 200)
            }
            Deed::Pass(passed) => {
                self.app.advance(*passed);
                self.app.turn_shifts().await;
                self.model.pass(*passed);
                for shift in 0..self.model.shifts.len() {
                    if self.model.shifts[shift].from <= self.model.now {
                        self.model.close_about(shift);
                    }
                }
                Ok(())
            }
        }
    }

    async fn makes(
        &mut self,
        is_shift: bool,
        who: usize,
        (ahead, length): (u64, u64),
    ) -> Result<(), TestCaseError> {
        let from = self.model.now + ahead;
        let minutes = minutes((from, length));
        let mut body = json!({
            "id": new_id(), "from": self.moment(from), "until": self.moment(from + length),
        });
        let (path, may) = if is_shift {
            body["account_id"] = json!(self.people[who].id);
            let path = format!("/pods/{}/shifts", self.team.pod_id);
            (path, !self.model.is_taken(who, &minutes, None))
        } else {
            let path = format!("/accounts/{}/leave", self.people[who].id);
            (path, !self.model.is_away(who, &minutes))
        };
        let reply = self.as_manager().await.post(&path, body).await;
        is_as_told(&reply, if may { 201 } else { 422 })?;
        if may {
            let held = Held {
                id: reply.body["id"].as_str().unwrap().to_owned(),
                who,
                from,
                minutes,
            };
            let all = if is_shift {
                &mut self.model.shifts
            } else {
                &mut self.model.leaves
            };
            all.push(held);
        }
        Ok(())
    }

    async fn ends(&mut self, is_shift: bool, which: &Index) -> Result<(), TestCaseError> {
        let all = if is_shift {
            &mut self.model.shifts
        } else {
            &mut self.model.leaves
        };
        if all.is_empty() {
            return Ok(());
        }
        let at = which.index(all.len());
        let now = self.model.now;
        all[at].minutes.retain(|minute| *minute < now);
        let kind = if is_shift { "shifts" } else { "leave" };
        let path = format!("/{kind}/{}", all[at].id);
        if is_shift {
            self.model.close_about(at);
        }
        is_as_told(&self.as_manager().await.delete(&path).await, 200)
    }

    async fn asks(
        &mut self,
        shift: &Index,
        of: usize,
        back: Option<&Index>,
    ) -> Result<(), TestCaseError> {
        let shifts = &self.model.shifts;
        if shifts.is_empty() {
            return Ok(());
        }
        let shift = shift.index(shifts.len());
        // Rather one of theirs, or hardly any exchange would come about.
        let theirs: Vec<usize> = (0..shifts.len())
            .filter(|at| shifts[*at].who == of)
            .collect();
        let back = back.map(|back| {
            if theirs.is_empty() {
                back.index(shifts.len())
            } else {
                theirs[back.index(theirs.len())]
            }
        });
        let by = shifts[shift].who;
        let is_asked = |swap: &Asked| swap.is_open && swap.shift == shift && swap.of == of;
        let may =
            self.model.may_swap((by, shift), (of, back)) && !self.model.swaps.iter().any(is_asked);
        let body = json!({
            "id": new_id(), "with_account_id": self.people[of].id,
            "in_return_for_shift_id": back.map(|back| shifts[back].id.clone()),
        });
        let path = format!("/shifts/{}/swaps", shifts[shift].id);
        let reply = self.people[by].back().await.post(&path, body).await;
        if !may {
            prop_assert!(matches!(reply.status, 409 | 422), "{}", reply.body);
            return Ok(());
        }
        is_as_told(&reply, 201)?;
        self.model.swaps.push(Asked {
            id: reply.body["id"].as_str().unwrap().to_owned(),
            shift,
            back,
            by,
            of,
            is_open: true,
        });
        Ok(())
    }

    async fn agrees(&mut self, which: &Index) -> Result<(), TestCaseError> {
        let Some((at, swap)) = self.swap(*which) else {
            return Ok(());
        };
        let is_to_come = |shift: &usize| self.model.is_to_come(*shift);
        let may = swap.is_open
            && [Some(swap.shift), swap.back]
                .iter()
                .flatten()
                .all(is_to_come)
            && self
                .model
                .may_swap((swap.by, swap.shift), (swap.of, swap.back));
        let path = format!("/swaps/{}/agreement", swap.id);
        let reply = self.people[swap.of].back().await.post_nothing(&path).await;
        let was_agreed = reply.status == 200 && !swap.is_open;
        prop_assert!(
            !was_agreed || reply.body["ending"] == "agreed",
            "{}",
            reply.body
        );
        if was_agreed {
            return Ok(());
        }
        is_as_told(&reply, if may { 200 } else { 409 })?;
        if may {
            self.model.shifts[swap.shift].who = swap.of;
            self.model.close_about(swap.shift);
            if let Some(back) = swap.back {
                self.model.shifts[back].who = swap.by;
                self.model.close_about(back);
            }
            self.model.swaps[at].is_open = false;
        }
        Ok(())
    }

    async fn thinks_again(&mut self, which: &Index, refuses: bool) -> Result<(), TestCaseError> {
        let Some((at, swap)) = self.swap(*which) else {
            return Ok(());
        };
        let reply = if refuses {
            let path = format!("/swaps/{}/refusal", swap.id);
            self.people[swap.of].back().await.post_nothing(&path).await
        } else {
            let path = format!("/swaps/{}", swap.id);
            self.people[swap.by].back().await.delete(&path).await
        };
        prop_assert!(matches!(reply.status, 200 | 409), "{}", reply.body);
        self.model.swaps[at].is_open = false;
        Ok(())
    }

    fn swap(&self, which: Index) -> Option<(usize, Asked)> {
        let swaps = &self.model.swaps;
        (!swaps.is_empty()).then(|| {
            let at = which.index(swaps.len());
            (at, swaps[at].clone())
        })
    }

    /// Compares each minute at which something could change, and the one before it.
    async fn is_as_the_model_says(&self) -> Result<(), TestCaseError> {
        let held = self.model.shifts.iter().chain(&self.model.leaves);
        let edges = held.flat_map(|one| {
            let last = one.minutes.last().copied();
            [one.from, last.unwrap_or(one.from), last.unwrap_or(0) + 1]
        });
        let asked: Minutes = edges.chain([self.model.now]).collect();
        for minute in asked
            .iter()
            .flat_map(|edge| [edge.saturating_sub(1), *edge])
        {
            let on = on_duty(&self.team, Some(&self.moment(minute))).await;
            let expected = self.model.on_at(minute).into_iter();
            let expected: Vec<String> = expected.map(|who| self.people[who].id.clone()).collect();
            prop_assert_eq!(on, expected, "minute {}", minute);
        }
        let path = "/cover/forecast?days=1&limit=200";
        let supervisor = &self.people[self.model.in_charge()];
        let found = supervisor.back().await.get(path).await.expect(200);
        let until = self.model.now + HORIZON;
        let minute_of: BTreeMap<String, u64> = (0..=until)
            .map(|minute| (self.moment(minute), minute))
            .collect();
        let number = |gap: &Value, name: &str| {
            let text = gap[name].as_str().unwrap();
            minute_of.get(text).copied().unwrap_or(until)
        };
        let gaps = found["items"].as_array().unwrap().iter();
        let of_nobody: Minutes = gaps
            .filter(|gap| gap["why"] == "nobody_on")
            .flat_map(|gap| number(gap, "from")..number(gap, "until"))
            .collect();
        let expected: Minutes = (self.model.now..until)
            .filter(|minute| self.model.on_at(*minute).is_empty())
            .collect();
        prop_assert_eq!(of_nobody, expected);
        Ok(())
    }
}

fn is_as_told(reply: &Reply, status: u16) -> Result<(), TestCaseError> {
    prop_assert_eq!(reply.status, status, "{}", reply.body);
    Ok(())
}

async fn story(app: &TestApp, deeds: &[Deed]) -> Result<(), TestCaseError> {
    let mut story = Story::new(app).await;
    for deed in deeds {
        story.does(deed).await?;
    }
    story.is_as_the_model_says().await
}

fn run(app: impl Future<Output = Option<TestApp>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let Some(app) = runtime.block_on(app) else {
        return;
    };
    let config = Config {
        cases: 12,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&deeds(), |deeds| runtime.block_on(story(&app, &deeds)))
        .unwrap();
}

#[test]
fn who_is_on_is_what_a_model_that_counts_minutes_says_on_sqlite() {
    run(async { Some(TestApp::on_sqlite().await) });
}

#[test]
fn who_is_on_is_what_a_model_that_counts_minutes_says_on_postgres() {
    run(TestApp::on_postgres());
}
