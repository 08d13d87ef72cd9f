//! "I am scared to go home": the story the whole service is for, and its bad nights.

use serde_json::{Value, json};

use crate::support::{
    Person, Phone, Place, Team, TestApp, a_call, a_team, alerts_of, new_id, on_both_stores, say,
    the_alert, told, told_of,
};

const WORDS: &str = "I am scared to go home. dad hits me every night now";

async fn read(who: &Person, alert: &str) -> Value {
    let path = format!("/alerts/{alert}");
    who.back().await.get(&path).await.expect(200)
}

async fn acknowledge(who: &Person, alert: &str) -> u16 {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await.status
}

async fn decide(who: &Person, alert: &str, outcome: &str) -> Value {
    let body =
        json!({ "outcome": outcome, "rationale": "Visited with Priya; he is with his aunt." });
    let path = format!("/alerts/{alert}/decision");
    who.back().await.post(&path, body).await.expect(200)
}

on_both_stores! {
    async fn on_a_good_night_somebody_has_it_within_minutes(app) {
        let team = a_team(&app).await;

        // The phone sends; the mentor has it as any message.
        let sent = say(&team.sam, &team.conversation_id, WORDS).await.expect(201);
        assert_eq!(sent["seq"], 1);
        let (event, data) = told(&team.mentor).await.pop().unwrap();
        assert_eq!((event.as_str(), &data["body"]), ("message.created", &json!(WORDS)));

        // The supervising social worker has an alert, with the words.
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
        let id = the_alert(&team.supervisor).await;
        app.advance(2);
        assert_eq!(acknowledge(&team.supervisor, &id).await, 200);

        // She reads it, visits, and decides; only that closes it.
        let alert = read(&team.supervisor, &id).await;
        assert_eq!(alert["holder"]["display_name"], "Ruth");
        assert_eq!(app.pass(30).await, 0);
        let closed = decide(&team.supervisor, &id, "strategy_discussion").await;
        assert_eq!(closed["state"], "closed");
        assert_eq!(app.pass(7 * 24 * 60).await, 0, "nothing happens to it any more");

        // Neither Sam nor his mentor was told anything of it.
        assert_eq!(told_of(&team.sam).await, Vec::<String>::new());
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn nobody_answers_and_it_is_still_open_in_the_morning(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, WORDS).await.expect(201);
        let id = the_alert(&team.supervisor).await;

        // A whole night: everybody on the ladder is told, and told again, past every round.
        let mut steps = 0;
        for _ in 0..(12 * 60 / 5) {
            steps += app.pass(5).await;
        }

        let alert = read(&team.supervisor, &id).await;
        assert_eq!(alert["state"], "open");
        assert!(steps > 5 * 4, "past five rounds: {steps}");
        for person in [&team.supervisor, &team.deputy, &team.manager] {
            let told = told_of(person).await;
            assert_eq!(told[0], "alert.opened");
            assert!(told.iter().filter(|event| *event == "alerts.waiting").count() > 5);
        }
        assert_eq!(acknowledge(&team.manager, &id).await, 200);
        assert_eq!(app.pass(5).await, 0);
    }
}

on_both_stores! {
    async fn it_is_answered_at_the_last_second(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, "i took all of mums tablets").await.expect(201);
        let id = the_alert(&team.supervisor).await;
        app.advance(5);

        // The answer is there before the worker looks: nobody else is called.
        assert_eq!(acknowledge(&team.supervisor, &id).await, 200);
        assert_eq!(app.escalate().await, 0);
        assert_eq!(told_of(&team.deputy).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn the_phone_sends_it_again_and_again_and_it_is_one_alert(app) {
        let team = a_team(&app).await;
        let body = json!({ "id": new_id(), "body": WORDS });
        let path = format!("/conversations/{}/messages", team.conversation_id);

        let first = team.sam.post(&path, body.clone()).await.expect(201);
        let (two, three) = tokio::join!(
            team.sam.post(&path, body.clone()),
            team.sam.post(&path, body.clone()),
        );

        assert_eq!(two.expect(200), first);
        assert_eq!(three.expect(200), first);
        assert_eq!(alerts_of(&team.supervisor).await[0]["occurrence_count"], 1);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"]);
    }
}

on_both_stores! {
    async fn forty_messages_later_number_seventeen_still_reaches_a_person_as_new(app) {
        let team = a_team(&app).await;
        let (mia, hers) = team.another_member("Mia", "young_person").await;
        let mut id = String::new();

        for number in 1..=40 {
            let sam = team.sam.back().await;
            let words = match number {
                17 => "i took all of mums tablets".to_owned(),
                _ => format!("not eaten for {number} days cos im too fat"),
            };
            say(&sam, &team.conversation_id, &words).await.expect(201);
            match number {
                1 => id = the_alert(&team.supervisor).await,
                3 => assert_eq!(acknowledge(&team.supervisor, &id).await, 200),
                17 => {
                    let alert = read(&team.supervisor, &id).await;
                    assert_eq!((&alert["state"], &alert["severity"]), (&json!("open"), &json!("immediate")));
                    assert_eq!(told_of(&team.supervisor).await.last().unwrap(), "alert.raised_again");
                    assert_eq!(acknowledge(&team.deputy, &id).await, 200);
                }
                20 => {
                    say(&mia.back().await, &hers, WORDS).await.expect(201);
                    assert_eq!(alerts_of(&team.supervisor).await.len(), 2, "another child, another alert");
                }
                _ => {}
            }
            app.advance(1);
        }

        let alert = read(&team.deputy, &id).await;
        assert_eq!(alert["occurrence_count"], 40, "no message was dropped");
        assert_eq!(alert["holder"]["display_name"], "Ben");
        let told = told_of(&team.supervisor).await;
        assert_eq!(told.iter().filter(|event| *event == "alert.opened").count(), 2);
    }
}

on_both_stores! {
    async fn the_peer_mentor_is_the_accused(app) {
        let team = a_team(&app).await;
        let before = told(&team.mentor).await.len();

        say(&team.sam, &team.conversation_id, "my mentor turned up at my house drunk").await.expect(201);

        // The mentor sees the message as normal, and nothing more, whatever happens next.
        let id = the_alert(&team.supervisor).await;
        for _ in 0..20 {
            app.pass(30).await;
        }
        acknowledge(&team.supervisor, &id).await;
        let call = format!("/alerts/{id}/calls");
        team.supervisor.back().await.post(&call, a_call("lado")).await.expect(201);
        decide(&team.supervisor, &id, "lado").await;
        let events = told(&team.mentor).await.split_off(before);
        let names: Vec<&str> = events.iter().map(|(event, _)| event.as_str()).collect();
        assert_eq!(names, ["message.created"]);
        assert_eq!(team.mentor.back().await.get(&format!("/alerts/{id}")).await.status, 404);
        assert_eq!(read(&team.supervisor, &id).await["kind"], "allegation");
    }
}

on_both_stores! {
    async fn the_supervisor_is_the_accused(app) {
        let team = a_team(&app).await;
        let body = json!({
            "id": new_id(),
            "family_member_id": team.sam.id,
            "severity": "immediate",
            "category": "emotional_abuse",
            "note": "Sam says Ruth shouted at him and told him nobody would believe him.",
            "implicates": [team.supervisor.id],
        });

        team.practitioner.post("/concerns", body).await.expect(201);
        for _ in 0..20 {
            app.pass(5).await;
        }

        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new());
        assert!(alerts_of(&team.supervisor).await.is_empty());
        let closed = team.supervisor.back().await.get("/alerts?state=closed").await.expect(200);
        assert_eq!(closed["items"], json!([]));
        let id = the_alert(&team.manager).await;
        assert_eq!(acknowledge(&team.supervisor, &id).await, 404);
        assert_eq!(acknowledge(&team.manager, &id).await, 200);
        assert_eq!(told_of(&team.deputy).await[0], "alert.opened");
    }
}

on_both_stores! {
    async fn two_people_answer_at_once_and_exactly_one_has_it(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, WORDS).await.expect(201);
        let id = the_alert(&team.supervisor).await;

        let (ruth, ben, maryam) = tokio::join!(
            acknowledge(&team.supervisor, &id),
            acknowledge(&team.deputy, &id),
            acknowledge(&team.manager, &id),
        );

        let mut answers = [ruth, ben, maryam];
        answers.sort_unstable();
        assert_eq!(answers, [200, 409, 409]);
    }
}

/// Two nodes on one database: either steps what is due, and each sees what the other did.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_step_it_once_and_either_answers() {
    let Some(app) = TestApp::on_postgres().await else {
        return;
    };
    let team = a_team(&app).await;
    let second = app.second_node().await;
    say(
        &team.sam.at(&second.url),
        &team.conversation_id,
        "i took all of mums tablets",
    )
    .await
    .expect(201);
    let id = the_alert(&team.supervisor).await;
    app.advance(5);
    second.advance(5);

    let (one, two) = tokio::join!(app.escalate(), second.escalate());

    assert_eq!(one + two, 1);
    assert_eq!(told_of(&team.deputy).await, ["alert.opened"]);
    assert_eq!(acknowledge(&team.deputy.at(&second.url), &id).await, 200);
    assert_eq!(acknowledge(&team.supervisor, &id).await, 409);
}

/// The node on which it was said dies in the same minute: the other one has all of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_that_heard_it_is_killed_and_the_other_climbs_and_is_answered() {
    let Some(place) = Place::on_postgres() else {
        return;
    };
    let (here, there) = (place.serve(), place.serve());
    let manager = place.manager(&here.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    let watching = team.at(&there.url);
    let mut ruth = Phone::of(&watching.supervisor).await;
    let mut ben = Phone::of(&watching.deputy).await;

    let sent = say(&team.sam, &team.conversation_id, WORDS)
        .await
        .expect(201);
    let opened = ruth.next_event("alert.opened").await;
    here.kill();

    // Nobody has answered in time: the deputy is called, by the node that is left.
    place.make_alerts_due();
    let called = ben.next_event("alert.opened").await;
    let id = opened["data"]["id"].as_str().unwrap();
    assert_eq!(called["data"]["id"], id);
    let answer = format!("/alerts/{id}/acknowledgement");
    let held = watching.deputy.post_nothing(&answer).await.expect(200);
    assert_eq!(held["holder"]["display_name"], "Ben");
    assert_eq!(watching.supervisor.post_nothing(&answer).await.status, 409);

    // And every word of it is there.
    let path = format!("/conversations/{}/messages", team.conversation_id);
    let history = watching.sam.get(&path).await.expect(200);
    assert_eq!(history["items"][0]["id"], sent["id"]);
    assert!(there.stop(), "the drain failed");
}

/// The only process dies between two steps, and again after the next: what was due steps at once when
/// it is back, from the row alone, and nobody is told twice of one step.
async fn killed_between_steps(place: Place) {
    let here = place.serve();
    let manager = place.manager(&here.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    say(&team.sam, &team.conversation_id, WORDS)
        .await
        .expect(201);
    here.kill();

    place.make_alerts_due();
    let here = place.serve();
    let mut ben = Phone::of(&team.at(&here.url).deputy).await;
    let heard = told_of(&team.at(&here.url).deputy).await;
    let id = if heard.is_empty() {
        text_of(&ben.next_event("alert.opened").await)
    } else {
        the_alert(&team.at(&here.url).deputy).await
    };
    here.kill();

    place.make_alerts_due();
    let here = place.serve();
    let there = team.at(&here.url);
    let mut maryam = Phone::of(&there.manager).await;
    if told_of(&there.manager).await.is_empty() {
        maryam.next_event("alert.opened").await;
    }
    assert_eq!(told_of(&there.deputy).await, ["alert.opened"]);
    let opened = told_of(&there.supervisor).await;
    assert_eq!(opened, ["alert.opened"], "she was told once");
    let path = format!("/alerts/{id}/acknowledgement");
    let held = there.manager.post_nothing(&path).await.expect(200);
    assert_eq!(
        (&held["step"], &held["occurrence_count"]),
        (&json!(2), &json!(1))
    );
    assert!(here.stop(), "the drain failed");
}

fn text_of(event: &Value) -> String {
    event["data"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_is_killed_between_steps_on_sqlite() {
    killed_between_steps(Place::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_process_is_killed_between_steps_on_postgres() {
    if let Some(place) = Place::on_postgres() {
        killed_between_steps(place).await;
    }
}

on_both_stores! {
    async fn whoever_has_it_is_suspended_and_it_climbs_again(app) {
        let team = a_team(&app).await;
        say(&team.sam, &team.conversation_id, WORDS).await.expect(201);
        let alert = the_alert(&team.supervisor).await;
        assert_eq!(acknowledge(&team.supervisor, &alert).await, 200);

        // Nobody is named who takes over what rests on her.
        let going = json!({ "reason": "Falling ill" });
        let path = format!("/accounts/{}/suspension", team.supervisor.id);
        team.manager.post(&path, going).await.expect(200);

        let left = read(&team.deputy, &alert).await;
        assert_eq!(left["state"], "open");
        assert_eq!(left["holder"], Value::Null);
        assert!(told_of(&team.deputy).await.contains(&"alert.opened".to_owned()));
        assert_eq!(acknowledge(&team.deputy, &alert).await, 200);
    }
}
