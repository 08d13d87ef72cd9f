//! A text whose screening fails: stored, delivered, a concern; and screened again until it succeeds.

use serde_json::{Value, json};

use super::support::{
    Person, Team, TestApp, a_team, alerts_of, concern, new_id, on_both_stores, say, the_alert, told,
};

const HIT: &str = "dad hits me every night";

/// The next screenings fail.
fn fail_next(app: &TestApp, times: usize) {
    app.app.lexicons().shipped().fail_next(times);
}

/// Every finding of an alert, newest occurrence first: its rule and severity.
fn findings(alert: &Value) -> Vec<(String, String)> {
    let occurrences = alert["occurrences"].as_array().unwrap().iter();
    occurrences
        .flat_map(|occurrence| occurrence["findings"].as_array().unwrap())
        .map(|finding| {
            let text = |name: &str| finding[name].as_str().unwrap().to_owned();
            (text("rule"), text("severity"))
        })
        .collect()
}

async fn whole(who: &Person, id: &str) -> Value {
    who.back()
        .await
        .get(&format!("/alerts/{id}"))
        .await
        .expect(200)
}

async fn reading_list(team: &Team) -> Vec<Value> {
    let list = team
        .supervisor
        .back()
        .await
        .get("/reading-list")
        .await
        .expect(200);
    list["items"].as_array().unwrap().clone()
}

fn is_not_screened(finding: &(String, String)) -> bool {
    finding.0 == "not_screened"
}

on_both_stores! {
    async fn a_panic_in_screening_keeps_no_message_back_and_is_a_concern(app) {
        let team = a_team(&app).await;

        fail_next(&app, 1);
        let sent = say(&team.sam, &team.conversation_id, HIT).await.expect(201);

        let page = format!("/conversations/{}/messages", team.conversation_id);
        let read = team.mentor.get(&page).await.expect(200);
        assert_eq!(read["items"], json!([sent]));
        assert_eq!(told(&team.mentor).await.last().unwrap().0, "message.created");
        let alert = whole(&team.supervisor, &the_alert(&team.supervisor).await).await;
        assert_eq!(findings(&alert), [("not_screened".to_owned(), "urgent".to_owned())]);
        assert_eq!(alert["occurrences"][0]["quote"][0]["text"], HIT);
    }
}

on_both_stores! {
    async fn it_is_screened_again_and_raises_what_a_first_screening_would_have(app) {
        let team = a_team(&app).await;
        let other = Team::of(&app.manager_of("Leeds").await, "Leeds East").await;
        say(&other.sam, &other.conversation_id, HIT).await.expect(201);
        let first = whole(&other.supervisor, &the_alert(&other.supervisor).await).await;
        fail_next(&app, 1);
        say(&team.sam, &team.conversation_id, HIT).await.expect(201);

        let read = app.reconcile().await;
        let again = app.reconcile().await;

        assert_eq!((read, again), (1, 0));
        let alert = whole(&team.supervisor, &the_alert(&team.supervisor).await).await;
        assert_eq!(alert["occurrence_count"], 2);
        assert_eq!(alert["severity"], first["severity"]);
        assert_eq!(alert["occurrences"][0]["quote"], first["occurrences"][0]["quote"]);
        let found: Vec<_> = findings(&alert).into_iter().filter(|f| !is_not_screened(f)).collect();
        assert_eq!(found, findings(&first));
        assert!(reading_list(&team).await.is_empty());
    }
}

on_both_stores! {
    async fn what_proves_harmless_adds_nothing_and_closes_nothing(app) {
        let team = a_team(&app).await;
        fail_next(&app, 1);
        say(&team.sam, &team.conversation_id, "See you at four").await.expect(201);

        assert_eq!(app.reconcile().await, 1);

        let alert = whole(&team.supervisor, &the_alert(&team.supervisor).await).await;
        assert_eq!((&alert["occurrence_count"], &alert["state"]), (&json!(1), &json!("open")));
        app.advance(24 * 60);
        assert_eq!(app.reconcile().await, 0);
    }
}

on_both_stores! {
    async fn whoever_is_implicated_is_left_out_when_it_is_read_again(app) {
        let team = a_team(&app).await;
        fail_next(&app, 1);
        let secret = "lets keep this between us, dont tell your social worker";
        say(&team.mentor, &team.conversation_id, secret).await.expect(201);

        app.reconcile().await;

        let alerts = alerts_of(&team.supervisor).await;
        let kinds: Vec<&Value> = alerts.iter().map(|alert| &alert["kind"]).collect();
        assert!(kinds.contains(&&json!("allegation")), "{kinds:?}");
    }
}

on_both_stores! {
    async fn a_text_that_cannot_be_screened_stands_before_a_person_and_is_tried_for_ever(app) {
        let team = a_team(&app).await;
        fail_next(&app, 2);
        say(&team.sam, &team.conversation_id, HIT).await.expect(201);

        assert_eq!(app.reconcile().await, 1);
        assert_eq!(app.reconcile().await, 0, "not before its time");
        let list = reading_list(&team).await;
        assert_eq!(list.len(), 1);
        let to_read = whole(&team.supervisor, list[0]["id"].as_str().unwrap()).await;
        assert_eq!(to_read["occurrences"][0]["quote"][0]["text"], HIT);
        // Vain tries grow apart: after one minute, five, fifteen, and every hour from then on.
        for minutes in [1, 5, 15, 60, 60] {
            fail_next(&app, 1);
            app.advance(minutes - 1);
            assert_eq!(app.reconcile().await, 0, "before {minutes} minutes");
            app.advance(1);
            assert_eq!(app.reconcile().await, 1, "after {minutes} minutes");
        }
        assert_eq!(reading_list(&team).await.len(), 1, "once is enough");

        app.advance(60);
        assert_eq!(app.reconcile().await, 1);

        let alerts = alerts_of(&team.supervisor).await;
        assert_eq!(alerts.len(), 1, "{alerts:?}");
        let alert = whole(&team.supervisor, alerts[0]["id"].as_str().unwrap()).await;
        assert_eq!(alert["occurrence_count"], 2);
        assert_eq!(reading_list(&team).await.len(), 1, "a person closes it");
        app.advance(24 * 60);
        assert_eq!(app.reconcile().await, 0);
    }
}

on_both_stores! {
    async fn a_check_in_a_held_message_and_a_concern_are_read_again_too(app) {
        let team = a_team(&app).await;
        let (mia, hers) = team.another_member("Mia", "parent").await;
        let (lou, _) = team.another_member("Lou", "young_person").await;
        fail_next(&app, 3);
        let check_in = json!({ "id": new_id(), "scale": 2, "better": HIT, "wants_contact": false });
        team.sam.post("/check-ins", check_in).await.expect(201);
        app.set_status(&mia, "suspended").await;
        say(&mia, &hers, HIT).await.expect(202);
        let mut report = concern(&team, "watch", "neglect");
        report["family_member_id"] = json!(lou.id);
        report["note"] = json!("Lou told me: dad hits me every night.");
        team.mentor.post("/concerns", report).await.expect(201);
        let before = alerts_of(&team.supervisor).await;
        assert_eq!(before.len(), 3);
        let checked_in = before.iter().find(|alert| alert["family_member"]["id"] == team.sam.id.as_str());
        let checked_in = checked_in.unwrap()["id"].as_str().unwrap();
        let quote = &whole(&team.supervisor, checked_in).await["occurrences"][0]["quote"];
        assert_eq!(quote[0]["text"], HIT, "a person can read it meanwhile");

        let read = app.reconcile().await;

        assert_eq!(read, 3);
        for alert in alerts_of(&team.supervisor).await {
            let alert = whole(&team.supervisor, alert["id"].as_str().unwrap()).await;
            assert_eq!(alert["occurrence_count"], 2, "{alert}");
            let newest = &alert["occurrences"][0];
            assert_eq!(newest["source"], alert["occurrences"][1]["source"]);
            let pieces = newest["quote"].as_array().unwrap().iter();
            let screened = pieces.filter(|piece| piece["matched"] == true).count();
            assert!(screened > 0, "{newest}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_that_read_a_text_again_one_raises() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let other = app.second_node().await;
    let team = a_team(&app).await;
    fail_next(&app, 8);
    for _ in 0..8 {
        say(&team.sam, &team.conversation_id, HIT).await.expect(201);
    }

    let (here, there) = tokio::join!(app.reconcile(), other.reconcile());

    assert_eq!(here + there, 8);
    let alert = whole(&team.supervisor, &the_alert(&team.supervisor).await).await;
    assert_eq!(alert["occurrence_count"], 16);
}

on_both_stores! {
    async fn a_worker_that_has_stopped_turns_readiness_red(app) {
        let app = app.turning().await;
        let nobody = app.nobody();
        let parts = async |status: u16| -> Vec<(String, bool)> {
            let ready = nobody.get("/health/ready").await.expect(status);
            let parts = ready["parts"].as_array().unwrap().iter();
            let workers = parts.filter(|part| part["name"].as_str().unwrap().starts_with("worker "));
            workers
                .map(|part| (part["name"].as_str().unwrap().to_owned(), part["ok"] == true))
                .collect()
        };
        app.stop_workers().await;
        let turned = parts(200).await;

        app.advance(1);

        let stopped = parts(503).await;
        for name in ["worker escalation", "worker notices", "worker reconcile"] {
            assert!(turned.contains(&(name.to_owned(), true)), "{turned:?}");
            assert!(stopped.contains(&(name.to_owned(), false)), "{stopped:?}");
        }
    }
}

on_both_stores! {
    async fn the_worker_itself_reads_what_was_not_screened(app) {
        let app = app.turning().await;
        let team = a_team(&app).await;

        fail_next(&app, 1);
        say(&team.sam, &team.conversation_id, HIT).await.expect(201);

        let id = the_alert(&team.supervisor).await;
        let patience = std::time::Duration::from_secs(20);
        let read = tokio::time::timeout(patience, async {
            while whole(&team.supervisor, &id).await["occurrence_count"] != 2 {
                tokio::task::yield_now().await;
            }
        });
        read.await.unwrap();
    }
}
