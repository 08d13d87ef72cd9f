//! Telephones: whose number is rung, when, what is said there, and what happens when whoever rings fails.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::support::{
    Answer, Manner, Outside, PASSWORD, Person, PushService, Team, TestApp, a_team, code_for,
    concern, new_id, on_both_stores, opened, raise, say, takes_pushes, the_alert, the_ring,
    told_of, verify_number, with_phone_hook,
};

const RUTH: &str = "+447700900123";
const BEN: &str = "+447700900456";
const NUMBER: &str = "/accounts/me/phone-number";
const CONFIRM: &str = "/accounts/me/phone-number/confirmation";

on_both_stores! {
    async fn a_number_is_verified_by_the_code_that_is_said_at_it(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        let typed = |code: &str| json!({ "code": code });
        assert_eq!(ruth.post(CONFIRM, typed("123456")).await.status, 409, "none waits");
        for wrong in ["07700 900123", "+44", "me"] {
            let refused = ruth.put(NUMBER, json!({ "number": wrong })).await;
            assert_eq!(refused.wrong_fields(), ["/number"], "{wrong}");
        }

        let code = code_for(&app, &hook, ruth, RUTH).await;
        let other = format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000);
        assert_eq!(ruth.post(CONFIRM, typed(&other)).await.wrong_fields(), ["/code"]);
        let before = ruth.get("/accounts/me").await.expect(200);
        assert_eq!((&before["phone_number"], &before["phone_number_to_verify"]), (&json!(null), &json!(RUTH)));
        let spaced = format!(" {} {}", &code[..3], &code[3..]);
        let after = ruth.post(CONFIRM, typed(&spaced)).await.expect(200);
        assert_eq!((&after["phone_number"], &after["phone_number_to_verify"]), (&json!(RUTH), &json!(null)));

        // A new one is rung only once it is verified, and a code ages.
        let code = code_for(&app, &hook, ruth, "+44 (7700) 900-456".replace([' ', '(', ')', '-'], "").as_str()).await;
        app.advance(61);
        let ruth = ruth.back().await;
        assert_eq!(ruth.post(CONFIRM, typed(&code)).await.wrong_fields(), ["/code"], "too old");
        raise(&team, "immediate").await;
        app.call_people().await;
        assert_eq!(the_ring(&hook)["to"], RUTH);
        ruth.delete(NUMBER).await.expect(204);
        ruth.delete(NUMBER).await.expect(204);
        let mine = ruth.get("/accounts/me").await.expect(200);
        assert_eq!((&mine["phone_number"], &mine["phone_number_to_verify"]), (&json!(null), &json!(null)));
        let audit = team.manager.back().await.get(&format!("/audit?about={}", ruth.id)).await.expect(200);
        let audit = audit.to_string();
        assert!(audit.contains("phone.verified") && audit.contains("phone.forgotten"), "{audit}");
        assert!(!audit.contains("7700"), "{audit}");
    }
}

on_both_stores! {
    async fn a_number_is_shown_to_its_owner_alone(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verify_number(&app, &hook, &team.practitioner, RUTH).await;

        for other in [&team.manager, &team.supervisor, &team.deputy] {
            for path in ["/accounts", "/accounts?role=family_practitioner", "/pods"] {
                let seen = other.get(path).await.expect(200).to_string();
                assert!(!seen.contains("7700"), "{path}: {seen}");
            }
            let path = format!("/accounts/{}", team.practitioner.id);
            let seen = other.get(&path).await.expect(200).to_string();
            assert!(!seen.contains("7700"), "{path}: {seen}");
        }
        let named = json!({ "number": BEN });
        team.mentor.put(NUMBER, named).await.expect(403);
        team.mentor.post(CONFIRM, json!({ "code": "123456" })).await.expect(403);
        team.mentor.delete(NUMBER).await.expect(403);
        assert!(hook.take().is_empty());
    }
}

on_both_stores! {
    async fn whoever_does_not_answer_in_time_is_rung_and_that_it_was_taken_stops_nothing(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        let (ruth, ben) = (&team.supervisor, &team.deputy);
        verify_number(&app, &hook, ruth, RUTH).await;
        verify_number(&app, &hook, ben, BEN).await;
        for who in [ruth, ben] {
            takes_pushes(&push, who).await;
        }

        let id = raise(&team, "immediate").await;
        app.call_people().await;
        assert_eq!(push.take().len(), 1, "the push service says 201, and nobody comes");
        app.call_people_after(240).await;
        assert!(hook.take().is_empty(), "her time is not up");
        assert_eq!(app.pass(1).await, 1);
        app.call_people().await;

        let ring = the_ring(&hook);
        assert_eq!(ring["to"], RUTH, "Ben has only just been told");
        assert_eq!(
            (&ring["kind"], &ring["urgency"], &ring["language"], &ring["text"]),
            (&json!("notice"), &json!("now"), &json!("en"), &json!("Something needs you now.")),
        );
        for telling in ["Sam", "alert", "Crewe", "abuse", team.sam.id.as_str(), id.as_str()] {
            assert!(!ring.to_string().contains(telling), "{telling}: {ring}");
        }
        assert_eq!(push.take().len(), 1, "Ben's");
        let alert = ben.back().await.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!((&alert["state"], &alert["step"]), (&json!("open"), &json!(1)));
        assert_eq!(told_of(ben).await, ["alert.opened"]);

        assert_eq!(app.pass(5).await, 1);
        app.call_people().await;
        assert_eq!(the_ring(&hook)["to"], BEN);

        // Whoever has it stops what was to come.
        assert_eq!(app.pass(5).await, 1);
        let path = format!("/alerts/{id}/acknowledgement");
        ben.back().await.post_nothing(&path).await.expect(200);
        app.call_people_after(600).await;
        assert!(hook.take().is_empty());
    }
}

/// Ruth and Ben take pushes, which reach nobody, and have telephones.
async fn on_call(app: &TestApp, (hook, push): (&Outside, &PushService)) -> Team {
    let team = a_team(app).await;
    for (who, number) in [(&team.supervisor, RUTH), (&team.deputy, BEN)] {
        verify_number(app, hook, who, number).await;
        takes_pushes(push, who).await;
    }
    team
}

/// Whose telephones have rung, after people were called.
async fn rung(app: &TestApp, hook: &Outside) -> Vec<String> {
    app.call_people().await;
    let mut rung: Vec<String> = hook
        .take()
        .iter()
        .map(|came| opened(came)["to"].as_str().unwrap().to_owned())
        .collect();
    rung.sort();
    rung
}

async fn acknowledge(who: &Person, id: &str) {
    let path = format!("/alerts/{id}/acknowledgement");
    who.back().await.post_nothing(&path).await.expect(200);
}

async fn says_no_concern(who: &Person, id: &str) -> Value {
    let body = json!({ "outcome": "no_concern", "rationale": "I saw him, and his mother." });
    let path = format!("/alerts/{id}/decision");
    who.back().await.post(&path, body).await.expect(200)
}

on_both_stores! {
    async fn what_is_not_immediate_brings_a_text_when_the_time_to_answer_is_up(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = on_call(&app, (&hook, &push)).await;

        raise(&team, "urgent").await;
        app.pass(59).await;
        assert!(rung(&app, &hook).await.is_empty());
        assert_eq!(app.pass(1).await, 1);
        app.call_people().await;
        let ring = the_ring(&hook);
        assert_eq!((&ring["to"], &ring["urgency"]), (&json!(RUTH), &json!("pressing")));
        assert_eq!(ring["text"], "You have something new.");
        assert_eq!(app.pass(30).await, 1);
        assert_eq!(rung(&app, &hook).await, [BEN], "the pushes were all taken");
    }
}

on_both_stores! {
    async fn a_decision_that_is_overdue_rings_whoever_was_told_and_had_their_time(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = on_call(&app, (&hook, &push)).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;

        app.pass(59).await;
        assert!(rung(&app, &hook).await.is_empty());
        assert_eq!(app.pass(1).await, 1);
        assert_eq!(rung(&app, &hook).await, [RUTH], "Ben has only just been told");
        for _ in 0..3 {
            assert_eq!(app.pass(5).await, 1);
            assert!(rung(&app, &hook).await.contains(&RUTH.to_owned()));
        }
        assert!(told_of(&team.deputy).await.contains(&"alert.decision_overdue".to_owned()));
    }
}

on_both_stores! {
    async fn whoever_is_asked_to_take_an_alert_is_asked_again_and_rung_until_they_do(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = on_call(&app, (&hook, &push)).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;
        let path = format!("/alerts/{id}/handover");
        let to = json!({ "account_id": team.deputy.id });
        team.supervisor.back().await.post(&path, to).await.expect(200);

        assert!(rung(&app, &hook).await.is_empty());
        for times in 2..4 {
            assert_eq!(app.pass(5).await, 1);
            assert_eq!(rung(&app, &hook).await, [BEN]);
            assert_eq!(told_of(&team.deputy).await, vec!["alert.handed_over"; times]);
        }
        acknowledge(&team.deputy, &id).await;
        assert_eq!(app.pass(30).await, 0);
        assert!(rung(&app, &hook).await.is_empty());
    }
}

on_both_stores! {
    async fn whoever_is_asked_to_decide_with_somebody_is_asked_again_and_rung_until_somebody_does(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = on_call(&app, (&hook, &push)).await;
        let id = raise(&team, "immediate").await;
        acknowledge(&team.supervisor, &id).await;
        assert_eq!(says_no_concern(&team.supervisor, &id).await["state"], "acknowledged");

        app.pass(4).await;
        // Saying it once more puts nothing off.
        says_no_concern(&team.supervisor, &id).await;
        assert!(rung(&app, &hook).await.is_empty());
        assert_eq!(app.pass(1).await, 1);
        assert_eq!(rung(&app, &hook).await, [BEN]);
        let asked = vec!["alert.second_person_needed"; 2];
        assert_eq!(told_of(&team.deputy).await, asked);
        assert_eq!(told_of(&team.manager).await, asked[1..], "the next rung");
        assert_eq!(app.pass(5).await, 1);
        assert_eq!(rung(&app, &hook).await, [BEN]);

        assert_eq!(says_no_concern(&team.deputy, &id).await["state"], "closed");
        assert_eq!(app.pass(60).await, 0);
        assert!(rung(&app, &hook).await.is_empty());
    }
}

on_both_stores! {
    async fn a_push_that_fails_for_good_brings_the_telephone_at_once(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        verify_number(&app, &hook, ruth, RUTH).await;
        app.advance(2);

        // The place is gone; our key is refused; nobody answers until it is too late.
        takes_pushes(&push, ruth).await;
        push.will_answer(&[Answer::Status(410)]);
        raise(&team, "urgent").await;
        app.call_people().await;
        let ring = the_ring(&hook);
        assert_eq!((&ring["to"], &ring["urgency"]), (&json!(RUTH), &json!("pressing")));
        app.advance(2);

        takes_pushes(&push, &ruth.back().await).await;
        push.will_answer(&[Answer::Status(403)]);
        let (kim, _) = team.another_member("Kim", "young_person").await;
        raise_help(&kim).await;
        app.call_people().await;
        assert_eq!(the_ring(&hook)["urgency"], "now");
        app.advance(2);

        push.will_answer(&[Answer::Status(500); 3]);
        let (lee, _) = team.another_member("Lee", "young_person").await;
        raise_help(&lee).await;
        app.call_people().await;
        assert!(hook.take().is_empty(), "it is tried again");
        app.call_people_after(29 * 60).await;
        assert!(hook.take().is_empty());
        app.call_people_after(59).await;
        assert_eq!(the_ring(&hook)["to"], RUTH);
        assert_eq!(app.call_people_after(60).await, 0);
    }
}

on_both_stores! {
    async fn while_another_way_of_the_same_call_may_reach_them_nobody_is_rung(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        verify_number(&app, &hook, ruth, RUTH).await;
        app.advance(2);
        takes_pushes(&push, ruth).await;
        let tablet = Person::sign_in(&app.url, "Tablet", &ruth.email, PASSWORD).await;
        takes_pushes(&push, &tablet).await;
        push.is_gone("/Ruth", true);
        push.is_gone("/Tablet", true);

        // Both at the same moment: rung once.
        raise(&team, "urgent").await;
        app.call_people().await;
        assert_eq!(the_ring(&hook)["to"], RUTH);
        app.advance(2);

        // One is gone, the other takes it.
        takes_pushes(&push, &ruth.back().await).await;
        push.is_gone("/Tablet", false);
        takes_pushes(&push, &tablet.back().await).await;
        let (kim, _) = team.another_member("Kim", "young_person").await;
        raise_help(&kim).await;
        app.call_people().await;
        assert_eq!(push.take().len(), 4);
        assert!(hook.take().is_empty());

        // It is busy, and its owner signs it out.
        app.advance(2);
        push.will_answer(&[Answer::Later(60)]);
        let (max, _) = team.another_member("Max", "young_person").await;
        raise_help(&max).await;
        app.call_people().await;
        assert_eq!(push.take().len(), 1);
        assert!(hook.take().is_empty(), "it is tried again");
        tablet.back().await.delete("/sessions/current").await.expect(204);
        app.call_people_after(60).await;
        assert_eq!(the_ring(&hook)["to"], RUTH);

        // What does not press rings nobody.
        app.advance(2);
        push.is_gone("/Ruth", false);
        takes_pushes(&push, &ruth.back().await).await;
        push.will_answer(&[Answer::Status(410)]);
        let (lee, _) = team.another_member("Lee", "young_person").await;
        let mut worry = concern(&team, "watch", "neglect");
        worry["family_member_id"] = json!(lee.id);
        team.practitioner.back().await.post("/concerns", worry).await.expect(201);
        app.call_people_after(5).await;
        assert_eq!(push.take().len(), 1);
        assert!(hook.take().is_empty());
    }
}

on_both_stores! {
    async fn forty_alerts_ring_one_telephone_once(app) {
        let hook = Outside::start().await;
        let push = PushService::start();
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verify_number(&app, &hook, &team.supervisor, RUTH).await;
        takes_pushes(&push, &team.supervisor).await;
        for name in ["Kim", "Lee", "Max"] {
            let (child, _) = team.another_member(name, "young_person").await;
            child.post("/help", json!({ "id": new_id() })).await.expect(201);
        }
        raise_help(&team.sam).await;

        assert_eq!(app.pass(5).await, 4);
        app.call_people().await;

        assert_eq!(the_ring(&hook)["to"], RUTH);
    }
}

async fn raise_help(sam: &Person) {
    let press = json!({ "id": new_id() });
    sam.back().await.post("/help", press).await.expect(201);
}

on_both_stores! {
    async fn whoever_rings_may_fail_in_every_way_and_each_try_is_kept(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        // A telephone is all she has, so it is rung at once.
        verify_number(&app, &hook, &team.supervisor, RUTH).await;
        app.advance(2);
        let ways = [Manner::Silent, Manner::Status(500), Manner::Drips, Manner::HangsUp, Manner::Later(90)];
        hook.will(&ways);

        raise(&team, "immediate").await;
        assert_eq!(app.call_people().await, 1);
        for _ in &ways[1..] {
            assert_eq!(app.call_people_after(60).await, 1);
        }
        assert_eq!(app.call_people_after(60).await, 0, "it was told to wait for longer");
        assert_eq!(app.call_people_after(30).await, 1);
        assert_eq!(app.call_people_after(120).await, 0, "it was taken");

        let came = hook.take();
        let ids: Vec<Value> = came.iter().map(|one| opened(one)["id"].clone()).collect();
        assert_eq!(ids.len(), 6);
        assert!(ids.iter().all(|id| *id == ids[0]), "it would ring twice: {ids:?}");
        let tries = app.phone_tries().await;
        let told = |outcome: &str, status| (outcome.to_owned(), status);
        assert_eq!(tries[1..], [
            told("timed_out", None), told("fault", Some(500)), told("timed_out", None),
            told("fault", None), told("busy", Some(429)), told("accepted", Some(200)),
        ]);
    }
}

on_both_stores! {
    async fn a_redirect_is_not_followed_and_an_answer_without_end_holds_up_nobody(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verify_number(&app, &hook, &team.supervisor, RUTH).await;
        app.advance(2);

        for (manner, tries) in [(Manner::Status(307), 0), (Manner::Status(404), 0), (Manner::Status(401), 0)] {
            hook.will(&[manner]);
            let (child, _) = team.another_member("Kim", "young_person").await;
            raise_help(&child).await;
            assert_eq!(app.call_people().await, 1, "{manner:?}");
            assert_eq!(app.call_people_after(60).await, tries, "{manner:?}");
        }
        hook.will(&[Manner::Endless]);
        raise_help(&team.sam).await;
        let rung = tokio::time::timeout(Duration::from_secs(10), app.call_people());
        assert_eq!(rung.await.unwrap(), 1);

        assert!(hook.take().iter().all(|came| came.line == "POST /a-secret-place"));
        let tries = app.phone_tries().await;
        let outcomes: Vec<&str> = tries[1..].iter().map(|(outcome, _)| outcome.as_str()).collect();
        assert_eq!(outcomes, ["refused", "refused", "refused", "accepted"]);
    }
}

on_both_stores! {
    async fn what_nobody_rings_any_more_ends_in_its_time(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verify_number(&app, &hook, &team.supervisor, RUTH).await;
        app.advance(2);
        hook.will(&[Manner::Status(500)]);
        raise(&team, "immediate").await;
        assert_eq!(app.call_people().await, 1);
        let app = app.again(|config| config.phone_hook = None).await;

        app.call_people_after(60).await;
        assert_eq!(app.sendings_due().await, 1, "another node may ring");
        app.call_people_after(30 * 60).await;
        assert_eq!(app.sendings_due().await, 0);
        assert!(hook.take().len() == 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_not_sent_for_ever_and_without_a_hook_it_is_said() {
    let hook = Outside::start().await;
    let app = with_phone_hook(TestApp::on_sqlite().await, &hook).await;
    let team = a_team(&app).await;
    let named = json!({ "number": RUTH });
    let mut asked = Vec::new();
    for _ in 0..6 {
        asked.push(team.supervisor.put(NUMBER, named.clone()).await.status);
    }
    assert_eq!(asked, [202, 202, 202, 202, 429, 429]);

    let app = app.again(|config| config.phone_hook = None).await;
    let deputy = team.deputy.at(&app.url);
    let refused = deputy.put(NUMBER, named).await.expect(409);
    assert_eq!(refused["type"], "/problems/wrong-state");
}

on_both_stores! {
    async fn whoever_comes_back_by_a_managers_code_is_rung_nowhere_until_they_verify_anew(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verify_number(&app, &hook, &team.deputy, BEN).await;
        let path = format!("/accounts/{}/re-enrolment", team.deputy.id);
        let given = team.manager.post_nothing(&path).await.expect(201);

        let body = json!({ "code": given["code"], "password": "a password of my own" });
        let back = app.nobody().post("/invitations/accept", body).await.expect(201);

        let ben = app.nobody().with_session("Ben", &back);
        assert_eq!(ben.get("/accounts/me").await.expect(200)["phone_number"], Value::Null);
    }
}

on_both_stores! {
    async fn the_holder_of_an_alert_is_the_only_one_who_ends_the_ringing_of_the_others(app) {
        let hook = Outside::start().await;
        let app = with_phone_hook(app, &hook).await;
        let team = a_team(&app).await;
        verify_number(&app, &hook, &team.supervisor, RUTH).await;
        app.advance(2);
        hook.will(&[Manner::Status(500)]);
        say(&team.sam.back().await, &team.conversation_id, "i took all of mums tablets").await.expect(201);
        assert_eq!(app.call_people().await, 1);

        let id = the_alert(&team.deputy).await;
        let path = format!("/alerts/{id}/acknowledgement");
        team.deputy.back().await.post_nothing(&path).await.expect(200);

        assert_eq!(app.call_people_after(60).await, 0, "Ben has it");
        assert_eq!(hook.take().len(), 1);
    }
}

/// What `docs/phone-hook.md` gives adapters to copy, run on the signature that a unit test of the hook
/// reckons with a third program.
#[test]
fn what_the_page_gives_adapters_tells_a_true_signature_from_a_false_one() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/phone-hook.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("```python\n").unwrap();
    let (given, _) = rest.split_once("```").unwrap();
    let signature = "a180a8f4ed23904cc891e3fdf09200d2d6760b2399746d7e4637541ab5e0c008";
    let script = format!(
        "{given}\n\
         key = '0123456789abcdef' * 2\n\
         headers = {{'Daybook-Timestamp': '1764324000', 'Daybook-Signature': 'v1={signature}'}}\n\
         for body, now in [(b'{{}}', 1764324300), (b'{{ }}', 1764324000), (b'{{}}', 1764324301)]:\n\
         \x20   print(comes_from_daybook(key, headers, body, now))\n"
    );

    let ran = Command::new("python3")
        .args(["-c", &script])
        .output()
        .unwrap();

    let said = String::from_utf8_lossy(&ran.stdout);
    let fault = String::from_utf8_lossy(&ran.stderr);
    assert_eq!(said, "True\nFalse\nFalse\n", "{fault}");
}
