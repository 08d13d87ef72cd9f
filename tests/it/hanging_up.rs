//! Whoever writes and is gone in the same moment is heard all the same; and so is whoever has begun to
//! write when the service is told to stop.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::support::{
    Person, Phone, Place, Team, TestApp, a_team, new_id, on_both_stores, the_alert, until,
};

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

/// Somebody in the middle of a request.
struct Begun {
    stream: TcpStream,
    rest: String,
}

/// What a server that has a request's head answers to whoever asks whether to send the rest.
const GOES_ON: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

impl Begun {
    /// Presses the help button, half of it, on a connection that has been served already.
    fn to_press_help(who: &Person, id: &str) -> Self {
        let host = who.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let first = format!("GET /health/live HTTP/1.1\r\nhost: {host}\r\n\r\n");
        stream.write_all(first.as_bytes()).unwrap();
        let mut answer = BufReader::new(stream.try_clone().unwrap());
        let (mut line, mut length) = (String::new(), 0);
        while line != "\r\n" {
            line.clear();
            answer.read_line(&mut line).unwrap();
            if let Some(bytes) = line.to_lowercase().strip_prefix("content-length: ") {
                length = bytes.trim().parse().unwrap();
            }
        }
        answer.read_exact(&mut vec![0; length]).unwrap();

        let body = json!({ "id": id }).to_string();
        let (front, rest) = body.split_at(body.len() / 2);
        let request = format!(
            "POST /api/v1/help HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\
             connection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             expect: 100-continue\r\n\r\n",
            who.token,
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        // It says so once it has the head: what it has not seen yet it need not hear out.
        let mut goes_on = vec![0; GOES_ON.len()];
        answer.read_exact(&mut goes_on).unwrap();
        assert_eq!(goes_on, GOES_ON);
        stream.write_all(front.as_bytes()).unwrap();
        let rest = rest.to_owned();
        Self { stream, rest }
    }

    /// Sends the other half, and gives the answer's first line and its body.
    fn end(mut self) -> (String, Value) {
        self.stream.write_all(self.rest.as_bytes()).unwrap();
        let mut answer = String::new();
        self.stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let line = head.lines().next().unwrap().to_owned();
        (line, serde_json::from_str(body).unwrap())
    }
}

/// Told to stop, it takes nobody new, answers whoever has begun, and what it answered is there.
async fn drains(place: Place) {
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    let id = new_id();
    let begun = Begun::to_press_help(&team.sam, &id);
    let host = server.url.strip_prefix("http://").unwrap().to_owned();

    server.tell_to_stop();
    let is_refused = || {
        let tried = TcpStream::connect(&host);
        tried.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    };
    until(is_refused).await;
    let (line, pressed) = begun.end();

    assert_eq!(line, "HTTP/1.1 201 Created");
    assert_eq!(pressed["id"], json!(id));
    assert!(server.ends_well());
    let server = place.serve();
    let ruth = team.supervisor.at(&server.url);
    let alert = the_alert(&ruth).await;
    let path = format!("/alerts/{alert}/occurrences");
    let occurrences = ruth.get(&path).await.expect(200);
    assert_eq!(occurrences["items"][0]["source"]["id"], json!(id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_begun_to_press_help_is_heard_by_a_service_told_to_stop_on_sqlite() {
    drains(Place::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_begun_to_press_help_is_heard_by_a_service_told_to_stop_on_postgres() {
    if let Some(place) = Place::on_postgres() {
        drains(place).await;
    }
}
