//! The demo, and the tour of it that the README quotes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use super::support::{Demo, Person, daybook};

const PASSWORD: &str = "a-cup-of-tea";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

async fn ruth(demo: &Demo) -> Person {
    Person::sign_in(&demo.url, "Ruth", "ruth@northbrook.example", PASSWORD).await
}

/// Runs the tour without standing in the way of the runtime.
async fn tour(url: &str) -> Output {
    let url = url.to_owned();
    let run = move || Command::new(root().join("scripts/tour")).arg(url).output();
    tokio::task::spawn_blocking(run).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tour_of_the_readme_tells_the_story_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);

    let toured = tour(&demo.url).await;

    let said = String::from_utf8_lossy(&toured.stdout);
    let wrong = String::from_utf8_lossy(&toured.stderr);
    assert!(toured.status.success(), "{said}\n{wrong}");
    assert!(said.contains(r#""event":"alert.opened""#), "{said}");
    assert!(said.contains("Ruth Okafor"), "{said}");
    assert!(said.contains("/problems/not-found"), "{said}");
    assert!(said.contains("\nclosed\n"), "{said}");
}

#[test]
fn the_readme_quotes_the_tour_as_it_is() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let script = std::fs::read_to_string(root().join("scripts/tour")).unwrap();

    let (_, rest) = readme.split_once("```bash\n").unwrap();
    let (quoted, _) = rest.split_once("```").unwrap();

    assert!(quoted.lines().count() >= 5, "{quoted}");
    for line in quoted.lines() {
        assert!(
            script.lines().any(|own| own.trim() == line.trim()),
            "scripts/tour has no line {line:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_lets_people_in_and_its_history_really_happened() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]);
    let ruth = ruth(&demo).await;

    let open = by_member(&ruth, "/alerts").await;
    let closed = ruth.get("/alerts?state=closed").await.expect(200);
    let to_be_read = by_member(&ruth, "/reading-list").await;

    assert_eq!(open["Sam"]["severity"], "immediate");
    assert_eq!(open["Sam"]["state"], "open");
    assert_eq!(open["Marcia"]["state"], "acknowledged");
    assert_eq!(open["Marcia"]["holder"]["display_name"], "Ruth Okafor");
    assert_eq!(open.len(), 2, "{open:?}");
    assert!(to_be_read.contains_key("Oksana"), "{to_be_read:?}");
    let closed = closed["items"].as_array().unwrap();
    assert!(closed.len() >= 4, "{closed:?}");
    // After hours nobody answered for five minutes, so it had climbed once.
    assert!(closed.iter().any(|alert| alert["step"] == 1), "{closed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_family_member_of_the_demo_comes_in_by_the_secret_that_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("demo.db").display());
    let demo = Demo::start(folder.path(), &["--database", &database]);
    let secret = json!({ "refresh_token": demo.secret_of("Sam") });

    let session = Person::nobody(&demo.url)
        .post("/sessions/refresh", secret)
        .await
        .expect(200);
    let sam = Person::nobody(&demo.url).with_session("Sam", &session);
    let talk = sam.get("/conversations").await.expect(200);

    assert_eq!(talk["items"][0]["with"]["display_name"], "Dean Mullins");
    assert!(talk["items"][0]["last_seq"].as_i64().unwrap() > 20);
    // The link for the phone app holds a code, which ends the device that was printed.
    let link = demo.code_of("Sam");
    let joining = json!({ "code": link, "password": "246813" });
    Person::nobody(&demo.url)
        .post("/invitations/accept", joining)
        .await
        .expect(201);
    sam.get("/conversations").await.expect(401);
    assert!(demo.stop(), "it ended with a complaint");
    let again = daybook(folder.path())
        .args(["demo", "--listen", "127.0.0.1:0", "--database", &database])
        .output()
        .unwrap();
    assert!(!again.status.success());
    let why = String::from_utf8_lossy(&again.stderr);
    assert!(why.contains("fresh database"), "{why}");
}

async fn by_member(who: &Person, path: &str) -> BTreeMap<String, Value> {
    let list = who.get(path).await.expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| {
            let name = item["family_member"]["display_name"].as_str().unwrap();
            (name.to_owned(), item.clone())
        })
        .collect()
}
