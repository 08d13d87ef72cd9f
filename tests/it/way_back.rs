//! A way back in for everybody who lost a phone, a password or both.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::json;

use super::support::{
    PASSWORD, PIN, Phone, Team, TestApp, a_team, concern, on_both_stores, the_alert, told_of,
};
use daybook::db::Address;

/// Runs `daybook account reset` beside the running service, on the same database.
async fn reset(app: &TestApp, email: &str) -> Output {
    let config = app.app.config();
    let database = match &config.database {
        Address::Sqlite(path) => format!("sqlite:{}", path.display()),
        Address::Postgres(url) => url.clone(),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    command
        .args(["account", "reset", "--email", email, "--password-stdin"])
        .args(["--database", &database, "--keys"])
        .arg(&config.keys)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let run = move || {
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(b"given by the operator\n")
            .unwrap();
        child.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

on_both_stores! {
    async fn a_family_member_comes_back_by_a_code_from_their_practitioner(app) {
        let team = a_team(&app).await;
        let path = format!("/accounts/{}/re-enrolment", team.sam.id);
        let mut lost = Phone::of(&team.sam).await;
        let withdrawn = team.practitioner.post_nothing(&path).await.expect(201);
        let given = team.practitioner.post_nothing(&path).await.expect(201);
        let accept = |code: &serde_json::Value| json!({ "code": code, "password": "975310" });

        let back = app.nobody().post("/invitations/accept", accept(&given["code"])).await.expect(201);

        assert_eq!(back["account"]["id"], json!(team.sam.id), "the same account");
        lost.closed().await;
        team.sam.get("/accounts/me").await.expect(401);
        let sam = app.nobody().with_session("Sam", &back);
        let talks = sam.get("/conversations").await.expect(200);
        assert_eq!(talks["items"][0]["id"], json!(team.conversation_id), "with all they had");
        let old = json!({ "pin": PIN, "refresh_token": sam.refresh_token });
        sam.post("/sessions/unlock", old).await.expect(401);
        let new = json!({ "pin": "975310", "refresh_token": sam.refresh_token });
        sam.post("/sessions/unlock", new).await.expect(200);
        let earlier = app.nobody().post("/invitations/accept", accept(&withdrawn["code"])).await;
        assert_eq!(earlier.wrong_fields(), ["/code"]);
    }
}

on_both_stores! {
    async fn staff_come_back_by_a_code_from_a_manager_alone(app) {
        let team = a_team(&app).await;
        let path = format!("/accounts/{}/re-enrolment", team.mentor.id);
        let email = team.mentor.get("/accounts/me").await.expect(200)["email"].clone();

        team.practitioner.post_nothing(&path).await.expect(403);
        team.supervisor.post_nothing(&path).await.expect(403);
        let given = team.manager.post_nothing(&path).await.expect(201);
        let body = json!({ "code": given["code"], "password": "another long password" });
        app.nobody().post("/invitations/accept", body).await.expect(201);

        team.mentor.get("/accounts/me").await.expect(401);
        let old = json!({ "email": email, "password": PASSWORD });
        app.nobody().post("/sessions", old).await.expect(401);
        let new = json!({ "email": email, "password": "another long password" });
        app.nobody().post("/sessions", new).await.expect(200);
        let audit = team.manager.get(&format!("/audit?about={}", team.mentor.id)).await.expect(200);
        let deeds = audit.to_string();
        assert!(deeds.contains("account.re_enrolment_given"), "{deeds}");
        assert!(deeds.contains("account.given_back"), "{deeds}");
    }
}

on_both_stores! {
    async fn a_lost_phone_is_ended_at_once_without_waiting_for_the_code(app) {
        let team = a_team(&app).await;
        let mut lost = Phone::of(&team.sam).await;

        let path = format!("/accounts/{}/devices", team.sam.id);
        team.practitioner.delete(&path).await.expect(204);

        lost.closed().await;
        team.sam.get("/accounts/me").await.expect(401);
    }
}

on_both_stores! {
    async fn nobody_comes_back_into_a_suspended_account(app) {
        let team = a_team(&app).await;
        let path = format!("/accounts/{}/re-enrolment", team.mentor.id);
        let given = team.manager.post_nothing(&path).await.expect(201);
        let suspension = format!("/accounts/{}/suspension", team.mentor.id);
        team.manager.post(&suspension, json!({ "reason": "asked to" })).await.expect(200);

        let body = json!({ "code": given["code"], "password": PASSWORD });
        let refused = app.nobody().post("/invitations/accept", body).await;

        assert_eq!(refused.wrong_fields(), ["/code"]);
        team.manager.post_nothing(&path).await.expect(409);
    }
}

on_both_stores! {
    async fn the_last_manager_is_let_in_by_whoever_runs_the_server(app) {
        let manager = app.manager().await;
        let email = manager.get("/accounts/me").await.expect(200)["email"].clone();
        let email = email.as_str().unwrap();

        let unknown = reset(&app, "nobody@example.org").await;
        let done = reset(&app, email).await;

        assert!(!unknown.status.success());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(String::from_utf8_lossy(&done.stdout).trim(), manager.id);
        manager.get("/accounts/me").await.expect(401);
        let body = json!({ "email": email, "password": "given by the operator" });
        let back = app.nobody().post("/sessions", body).await.expect(200);
        let manager = app.nobody().with_session("Maryam", &back);
        let audit = manager.get(&format!("/audit?about={}", manager.id)).await.expect(200);
        assert!(audit.to_string().contains("account.reset"), "{audit}");
    }
}

on_both_stores! {
    async fn nobody_gives_themselves_a_way_back(app) {
        let team = a_team(&app).await;

        for person in [&team.manager, &team.practitioner] {
            let path = format!("/accounts/{}/re-enrolment", person.id);
            person.post_nothing(&path).await.expect(403);
        }
    }
}

on_both_stores! {
    async fn the_accused_does_not_come_into_the_account_of_whoever_they_are_said_to_have_hurt(app) {
        let team = a_team(&app).await;
        let (lena, _) = team.another_member("Lena", "parent").await;
        let path = format!("/accounts/{}/re-enrolment", team.sam.id);
        let before = team.practitioner.post_nothing(&path).await.expect(201);
        let accept = |code: &serde_json::Value| json!({ "code": code, "password": "975310" });
        let mut worry = concern(&team, "urgent", "emotional_abuse");
        worry["implicates"] = json!([team.practitioner.id]);
        team.mentor.post("/concerns", worry).await.expect(201);
        let id = the_alert(&team.supervisor).await;
        team.supervisor.post_nothing(&format!("/alerts/{id}/acknowledgement")).await.expect(200);

        // Answered as ever, and told at once: it climbs again.
        let early = app.nobody().post("/invitations/accept", accept(&before["code"])).await;
        assert_eq!(early.wrong_fields(), ["/code"]);
        team.practitioner.delete(&format!("/accounts/{}/devices", team.sam.id)).await.expect(204);
        team.sam.get("/accounts/me").await.expect(401);
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["state"], "open");
        team.supervisor.post_nothing(&format!("/alerts/{id}/acknowledgement")).await.expect(200);
        let given = team.practitioner.post_nothing(&path).await.expect(201);
        let refused = app.nobody().post("/invitations/accept", accept(&given["code"])).await;

        assert_eq!(refused.wrong_fields(), ["/code"], "as any code that there is not");
        let history = team.supervisor.get(&format!("/alerts/{id}/history")).await.expect(200);
        let theirs: Vec<_> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["by"]["id"] == json!(team.practitioner.id))
            .map(|line| line["deed"].as_str().unwrap())
            .collect();
        assert_eq!(theirs, ["devices_ended", "way_back_made"]);
        assert_eq!(told_of(&team.practitioner).await, Vec::<String>::new());
        // Once more, and whoever has it by now keeps it, and is told.
        team.supervisor.post_nothing(&format!("/alerts/{id}/acknowledgement")).await.expect(200);
        let heard = told_of(&team.supervisor).await.len();
        team.practitioner.post_nothing(&path).await.expect(201);
        assert_eq!(told_of(&team.supervisor).await[heard..], ["alert.raised_again"]);
        let alert = team.supervisor.get(&format!("/alerts/{id}")).await.expect(200);
        assert_eq!(alert["state"], "acknowledged");
        // By somebody else's code Sam comes back, and Lena by theirs.
        let good = team.manager.post_nothing(&path).await.expect(201);
        app.nobody().post("/invitations/accept", accept(&good["code"])).await.expect(201);
        let hers = format!("/accounts/{}/re-enrolment", lena.id);
        let hers = team.practitioner.post_nothing(&hers).await.expect(201);
        app.nobody().post("/invitations/accept", accept(&hers["code"])).await.expect(201);
        assert_eq!(told_of(&team.supervisor).await.len(), heard + 1, "that is nobody's alert");
    }
}

on_both_stores! {
    async fn a_code_is_good_only_while_its_maker_may_let_people_into_the_family(app) {
        let team = a_team(&app).await;
        let south = Team::of(&team.manager, "Crewe South").await;
        let path = format!("/accounts/{}/re-enrolment", team.sam.id);
        let someone = json!({
            "role": "family_member", "display_name": "Kim", "kind": "parent", "family_id": team.family_id,
        });
        let back = team.practitioner.post_nothing(&path).await.expect(201);
        let new = team.practitioner.post("/invitations", someone.clone()).await.expect(201);
        let managers = team.manager.post("/invitations", someone).await.expect(201);
        let accept = async |code: &serde_json::Value| {
            let body = json!({ "code": code, "password": "975310" });
            app.nobody().post("/invitations/accept", body).await
        };
        let moves = async |to: &Team| {
            let body = json!({ "pod_id": to.pod_id, "family_practitioner_id": to.practitioner.id });
            let path = format!("/families/{}/pod", team.family_id);
            team.manager.put(&path, body).await.expect(200);
        };

        moves(&south).await;
        for code in [&back["code"], &new["code"]] {
            assert_eq!(accept(code).await.wrong_fields(), ["/code"]);
        }
        team.sam.get("/accounts/me").await.expect(200);
        // What was kept of it is good for nothing either should the family come back.
        moves(&team).await;
        for code in [&back["code"], &new["code"]] {
            assert_eq!(accept(code).await.wrong_fields(), ["/code"]);
        }

        accept(&managers["code"]).await.expect(201);
        let fresh = team.practitioner.post_nothing(&path).await.expect(201);
        accept(&fresh["code"]).await.expect(201);
        let audit = team.manager.get("/audit").await.expect(200);
        let withdrawn = audit["items"].as_array().unwrap().iter();
        let withdrawn: Vec<_> = withdrawn.filter(|line| line["deed"] == "invitations.withdrawn").collect();
        assert_eq!(withdrawn.len(), 1);
        assert_eq!(withdrawn[0]["detail"]["invitations"], 2);
    }
}
