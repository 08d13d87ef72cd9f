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

on_both_stores! {
    async fn every_answer_names_its_request_and_forbids_sniffing(app) {
        let reply = app.nobody().get("/health/live").await;

        assert!(reply.headers.contains_key("x-request-id"));
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert!(reply.headers.contains_key("content-security-policy"));
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
