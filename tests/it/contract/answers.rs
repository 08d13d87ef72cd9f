//! What follows from the form of an address is answered by every address of that form: what the
//! description declares of tokens, ids, bodies and parameters is proven here, one by one; and what
//! else is declared and no story comes past.

use std::time::Duration;

use daybook::base::ids::AccountId;
use daybook::care::accounts::Role;
use daybook::db::Fault;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::operations;
use crate::support::{
    PASSWORD, PIN, Person, Phone, TestApp, a_subscription, a_team, description, new_id,
};

/// The refusals an operation declares, as pairs of status and kind.
fn declared(operation: &Value) -> Vec<(u16, String)> {
    let mut all = Vec::new();
    for (status, answer) in operation["responses"].as_object().unwrap() {
        let Some(name) = answer["$ref"].as_str() else {
            continue;
        };
        let kinds = name.rsplit('/').next().unwrap().split('.');
        all.extend(kinds.map(|kind| (status.parse().unwrap(), kind.to_owned())));
    }
    all
}

/// An address of this form that leads to nothing, with the parameters that must be given.
fn filled(path: &str, operation: &Value) -> String {
    let mut address = path.replace("{id}", &new_id());
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    for one in parameters.filter(|one| one["in"] == "query" && one["required"] == true) {
        let sign = if address.contains('?') { '&' } else { '?' };
        let known = one["example"].as_str().map(ToOwned::to_owned);
        let value = known.unwrap_or_else(new_id);
        address = format!("{address}{sign}{}={value}", one["name"].as_str().unwrap());
    }
    address
}

/// Calls every operation that declares this refusal, and expects it.
async fn each_refuses(
    who: &Person,
    status: u16,
    kind: &str,
    mut with: impl FnMut(&str, &Value) -> Option<(String, &'static str, Vec<u8>)>,
) {
    let mut tried = 0;
    for (path, method, operation) in operations() {
        let wanted = (status, kind.to_owned());
        let Some((address, media, bytes)) = with(&path, operation) else {
            continue;
        };
        if !declared(operation).contains(&wanted) {
            continue;
        }
        let call = (&*method.to_uppercase(), &*address);
        let reply = who.send_bytes(call, media, bytes).await;
        let got = (
            reply.status,
            reply.body["type"].as_str().unwrap_or_default(),
        );
        assert_eq!(got, (status, &*format!("/problems/{kind}")), "{call:?}");
        tried += 1;
    }
    assert!(tried > 3, "only {tried} operations answer {status} {kind}");
}

fn has_body(operation: &Value) -> bool {
    operation["requestBody"].is_object()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_taken_is_refused_by_whoever_takes_something() {
    let app = TestApp::on_sqlite().await;
    let manager = app.manager().await;
    let json = "application/json";

    each_refuses(&manager, 400, "unreadable", |path, operation| {
        let broken = (filled(path, operation), json, b"{".to_vec());
        has_body(operation).then_some(broken)
    })
    .await;
    each_refuses(&manager, 415, "wrong-media-type", |path, operation| {
        Some((filled(path, operation), "text/plain", b"{}".to_vec()))
    })
    .await;
    each_refuses(&manager, 413, "too-large", |path, operation| {
        Some((filled(path, operation), json, vec![b' '; 70_000]))
    })
    .await;
    each_refuses(&manager, 422, "not-valid", |path, operation| {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let mut address = filled(path, operation);
        if parameters.clone().any(|one| one["in"] == "query") {
            let more = if address.contains('?') { '&' } else { '?' };
            address = format!("{address}{more}nonsense=1");
        }
        Some((address, json, br#"{"nonsense":1}"#.to_vec()))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_breaks_off_is_unreadable_also_where_none_is_wanted() {
    let app = TestApp::on_sqlite().await;
    let manager = app.manager().await;
    let host = app.url.strip_prefix("http://").unwrap();
    let mut tried = 0;

    for (path, method, operation) in operations() {
        let wanted = (400, "unreadable".to_owned());
        if has_body(operation) || method != "post" || !declared(operation).contains(&wanted) {
            continue;
        }
        let address = filled(&path, operation);
        let mut wire = TcpStream::connect(host).await.unwrap();
        let broken = format!(
            "POST {address} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
             connection: close\r\ntransfer-encoding: chunked\r\n\r\nthis is no chunk\r\n\r\n",
            manager.token
        );
        wire.write_all(broken.as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        wire.read_to_end(&mut heard).await.unwrap();

        let heard = String::from_utf8(heard).unwrap();
        assert!(heard.starts_with("HTTP/1.1 400"), "{address}: {heard}");
        let body = heard.split("\r\n\r\n").nth(1).unwrap();
        let body = serde_json::from_str(body).unwrap();
        description::check("POST", &address, 400, &body);
        tried += 1;
    }
    assert!(tried >= 3, "{tried} addresses want no body");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_id_is_not_found() {
    let app = TestApp::on_sqlite().await;
    let manager = app.manager().await;

    each_refuses(&manager, 404, "not-found", |path, _| {
        let address = path.replace("{id}", "nonsense").replace("{slug}", "none");
        (address != path).then_some((address, "application/json", b"{}".to_vec()))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_opens_nothing_that_wants_one() {
    let app = TestApp::on_sqlite().await;
    let mut tried = 0;

    for (path, method, operation) in operations() {
        let ways_in = operation["security"].as_array();
        if ways_in.is_none_or(|ways| ways.iter().any(|way| *way == json!({}))) {
            continue;
        }
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let address = filled(&path, operation);
        let refused = app.nobody().call(method, &address, None).await.expect(401);
        assert_eq!(refused["type"], "/problems/sign-in-again", "{address}");
        tried += 1;
    }
    assert!(tried > 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_lacks_their_second_factor_gets_no_further_than_setting_it_up() {
    let app = TestApp::on_sqlite().await;
    let email = app.manager().await.email;
    let must_have = |config: &mut daybook::config::Config| {
        config.require_second_factor = [Role::ServiceManager].into();
    };
    let app = app.again(must_have).await;
    let half_in = Person::sign_in(&app.url, "Maryam", &email, PASSWORD).await;

    each_refuses(&half_in, 401, "second-factor-needed", |path, operation| {
        let signed = operation["security"].is_array();
        signed.then_some((filled(path, operation), "application/json", b"{}".to_vec()))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_too_much_at_once_is_asked_to_wait() {
    let app = TestApp::on_sqlite().await;
    let manager = app.manager().await;
    let id: AccountId = manager.id.parse().unwrap();
    // As many as may wait at once, and none of them is ever answered.
    let turns = app.app.turns();
    let mut kept = Vec::new();
    let mut waiting = Vec::new();
    while let Ok(first) = tokio::time::timeout(Duration::from_millis(20), turns.take(id)).await {
        kept.push(first.unwrap());
    }
    loop {
        let mut next = Box::pin(turns.take(id));
        match futures_util::poll!(&mut next) {
            std::task::Poll::Pending => waiting.push(next),
            std::task::Poll::Ready(full) => break assert!(full.is_err()),
        }
    }

    each_refuses(&manager, 429, "too-many", |path, operation| {
        let signed = operation["security"].is_array() && operation["requestBody"].is_null();
        // Codes to be mailed are counted otherwise, and have their own test.
        let reads = signed && !path.ends_with("/email-verification");
        reads.then_some((filled(path, operation), "text/plain", Vec::new()))
    })
    .await;
}

/// The example body of an operation; empty where it has none.
fn example_body(operation: &Value) -> Vec<u8> {
    let example = &operation["requestBody"]["content"]["application/json"]["example"];
    if example.is_null() {
        Vec::new()
    } else {
        example.to_string().into_bytes()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_suspended_is_told_so_by_everything_they_may_not_do() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    app.set_status(&team.mentor, "suspended").await;

    each_refuses(&team.mentor, 403, "not-active", |path, operation| {
        let call = (
            filled(path, operation),
            "application/json",
            example_body(operation),
        );
        operation["security"].is_array().then_some(call)
    })
    .await;
    let sign_in = json!({ "email": team.mentor.email, "password": PASSWORD });
    let refused = app.nobody().post("/sessions", sign_in).await.expect(403);
    assert_eq!(refused["type"], "/problems/not-active");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_too_much_in_a_minute_is_asked_to_wait() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let app = app.again(|config| config.deeds_per_minute = 1).await;
    let sam = team.sam.at(&app.url);
    let talk = format!("/conversations/{}/messages", team.conversation_id);
    let hello = json!({ "id": new_id(), "body": "Hello Asha" });
    sam.post(&talk, hello).await.expect(201);

    for call in [
        "/conversations/{id}/messages",
        "/check-ins",
        "/concerns",
        "/goals",
        "/goals/{id}/entries",
        "/contact-log",
        "/handover-notes",
        "/dates",
        "/dates/{id}/reply",
    ] {
        let path = format!("/api/v1{call}");
        let of_it =
            |(known, method, _): &(String, &str, &Value)| *known == path && *method == "post";
        let (_, _, operation) = operations().into_iter().find(of_it).unwrap();
        let call = ("POST", &*filled(&path, operation));
        let reply = sam
            .send_bytes(call, "application/json", example_body(operation))
            .await;
        assert!(reply.headers.contains_key("retry-after"));
        assert_eq!(reply.expect(429)["type"], "/problems/too-many");
    }
    sam.post("/help", json!({ "id": new_id() }))
        .await
        .expect(201);
}

/// Tries a wrong secret until it is time to wait.
async fn guesses(who: &Person, method: Method, path: &str, wrong: Value) {
    for _ in 0..30 {
        let reply = who.call(method.clone(), path, Some(wrong.clone())).await;
        if reply.status == 429 {
            assert!(reply.headers.contains_key("retry-after"));
            return;
        }
        reply.expect(422);
    }
    panic!("{path} lets guesses through");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_guesses_at_their_own_secrets_is_asked_to_wait() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let factor = "/accounts/me/second-factor";
    let wrong = json!({ "one_time_code": "000000" });

    let new = json!({ "current": "wrong", "new": "another long one" });
    guesses(&team.manager, Method::PUT, "/accounts/me/password", new).await;
    let password = json!({ "password": "not the right one" });
    guesses(&team.deputy, Method::POST, factor, password).await;
    let password = json!({ "password": PASSWORD });
    team.mentor.post(factor, password).await.expect(201);
    guesses(
        &team.mentor,
        Method::POST,
        &format!("{factor}/confirmation"),
        wrong.clone(),
    )
    .await;
    let number = json!({ "number": "+447700900123" });
    team.deputy
        .put("/accounts/me/phone-number", number)
        .await
        .expect(202);
    let path = "/accounts/me/phone-number/confirmation";
    let code = json!({ "code": "wrong" });
    guesses(&team.deputy, Method::POST, path, code).await;
    app.set_second_factor_confirmed(&team.mentor).await;
    app.advance(24 * 60 + 1);
    let mentor = team.mentor.back().await;
    guesses(&mentor, Method::DELETE, factor, wrong).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_there_already_is_not_made_twice() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let manager = &team.manager;
    let pod = json!({ "name": "Crewe North", "area": "Crewe" });
    let family = json!({ "pod_id": team.pod_id, "reference": "CIN-2026-0417" });
    let other = json!({ "pod_id": team.pod_id });
    let other = manager.brings_in("peer_mentor", "Jo", other).await;
    let pair = json!({ "family_member_id": team.sam.id, "peer_mentor_id": other.id });
    manager.post("/families", family.clone()).await.expect(201);

    for (path, body) in [("/pods", pod), ("/families", family), ("/matches", pair)] {
        let refused = manager.post(path, body).await.expect(409);
        assert_eq!(refused["type"], "/problems/already-done", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_no_more_numbers_than_people_can_take_in() {
    let app = TestApp::on_sqlite().await;
    let manager = app.manager().await;
    let line = json!({
        "locality": "Crewe", "name": "Front door", "number": "0300 123 5012",
        "hours": "weekdays", "verified_on": "2026-05-28",
    });
    let mut agency = line.clone();
    let fields = agency.as_object_mut().unwrap();
    fields.remove("locality");
    fields.insert("agency".to_owned(), json!("front_door"));
    fields.insert("script".to_owned(), json!("Say who you are."));

    for (path, line) in [("/help-lines", line), ("/agency-lines", agency)] {
        let mut made = 0;
        let full = loop {
            let reply = manager.post(path, line.clone()).await;
            if reply.status == 409 {
                break reply.body;
            }
            reply.expect(201);
            made += 1;
            assert!(made < 200, "there is no end of them at {path}");
        };
        assert_eq!(full["type"], "/problems/wrong-state", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_vapid_key_nobody_subscribes() {
    let app = TestApp::on_sqlite().await;
    let email = app.manager().await.email;
    let without = |config: &mut daybook::config::Config| {
        let keys = std::fs::read_to_string(&config.keys).unwrap();
        let (kept, _) = keys.split_once("[vapid]").unwrap();
        std::fs::write(&config.keys, kept).unwrap();
    };
    let app = app.again(without).await;
    let manager = Person::sign_in(&app.url, "Maryam", &email, PASSWORD).await;

    let body = a_subscription("https://fcm.googleapis.com/fcm/send/x");
    let refused = manager.post("/push/subscriptions", body).await.expect(409);
    assert_eq!(refused["type"], "/problems/wrong-state");
    manager.get("/push/key").await.expect(409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_live_socket_opens_for_our_own_pages_alone() {
    let app = TestApp::on_sqlite().await;
    let ours = app.url.clone();

    assert!(Phone::from_page(&app.url, Some(&ours)).await.is_ok());
    let refused = Phone::from_page(&app.url, Some("https://example.org")).await;
    assert_eq!(refused.err(), Some(403));
}

/// Calls everything that writes, as `who`, after `before`, and expects this refusal.
async fn each_writing_refuses(who: &Person, kind: &str, mut before: impl FnMut()) {
    let mut tried = 0;
    for (path, method, operation) in operations() {
        if method == "get" || !declared(operation).contains(&(503, kind.to_owned())) {
            continue;
        }
        let mut body = example_body(operation);
        if path.ends_with("/sessions/unlock") {
            // Only a device's secret gets as far as the database.
            body = json!({ "pin": PIN, "refresh_token": who.refresh_token })
                .to_string()
                .into_bytes();
        }
        let call = (&*method.to_uppercase(), &*filled(&path, operation));
        before();
        let reply = who.send_bytes(call, "application/json", body).await;
        let got = (
            reply.status,
            reply.body["type"].as_str().unwrap_or_default(),
        );
        assert_eq!(got, (503, &*format!("/problems/{kind}")), "{call:?}");
        assert!(reply.headers.contains_key("retry-after"), "{call:?}");
        tried += 1;
    }
    assert!(tried > 35, "only {tried} operations write");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_could_not_be_saved_is_told_so_and_nothing_else() {
    let app = TestApp::on_sqlite().await;
    let sam = a_team(&app).await.sam;
    let faults = || app.app.store().faults().unwrap().next(Fault::Commit);

    each_writing_refuses(&sam, "not-saved", faults).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_store_takes_nothing_more_everybody_is_asked_to_come_back() {
    let app = TestApp::on_sqlite().await;
    let sam = a_team(&app).await.sam;
    app.app.store().close();

    each_writing_refuses(&sam, "busy", || ()).await;
}
