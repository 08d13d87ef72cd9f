//! Whether the service says truthfully how it is.

use super::support::on_both_stores;

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
