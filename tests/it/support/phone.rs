//! A phone with the live socket open.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async, connect_async};

use super::description;
use super::frames::Unanswered;
use super::people::{Person, new_id};

/// Longer than this no test waits for a frame.
const PATIENCE: Duration = Duration::from_secs(10);

/// A phone, and what it has been told but not looked at yet.
pub(crate) struct Phone {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The answer to its hello.
    pub(crate) ready: Value,
    kept: Vec<Value>,
    unanswered: Unanswered,
}

impl Phone {
    /// Opens the socket without a word.
    pub(crate) async fn silent(url: &str) -> Self {
        Self::from_page(url, None).await.unwrap()
    }

    /// Opens the socket as a page of this origin does.
    pub(crate) async fn from_page(url: &str, origin: Option<&str>) -> Result<Self, u16> {
        let address = format!("{}/api/v1/live", url.replacen("http", "ws", 1));
        let mut request = address.into_client_request().unwrap();
        if let Some(origin) = origin {
            let origin = origin.parse().unwrap();
            request.headers_mut().insert("Origin", origin);
        }
        let check = |status, body: &Value| description::check("GET", "/api/v1/live", status, body);
        match connect_async(request).await {
            Ok((socket, _)) => {
                check(101, &json!(""));
                Ok(Self {
                    socket,
                    ready: Value::Null,
                    kept: Vec::new(),
                    unanswered: Unanswered::default(),
                })
            }
            Err(Error::Http(answer)) => {
                let body = answer.body().as_deref().unwrap_or_default();
                check(
                    answer.status().as_u16(),
                    &serde_json::from_slice(body).unwrap(),
                );
                Err(answer.status().as_u16())
            }
            Err(other) => panic!("{other}"),
        }
    }

    /// Opens the socket and says hello; what is new from now on will come.
    pub(crate) async fn of(person: &Person) -> Self {
        Self::hello(person, json!({})).await
    }

    /// Opens the socket and says hello: everything after `after` will come.
    pub(crate) async fn after(person: &Person, after: i64) -> Self {
        Self::hello(person, json!({ "after": after })).await
    }

    /// Opens the socket and says hello with these fields more.
    pub(crate) async fn hello(person: &Person, more: Value) -> Self {
        let mut phone = Self::silent(&person.url).await;
        let mut hello = json!({ "type": "hello", "token": person.token });
        for (key, value) in more.as_object().unwrap() {
            hello[key] = value.clone();
        }
        phone.send(&hello).await;
        phone.ready = phone.next_of("ready").await;
        phone
    }

    /// Opens the socket with as little room as can be, says hello and then never reads again.
    pub(crate) async fn deaf(person: &Person, after: i64) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let host = person.url.strip_prefix("http://").unwrap();
        let stream = socket.connect(host.parse().unwrap()).await.unwrap();
        let address = format!("ws://{host}/api/v1/live");
        let stream = MaybeTlsStream::Plain(stream);
        let (socket, _) = client_async(address, stream).await.unwrap();
        let mut phone = Self {
            socket,
            ready: Value::Null,
            kept: Vec::new(),
            unanswered: Unanswered::default(),
        };
        phone
            .send(&json!({ "type": "hello", "token": person.token, "after": after }))
            .await;
        phone.ready = phone.next_of("ready").await;
        phone
    }

    pub(crate) async fn send(&mut self, frame: &Value) {
        self.unanswered.sends(frame);
        self.send_raw(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// Like [`Phone::send_raw`], to a service that may have closed by now.
    pub(crate) async fn try_send(&mut self, message: Message) -> bool {
        self.socket.send(message).await.is_ok()
    }

    /// Hands in a message under a fresh id, which is given back.
    pub(crate) async fn say(&mut self, conversation: &str, words: &str) -> String {
        let id = new_id();
        self.say_as(&id, conversation, words).await;
        id
    }

    /// Hands in a message under an id.
    pub(crate) async fn say_as(&mut self, id: &str, conversation: &str, words: &str) {
        let frame = json!({
            "type": "message.send", "id": id, "conversation_id": conversation, "body": words,
        });
        self.send(&frame).await;
    }

    /// The next frame of this type; others are kept for later.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        if let Some(at) = self.kept.iter().position(|frame| frame["type"] == kind) {
            return self.kept.remove(at);
        }
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
            self.kept.push(frame);
        }
    }

    /// The next event of this name; others are kept for later.
    pub(crate) async fn next_event(&mut self, name: &str) -> Value {
        let mut others = Vec::new();
        loop {
            let event = self.next_of("event").await;
            if event["event"] == name {
                self.kept.extend(others);
                return event;
            }
            others.push(event);
        }
    }

    /// The next frame as it comes.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next())
                .await
                .unwrap();
            match message {
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    self.unanswered.hears(&frame);
                    return frame;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("the socket ended: {other:?}"),
            }
        }
    }

    /// Whether nothing comes before the service has answered a ping of ours.
    pub(crate) async fn is_quiet(&mut self) -> bool {
        self.send(&json!({ "type": "ping" })).await;
        loop {
            let frame = self.next().await;
            if frame["type"] == "pong" {
                return self.kept.is_empty();
            }
            self.kept.push(frame);
        }
    }

    /// Waits until the service closes the socket, and gives the code.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next())
                .await
                .unwrap();
            match message {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(Message::Close(None)) | Err(_)) | None => return 1006,
                Some(Ok(Message::Text(text))) => {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    self.unanswered.hears(&frame);
                    self.kept.push(frame);
                }
                Some(Ok(_)) => {}
            }
        }
    }
}
