//! The whole database in one file, and back: taken while it is served, put back while it is not.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::support::{Person, Place};

async fn pods(manager: &Person) -> Vec<String> {
    let pods = manager.get("/pods").await.expect(200);
    let name = |pod: &Value| pod["name"].as_str().unwrap().to_owned();
    pods["items"].as_array().unwrap().iter().map(name).collect()
}

async fn makes_pod(manager: &Person, name: &str) {
    let pod = json!({ "name": name, "area": "Crewe" });
    manager.post("/pods", pod).await.expect(201);
}

async fn goes_and_comes_back(place: Place) {
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    makes_pod(&manager, "North").await;
    let before = manager.get("/inbox").await.expect(200)["epoch"].clone();
    let file = place.file("monday.backup");
    let name = file.to_str().unwrap();

    let said = place.tried(&["backup", name]);

    assert!(said.contains("bytes, read through"), "{said}");
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let whole = std::fs::read(&file).unwrap();
    let said = place.tried(&["backup", name]);
    assert!(said.contains("exists already"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), whole);
    makes_pod(&manager, "South").await;
    let refused = place.tried(&["restore", name]);
    let why = if place.url().starts_with("sqlite:") {
        "another daybook serves"
    } else {
        "the database is not empty"
    };
    assert!(refused.contains(why), "{refused}");
    assert_eq!(pods(&manager).await.len(), 2);
    assert!(server.stop());

    let place = place.with_an_empty_database();
    let said = place.tried(&["restore", name]);

    assert!(said.contains("a new life of this database"), "{said}");
    assert!(
        said.contains("what was done since the backup is undone: whoever was suspended"),
        "{said}"
    );
    let server = place.serve();
    let manager = manager.at(&server.url);
    assert_eq!(pods(&manager).await, ["North"]);
    let after = manager.get("/inbox").await.expect(200)["epoch"].clone();
    assert_ne!(before, after);
    let audit = manager.get("/audit").await.expect(200).to_string();
    assert!(audit.contains("database.put_back"), "{audit}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_served_is_put_back_on_sqlite() {
    goes_and_comes_back(Place::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_served_is_put_back_on_postgres() {
    if let Some(place) = Place::on_postgres() {
        goes_and_comes_back(place).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_there_before_is_set_aside_whole() {
    let place = Place::on_sqlite();
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    let name = place.file("early.backup").display().to_string();
    place.tried(&["backup", &name]);
    makes_pod(&manager, "North").await;
    // Killed: what it held last lies in its log alone.
    server.kill();

    let said = place.tried(&["restore", &name]);

    let aside = said
        .lines()
        .find_map(|line| line.strip_prefix("what was there is "));
    let aside = aside.unwrap_or_else(|| panic!("{said}"));
    let aside = aside.strip_suffix(" now").unwrap();
    let server = place.serve();
    let manager = manager.at(&server.url);
    assert_eq!(pods(&manager).await, Vec::<String>::new());
    assert!(server.stop());
    std::fs::rename(aside, place.file("daybook.db")).unwrap();
    let server = place.serve();
    assert_eq!(pods(&manager.at(&server.url)).await, ["North"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_whole_backup_of_ours_changes_nothing() {
    let place = Place::on_sqlite();
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    makes_pod(&manager, "North").await;
    let good = place.file("good.backup").display().to_string();
    place.tried(&["backup", &good]);
    assert!(server.stop());
    let whole = std::fs::read(&good).unwrap();
    let mut torn = whole.clone();
    torn.truncate(whole.len() / 2);
    let mut scratched = whole.clone();
    let middle = scratched.len() / 2 / 4096 * 4096;
    scratched[middle..middle + 4096].fill(0xA5);
    for (what, bytes, why) in [
        (
            "words",
            b"Dear all, here is the database.".to_vec(),
            "is no backup of SQLite",
        ),
        ("torn", torn, "is damaged"),
        ("scratched", scratched, "is damaged"),
    ] {
        let file = place.file(what).display().to_string();
        std::fs::write(&file, bytes).unwrap();
        let said = place.tried(&["restore", &file]);
        assert!(said.contains(why) && said.contains(what), "{said}");
    }
    let missing = place.file("nowhere").display().to_string();
    assert!(place.tried(&["restore", &missing]).contains("nowhere"));
    let strangers = Place::on_sqlite();
    drop(strangers.serve());
    let said = strangers.tried(&["restore", &good]);
    assert!(said.contains("sealed with other keys"), "{said}");
    assert!(!strangers.file("daybook.db.restoring").exists());

    let server = place.serve();
    assert_eq!(pods(&manager.at(&server.url)).await, ["North"]);
}
