//! Whoever rings people up, as an adapter does that was written from `docs/phone-hook.md` alone; and people
//! who can be called.

use std::time::Duration;

use aws_lc_rs::hmac;
use daybook::phone_hook::PhoneHook;
use serde_json::{Value, json};

use super::app::TestApp;
use super::outside::{Outside, Request};
use super::people::Person;
use super::push_service::{Browser, PushService};

/// What both sides know.
pub(crate) const HOOK_KEY: &str = "the key that both sides know, and nobody else";

/// The same service with this hook, and little patience.
pub(crate) async fn with_phone_hook(app: TestApp, hook: &Outside) -> TestApp {
    let url = hook.url.clone();
    app.again(move |config| {
        config.phone_hook = PhoneHook::read(Some(url), Some(HOOK_KEY.to_owned())).unwrap();
        config.http_patience = Duration::from_millis(300);
    })
    .await
}

/// What was handed over, as whoever takes it reads it: signed, or it is thrown away.
pub(crate) fn opened(request: &Request) -> Value {
    assert_eq!(request.line, "POST /a-secret-place");
    assert_eq!(request.header("content-type"), "application/json");
    let timestamp = request.header("daybook-timestamp");
    assert!(timestamp.parse::<i64>().unwrap() > 1_780_000_000);
    let signed = [timestamp.as_bytes(), b".", &request.body].concat();
    let signature = request
        .header("daybook-signature")
        .strip_prefix("v1=")
        .unwrap();
    let bytes: Vec<u8> = (0..signature.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&signature[at..at + 2], 16).unwrap())
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, HOOK_KEY.as_bytes());
    hmac::verify(&key, &signed, &bytes).unwrap();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["id"], request.header("idempotency-key"));
    body
}

pub(crate) fn the_ring(hook: &Outside) -> Value {
    let came = hook.take();
    assert_eq!(came.len(), 1, "{came:?}");
    opened(&came[0])
}

pub(crate) async fn code_for(app: &TestApp, hook: &Outside, who: &Person, number: &str) -> String {
    let named = json!({ "number": number });
    who.put("/accounts/me/phone-number", named)
        .await
        .expect(202);
    app.call_people().await;
    let ring = the_ring(hook);
    assert_eq!(
        (&ring["to"], &ring["kind"]),
        (&json!(number), &json!("code"))
    );
    let (_, rest) = ring["text"]
        .as_str()
        .unwrap()
        .split_once("Your code is ")
        .unwrap();
    rest.chars().take(6).collect()
}

pub(crate) async fn verify_number(
    app: &TestApp,
    hook: &Outside,
    who: &Person,
    number: &str,
) -> Value {
    let code = code_for(app, hook, who, number).await;
    who.post(
        "/accounts/me/phone-number/confirmation",
        json!({ "code": code }),
    )
    .await
    .expect(200)
}

/// A browser of this person at a push service that takes everything.
pub(crate) async fn takes_pushes(service: &PushService, who: &Person) {
    let body = Browser::new().subscription(&format!("{}/{}", service.url, who.name));
    who.post("/push/subscriptions", body).await.expect(201);
}
