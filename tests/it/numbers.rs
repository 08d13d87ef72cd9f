//! The numbers for operators: right, told of nobody, and the ones the README lists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use daybook::care::accounts::actions::recognise;
use daybook::care::accounts::{Caller, Claims};
use daybook::care::conversations::actions::{SendError, send_message};
use daybook::care::conversations::{MessageText, Outgoing};
use daybook::care::safeguarding::{Reading, Screened};
use daybook::care::words::Author;
use daybook::db::{Fault, Lane, Tx};
use reqwest::Method;
use serde_json::json;

use super::support::{
    Answer, Browser, Outside, Phone, PushService, Team, TestApp, a_team, new_id, on_both_stores,
    raise, say, takes_pushes, verify_number, with_phone_hook,
};

/// Every line of the numbers: name with labels, and value.
async fn numbers(app: &TestApp) -> BTreeMap<String, f64> {
    let text = app.nobody().get("/metrics").await.expect(200);
    let lines = text.as_str().unwrap().lines();
    let said = lines.filter(|line| !line.starts_with('#'));
    said.map(|line| line.rsplit_once(' ').unwrap())
        .map(|(name, value)| (name.to_owned(), value.parse().unwrap()))
        .collect()
}

/// One number, as it is once what was known before is too old.
async fn number(app: &TestApp, name: &str) -> f64 {
    app.app.clock().advance(std::time::Duration::from_secs(5));
    let all = numbers(app).await;
    *all.get(name)
        .unwrap_or_else(|| panic!("no {name} in {all:#?}"))
}

#[track_caller]
fn is(found: f64, expected: u32) {
    assert!(
        (found - f64::from(expected)).abs() < 0.5,
        "{found}, not {expected}"
    );
}

fn open(state: &str, severity: &str) -> String {
    format!("daybook_alerts_open{{severity=\"{severity}\",state=\"{state}\"}}")
}

on_both_stores! {
    async fn open_alerts_are_counted_and_how_long_a_step_is_overdue(app) {
        let due = "daybook_oldest_due_seconds{work=\"escalation\"}";
        let team = a_team(&app).await;
        is(number(&app, &open("open", "urgent")).await, 0);
        is(number(&app, due).await, 0);

        let alert = raise(&team, "urgent").await;
        is(number(&app, &open("open", "urgent")).await, 1);
        app.advance(61);
        let late = number(&app, due).await;
        assert!((60.0..=80.0).contains(&late), "{late}");
        app.escalate().await;
        is(number(&app, due).await, 0);

        let ruth = team.supervisor.back().await;
        ruth.post_nothing(&format!("/alerts/{alert}/acknowledgement")).await.expect(200);
        is(number(&app, &open("open", "urgent")).await, 0);
        is(number(&app, &open("acknowledged", "urgent")).await, 1);
        is(number(&app, &open("acknowledged", "immediate")).await, 0);
    }
}

on_both_stores! {
    async fn whoever_can_be_called_in_fewer_than_two_ways_is_counted(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let [none, one] = ["0", "1"].map(|ways| format!("daybook_staff_poorly_reached{{ways=\"{ways}\"}}"));
        let manager = app.manager().await;
        is(number(&app, &none).await, 0);

        // Ruth and Ben are on the ladder of the pod with the manager; nobody else is.
        let team = Team::of(&manager, "Crewe North").await;
        is(number(&app, &none).await, 3);
        takes_pushes(&push, &team.supervisor).await;
        is(number(&app, &none).await, 2);
        is(number(&app, &one).await, 1);

        verify_number(&app, &hook, &team.supervisor, "+447700900123").await;
        is(number(&app, &none).await, 2);
        is(number(&app, &one).await, 0);

        // Her telephone's push is refused from now on: one way is left.
        push.is_gone("/Ruth", true);
        raise(&team, "immediate").await;
        app.call_people().await;
        is(number(&app, &one).await, 1);
        app.set_status(&team.supervisor, "suspended").await;
        is(number(&app, &one).await, 0);
    }
}

on_both_stores! {
    async fn however_often_somebody_scrapes_the_database_is_asked_once_in_five_seconds(app) {
        let team = a_team(&app).await;
        is(number(&app, &open("open", "urgent")).await, 0);

        raise(&team, "urgent").await;

        is(numbers(&app).await[&open("open", "urgent")], 0);
        is(number(&app, &open("open", "urgent")).await, 1);
    }
}

on_both_stores! {
    async fn tries_to_reach_people_are_counted_by_what_came_of_them(app) {
        let team = a_team(&app).await;
        let service = PushService::start();
        let ruth = &team.supervisor;
        let body = Browser::new().subscription(&format!("{}/ruth", service.url));
        ruth.post("/push/subscriptions", body).await.expect(201);
        app.call_people_after(5).await;
        let tries = |outcome: &str| {
            format!("daybook_notice_tries_total{{channel=\"push\",outcome=\"{outcome}\"}}")
        };
        let before = numbers(&app).await.get(&tries("accepted")).copied().unwrap_or_default();

        service.will_answer(&[Answer::Status(500)]);
        raise(&team, "immediate").await;
        app.advance(1);
        let calls = number(&app, "daybook_oldest_due_seconds{work=\"calls\"}").await;
        assert!((60.0..=75.0).contains(&calls), "{calls}");
        app.call_people().await;
        is(number(&app, &tries("fault")).await, 1);
        app.advance(1);
        app.call_people().await;

        is(number(&app, &tries("accepted")).await - before, 1);
        is(number(&app, "daybook_oldest_due_seconds{work=\"calls\"}").await, 0);
        is(number(&app, "daybook_oldest_due_seconds{work=\"tries\"}").await, 0);
    }
}

on_both_stores! {
    async fn requests_are_counted_by_pattern_and_never_by_what_they_were_about(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "Hello Asha").await.expect(201);
        let help = json!({ "id": new_id() });
        team.sam.post("/help", help).await.expect(201);
        app.nobody().call(Method::GET, "/api/v1/nothing-here", None).await.expect(404);
        let odd = Method::from_bytes(b"SAM-WAS-HERE").unwrap();
        app.nobody().call(odd, "/api/v1/pods", None).await.expect(405);
        let phone = Phone::of(&team.sam).await;

        let all = numbers(&app).await;

        let requests = |method: &str, route: &str, status: u16| {
            let labels = format!("method=\"{method}\",route=\"{route}\",status=\"{status}\"");
            all.get(&format!("daybook_http_requests_total{{{labels}}}")).copied()
        };
        let messages = "/api/v1/conversations/{id}/messages";
        assert_eq!(requests("POST", messages, 201), Some(1.0), "{all:#?}");
        assert_eq!(requests("POST", "/api/v1/{worry}", 201), Some(1.0));
        assert_eq!(requests("GET", "unmatched", 404), Some(1.0), "{all:#?}");
        assert_eq!(requests("other", "/api/v1/pods", 405), Some(1.0), "{all:#?}");
        is(all["daybook_live_sockets"], 1);
        assert!(all["daybook_events_written_total"] > 1.0);
        let text = format!("{all:?}").to_lowercase();
        let ids = [&team.sam.id, &team.conversation_id, &team.pod_id];
        for told in ids.into_iter().map(String::as_str).chain(["sam", "help\"}", "hello", "nothing"]) {
            assert!(!text.contains(told), "{told} in {text}");
        }
        drop(phone);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_could_not_be_saved_is_counted_and_how_much_one_commit_saves() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let groups = numbers(&app).await["daybook_writer_group_units_count"];
    assert!(groups > 10.0);

    app.app.store().faults().unwrap().next(Fault::Commit);
    say(&team.sam, &team.conversation_id, "Hello")
        .await
        .expect(503);

    let all = numbers(&app).await;
    is(all["daybook_store_faults_total{kind=\"not_saved\"}"], 1);
    is(all["daybook_store_saving"], 0);
    is(all["daybook_writer_group_units_count"] - groups, 0);
    for lane in ["help", "talk", "rest", "read"] {
        is(all[&format!("daybook_store_waiting{{lane=\"{lane}\"}}")], 0);
    }
}

on_both_stores! {
    async fn a_text_whose_screening_failed_is_counted(app) {
        let team = a_team(&app).await;
        let not_screened = "daybook_texts_not_screened_total";
        is(numbers(&app).await[not_screened], 0);

        sends_unscreened(&app, &team).await;

        is(numbers(&app).await[not_screened], 1);
    }
}

/// Sam's message comes in as it does when screening has panicked.
async fn sends_unscreened(app: &TestApp, team: &Team) {
    let devices = team.sam.get("/accounts/me/devices").await.expect(200);
    let claims = Claims {
        account_id: team.sam.id.parse().unwrap(),
        device_id: devices["items"][0]["id"].as_str().unwrap().parse().unwrap(),
        authority_id: None,
        author: Some(Author::YoungPerson),
        language: "en".to_owned(),
    };
    let lexicons = app.app.lexicons().clone();
    let message = Outgoing {
        conversation_id: team.conversation_id.parse().unwrap(),
        id: new_id().parse().unwrap(),
        body: MessageText::parse("Hello").unwrap(),
        written_at: None,
        screened: Some(Screened {
            reading: Reading::NotScreened,
            unread: false,
            findings: Vec::new(),
            lexicon_version: lexicons.shipped().version().to_owned(),
            author: Author::YoungPerson,
        }),
    };
    let deed = move |tx: &mut Tx<'_>| -> Result<(), SendError> {
        let caller: Caller = recognise(tx, &claims).unwrap();
        send_message(tx, &caller, &lexicons, &message).map(drop)
    };
    app.app.store().write(Lane::Talk, deed).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_readme_lists_every_number_and_no_other() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    app.app.numbers().tried("push", "accepted");
    app.app.store().faults().unwrap().next(Fault::Commit);
    say(&team.sam, &team.conversation_id, "Hello")
        .await
        .expect(503);
    let text = app.nobody().get("/metrics").await.expect(200);
    let told: BTreeSet<&str> = text
        .as_str()
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let listed: BTreeSet<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `daybook_"))
        .filter_map(|line| line.split('`').next())
        .collect();

    let short: BTreeSet<&str> = told
        .iter()
        .map(|name| name.strip_prefix("daybook_").unwrap())
        .collect();
    // Nothing turns in a test, so no worker is told of.
    let expected: BTreeSet<&str> = short.into_iter().chain(["worker_turning"]).collect();
    assert_eq!(listed, expected);
}
