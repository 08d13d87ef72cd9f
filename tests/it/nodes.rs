//! Two nodes, each a process of its own, on one PostgreSQL: what happens on one is told on the
//! other, by the bell between them, and without it by looking.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use serde_json::json;

use crate::support::{Person, Phone, Place, Process, Team, new_id, raise, say, told};

/// Longer than this nobody waits for a node to notice something.
const PATIENCE: Duration = Duration::from_secs(30);

/// Two nodes, and a team that was made on the first.
struct Nodes {
    here: Process,
    there: Process,
    team: Team,
    place: Place,
}

impl Nodes {
    async fn on(place: Place) -> Self {
        let here = place.serve();
        let there = place.serve();
        let manager = place.manager(&here.url).await;
        let team = Team::of(&manager, "Crewe North").await;
        Self {
            here,
            there,
            team,
            place,
        }
    }

    /// The same people, using the other node.
    fn team_there(&self) -> Team {
        self.team.at(&self.there.url)
    }

    /// What is written and what is signed on one node is read and let in on the other.
    async fn understand_each_other(&self) {
        for (one, other) in [(&self.here, &self.there), (&self.there, &self.here)] {
            let sam = self.team.sam.at(&one.url).back().await;
            let body = new_id();
            let sent = say(&sam, &self.team.conversation_id, &body).await;
            let after = sent.expect(201)["seq"].as_u64().unwrap() - 1;
            let talk = &self.team.conversation_id;
            let path = format!("/conversations/{talk}/messages?after={after}");
            let read = sam.at(&other.url).get(&path).await.expect(200);
            assert_eq!(read["items"][0]["body"], body.as_str());
        }
    }

    /// Waits until both nodes have noticed whether they can be rung.
    async fn notice_that_the_bell_is(&self, open: bool) {
        for node in [&self.here, &self.there] {
            soon(async || Rung::at(node).await.open == open).await;
        }
    }
}

/// Waits until something is so.
async fn soon<F: Future<Output = bool>>(mut is_so: impl FnMut() -> F) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap();
}

/// What a node says of how the other one's deeds became known to it.
#[derive(Debug, PartialEq, Eq)]
struct Rung {
    open: bool,
    bell: u64,
    look: u64,
}

impl Rung {
    async fn at(node: &Process) -> Self {
        let numbers = Person::nobody(&node.url).get("/metrics").await.expect(200);
        let number = |name: &str| -> u64 {
            let mut lines = numbers.as_str().unwrap().lines();
            let line = lines.find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().parse().unwrap()
        };
        Self {
            open: number("daybook_bell_between_nodes_open ") == 1,
            bell: number("daybook_rung_for_other_nodes_total{way=\"bell\"} "),
            look: number("daybook_rung_for_other_nodes_total{way=\"look\"} "),
        }
    }
}

async fn speaks(who: &Person, team: &Team, phone: &mut Phone) {
    let sent = say(who, &team.conversation_id, "Do you hear me?").await;
    let seq = sent.expect(201)["seq"].clone();
    loop {
        let event = phone.next_event("message.created").await;
        if event["data"]["seq"] == seq {
            return;
        }
    }
}

/// Says something until it is heard at a node that has been rung and has not found it by looking
/// meanwhile: it looks every two seconds, and may do so just now.
async fn is_heard_by_the_bell(who: &Person, team: &Team, (phone, node): (&mut Phone, &Process)) {
    for _ in 0..20 {
        let before = Rung::at(node).await;
        speaks(who, team, phone).await;
        let after = Rung::at(node).await;
        if after.look == before.look && after.bell > before.bell {
            return;
        }
    }
    panic!("it was never heard by the bell alone");
}

/// Says something: it must be heard though nobody rings, and so by looking alone.
async fn is_heard_by_looking(who: &Person, team: &Team, (phone, node): (&mut Phone, &Process)) {
    let before = Rung::at(node).await;
    speaks(who, team, phone).await;
    let after = Rung::at(node).await;
    assert_eq!((after.open, after.bell), (false, before.bell));
    soon(async || Rung::at(node).await.look > before.look).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_hear_each_other_by_the_bell_and_with_it_cut_by_looking() {
    let Some(place) = Place::on_a_wire() else {
        return;
    };
    let nodes = Nodes::on(place).await;
    let (team, there) = (&nodes.team, nodes.team_there());
    let mut sam = Phone::of(&team.sam).await;
    let mut asha = Phone::of(&there.mentor).await;

    nodes.notice_that_the_bell_is(true).await;
    is_heard_by_the_bell(&team.sam, team, (&mut asha, &nodes.there)).await;
    is_heard_by_the_bell(&there.mentor, team, (&mut sam, &nodes.here)).await;

    let typing = json!({ "type": "typing", "conversation_id": team.conversation_id });
    asha.send(&typing).await;
    assert_eq!(sam.next_of("typing").await["account_id"], team.mentor.id);

    nodes.place.wire().cut_bells();
    nodes.notice_that_the_bell_is(false).await;
    is_heard_by_looking(&team.sam, team, (&mut asha, &nodes.there)).await;
    is_heard_by_looking(&there.mentor, team, (&mut sam, &nodes.here)).await;

    nodes.place.wire().mend_bells();
    nodes.notice_that_the_bell_is(true).await;
    is_heard_by_the_bell(&team.sam, team, (&mut asha, &nodes.there)).await;
    is_heard_by_the_bell(&there.mentor, team, (&mut sam, &nodes.here)).await;
    for node in [&nodes.here, &nodes.there] {
        Person::nobody(&node.url)
            .get("/health/ready")
            .await
            .expect(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_suspended_on_one_node_is_let_go_on_the_other_without_a_bell() {
    let Some(place) = Place::on_a_wire() else {
        return;
    };
    place.wire().cut_bells();
    let nodes = Nodes::on(place).await;
    let (team, there) = (&nodes.team, nodes.team_there());
    let mut sam = Phone::of(&there.sam).await;
    let mut asha = Phone::of(&there.mentor).await;

    let suspension = format!("/accounts/{}/suspension", team.sam.id);
    let why = json!({ "reason": "A mistake, as it will turn out" });
    team.manager.post(&suspension, why).await.expect(200);
    let devices = format!("/accounts/{}/devices", team.mentor.id);
    team.manager.delete(&devices).await.expect(204);

    assert_eq!((sam.closed().await, asha.closed().await), (4403, 4401));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_message_sent_on_both_nodes_is_stored_once() {
    let Some(place) = Place::on_postgres() else {
        return;
    };
    let nodes = Nodes::on(place).await;
    let sams = [nodes.team.sam.clone(), nodes.team_there().sam];
    let path = format!("/conversations/{}/messages", nodes.team.conversation_id);

    for round in 1..=10 {
        let body = json!({ "id": new_id(), "body": "Once" });
        let tries = sams.iter().map(|sam| sam.post(&path, body.clone()));
        let answers = futures_util::future::join_all(tries).await;

        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 201]);
        assert_eq!(answers[0].body, answers[1].body);
        assert_eq!(answers[0].body["seq"], round);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_are_changed_node_by_node_and_neither_ever_meets_one_it_does_not_know() {
    let Some(place) = Place::on_postgres() else {
        return;
    };
    let mut nodes = Nodes::on(place).await;
    let kinds = ["sealing", "signing"];
    nodes.understand_each_other().await;

    for verb in ["rotate", "use"] {
        for kind in kinds {
            let said = nodes.place.tried(&["keys", verb, kind]);
            assert!(said.contains(&format!("{kind} key 2")), "{said}");
        }
        for _each in 0..2 {
            // The older process is replaced while the other one goes on; then they change places.
            let new = nodes.place.serve();
            assert!(std::mem::replace(&mut nodes.here, new).stop());
            nodes.understand_each_other().await;
            std::mem::swap(&mut nodes.here, &mut nodes.there);
        }
    }

    let shown = nodes.place.tried(&["keys", "show"]);
    assert_eq!(shown.matches("1, 2 (used)").count(), 2, "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_whose_database_speaks_tls_alone_hear_each_other_by_the_bell() {
    let Some(place) = Place::by_tls() else {
        return;
    };
    let nodes = Nodes::on(place).await;
    let (team, there) = (&nodes.team, nodes.team_there());
    let mut asha = Phone::of(&there.mentor).await;

    nodes.notice_that_the_bell_is(true).await;
    is_heard_by_the_bell(&team.sam, team, (&mut asha, &nodes.there)).await;
}

/// So many alerts fall due at the same moment.
const ALERTS: usize = 1000;

/// Waits until every alert has stepped so often, and none oftener.
async fn all_have_stepped(place: &Place, times: i32) {
    let so_often = BTreeMap::from([(times, i64::try_from(ALERTS).unwrap())]);
    soon(async || place.alerts_by_step() == so_often).await;
}

/// Of how many alerts somebody was told as new, each once.
async fn heard_of_each_once(who: &Person) -> usize {
    let events = told(who).await.into_iter();
    let opened: Vec<String> = events
        .filter(|(event, _)| event == "alert.opened")
        .map(|(_, data)| data["id"].as_str().unwrap().to_owned())
        .collect();
    let alerts: BTreeSet<&String> = opened.iter().collect();
    assert_eq!(
        alerts.len(),
        opened.len(),
        "{} heard of one twice",
        who.name
    );
    opened.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_thousand_due_alerts_none_steps_twice_and_none_is_missed() {
    let Some(place) = Place::on_postgres() else {
        return;
    };
    let nodes = Nodes::on(place).await;
    let (team, place) = (&nodes.team, &nodes.place);
    raise(team, "immediate").await;
    place.repeat_alert(ALERTS);

    // Both nodes see all of them due: the deputy is told of each.
    place.make_alerts_due();
    all_have_stepped(place, 1).await;
    assert_eq!(heard_of_each_once(&team.deputy).await, ALERTS);

    // Again, and one node dies amid its work: the managers are told of each by the one that is left.
    place.make_alerts_due();
    soon(async || place.alerts_by_step().contains_key(&2)).await;
    let Nodes {
        here,
        there,
        team,
        place,
    } = nodes;
    here.kill();
    all_have_stepped(&place, 2).await;
    let team = team.at(&there.url);
    assert_eq!(heard_of_each_once(&team.manager).await, ALERTS);
    assert_eq!(heard_of_each_once(&team.deputy).await, ALERTS);

    // Each alert by its own account: two steps, and on each rung one telling.
    let [ruth, ben, maryam] =
        [&team.supervisor, &team.deputy, &team.manager].map(|one| one.id.parse().unwrap());
    let climbs = place.climbs();
    assert_eq!(climbs.len(), ALERTS);
    for (alert, climbed) in climbs {
        assert_eq!(
            climbed,
            (2, vec![(0, ruth), (1, ben), (2, maryam)]),
            "{alert}"
        );
    }
}
