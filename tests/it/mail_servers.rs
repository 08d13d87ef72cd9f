//! Mail servers that are slow, or not who they say: what comes of a letter, and that no other try waits for it.

use std::time::Duration;

use daybook::mailer::Mail;
use serde_json::json;

use super::support::{
    Begins, MailServer, Mood, Person, Place, PushService, Team, TestApp, a_team, on_both_stores,
    raise, takes_pushes, until,
};

const VERIFY: &str = "/accounts/me/email-verification";

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

async fn verify(app: &TestApp, server: &MailServer, who: &Person) {
    who.post_nothing(VERIFY).await.expect(202);
    app.call_people().await;
    let code = json!({ "code": server.letters().remove(0).code() });
    let path = format!("{VERIFY}/confirmation");
    who.post(&path, code).await.expect(200);
}

on_both_stores! {
    async fn a_mail_server_that_drips_is_given_up_and_holds_up_nobody(app) {
        let server = MailServer::start().await;
        let push = PushService::start();
        let app = with(app, &server).await;
        let team = a_team(&app).await;
        verify(&app, &server, &team.supervisor).await;
        takes_pushes(&push, &team.deputy).await;
        server.becomes(Mood::Drips);

        raise(&team, "immediate").await;
        app.pass(5).await;
        assert!(app.call_people().await >= 2);

        assert_eq!(push.take().len(), 1, "the deputy's phone rings meanwhile");
        assert_eq!(app.mail_outcomes().await, ["accepted", "timed_out"]);
        server.becomes(Mood::Takes);
        assert!(app.call_people_after(60).await >= 1);
        assert_eq!(server.letters()[0].to, team.supervisor.email, "it is handed over again");
        assert_eq!(app.mail_outcomes().await, ["accepted", "timed_out", "accepted"]);
        // That it was taken has told nobody: the alert climbs on.
        assert_eq!(app.pass(5).await, 1);
    }
}

on_both_stores! {
    async fn a_mail_server_whose_certificate_is_not_believed_gets_no_letter(app) {
        let plain = MailServer::start().await;
        let push = PushService::start();
        let mut app = app;
        for begins in [Begins::AtOnce, Begins::WhenAsked] {
            app = with(app, &plain).await;
            let manager = app.manager_of(&format!("{begins:?}")).await;
            let team = Team::of(&manager, "Crewe North").await;
            verify(&app, &plain, &team.supervisor).await;
            takes_pushes(&push, &team.supervisor).await;
            let before = app.mail_outcomes().await.len();
            let stranger = MailServer::under_tls(begins).await;
            app = with(app, &stranger).await;
            let team = team.at(&app.url);

            let id = raise(&team, "immediate").await;
            assert_eq!(app.call_people().await, 2, "{begins:?}");
            assert_eq!(push.take().len(), 1, "{begins:?}: her phone is called all the same");
            assert!(stranger.letters().is_empty());
            assert_eq!(app.mail_outcomes().await[before..], ["fault"], "{begins:?}");
            // It may have been put right by then.
            assert_eq!(app.call_people_after(60).await, 1);
            assert_eq!(app.mail_outcomes().await[before..], ["fault", "fault"], "{begins:?}");

            let path = format!("/alerts/{id}/acknowledgement");
            team.supervisor.back().await.post_nothing(&path).await.expect(200);
            assert!(stranger.letters().is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_leave_under_tls_from_the_first_byte_and_by_starttls() {
    for begins in [Begins::AtOnce, Begins::WhenAsked] {
        let mail = MailServer::under_tls(begins).await;
        let place = Place::on_sqlite();
        let server = place.serve_mailing(&mail);
        let manager = place.manager(&server.url).await;

        manager.post_nothing(VERIFY).await.expect(202);
        let mut letters = Vec::new();
        until(|| {
            letters = mail.letters();
            !letters.is_empty()
        })
        .await;

        assert_eq!(letters[0].to, manager.email, "{begins:?}");
        let code = json!({ "code": letters[0].code() });
        let path = format!("{VERIFY}/confirmation");
        let verified = manager.post(&path, code).await.expect(200);
        assert_eq!(verified["email_verified"], true);
        assert!(server.stop());
    }
}
