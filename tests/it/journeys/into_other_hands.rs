//! What happens to an alert once people have it: nights, handovers, other agencies, and the accused.

use daybook::base::time::Moment;
use serde_json::{Value, json};

use crate::support::{
    Person, Team, TestApp, a_call, a_team, alerts_of, new_id, on_both_stores, raise, say,
    the_alert, told, told_of,
};

const WORDS: &str = "my stepdad hits me and i took all of mums tablets";

/// Lets time pass until it is so late.
fn until(app: &TestApp, time: &str) {
    let to = Moment::parse_rfc3339(time).unwrap();
    app.app.clock().advance(to.since(app.now()));
    assert_eq!(app.now(), to, "it was later already");
}

async fn read(who: &Person, alert: &str) -> Value {
    let path = format!("/alerts/{alert}");
    who.back().await.get(&path).await.expect(200)
}

async fn acknowledge(who: &Person, alert: &str) -> u16 {
    let path = format!("/alerts/{alert}/acknowledgement");
    who.back().await.post_nothing(&path).await.status
}

async fn decide(who: &Person, alert: &str, outcome: &str) -> u16 {
    let body = json!({ "outcome": outcome, "rationale": "They have her until the morning." });
    let path = format!("/alerts/{alert}/decision");
    who.back().await.post(&path, body).await.status
}

async fn log(who: &Person, alert: &str, agency: &str) {
    let path = format!("/alerts/{alert}/calls");
    who.back()
        .await
        .post(&path, a_call(agency))
        .await
        .expect(201);
}

/// What somebody is to do.
async fn own(who: &Person) -> Vec<Value> {
    let list = who.back().await.get("/actions").await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// The events of a family's chronology, as somebody with a reason sees them.
async fn chronology(who: &Person, family: &str) -> Vec<String> {
    let path = format!("/families/{family}/chronology?reason=supervision");
    let list = who.back().await.get(&path).await.expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|line| line["event"].as_str().unwrap().to_owned())
        .collect()
}

/// The manager keeps the duty team's number.
async fn duty_team(team: &Team) {
    let line = json!({
        "agency": "edt", "name": "Children's emergency duty team", "number": "0300 123 5022",
        "hours": "nights, weekends and bank holidays", "verified_on": "2026-05-28",
        "script": "Say: a child may not be safe tonight. Ask who rings back, by when, and for the reference.",
    });
    team.manager.post("/agency-lines", line).await.expect(201);
}

on_both_stores! {
    async fn no_signal_on_friday_the_supervisor_away_and_monday_a_bank_holiday(app) {
        until(&app, "2026-08-28T15:00:00Z");
        let team = a_team(&app).await;
        duty_team(&team).await;
        let away = json!({ "id": new_id(), "until": "2026-09-01T07:00:00Z" });
        let path = format!("/accounts/{}/leave", team.supervisor.id);
        team.manager.post(&path, away).await.expect(201);
        let cover = json!({
            "id": new_id(), "account_id": team.deputy.id, "until": "2026-09-01T07:00:00Z",
        });
        team.manager.post(&format!("/pods/{}/shifts", team.pod_id), cover).await.expect(201);

        // She types on Friday at 18:40; her phone finds a network on Saturday at 02:10, and sends twice.
        until(&app, "2026-08-29T01:10:00Z");
        let body = json!({ "id": new_id(), "body": WORDS, "written_at": "2026-08-28T17:40:00Z" });
        let path = format!("/conversations/{}/messages", team.conversation_id);
        let sam = team.sam.back().await;
        let sent = sam.post(&path, body.clone()).await.expect(201);
        let again = sam.post(&path, body).await.expect(200);

        assert_eq!(sent, again);
        assert_eq!(sent["written_at"], "2026-08-28T17:40:00.000000Z");
        assert_eq!(sent["received_at"], "2026-08-29T01:10:00.000000Z");
        let id = the_alert(&team.deputy).await;
        let alert = read(&team.deputy, &id).await;
        assert_eq!((&alert["raised_at"], &alert["occurrence_count"]), (&sent["received_at"], &json!(1)));
        assert_eq!(told_of(&team.deputy).await, ["alert.opened"], "whoever covers");
        assert_eq!(told_of(&team.supervisor).await, Vec::<String>::new(), "nobody waits for her");

        // Nobody answers: on the fifth minute the next rung, and on past every round.
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(told_of(&team.manager).await, ["alert.opened"]);
        let mut steps = 1;
        for _ in 0..24 {
            steps += app.pass(5).await;
        }
        assert!(steps > 5 * 3, "past five rounds: {steps}");
        let alert = read(&team.deputy, &id).await;
        assert_eq!(alert["state"], "open");

        // Whoever has it reads out what to say; an e-mail would be no handover.
        assert_eq!(alert["telephone"]["out_of_hours"], true);
        assert_eq!(alert["telephone"]["lines"][0]["number"], "0300 123 5022");
        assert!(alert["telephone"]["lines"][0]["script"].as_str().unwrap().starts_with("Say:"));
        assert_eq!(acknowledge(&team.deputy, &id).await, 200);
        assert_eq!(decide(&team.deputy, &id, "edt_handover").await, 409);
        log(&team.deputy, &id, "edt").await;
        assert_eq!(decide(&team.deputy, &id, "edt_handover").await, 200);

        // Their answer is chased: neither the weekend nor the bank holiday is a working day.
        assert_eq!(own(&team.deputy).await[0]["due_at"], "2026-09-01T16:00:00.000000Z");
        until(&app, "2026-08-31T22:00:00Z");
        assert_eq!(app.chase_after(0).await, 0);
        until(&app, "2026-09-01T16:00:00Z");
        assert_eq!(app.chase_after(0).await, 1);
        assert_eq!(told_of(&team.deputy).await.last().unwrap(), "alert.action_overdue");
        let action = own(&team.deputy).await.remove(0);
        let done = format!("/actions/{}/done", action["id"].as_str().unwrap());
        let answer = json!({ "ending": "She stays with her aunt; they open an enquiry." });
        team.deputy.back().await.post(&done, answer).await.expect(200);
        assert_eq!(app.chase_after(7 * 24 * 60).await, 0);
        assert_eq!(told_of(&team.sam).await, Vec::<String>::new());
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
    }
}

/// The match of a member of the team's family, as the family shows it.
async fn match_of(team: &Team, member: &Person) -> String {
    let path = format!("/families/{}", team.family_id);
    let family = team.manager.back().await.get(&path).await.expect(200);
    let members = family["members"].as_array().unwrap();
    let found = members.iter().find(|one| one["id"] == json!(member.id));
    found.unwrap()["match_id"].as_str().unwrap().to_owned()
}

on_both_stores! {
    async fn the_accused_mentor_is_suspended_somebody_stands_in_and_the_officer_is_told(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
        let (lena, hers) = team.another_member("Lena", "parent").await;
        let before = raise(&team, "watch").await;
        let heard = told(&team.mentor).await.len();

        let said = say(&lena, &hers, "my mentor turned up at my house drunk").await.expect(201);

        // The mentor has the message as any other, and the practitioner sees no allegation.
        let events = told(&team.mentor).await.split_off(heard);
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].0.as_str(), &events[0].1["id"]), ("message.created", &said["id"]));
        assert_eq!(alerts_of(&team.practitioner).await.len(), 1);
        let alerts = alerts_of(&team.supervisor).await;
        let id = alerts.iter().find(|alert| alert["kind"] == "allegation").unwrap()["id"].clone();
        let id = id.as_str().unwrap().to_owned();
        assert_eq!(acknowledge(&team.supervisor, &id).await, 200);
        let with = json!({ "alert_id": before });
        team.supervisor.post(&format!("/alerts/{id}/links"), with).await.expect(200);

        // She suspends the mentor: what waits on the mentor's phone is held, and somebody stands in.
        let mentor = team.mentor.back().await;
        let why = json!({ "reason": "Until we have spoken." });
        team.supervisor.post(&format!("/accounts/{}/suspension", mentor.id), why).await.expect(200);
        let held = say(&mentor, &hers, "See you on Friday?").await.expect(202);
        assert_eq!(held["state"], "held");
        let path = format!("/matches/{}/cover", match_of(&team, &lena).await);
        let stand_in = json!({ "account_id": bea.id, "until": "2026-06-15T08:00:00Z" });
        team.practitioner.put(&path, stand_in).await.expect(200);
        let names: Vec<String> = told(&lena).await.into_iter().map(|(event, _)| event).collect();
        assert_eq!(names.last().unwrap(), "conversation.covered");
        assert!(!names.iter().any(|event| event.starts_with("alert")));
        say(&bea, &hers, "Hello Lena, I am Bea. I am here for you now.").await.expect(201);

        // The allegations officer is to be told within a working day, whatever else is decided.
        // She might be the one who is meant: what stays within the team takes two.
        assert_eq!(decide(&team.supervisor, &id, "cin_review").await, 200);
        assert_eq!(read(&team.supervisor, &id).await["state"], "acknowledged");
        assert_eq!(decide(&team.deputy, &id, "cin_review").await, 200);
        assert_eq!(app.chase_after(24 * 60).await, 1);
        assert_eq!(told_of(&team.supervisor).await.last().unwrap(), "alert.action_overdue");
        assert_eq!(told_of(&team.manager).await.last().unwrap(), "alert.action_overdue");
        log(&team.supervisor, &id, "lado").await;
        assert_eq!(app.chase_after(7 * 24 * 60).await, 0);
        let seen = chronology(&team.supervisor, &team.family_id).await;
        assert_eq!(seen, ["alert.opened", "alert.opened", "alert.decided", "alert.called"]);

        // Back at work, the mentor has been told nothing of any of it.
        let lifting = format!("/accounts/{}/suspension", team.mentor.id);
        team.supervisor.back().await.delete(&lifting).await.expect(200);
        assert_eq!(told_of(&team.mentor).await, Vec::<String>::new());
    }
}

on_both_stores! {
    async fn the_accused_mentors_other_talks_in_the_family_get_a_stand_in_with_this_one(app) {
        let team = a_team(&app).await;
        let in_pod = json!({ "pod_id": team.pod_id });
        let bea = team.manager.brings_in("peer_mentor", "Bea", in_pod).await;
        let (lena, hers) = team.another_member("Lena", "parent").await;
        say(&lena, &hers, "my mentor turned up at my house drunk").await.expect(201);
        let alerts = alerts_of(&team.supervisor).await;
        assert_eq!((alerts.len(), &alerts[0]["kind"]), (1, &json!("allegation")));

        // With her son the mentor talks as ever: nothing tells of it, in no list and no event.
        say(&team.sam, &team.conversation_id, "see you on friday").await.expect(201);
        say(&team.mentor, &team.conversation_id, "I am looking forward to it.").await.expect(201);
        let seen = format!("{:?}", told(&team.mentor).await);
        assert!(!seen.contains("alert") && !seen.contains("follow_up"), "{seen}");
        let path = format!("/alerts/{}", alerts[0]["id"].as_str().unwrap());
        team.mentor.get(&path).await.expect(404);
        assert!(alerts_of(&team.practitioner).await.is_empty());

        // Whoever suspends the mentor is shown both talks, and both have somebody in the same moment.
        let mentor = format!("/accounts/{}", team.mentor.id);
        let rests = team.manager.get(&format!("{mentor}/responsibilities")).await.expect(200);
        assert_eq!(rests["matches"], 2);
        let why = json!({ "reason": "Until we have spoken.", "replacement_account_id": bea.id });
        team.supervisor.post(&format!("{mentor}/suspension"), why).await.expect(200);
        for (who, talk) in [(&lena, &hers), (&team.sam, &team.conversation_id)] {
            let names: Vec<String> = told(who).await.into_iter().map(|(event, _)| event).collect();
            assert_eq!(names.last().unwrap(), "conversation.covered", "{}", who.name);
            assert!(!names.iter().any(|event| event.starts_with("alert")));
            say(&bea, talk, "Hello, I am Bea. I am here for you now.").await.expect(201);
        }
    }
}

on_both_stores! {
    async fn the_accused_supervisor_sees_nothing_of_it_in_any_list_figure_or_chronology(app) {
        let team = a_team(&app).await;
        let omar = team.manager.brings_in("service_manager", "Omar", json!({})).await;
        let known = raise(&team, "urgent").await;
        let before = read(&team.supervisor, &known).await;
        let figures = team.supervisor.get("/response-times?until=2026-06-01T10:00:00Z").await.expect(200);
        let body = json!({
            "id": new_id(), "family_member_id": team.sam.id, "severity": "urgent",
            "category": "emotional_abuse", "note": "Ruth told him that nobody would believe him.",
            "implicates": [team.supervisor.id],
        });
        team.practitioner.post("/concerns", body).await.expect(201);

        // Another supervisor has it, links it, calls the officer, and refers it there.
        let alerts = alerts_of(&team.deputy).await;
        let hidden = alerts.iter().find(|alert| alert["kind"] == "allegation").unwrap()["id"].clone();
        let hidden = hidden.as_str().unwrap().to_owned();
        assert_eq!(acknowledge(&team.deputy, &hidden).await, 200);
        let with = json!({ "alert_id": known });
        team.deputy.post(&format!("/alerts/{hidden}/links"), with).await.expect(200);
        assert_eq!(decide(&team.deputy, &hidden, "lado").await, 409, "nobody has called them");
        log(&team.deputy, &hidden, "lado").await;
        assert_eq!(decide(&team.deputy, &hidden, "lado").await, 200);
        assert_eq!(app.chase_after(24 * 60).await, 1);

        assert_eq!(read(&team.supervisor, &known).await, before);
        assert_eq!(told_of(&team.supervisor).await, ["alert.opened"], "of the other one");
        assert_eq!(chronology(&team.supervisor, &team.family_id).await, ["alert.opened"]);
        let ruth = team.supervisor.back().await;
        let now = ruth.get("/response-times?until=2026-06-01T10:00:00Z").await.expect(200);
        assert_eq!(now["items"], figures["items"]);
        for part in ["", "/calls", "/actions", "/history"] {
            ruth.get(&format!("/alerts/{hidden}{part}")).await.expect(404);
        }
        assert_eq!(
            chronology(&omar, &team.family_id).await,
            ["alert.opened", "alert.opened", "alert.called", "alert.decided", "alert.referred"],
        );
    }
}

on_both_stores! {
    async fn the_family_moves_and_the_mentor_leaves_while_somebody_has_the_alert(app) {
        let team = a_team(&app).await;
        let south = Team::of(&team.manager, "Crewe South").await;
        until(&app, "2026-06-01T15:40:00Z");
        say(&team.sam.back().await, &team.conversation_id, WORDS).await.expect(201);
        app.pass(5).await;
        app.pass(5).await;
        let id = the_alert(&team.deputy).await;
        assert_eq!(read(&team.deputy, &id).await["step"], 2);
        assert_eq!(acknowledge(&team.supervisor, &id).await, 200);
        let held = read(&team.supervisor, &id).await;

        // At 16:55 the family moves. Who has the alert keeps it until somebody there accepts.
        until(&app, "2026-06-01T15:55:00Z");
        let path = format!("/families/{}/pod", team.family_id);
        let there = json!({
            "pod_id": south.pod_id, "family_practitioner_id": south.practitioner.id,
        });
        team.manager.back().await.put(&path, there).await.expect(200);
        let moved = read(&team.supervisor, &id).await;
        for kept in ["holder", "decide_by", "acknowledge_by", "raised_at", "step"] {
            assert_eq!(moved[kept], held[kept], "{kept}");
        }
        let to = json!({ "account_id": south.supervisor.id });
        let over = format!("/alerts/{id}/handover");
        team.supervisor.back().await.post(&over, to).await.expect(200);
        assert_eq!(read(&team.supervisor, &id).await["holder"]["id"], json!(team.supervisor.id));
        assert_eq!(acknowledge(&south.supervisor, &id).await, 200);
        let taken = read(&south.supervisor, &id).await;
        assert_eq!(taken["holder"]["id"], json!(south.supervisor.id));
        assert_eq!(taken["decide_by"], held["decide_by"], "the clock was not set back");
        team.supervisor.back().await.get(&format!("/alerts/{id}")).await.expect(404);

        // At 17:00 the mentor leaves, with three unsent messages on the phone: held, shown, not delivered.
        until(&app, "2026-06-01T16:00:00Z");
        let mentor = team.mentor.back().await;
        let why = json!({ "reason": "Moves to Leeds." });
        let leaving = format!("/accounts/{}/departure", mentor.id);
        team.manager.back().await.post(&leaving, why).await.expect(200);
        for words in ["Are you all right?", "I tried to ring.", "Goodbye."] {
            say(&mentor, &team.conversation_id, words).await.expect(202);
        }
        let path = format!("/conversations/{}/held-messages", team.conversation_id);
        let shown = south.supervisor.back().await.get(&path).await.expect(200);
        assert_eq!(shown["items"].as_array().unwrap().len(), 3);
        team.supervisor.back().await.get(&path).await.expect(404);
        let told_sam = told(&team.sam).await;
        assert!(!told_sam.iter().any(|(_, data)| data["body"] == "Goodbye."));

        // What the family writes from then on reaches a person, never a void.
        say(&team.sam.back().await, &team.conversation_id, "are you still there").await.expect(201);
        let heard: Vec<String> = told(&south.practitioner).await.into_iter().map(|(event, _)| event).collect();
        assert!(heard.contains(&"message.unattended".to_owned()), "{heard:?}");
        // And the decision, with its chase, is now theirs.
        assert_eq!(decide(&south.supervisor, &id, "police").await, 200);
        assert_eq!(own(&south.supervisor).await[0]["agency"], "police");
        assert!(own(&team.supervisor).await.is_empty());
    }
}

on_both_stores! {
    async fn the_new_pod_does_not_accept_and_whoever_has_the_alert_keeps_it_while_managers_are_called(app) {
        let team = a_team(&app).await;
        let south = Team::of(&team.manager, "Crewe South").await;
        until(&app, "2026-06-01T15:40:00Z");
        say(&team.sam.back().await, &team.conversation_id, WORDS).await.expect(201);
        let id = the_alert(&team.supervisor).await;
        assert_eq!(acknowledge(&team.supervisor, &id).await, 200);
        let path = format!("/families/{}/pod", team.family_id);
        let there = json!({ "pod_id": south.pod_id, "family_practitioner_id": south.practitioner.id });
        team.manager.back().await.put(&path, there).await.expect(200);
        let to = json!({ "account_id": south.supervisor.id });
        let over = format!("/alerts/{id}/handover");
        team.supervisor.back().await.post(&over, to).await.expect(200);

        // She is asked again in the time there is for an alert, and again.
        let asked = async || {
            let names = told_of(&south.supervisor).await;
            names.iter().filter(|name| *name == "alert.handed_over").count()
        };
        assert_eq!(asked().await, 1);
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(asked().await, 2);
        // The clock to decide was not stopped by asking: the new pod's deputy is called, then the managers.
        for _ in 0..12 {
            app.pass(5).await;
        }
        assert!(told_of(&south.deputy).await.contains(&"alert.decision_overdue".to_owned()));
        assert!(told_of(&team.manager).await.contains(&"alert.decision_overdue".to_owned()));
        let alert = read(&team.supervisor, &id).await;
        assert_eq!((&alert["state"], &alert["holder"]["id"]), (&json!("acknowledged"), &json!(team.supervisor.id)));
        assert_eq!(acknowledge(&south.supervisor, &id).await, 200);
        team.supervisor.back().await.get(&format!("/alerts/{id}")).await.expect(404);
    }
}
