//! Bad input gets a clear answer that names the field; nothing panics and nothing is repeated.

use std::time::Duration;

use daybook::edge::body::Patience;
use proptest::prelude::*;
use reqwest::Client;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::support::{TestApp, a_team, description, new_id, on_both_stores};

/// Sends bytes as they are, with a token.
async fn send_raw(url: &str, token: &str, kind: &str, bytes: Vec<u8>) -> (u16, serde_json::Value) {
    let request = Client::new()
        .post(url)
        .bearer_auth(token)
        .header("content-type", kind);
    let answer = request.body(bytes).send().await.unwrap();
    let status = answer.status().as_u16();
    let media = answer.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!(media, "application/problem+json", "{status}");
    (status, answer.json().await.unwrap())
}

on_both_stores! {
    async fn what_cannot_be_read_is_told_apart_from_what_is_wrong(app) {
        let team = a_team(&app).await;
        let url = format!("{}/api/v1/conversations/{}/messages", app.url, team.conversation_id);
        let id = new_id();
        let nul = format!(r#"{{"id":"{id}","body":"a\u0000b"}}"#);
        let half = format!(r#"{{"id":"{id}","body":"\ud83d"}}"#);
        let cut = format!(r#"{{"id":"{id}","body":"Hi \ud83d, Asha"}}"#);
        let unseen = format!(r#"{{"id":"{id}","body":"\u200b\u2060"}}"#);
        let urn = format!(r#"{{"id":"urn:uuid:{id}","body":"x"}}"#);
        let listed = format!(r#"["{id}","x"]"#);
        let long = format!(r#"{{"id":"{id}","body":"{}"}}"#, "x".repeat(4001));
        let huge = format!(r#"{{"id":"{id}","body":"{}"}}"#, "x".repeat(80_000));
        let json = "application/json";

        for (kind, bytes, status, pointer) in [
            (json, &b"not json"[..], 400, ""),
            (json, &b"\xff\xfe\x00"[..], 400, ""),
            (json, b"", 400, ""),
            (json, b"[]", 422, ""),
            (json, b"{}", 422, "/id"),
            (json, br#"{"id":"no","body":"x"}"#, 422, "/id"),
            (json, br#"{"id":7,"body":"x"}"#, 422, "/id"),
            (json, nul.as_bytes(), 422, "/body"),
            (json, half.as_bytes(), 422, "/body"),
            (json, cut.as_bytes(), 422, "/body"),
            (json, unseen.as_bytes(), 422, "/body"),
            (json, urn.as_bytes(), 422, "/id"),
            (json, listed.as_bytes(), 422, ""),
            (json, long.as_bytes(), 422, "/body"),
            (json, huge.as_bytes(), 413, ""),
            ("text/plain", b"{}", 415, ""),
        ] {
            let (got, body) = send_raw(&url, &team.sam.token, kind, bytes.to_vec()).await;
            let shown = String::from_utf8_lossy(bytes).chars().take(60).collect::<String>();
            assert_eq!(got, status, "{shown}: {body}");
            if !pointer.is_empty() {
                assert_eq!(body["errors"][0]["pointer"], pointer, "{shown}: {body}");
            }
        }
    }
}

on_both_stores! {
    async fn an_address_that_takes_another_method_says_which(app) {
        let manager = app.manager().await;

        let wrong_method = manager.delete("/pods").await;
        let unknown = manager.get("/no-such-address").await;

        assert_eq!(wrong_method.headers["allow"], "GET, HEAD, POST");
        wrong_method.expect(405);
        unknown.expect(404);
    }
}

/// Sends a head as it is, and gives the status, and whether a problem of the same status came.
async fn sends(app: &TestApp, words: &str) -> (u16, bool) {
    let host = app.url.strip_prefix("http://").unwrap();
    let mut wire = TcpStream::connect(host).await.unwrap();
    let words = words.replace("HOST", &format!("host: {host}\r\nconnection: close"));
    wire.write_all(format!("{words}\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut heard = Vec::new();
    wire.read_to_end(&mut heard).await.unwrap();
    let heard = String::from_utf8_lossy(&heard);
    let (first, body) = heard.split_once("\r\n\r\n").unwrap();
    let status = first.split(' ').nth(1).unwrap().parse().unwrap();
    let is_problem = first.contains("content-type: application/problem+json")
        && first.contains("x-request-id: ")
        && body.contains(&format!("\"status\":{status}"));
    (status, is_problem)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_can_be_read_as_http_is_refused_with_a_problem() {
    let app = TestApp::on_sqlite().await;
    let many = "x-a: 1\r\n".repeat(200);

    for (sent, expected) in [
        ("FROB /api/v1/pods HTTP/1.1\r\nHOST", (405, true)),
        ("OPTIONS /api/v1/pods HTTP/1.1\r\nHOST", (405, true)),
        ("TRACE / HTTP/1.1\r\nHOST", (405, true)),
        ("OPTIONS * HTTP/1.1\r\nHOST", (404, true)),
        ("CONNECT example.org:443 HTTP/1.1\r\nHOST", (404, true)),
        ("GET /%zz HTTP/1.1\r\nHOST", (404, true)),
        ("GET //health//live HTTP/1.1\r\nHOST", (404, true)),
        ("GET /problems/%ff%fe HTTP/1.1\r\nHOST", (404, true)),
        (
            "GET /api/v1/live HTTP/1.1\r\nHOST\r\nupgrade: h2c",
            (400, true),
        ),
        (
            "POST /api/v1/sessions HTTP/1.1\r\nHOST\r\nexpect: nonsense\r\ncontent-length: 0",
            (415, true),
        ),
        (
            "GET /problems HTTP/1.1\r\nHOST\r\naccept-encoding: identity;q=0",
            (200, false),
        ),
        // Below whatever we can answer: see api-spec/problems.md.
        ("GET", (400, false)),
        ("GET / HTTP/9.9\r\nHOST", (400, false)),
        (
            "POST /api/v1/sessions HTTP/1.1\r\nHOST\r\ncontent-length: -2",
            (400, false),
        ),
        (&*format!("GET / HTTP/1.1\r\n{many}HOST"), (431, false)),
    ] {
        assert_eq!(sends(&app, sent).await, expected, "{sent}");
    }
}

/// Sends the beginning of a request and nothing more, and gives what is answered until the connection
/// ends.
async fn begins(app: &TestApp, beginning: &str) -> String {
    let host = app.url.strip_prefix("http://").unwrap();
    let mut wire = TcpStream::connect(host).await.unwrap();
    let beginning = beginning.replace("HOST", &format!("host: {host}"));
    wire.write_all(beginning.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let until_it_ends = wire.read_to_end(&mut heard);
    // Sooner than as it is shipped.
    let ended = tokio::time::timeout(Duration::from_secs(8), until_it_ends).await;
    ended.expect("nobody let it go").unwrap();
    String::from_utf8(heard).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_sends_too_slowly_is_told_so_and_let_go() {
    let app = TestApp::on_sqlite().await;
    let team = a_team(&app).await;
    let short = Duration::from_millis(300);
    let app = app
        .waiting(Patience {
            head: short,
            ..Patience::default()
        })
        .await;
    let heard = begins(&app, "POST /api/v1/help HTTP/1.1\r\nHOST\r\nauthoriz").await;
    assert!(heard.starts_with("HTTP/1.1 408"), "{heard}");
    let app = app
        .waiting(Patience {
            body: short,
            ..Patience::default()
        })
        .await;

    // Where a body is wanted, where it may be left out, and where none is wanted.
    for (call, path, who) in [
        ("POST", "/api/v1/help", &team.sam),
        (
            "DELETE",
            &*format!("/api/v1/accounts/{}/suspension", team.mentor.id),
            &team.manager,
        ),
        (
            "POST",
            &*format!("/api/v1/alerts/{}/acknowledgement", new_id()),
            &team.supervisor,
        ),
    ] {
        let begun = format!(
            "{call} {path} HTTP/1.1\r\nHOST\r\nauthorization: Bearer {}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: 50\r\n\r\n{{\"id\": ",
            who.token
        );
        let heard = begins(&app, &begun).await;
        assert!(heard.starts_with("HTTP/1.1 400"), "{path}: {heard}");
        let body = heard.split("\r\n\r\n").nth(1).unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        description::check(call, path, 400, &body);
        assert_eq!(body["detail"], "the body did not come in time", "{path}");
    }
    let whole = json!({ "id": new_id() });
    team.sam.at(&app.url).post("/help", whole).await.expect(201);
}

on_both_stores! {
    async fn a_body_of_four_thousand_characters_of_any_script_is_kept_whole(app) {
        let team = a_team(&app).await;
        let path = format!("/conversations/{}/messages", team.conversation_id);
        let words = "żółć 👩‍👩‍👧 سلام ".repeat(300).chars().take(4000).collect::<String>();
        let words = words.trim().to_owned();

        let sent = team.sam.post(&path, json!({ "id": new_id(), "body": words })).await.expect(201);

        assert_eq!(sent["body"], words);
        let read = team.mentor.get(&path).await.expect(200);
        assert_eq!(read["items"][0]["body"], words);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// What anybody may send as a secret, a code, an address or JSON never panics the parser.
    #[test]
    fn no_parser_panics(text in "\\PC{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        use daybook::base::codes::parse_code;
        use daybook::care::accounts::devices::DeviceSecret;
        use daybook::base::text::parse as parse_text;
        use daybook::base::time::Moment;
        use daybook::db::Address;
        use daybook::edge::body::parse_json;

        let _code = parse_code(&text);
        let _secret = DeviceSecret::parse(&text);
        let _address = text.parse::<Address>();
        let _moment = Moment::parse_rfc3339(&text);
        let _text = parse_text(&text, 50);
        let _json = parse_json::<serde_json::Value>(&bytes);
    }
}

on_both_stores! {
    async fn a_name_does_not_turn_the_direction_of_what_stands_beside_it(app) {
        let manager = app.manager().await;
        let pod = json!({ "name": "ليلى", "area": "Crewe" });
        let pod = manager.post("/pods", pod).await.expect(201)["id"].clone();

        for turning in ["Ann\u{202e}htuR", "\u{2066}Ruth", "Ruth\u{200f}", "Ruth \u{61c}B"] {
            let pods = json!({ "name": turning, "area": turning });
            assert_eq!(manager.post("/pods", pods).await.wrong_fields(), ["/name", "/area"]);
            let family = json!({ "pod_id": pod, "reference": turning });
            assert_eq!(manager.post("/families", family).await.wrong_fields(), ["/reference"]);
            let somebody = json!({
                "role": "peer_mentor", "display_name": turning, "email": "a@example.org", "pod_id": pod,
            });
            assert_eq!(manager.post("/invitations", somebody).await.wrong_fields(), ["/display_name"]);
        }
    }
}
