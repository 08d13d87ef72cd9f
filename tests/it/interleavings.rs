//! Whatever order two people write in, over whatever way, however often their phones try again:
//! each message is stored once, and both see the same.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use crate::support::{Person, Phone, Team, TestApp, new_id};

/// One try to send a message.
#[derive(Debug, Clone)]
struct Try {
    by_sam: bool,
    over_socket: bool,
    /// Not a new message, but an earlier one of the same person again.
    again: Option<Index>,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (
        any::<bool>(),
        any::<bool>(),
        proptest::option::of(any::<Index>()),
    );
    let one = one.prop_map(|(by_sam, over_socket, again)| Try {
        by_sam,
        over_socket,
        again,
    });
    proptest::collection::vec(one, 1..40)
}

/// One of the pair, with a phone and what they have sent so far.
struct Side {
    person: Person,
    phone: Phone,
    ids: Vec<String>,
    /// Of each try over the socket, the id.
    handed_in: Vec<String>,
    posted: Vec<tokio::task::JoinHandle<(String, Value)>>,
}

impl Side {
    async fn of(person: &Person) -> Self {
        Self {
            person: person.clone(),
            phone: Phone::of(person).await,
            ids: Vec::new(),
            handed_in: Vec::new(),
            posted: Vec::new(),
        }
    }

    async fn make(&mut self, one: &Try, conversation: &str) {
        let id = match &one.again {
            Some(index) if !self.ids.is_empty() => index.get(&self.ids).clone(),
            _ => new_id(),
        };
        self.ids.push(id.clone());
        let words = format!("the words of {id}");
        if one.over_socket {
            self.phone.say_as(&id, conversation, &words).await;
            self.handed_in.push(id);
        } else {
            let person = self.person.clone();
            let path = format!("/conversations/{conversation}/messages");
            self.posted.push(tokio::spawn(async move {
                let reply = person.post(&path, json!({ "id": id, "body": words })).await;
                assert!(matches!(reply.status, 200 | 201), "{}", reply.body);
                (id, reply.body["seq"].clone())
            }));
        }
    }

    /// What was answered to each try: id and sequence.
    async fn answers(&mut self) -> Vec<(String, i64)> {
        let mut answers = Vec::new();
        for posted in self.posted.drain(..) {
            let (id, seq) = posted.await.unwrap();
            answers.push((id, seq.as_i64().unwrap()));
        }
        for _ in 0..self.handed_in.len() {
            let ack = self.phone.next_of("ack").await;
            let id = ack["id"].as_str().unwrap().to_owned();
            answers.push((id, ack["seq"].as_i64().unwrap()));
        }
        answers
    }

    /// What was sent over the socket alone and once, in the order it was sent.
    fn sent_once_over_socket(&self) -> Vec<String> {
        let once = |id: &&String| self.ids.iter().filter(|other| other == id).count() == 1;
        self.handed_in.iter().filter(once).cloned().collect()
    }

    fn distinct(&self) -> BTreeSet<String> {
        self.ids.iter().cloned().collect()
    }
}

async fn history(who: &Person, team: &Team) -> Vec<Value> {
    let path = format!("/conversations/{}/messages?limit=200", team.conversation_id);
    let page = who.get(&path).await.expect(200);
    page["items"].as_array().unwrap().clone()
}

async fn story(app: &TestApp, tries: &[Try]) -> Result<(), TestCaseError> {
    let manager = app.manager().await;
    let team = Team::of(&manager, &format!("Pod {}", new_id())).await;
    let mut sam = Side::of(&team.sam).await;
    let mut asha = Side::of(&team.mentor).await;

    for one in tries {
        let side = if one.by_sam { &mut sam } else { &mut asha };
        side.make(one, &team.conversation_id).await;
    }
    let mut answers = sam.answers().await;
    answers.extend(asha.answers().await);

    let stored = history(&team.sam, &team).await;
    prop_assert_eq!(&stored, &history(&team.mentor, &team).await);
    let seqs: Vec<i64> = stored.iter().map(|m| m["seq"].as_i64().unwrap()).collect();
    let expected = i64::try_from(sam.distinct().len() + asha.distinct().len()).unwrap();
    prop_assert_eq!(seqs, (1..=expected).collect::<Vec<i64>>());
    let places: BTreeMap<String, i64> = stored
        .iter()
        .map(|m| {
            (
                m["id"].as_str().unwrap().to_owned(),
                m["seq"].as_i64().unwrap(),
            )
        })
        .collect();
    prop_assert_eq!(places.len(), stored.len());
    for (id, seq) in &answers {
        prop_assert_eq!(
            places.get(id),
            Some(seq),
            "every answer names the one place"
        );
    }
    for side in [&sam, &asha] {
        let in_order: Vec<i64> = side
            .sent_once_over_socket()
            .iter()
            .map(|id| places[id])
            .collect();
        prop_assert!(
            in_order.is_sorted(),
            "stored in the order sent: {in_order:?}"
        );
    }
    let first = asha.phone.ready["seq"].as_i64().unwrap() + 1;
    let mut heard = BTreeSet::new();
    for (seq, _) in (first..).zip(sam.distinct()) {
        let event = asha.phone.next_of("event").await;
        prop_assert_eq!(&event["seq"], &json!(seq), "the inbox has no gap");
        heard.insert(event["data"]["id"].as_str().unwrap().to_owned());
    }
    prop_assert_eq!(heard, sam.distinct());
    prop_assert!(asha.phone.is_quiet().await);
    Ok(())
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
        cases: 8,
        failure_persistence: None,
        max_shrink_iters: 30,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&tries(), |tries| runtime.block_on(story(&app, &tries)))
        .unwrap();
}

#[test]
fn any_interleaving_stores_each_message_once_on_sqlite() {
    run(async { Some(TestApp::on_sqlite().await) });
}

#[test]
fn any_interleaving_stores_each_message_once_on_postgres() {
    run(TestApp::on_postgres());
}
