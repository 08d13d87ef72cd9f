//! The power fails between a worrying message and everything after it, the last backup is ten minutes
//! old, a version of the lexicon is damaged and a text was never screened: nothing is lost for good, and
//! nothing happens twice.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Outside, Person, Phone, Place, Process, Team, a_rule, a_team, new_id, on_both_stores, say,
    the_alert, told, told_of,
};

const WORDS: &str = "I am scared to go home. dad hits me every night now";

/// What a phone keeps until it is safe, and hands in again under the same ids.
struct Kept {
    path: String,
    body: Value,
}

impl Kept {
    fn message(team: &Team, words: &str) -> Self {
        Self {
            path: format!("/conversations/{}/messages", team.conversation_id),
            body: json!({ "id": new_id(), "body": words }),
        }
    }

    fn help() -> Self {
        Self {
            path: "/help".to_owned(),
            body: json!({ "id": new_id() }),
        }
    }

    async fn handed_in(&self, by: &Person, status: u16) -> Value {
        by.post(&self.path, self.body.clone()).await.expect(status)
    }
}

/// The one alert, as the supervisor reads it.
async fn the_whole_alert(team: &Team) -> Value {
    let id = the_alert(&team.supervisor).await;
    let ruth = team.supervisor.back().await;
    ruth.get(&format!("/alerts/{id}")).await.expect(200)
}

/// The bodies of the messages, in their order, as often as they are there.
async fn messages(team: &Team) -> Vec<String> {
    let path = format!("/conversations/{}/messages", team.conversation_id);
    let read = team.mentor.back().await.get(&path).await.expect(200);
    let items = read["items"].as_array().unwrap().iter();
    items
        .map(|item| item["body"].as_str().unwrap().to_owned())
        .collect()
}

/// How often the mentor was told of a message.
async fn arrived(team: &Team) -> usize {
    let events = told(&team.mentor).await.into_iter();
    events
        .filter(|(event, _)| event == "message.created")
        .count()
}

/// As many nodes as the database may have.
fn nodes(place: &Place) -> Vec<Process> {
    let many = if place.url().starts_with("sqlite:") {
        1
    } else {
        2
    };
    (0..many).map(|_| place.serve()).collect()
}

/// What Sam's phone hands in during the ten minutes that the backup does not have.
struct Lost {
    worry: Kept,
    help: Kept,
    reply: Kept,
}

async fn the_power_fails(place: Place) {
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    let words = "Football was good today";
    say(&team.sam, &team.conversation_id, words)
        .await
        .expect(201);
    let life = Phone::of(&team.sam).await.ready;
    assert!(server.stop());
    place.back_up();
    let lost = Lost {
        worry: Kept::message(&team, WORDS),
        help: Kept::help(),
        reply: Kept::message(&team, "She is coming, thank you"),
    };

    let sam = ten_minutes(&place, &team, &lost).await;

    // The disk is gone with all that. There is the backup.
    place.put_back();
    let said = place.tried(&["migrate", "--restored"]);
    assert!(said.contains("a new life of this database"), "{said}");
    let running = nodes(&place);
    let here = team.at(&running[0].url);
    assert_eq!(messages(&here).await, [words]);
    let sam = sam.at(&running[0].url).with_new_secret().await;
    let hello = json!({ "after": life["seq"], "epoch": life["epoch"] });
    let mut phone = Phone::hello(&sam, hello).await;
    phone.next_of("resync").await;

    it_is_handed_in_again(&place, (&here, &sam, &running), &lost).await;
    for node in running {
        assert!(node.stop(), "the drain failed");
    }
}

/// What the backup does not have. Gives Sam with the secret his phone has by then.
async fn ten_minutes(place: &Place, team: &Team, lost: &Lost) -> Person {
    // Sam writes, is told that it is kept, and the machine dies.
    let server = place.serve();
    let sent = lost.worry.handed_in(&team.sam.at(&server.url), 201).await;
    server.kill();

    // Whoever starts next finds the message with its alert; his phone, not sure, sends it again.
    let running = nodes(place);
    let here = team.at(&running[0].url);
    let there = team.at(&running[running.len() - 1].url);
    let (one, two) = tokio::join!(
        lost.worry.handed_in(&here.sam, 200),
        lost.worry.handed_in(&there.sam, 200),
    );
    assert_eq!((&one, &two), (&sent, &sent));
    assert_eq!(told_of(&here.supervisor).await, ["alert.opened"]);
    assert_eq!(the_whole_alert(&here).await["occurrence_count"], 1);
    let pressed = lost.help.handed_in(&there.sam, 201).await;
    assert_eq!(pressed["seen_by_a_person"], false);

    // Ruth has it, and goes to see him. His phone has a new secret by now.
    let id = the_alert(&here.supervisor).await;
    let ruth = here.supervisor.back().await;
    let path = format!("/alerts/{id}/acknowledgement");
    ruth.post_nothing(&path).await.expect(200);
    let mut sam = here.sam.clone();
    for _ in 0..3 {
        sam = sam.with_new_secret().await;
    }
    lost.reply.handed_in(&sam, 201).await;
    drop(running);
    sam
}

/// His phone still holds what was not safe, and hands it in again: it is there once, however often.
async fn it_is_handed_in_again(
    place: &Place,
    (here, sam, running): (&Team, &Person, &[Process]),
    lost: &Lost,
) {
    let before = arrived(here).await;
    for (status, node) in [(201, &running[0]), (200, &running[running.len() - 1])] {
        for kept in [&lost.worry, &lost.help, &lost.reply] {
            kept.handed_in(&sam.at(&node.url), status).await;
        }
    }
    // That Ruth had it is lost, so nobody is told that it was seen; it is before her again.
    let pressed = lost.help.handed_in(sam, 200).await;
    assert_eq!(pressed["seen_by_a_person"], false);
    let told = told_of(&here.supervisor).await;
    assert_eq!(told, ["alert.opened", "alert.raised_again"]);
    let alert = the_whole_alert(here).await;
    assert_eq!(
        (&alert["state"], &alert["occurrence_count"]),
        (&json!("open"), &json!(2))
    );
    let said = ["Football was good today", WORDS, "She is coming, thank you"];
    assert_eq!(messages(here).await, said);
    assert_eq!(arrived(here).await, before + 2);

    // And it climbs.
    let mut ben = Phone::of(&here.deputy).await;
    place.make_alerts_due();
    let called = ben.next_event("alert.opened").await;
    assert_eq!(called["data"]["id"], alert["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_is_there_after_it_and_after_an_old_backup_on_sqlite() {
    the_power_fails(Place::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_is_there_after_it_and_after_an_old_backup_on_postgres() {
    if let Some(place) = Place::on_postgres() {
        the_power_fails(place).await;
    }
}

fn is_well(ready: &Value, part: &str) -> bool {
    let parts = ready["parts"].as_array().unwrap();
    parts.iter().find(|one| one["name"] == part).unwrap()["ok"] == true
}

async fn publishes(manager: &Person, rules: Value) {
    let mut body = json!({});
    body["rules"] = rules;
    let made = manager.post("/lexicon/drafts", body).await.expect(201);
    let path = format!(
        "/lexicon/drafts/{}/publication",
        made["id"].as_str().unwrap()
    );
    manager.post_nothing(&path).await.expect(200);
}

/// The rules that found something in the newest occurrence of the one alert.
async fn found_in_the_newest(team: &Team) -> Vec<String> {
    let alert = the_whole_alert(team).await;
    let findings = alert["occurrences"][0]["findings"].as_array().unwrap();
    let rule = |finding: &Value| finding["rule"].as_str().unwrap().to_owned();
    findings.iter().map(rule).collect()
}

on_both_stores! {
    async fn a_text_that_was_never_screened_is_found_within_a_minute_and_no_lexicon_is_ever_empty(app) {
        let outside = Outside::start().await;
        let sign = outside.url.parse().unwrap();
        let app = app.again(move |config| config.heartbeat_url = Some(sign)).await;
        let team = a_team(&app).await;

        // Screening fails on his words. They are kept, and are a worry from the first moment.
        app.app.lexicons().shipped().fail_next(1);
        say(&team.sam, &team.conversation_id, WORDS).await.expect(201);
        assert_eq!(found_in_the_newest(&team).await, ["not_screened"]);
        let rules = json!([a_rule("urgent")]);
        publishes(&team.manager, rules.clone()).await;
        let mut second = rules;
        second[0]["patterns"] = json!(["blue door", "azure gate"]);
        publishes(&team.manager, second).await;

        // The service starts again, with the newest version of the rules damaged: the one before holds.
        app.damage_lexicon(2).await;
        let app = app.again(|_| ()).await;
        let red = app.nobody().get("/health/ready").await.expect(503);
        assert!(!is_well(&red, "lexicon"));
        let app = app.turning().await;
        let team = team.at(&app.url);
        let is_found = async {
            while the_whole_alert(&team).await["occurrence_count"] != 2 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), is_found).await.unwrap();
        let rules = found_in_the_newest(&team).await;
        assert!(rules.iter().any(|rule| rule.starts_with("en.")), "{rules:?}");
        say(&team.sam, &team.conversation_id, "he sent me to the blue door").await.expect(201);
        let rules = found_in_the_newest(&team).await;
        assert!(rules.contains(&"local.exploitation.blue_door".to_owned()), "{rules:?}");

        // The workers stand still: nobody outside hears from us any more, and Sam is told so.
        app.stop_workers().await;
        outside.take();
        app.advance(3);
        let sam = team.sam.back().await;
        let pressed = sam.post("/help", json!({ "id": new_id() })).await.expect(201);
        assert_eq!(pressed["seen_by_a_person"], false);
        assert_eq!(pressed["people_can_be_called"], false);
        assert_eq!(pressed["help_lines"][0]["number"], "999");
        assert_eq!(outside.count(), 0);
    }
}
