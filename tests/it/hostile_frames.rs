//! What a hostile or forgotten client does to its live socket: it loses it, and costs nobody memory.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::support::{Phone, TestApp, a_team, new_id, on_both_stores};

/// The close code 4413 in a frame of its own.
const TOO_LARGE: [u8; 2] = 4413_u16.to_be_bytes();

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_claims_a_huge_frame_is_let_go_before_it_comes() {
    let app = TestApp::on_sqlite().await;
    let host = app.url.strip_prefix("http://").unwrap();
    let mut wire = TcpStream::connect(host).await.unwrap();
    let hello = format!(
        "GET /api/v1/live HTTP/1.1\r\nhost: {host}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    wire.write_all(hello.as_bytes()).await.unwrap();
    // A masked text of 2^62 bytes, of which only the header ever comes.
    let claim = [0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];
    wire.write_all(&claim).await.unwrap();

    let mut heard = Vec::new();
    let until_it_ends = wire.read_to_end(&mut heard);
    let ended = tokio::time::timeout(Duration::from_secs(4), until_it_ends).await;

    ended.expect("sooner than for want of a hello").unwrap();
    assert!(heard.windows(2).any(|two| two == TOO_LARGE), "{heard:?}");
}

on_both_stores! {
    async fn a_text_in_parts_is_as_large_as_all_of_them(app) {
        let team = a_team(&app).await;
        let part = |first: bool, last: bool, words: String| {
            let kind = if first { Data::Text } else { Data::Continue };
            Message::Frame(Frame::message(words, OpCode::Data(kind), last))
        };
        let frame = json!({
            "type": "message.send", "id": new_id(), "conversation_id": team.conversation_id,
            "body": "In two parts",
        });
        let whole = frame.to_string();
        let (front, back) = whole.split_at(20);
        let mut phone = Phone::of(&team.sam).await;
        phone.send_raw(part(true, false, front.to_owned())).await;
        phone.send_raw(part(false, true, back.to_owned())).await;
        assert_eq!(phone.next_of("ack").await["seq"], 1);

        phone.say(&team.conversation_id, "Before it").await;
        for number in 0..5 {
            phone.try_send(part(number == 0, number == 4, " ".repeat(30_000))).await;
        }

        assert_eq!(phone.closed().await, 4413);
        let path = format!("/conversations/{}/messages", team.conversation_id);
        let talk = team.sam.get(&path).await.expect(200);
        assert_eq!(talk["items"][1]["body"], "Before it", "what came before is kept");
    }
}

on_both_stores! {
    async fn an_open_socket_is_no_way_around_the_pin(app) {
        let team = a_team(&app).await;
        let mut sam = Phone::of(&team.sam).await;
        let mut other = Phone::of(&team.sam).await;
        app.advance(12 * 60 + 1);

        let mentor = team.mentor.back().await;
        let path = format!("/conversations/{}/messages", team.conversation_id);
        let words = json!({ "id": new_id(), "body": "For Sam alone" });
        mentor.post(&path, words).await.expect(201);
        other.say(&team.conversation_id, "From whoever holds the phone").await;

        assert_eq!(sam.closed().await, 4401);
        assert_eq!(other.closed().await, 4401);
        let talk = mentor.get(&path).await.expect(200);
        assert_eq!(talk["items"].as_array().unwrap().len(), 1);
    }
}
