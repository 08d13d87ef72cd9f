//! Whether the service says truthfully how it is.

use daybook::db::Fault;
use reqwest::Method;
use serde_json::{Value, json};

use super::support::{TestApp, a_team, on_both_stores, say};

on_both_stores! {
    async fn a_fresh_service_lives_and_is_ready(app) {
        let nobody = app.nobody();

        assert_eq!(nobody.get("/health/live").await.expect(200), "ok");
        assert_eq!(nobody.get("/health/ready").await.expect(200)["ready"], true);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_names_its_request_and_gives_a_browser_its_orders() {
    let app = TestApp::on_sqlite().await;
    let orders = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=63072000"),
        (
            "permissions-policy",
            "camera=(), geolocation=(), microphone=()",
        ),
        ("cache-control", "no-store"),
    ];

    // Found, refused for want of a token, and unknown.
    for (path, status) in [
        ("/health/live", 200),
        ("/api/v1/conversations", 401),
        ("/api/v1/nothing", 404),
        ("/nothing", 404),
    ] {
        let reply = reqwest::get(format!("{}{path}", app.url)).await.unwrap();

        assert_eq!(reply.status(), status, "{path}");
        let headers = reply.headers();
        for (name, value) in orders {
            assert_eq!(headers[name], value, "{path}: {name}");
        }
        assert!(headers.contains_key("x-request-id"), "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'self'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
}

on_both_stores! {
    async fn no_page_from_elsewhere_may_read_or_call(app) {
        let team = a_team(&app).await;
        let browser = reqwest::Client::new();
        let url = format!("{}/api/v1/conversations", app.url);
        let elsewhere = |call: reqwest::RequestBuilder| {
            call.header("origin", "https://elsewhere.example")
        };

        let asked = elsewhere(browser.request(Method::OPTIONS, &url))
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization")
            .send()
            .await
            .unwrap();
        let read = elsewhere(browser.get(&url)).bearer_auth(&team.sam.token).send().await.unwrap();

        assert!(!asked.status().is_success(), "{}", asked.status());
        for reply in [asked, read] {
            let allowed = reply.headers().keys().find(|name| {
                name.as_str().starts_with("access-control-")
            });
            assert_eq!(allowed, None);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_not_ready_while_something_could_not_be_saved() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let faults = app.app.store().faults().unwrap();
    let saving = |ready: &Value| {
        let parts = ready["parts"].as_array().unwrap();
        parts.iter().find(|part| part["name"] == "saving").unwrap()["ok"].clone()
    };

    faults.next(Fault::Commit);
    say(&team.sam, &team.conversation_id, "Hello")
        .await
        .expect(503);

    let red = app.nobody().get("/health/ready").await.expect(503);
    assert_eq!((&red["ready"], saving(&red)), (&json!(false), json!(false)));
    say(&team.sam, &team.conversation_id, "Hello")
        .await
        .expect(201);
    assert_eq!(
        saving(&app.nobody().get("/health/ready").await.expect(503)),
        false
    );
    app.advance(1);
    assert_eq!(
        saving(&app.nobody().get("/health/ready").await.expect(200)),
        true
    );
}

on_both_stores! {
    async fn the_head_of_whatever_can_be_got_is_given_without_its_body(app) {
        let nobody = app.nobody();

        let head = nobody.call(Method::HEAD, "/health/ready", None).await;
        let whole = nobody.get("/health/ready").await;

        assert_eq!((head.status, &head.body), (200, &json!("")));
        assert_eq!(head.headers["content-type"], whole.headers["content-type"]);
        let refused = nobody.call(Method::HEAD, "/api/v1/sessions", None).await;
        assert_eq!(refused.status, 405);
    }
}
