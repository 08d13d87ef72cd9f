//! The start of cover is a test: whoever begins is called in every way there is, and finds what is open.

use std::time::Duration;

use daybook::mailer::Mail;
use daybook::phone_hook::PhoneHook;
use serde_json::{Value, json};

use super::{shift, supervisor};
use crate::support::{
    Answer, Browser, HOOK_KEY, MailServer, Outside, Person, PushService, TestApp, a_team, concern,
    new_id, on_both_stores, opened, raise, the_alert, told, verify_number,
};

/// The same service with whoever writes letters and rings.
async fn with(app: TestApp, (mail, hook): (&MailServer, &Outside)) -> TestApp {
    let (mail, hook) = (mail.url().to_owned(), hook.url.clone());
    app.again(move |config| {
        let from = "Daybook <daybook@northbrook.gov.uk>".to_owned();
        config.mail = Mail::read(Some(mail), Some(from)).unwrap();
        config.phone_hook = PhoneHook::read(Some(hook), Some(HOOK_KEY.to_owned())).unwrap();
        config.http_patience = Duration::from_millis(500);
    })
    .await
}

async fn verify_email(app: &TestApp, mail: &MailServer, who: &Person) {
    who.post_nothing("/accounts/me/email-verification")
        .await
        .expect(202);
    app.call_people().await;
    let letter = mail.letters().remove(0);
    let code = json!({ "code": letter.code() });
    who.post("/accounts/me/email-verification/confirmation", code)
        .await
        .expect(200);
}

async fn started(who: &Person) -> Value {
    let told = told(who).await;
    let mut all = told
        .into_iter()
        .filter(|(event, _)| event == "cover.started");
    all.next().unwrap().1
}

on_both_stores! {
    async fn whoever_begins_is_called_in_every_way_and_nothing_outside_the_app_says_why(app) {
        let (push, mail, hook) = (PushService::start(), MailServer::start().await, Outside::start().await);
        let app = with(app, (&mail, &hook)).await;
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        let browser = Browser::new();
        nia.post("/push/subscriptions", browser.subscription(&format!("{}/nia", push.url))).await.expect(201);
        verify_email(&app, &mail, &nia).await;
        verify_number(&app, &hook, &nia, "+447700900123").await;
        let id = raise(&team, "watch").await;
        shift(&app, &team, &nia, (30, 90)).await.expect(201);
        app.advance(30);
        assert_eq!(app.turn_shifts().await, 1);
        // She has the app open, and has seen it.
        let seq = told(&nia).await.len();
        nia.back().await.post("/inbox/seen", json!({ "seq": seq })).await.expect(204);
        app.call_people().await;

        let pushes = push.take();
        assert_eq!(pushes.len(), 1);
        let said = String::from_utf8(browser.open(&pushes[0])).unwrap();
        assert!(said.contains("You have something new."), "{said}");
        let letters = mail.letters();
        assert_eq!((letters.len(), &letters[0].to), (1, &nia.email));
        assert!(letters[0].text.contains("You have something new."));
        let rings = hook.take();
        assert_eq!(rings.len(), 1);
        let ring = opened(&rings[0]);
        assert_eq!((&ring["to"], &ring["urgency"]), (&json!("+447700900123"), &json!("usual")));
        for telling in ["Sam", "alert", "Crewe", "cover", id.as_str()] {
            assert!(!said.contains(telling), "{telling}: {said}");
            assert!(!letters[0].text.contains(telling), "{telling}: {}", letters[0].text);
            assert!(!ring["text"].as_str().unwrap().contains(telling), "{telling}: {ring}");
        }
        app.call_people_after(3600).await;
        assert_eq!((push.take().len(), mail.letters().len(), hook.take().len()), (0, 0, 0), "once");
    }
}

on_both_stores! {
    async fn a_way_that_leads_nowhere_shows_at_the_start_of_cover(app) {
        let (push, mail, hook) = (PushService::start(), MailServer::start().await, Outside::start().await);
        let app = with(app, (&mail, &hook)).await;
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        let browser = Browser::new();
        nia.post("/push/subscriptions", browser.subscription(&format!("{}/nia", push.url))).await.expect(201);
        push.will_answer(&[Answer::Status(410)]);

        shift(&app, &team, &nia, (0, 90)).await.expect(201);
        app.call_people().await;

        let events: Vec<String> = told(&nia).await.into_iter().map(|(event, _)| event).collect();
        assert!(events.contains(&"device.push_ended".to_owned()), "{events:?}");
        let managers: Vec<String> = told(&team.manager).await.into_iter().map(|(event, _)| event).collect();
        assert!(managers.contains(&"device.push_ended".to_owned()), "{managers:?}");
    }
}

on_both_stores! {
    async fn what_is_open_is_named_as_far_as_they_may_know_and_as_it_is_now(app) {
        let team = a_team(&app).await;
        let nia = supervisor(&team, "Nia").await;
        let (mia, _) = team.another_member("Mia", "parent").await;
        let open = raise(&team, "watch").await;
        let mut worse = concern(&team, "immediate", "neglect");
        worse["family_member_id"] = json!(mia.id);
        team.practitioner.post("/concerns", worse).await.expect(201);
        let mut about_her = concern(&team, "immediate", "emotional_abuse");
        about_her["implicates"] = json!([nia.id]);
        about_her["id"] = json!(new_id());
        team.practitioner.post("/concerns", about_her).await.expect(201);
        shift(&app, &team, &nia, (0, 90)).await.expect(201);

        let data = started(&nia).await;
        let named: Vec<&Value> = data["alerts"].as_array().unwrap().iter().map(|one| &one["severity"]).collect();
        assert_eq!((data["open_alerts"].clone(), named), (json!(2), vec![&json!("immediate"), &json!("watch")]));

        // Later it shows what has become of them, and nothing of what she may not see any more.
        let path = format!("/alerts/{open}/acknowledgement");
        nia.back().await.post_nothing(&path).await.expect(200);
        let of_mia = data["alerts"][0]["id"].as_str().unwrap();
        let body = json!({ "account_id": nia.id, "reason": "She knows them from the club." });
        let path = format!("/alerts/{of_mia}/exclusions");
        team.manager.back().await.post(&path, body).await.expect(204);
        let data = started(&nia).await;
        let shown = data["alerts"].as_array().unwrap();
        assert_eq!(shown.len(), 1, "{data}");
        assert_eq!((&shown[0]["id"], &shown[0]["state"]), (&json!(the_alert(&nia).await), &json!("acknowledged")));
    }
}
