//! The log tells what happened and never what was said, who said it, or with what secret.

use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use super::support::{PASSWORD, PIN, Person, Phone, Place, Reply, Team, new_id};

const WORDS: &str = "my stepdad hits me and I am scared to go home";
const LIVE_WORDS: &str = "please do not tell my grandmother";
const NOTE: &str = "He would not take his coat off";

/// The code an authenticator with this secret shows now.
fn code_now(factor: &Value) -> String {
    let secret = Secret::try_from_base32(factor["secret"].as_str().unwrap()).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    totp.generate(now.as_secs()).to_string()
}

/// The id a request was given.
fn request_id(reply: &Reply) -> String {
    reply.headers["x-request-id"].to_str().unwrap().to_owned()
}

/// Says all that can be said in codes, and gives the codes.
async fn with_codes(team: &Team) -> Vec<String> {
    let mut codes = Vec::new();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let nobody = Person::nobody(&team.manager.url);

    let whom = json!({
        "role": "peer_mentor", "display_name": "Jolanta", "pod_id": team.pod_id,
        "email": "jolanta@example.org",
    });
    let invited = team.manager.post("/invitations", whom).await.expect(201);
    codes.push(text(&invited["code"]));
    let join = json!({ "code": invited["code"], "password": PASSWORD });
    let session = nobody.post("/invitations/accept", join.clone()).await;
    nobody.post("/invitations/accept", join).await.expect(422);
    let jolanta = nobody.clone().with_session("Jolanta", &session.expect(201));
    codes.extend([jolanta.token.clone(), jolanta.refresh_token.clone()]);
    let unlock = json!({ "refresh_token": team.sam.refresh_token, "pin": PIN });
    team.sam.post("/sessions/unlock", unlock).await.expect(200);
    let path = format!("/accounts/{}/re-enrolment", team.sam.id);
    let way_back = team.practitioner.post_nothing(&path).await.expect(201);
    codes.push(text(&way_back["code"]));

    let factor = "/accounts/me/second-factor";
    let password = json!({ "password": PASSWORD });
    let made = jolanta.post(factor, password).await.expect(201);
    codes.push(text(&made["secret"]));
    let recovery = made["recovery_codes"].as_array().unwrap();
    codes.extend(recovery.iter().map(text));
    let wrong = json!({ "one_time_code": "918273" });
    let path = format!("{factor}/confirmation");
    jolanta.post(&path, wrong).await.expect(422);
    let code = code_now(&made);
    let right = json!({ "one_time_code": code });
    jolanta.post(&path, right).await.expect(204);
    let sign_in = json!({
        "email": "jolanta@example.org", "password": PASSWORD, "one_time_code": recovery[0],
    });
    nobody.post("/sessions", sign_in).await.expect(200);
    codes.extend(["918273".to_owned(), code, PIN.to_owned()]);
    codes
}

/// Talks over the live socket, rightly and wrongly.
async fn live(team: &Team) {
    let mut sam = Phone::of(&team.sam).await;
    let mut asha = Phone::of(&team.mentor).await;
    sam.send(&json!({ "type": "typing", "conversation_id": team.conversation_id }))
        .await;
    sam.say(&team.conversation_id, LIVE_WORDS).await;
    sam.next_of("ack").await;
    asha.next_event("message.created").await;
    sam.send(&json!({ "type": "sekret-type", "body": LIVE_WORDS }))
        .await;
    sam.next_of("problem").await;
    let mut forged = Phone::silent(&team.sam.url).await;
    forged
        .send(&json!({ "type": "hello", "token": "sekret-in-the-hello" }))
        .await;
    assert_eq!(forged.closed().await, 4401);
}

/// The lines of a log, without what is a number by chance.
fn lines(log: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| {
        let mut said: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let fields = said.as_object_mut().unwrap();
        assert!(fields.remove("timestamp").is_some(), "{line}");
        fields.remove("took_us");
        said
    });
    lines.collect()
}

async fn nothing_is_told(place: Place) {
    let log = place.file("log");
    let kept = Stdio::from(std::fs::File::create(&log).unwrap());
    let told = [("DAYBOOK_LOG", "trace"), ("DAYBOOK_LOG_JSON", "true")];
    let server = place.serve_with(&told, kept);
    let manager = place.manager(&server.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    let path = format!("/conversations/{}/messages", team.conversation_id);
    let words = json!({ "id": new_id(), "body": WORDS });
    let mut replies = vec![team.sam.post(&path, words).await];
    let concern = json!({
        "id": new_id(), "family_member_id": team.sam.id, "severity": "urgent",
        "category": "physical_abuse", "note": NOTE,
    });
    replies.push(team.mentor.post("/concerns", concern).await);
    let asked = "/conversations?token=sekret-in-the-address";
    replies.push(team.sam.get(asked).await);
    let forged = json!({ "refresh_token": "sekret-token" });
    replies.push(team.sam.post("/sessions/refresh", forged).await);
    live(&team).await;
    let codes = with_codes(&team).await;
    assert!(server.stop());

    let lines = lines(&std::fs::read_to_string(log).unwrap());
    for reply in replies {
        let id = json!(request_id(&reply));
        let is_of_it = |line: &&Value| {
            let said = line["message"].as_str().unwrap_or_default();
            ["request", "request refused"].contains(&said)
                && line["span"]["request.id"] == id
                && line["http.status"] == reply.status
        };
        assert_eq!(lines.iter().filter(is_of_it).count(), 1, "{id}");
    }
    let told: Vec<String> = lines.iter().map(Value::to_string).collect();
    let mut secrets = [
        "stepdad",
        "scared",
        "grandmother",
        NOTE,
        "sekret",
        "maryam@example.org",
        "jolanta",
        "Jolanta",
        PASSWORD,
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    secrets.extend(codes);
    for person in [&team.sam, &team.mentor, &team.supervisor, &team.manager] {
        secrets.extend([&person.name, &person.token, &person.refresh_token].map(Clone::clone));
    }
    for secret in secrets {
        let line = told.iter().find(|line| line.contains(&secret));
        assert_eq!(line, None, "the log holds {secret:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_word_name_code_or_token_is_ever_logged_on_sqlite() {
    nothing_is_told(Place::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_word_name_code_or_token_is_ever_logged_on_postgres() {
    if let Some(place) = Place::on_postgres() {
        nothing_is_told(place).await;
    }
}
