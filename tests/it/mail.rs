//! Letters: who gets one, what it says, what happens when the mail server fails, and the way back in by
//! mail.

use std::time::Duration;

use daybook::mailer::Mail;
use serde_json::{Value, json};

use super::support::{
    MailServer, Mood, PASSWORD, Person, Received, TestApp, a_team, new_id, on_both_stores, raise,
    say, the_alert,
};

/// The same service with this mail server, and little patience.
async fn with(app: TestApp, server: &MailServer) -> TestApp {
    let url = server.url().to_owned();
    app.again(move |config| {
        let from = "Daybook <daybook@northbrook.gov.uk>".to_owned();
        config.mail = Mail::read(Some(url), Some(from)).unwrap();
        config.http_patience = Duration::from_millis(500);
    })
    .await
}

fn at(who: &Person, app: &TestApp) -> Person {
    who.at(&app.url)
}

async fn verify(app: &TestApp, server: &MailServer, who: &Person) -> Value {
    who.post_nothing("/accounts/me/email-verification")
        .await
        .expect(202);
    app.call_people().await;
    let letter = the_letter(server);
    assert_eq!(letter.to, who.email);
    let code = json!({ "code": letter.code().to_lowercase() });
    who.post("/accounts/me/email-verification/confirmation", code)
        .await
        .expect(200)
}

fn the_letter(server: &MailServer) -> Received {
    let mut letters = server.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    letters.remove(0)
}

on_both_stores! {
    async fn whoever_has_verified_their_address_is_written_to_when_it_presses(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;

        raise(&team, "immediate").await;
        app.call_people().await;
        assert!(server.letters().is_empty(), "nobody is written to unasked");

        let ruth = &team.supervisor;
        let verified = verify(&app, &server, ruth).await;
        assert_eq!(verified["email_verified"], true);
        say(&team.sam, &team.conversation_id, "i took all of mums tablets").await.expect(201);
        app.call_people().await;

        let letter = the_letter(&server);
        assert_eq!(letter.to, ruth.email);
        assert!(letter.text.contains("Something needs you now."), "{}", letter.text);
        for telling in ["Sam", "tablets", "alert", "Crewe", "suicide"] {
            assert!(!letter.text.contains(telling), "{telling}: {}", letter.text);
        }
        // Once she has it nobody writes any more.
        let id = the_alert(ruth).await;
        ruth.back().await.post_nothing(&format!("/alerts/{id}/acknowledgement")).await.expect(200);
        app.call_people_after(3600).await;
        assert!(server.letters().is_empty());
    }
}

on_both_stores! {
    async fn what_does_not_press_is_written_once_an_hour_and_only_where_there_is_no_push(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        verify(&app, &server, &team.mentor).await;

        say(&team.sam, &team.conversation_id, "Hello").await.expect(201);
        app.call_people().await;
        assert!(server.letters().is_empty(), "they may have the app open");
        app.call_people_after(6).await;
        assert!(the_letter(&server).text.contains("You have something new."));
        for _ in 0..5 {
            say(&team.sam, &team.conversation_id, "And more").await.expect(201);
            app.call_people_after(60).await;
        }
        assert!(server.letters().is_empty(), "one letter an hour");
        app.advance(61);
        say(&team.sam.back().await, &team.conversation_id, "Still here").await.expect(201);
        app.call_people_after(6).await;
        the_letter(&server);
    }
}

on_both_stores! {
    async fn a_mail_server_that_fails_is_asked_again_and_one_that_refuses_is_not(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        verify(&app, &server, ruth).await;
        raise(&team, "immediate").await;

        for mood in [Mood::Later, Mood::HangsUp, Mood::Silent] {
            server.becomes(mood);
            assert_eq!(app.call_people_after(60).await, 1, "{mood:?}");
            assert!(server.letters().is_empty());
        }
        server.becomes(Mood::Takes);
        assert_eq!(app.call_people_after(60).await, 1);
        the_letter(&server);

        server.becomes(Mood::Never);
        say(&team.sam, &team.conversation_id, "i took all of mums tablets").await.expect(201);
        assert_eq!(app.call_people().await, 1);
        assert_eq!(app.call_people_after(60).await, 0, "it would be refused again");
    }
}

async fn ask(app: &TestApp, email: &str) -> u16 {
    app.nobody()
        .post("/sessions/way-back", json!({ "email": email }))
        .await
        .status
}

fn accept(letter: &Received) -> Value {
    json!({ "code": letter.code(), "password": "another long password" })
}

on_both_stores! {
    async fn a_lost_password_is_made_good_by_mail(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        let priya = &team.practitioner;
        assert_eq!(ask(&app, &priya.email).await, 202);
        app.call_people().await;
        assert!(server.letters().is_empty(), "an address nobody has verified may be mistyped");
        verify(&app, &server, priya).await;
        app.advance(16);

        assert_eq!(ask(&app, "nobody@example.org").await, 202);
        assert_eq!(ask(&app, &priya.email).await, 202);
        assert_eq!(ask(&app, &priya.email).await, 202);
        app.call_people().await;

        // Asked for twice, there is one: nobody spoils a code by asking again.
        let letter = the_letter(&server);
        assert_eq!(letter.to, priya.email);
        let back = app.nobody().post("/invitations/accept", accept(&letter)).await.expect(201);
        assert_eq!(back["account"]["id"], json!(priya.id));
        let old = json!({ "refresh_token": priya.refresh_token });
        priya.post("/sessions/refresh", old).await.expect(401);
        let priya = app.nobody().with_session("Priya", &back);
        let again = app.nobody().post("/invitations/accept", accept(&letter)).await;
        assert_eq!(again.wrong_fields(), ["/code"]);
        let audit = team.manager.back().await.get(&format!("/audit?about={}", priya.id)).await.expect(200);
        let audit = audit.to_string();
        assert!(audit.contains("account.way_back_mailed") && audit.contains("account.given_back"));
    }
}

on_both_stores! {
    async fn a_mailed_code_ages_and_whoever_has_a_second_factor_gives_it_too(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        verify(&app, &server, ruth).await;
        let enrolled = ruth.post("/accounts/me/second-factor", json!({ "password": PASSWORD })).await.expect(201);
        app.set_second_factor_confirmed(ruth).await;

        assert_eq!(ask(&app, &ruth.email).await, 202);
        app.call_people().await;
        let old = the_letter(&server);
        app.advance(31);
        let late = app.nobody().post("/invitations/accept", accept(&old)).await;
        assert_eq!(late.wrong_fields(), ["/code"]);

        assert_eq!(ask(&app, &ruth.email).await, 202);
        app.call_people().await;
        let mut body = accept(&the_letter(&server));
        let alone = app.nobody().post("/invitations/accept", body.clone()).await;
        assert_eq!((alone.status, &alone.body["type"]), (401, &json!("/problems/second-factor-needed")));
        body["one_time_code"] = json!("000000");
        for _ in 0..4 {
            let wrong = app.nobody().post("/invitations/accept", body.clone()).await;
            assert_eq!(wrong.wrong_fields(), ["/one_time_code"]);
        }
        let waits = app.nobody().post("/invitations/accept", body.clone()).await;
        assert_eq!(waits.wrong_fields(), ["/one_time_code"]);
        let waits = app.nobody().post("/invitations/accept", body.clone()).await;
        assert_eq!(waits.status, 429, "a mailbox alone guesses no second factor");
        app.advance(1);
        body["one_time_code"] = enrolled["recovery_codes"][0].clone();
        let back = app.nobody().post("/invitations/accept", body).await.expect(201);
        let ruth = app.nobody().with_session("Ruth", &back);
        assert_eq!(ruth.get("/accounts/me").await.expect(200)["has_second_factor"], true);
    }
}

on_both_stores! {
    async fn nobodys_mailbox_is_filled_and_a_managers_code_outlives_a_mailed_one(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        let path = format!("/accounts/{}/re-enrolment", team.mentor.id);
        let given = team.manager.post_nothing(&path).await.expect(201);
        verify(&app, &server, &team.mentor).await;
        app.advance(16);

        let mut asked = Vec::new();
        for _ in 0..6 {
            asked.push(ask(&app, &team.mentor.email).await);
        }
        app.call_people().await;

        assert_eq!(asked, [202, 202, 202, 202, 429, 429]);
        let mailed = the_letter(&server);
        let body = json!({ "code": given["code"], "password": PASSWORD });
        let back = app.nobody().post("/invitations/accept", body).await.expect(201);
        // A person has vouched: the mailbox, which somebody else may read, opens nothing any more.
        let spoilt = app.nobody().post("/invitations/accept", accept(&mailed)).await;
        assert_eq!(spoilt.wrong_fields(), ["/code"]);
        let mentor = app.nobody().with_session("Asha", &back);
        assert_eq!(mentor.get("/accounts/me").await.expect(200)["email_verified"], false);
        // A family member, who signs in with none, and somebody suspended get nothing.
        app.set_status(&team.practitioner, "suspended").await;
        assert_eq!(ask(&app, &team.practitioner.email).await, 202);
        app.call_people().await;
        assert!(server.letters().is_empty());
    }
}

on_both_stores! {
    async fn an_address_is_verified_by_the_code_alone(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        let ask = "/accounts/me/email-verification";
        let confirm = "/accounts/me/email-verification/confirmation";
        let code = |code: &str| json!({ "code": code });

        team.mentor.post_nothing(ask).await.expect(202);
        app.call_people().await;
        let mailed = the_letter(&server).code();
        let others = team.supervisor.post(confirm, code(&mailed)).await;
        assert_eq!(others.wrong_fields(), ["/code"], "another's code");
        app.advance(61);
        let mentor = team.mentor.back().await;
        assert_eq!(mentor.post(confirm, code(&mailed)).await.wrong_fields(), ["/code"], "too old");
        for _ in 0..4 {
            mentor.post(confirm, code("00000-00000")).await;
        }
        assert_eq!(mentor.post(confirm, code("00000-00000")).await.status, 429);
        app.advance(1);
        verify(&app, &server, &mentor).await;
        assert_eq!(mentor.post(confirm, code(&mailed)).await.status, 409);
        assert_eq!(mentor.post_nothing(ask).await.status, 409);
        for _ in 0..5 {
            team.manager.back().await.post_nothing(ask).await;
        }
        assert_eq!(team.manager.back().await.post_nothing(ask).await.status, 429);
    }
}

on_both_stores! {
    async fn whoever_changes_the_password_is_not_undone_by_a_letter(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        verify(&app, &server, &team.mentor).await;
        assert_eq!(ask(&app, &team.mentor.email).await, 202);
        app.call_people().await;
        let mailed = the_letter(&server);

        let new = json!({ "current": PASSWORD, "new": "a password of my own" });
        team.mentor.put("/accounts/me/password", new).await.expect(204);

        let spoilt = app.nobody().post("/invitations/accept", accept(&mailed)).await;
        assert_eq!(spoilt.wrong_fields(), ["/code"]);
    }
}

on_both_stores! {
    async fn a_letter_that_was_taken_back_stands_in_no_others_way(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        verify(&app, &server, &team.supervisor).await;
        server.becomes(Mood::Later);
        raise(&team, "immediate").await;
        assert_eq!(app.call_people().await, 1);
        let id = the_alert(&team.deputy).await;
        let path = format!("/alerts/{id}/acknowledgement");
        team.deputy.post_nothing(&path).await.expect(200);

        // In the same minute something new comes: she has read nothing yet.
        server.becomes(Mood::Takes);
        say(&team.sam, &team.conversation_id, "i took all of mums tablets").await.expect(201);
        app.call_people().await;

        assert!(the_letter(&server).text.contains("Something needs you now."));
    }
}

on_both_stores! {
    async fn nobody_is_flooded_and_an_acknowledgement_takes_no_code_away(app) {
        let server = MailServer::start().await;
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        let ruth = &team.supervisor;
        verify(&app, &server, ruth).await;
        for _ in 0..5 {
            let press = json!({ "id": new_id() });
            team.sam.post("/help", press).await.expect(201);
            app.call_people_after(1).await;
        }
        the_letter(&server);

        server.becomes(Mood::Later);
        assert_eq!(ask(&app, &ruth.email).await, 202);
        app.call_people().await;
        let id = the_alert(&team.deputy).await;
        let path = format!("/alerts/{id}/acknowledgement");
        team.deputy.post_nothing(&path).await.expect(200);
        server.becomes(Mood::Takes);
        app.call_people_after(60).await;
        assert!(the_letter(&server).text.contains("Your code is"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_mail_server_it_is_said() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let app = app.again(|config| config.mail = None).await;

    let way_back = json!({ "email": "nobody@example.org" });
    let refused = app.nobody().post("/sessions/way-back", way_back).await;
    assert_eq!(refused.status, 409);
    let mentor = at(&team.mentor, &app);
    let refused = mentor.post_nothing("/accounts/me/email-verification").await;
    assert_eq!(refused.status, 409);
}
