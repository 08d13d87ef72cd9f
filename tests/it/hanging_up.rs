//! Whoever writes and is gone in the same moment is heard all the same.

use std::io::Write;
use std::net::TcpStream;

use serde_json::json;

use super::support::{Phone, TestApp, a_team, new_id, on_both_stores, until};

/// Sends a request and closes the connection without waiting for an answer.
fn send_and_hang_up(app: &TestApp, token: &str, path: &str, body: &str) {
    let host = app.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!(
        "POST /api/v1{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
}

on_both_stores! {
    async fn a_child_who_presses_help_and_closes_the_phone_is_heard_at_once(app) {
        let team = a_team(&app).await;
        let mut ruth = Phone::of(&team.supervisor).await;

        let body = json!({ "id": new_id() }).to_string();
        send_and_hang_up(&app, &team.sam.token, "/help", &body);

        ruth.next_event("alert.opened").await;
    }
}

on_both_stores! {
    async fn what_was_said_on_a_socket_that_closes_is_heard(app) {
        let team = a_team(&app).await;
        let mut asha = Phone::of(&team.mentor).await;
        let mut sam = Phone::of(&team.sam).await;

        sam.say(&team.conversation_id, "I have to go").await;
        drop(sam);

        let heard = asha.next_event("message.created").await;
        assert_eq!(heard["data"]["body"], "I have to go");
        until(|| app.app.hub().open_sockets() == 1).await;
    }
}
