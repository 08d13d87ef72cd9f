//! The commands, typed as whoever runs the server types them.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use serde_json::{Value, json};

use super::support::{Person, Place, daybook};

/// What came of a command: whether it ended well, what it printed, what it complained of.
struct Typed {
    well: bool,
    out: String,
    err: String,
}

impl Typed {
    fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// The line of the doctor about one thing.
    fn about(&self, what: &str) -> &str {
        let mut lines = self.out.lines();
        let found = lines.find(|line| line.split_whitespace().nth(1) == Some(what));
        found.unwrap_or_else(|| panic!("nothing about {what}: {}{}", self.out, self.err))
    }

    #[track_caller]
    fn is_wrong_about(&self, what: &str, advice: &str) {
        let line = self.about(what);
        assert!(line.starts_with("wrong "), "{line}");
        assert!(line.contains(advice), "{line}");
        assert!(!self.well);
    }
}

impl From<Output> for Typed {
    fn from(output: Output) -> Self {
        Self {
            well: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A folder with keys and a migrated database in it.
fn set_up() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = Typed::of(daybook(folder.path()).args(["keys", "make", "--keys", "the.keys"]));
    let migrated = Typed::of(daybook(folder.path()).args(["migrate", "--database", "sqlite:x.db"]));
    assert!(made.well && migrated.well, "{}{}", made.err, migrated.err);
    folder
}

fn doctor(folder: &Path, more: &[&str]) -> Typed {
    let mut command = daybook(folder);
    command
        .args(["doctor", "--keys", "the.keys", "--database", "sqlite:x.db"])
        .args(more);
    Typed::of(&mut command)
}

#[test]
fn the_doctor_finds_nothing_wrong_with_a_good_set_up() {
    let folder = set_up();

    let said = doctor(folder.path(), &[]);

    for what in [
        "settings",
        "variables",
        "sign-in",
        "keys",
        "database",
        "migrations",
        "sealing",
        "lexicon",
        "disk",
        "push",
        "clock",
    ] {
        assert!(said.about(what).starts_with("ok "), "{}", said.out);
    }
    assert_eq!(said.well, !said.out.contains("wrong "), "{}", said.out);
}

#[test]
fn the_doctor_says_of_whom_a_second_factor_is_wanted() {
    let folder = set_up();
    let public = ["--public-url", "https://daybook.example.org"];
    let of = |roles: &str| {
        let said = [&public[..], &["--require-second-factor", roles]].concat();
        doctor(folder.path(), &said)
    };

    let tried_out = doctor(folder.path(), &[]);
    let line = tried_out.about("sign-in");
    assert!(
        line.starts_with("ok ") && line.contains("this machine alone"),
        "{line}"
    );
    let shipped = doctor(folder.path(), &public);
    let narrowed = of("service_manager,peer_mentor");

    let staff = "family_practitioner, supervising_social_worker, service_manager";
    assert!(shipped.about("sign-in").ends_with(staff), "{}", shipped.out);
    let line = narrowed.about("sign-in");
    let without = "of family_practitioner, supervising_social_worker a password alone is enough";
    assert!(line.starts_with("ok ") && line.ends_with(without), "{line}");
    of("none").is_wrong_about("sign-in", "leave require_second_factor out");
    let refused = of("family_member");
    assert!(
        !refused.well && refused.err.contains("family_member"),
        "{}",
        refused.err
    );
}

#[test]
fn the_doctor_names_settings_that_would_not_do_what_they_say() {
    let folder = set_up();
    let told = |flag: &str, value: &str| doctor(folder.path(), &[flag, value]);

    told("--log", "!!bad==").is_wrong_about("settings", "log: must be error, warn");
    told("--public-url", "https://").is_wrong_about("settings", "public_url: must be https://");
    told("--public-url", "https://a.example/sub").is_wrong_about("settings", "without a path");
    told("--public-url", "http://127.0.0.1:8080").is_wrong_about("push", "set push_subject");
    let mut command = daybook(folder.path());
    command
        .args(["doctor", "--keys", "the.keys", "--database", "sqlite:x.db"])
        .env("DAYBOOK_PUBLIC_URI", "https://daybook.example.org");
    Typed::of(&mut command).is_wrong_about("variables", "DAYBOOK_PUBLIC_URI is no setting");
}

#[test]
fn a_new_database_is_closed_to_others_on_the_machine_and_the_doctor_looks() {
    let folder = set_up();
    let path = folder.path().join("x.db");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;

    assert_eq!(mode(&path), 0o600);

    std::fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
    doctor(folder.path(), &[]).is_wrong_about("disk", "chmod 600");
}

#[test]
fn what_root_makes_belongs_to_whoever_owns_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().metadata().unwrap().uid();
    // Nobody else can give a folder away, and then everything is their own.
    let owner = if own == 0 { 65_534 } else { own };
    chown(folder.path(), Some(owner), Some(owner)).unwrap();
    let typed = |args: &[&str]| {
        let typed = Typed::of(daybook(folder.path()).args(args));
        assert!(typed.well, "{}", typed.err);
    };
    let place = ["--database", "sqlite:x.db", "--keys", "the.keys"];

    typed(&[&["keys", "make"], &place[2..]].concat());
    typed(&["migrate", "--database", "sqlite:x.db"]);
    typed(&[&["backup", "a.backup"], &place[..]].concat());
    typed(&[&["restore", "a.backup"], &place[..]].concat());

    for name in ["x.db", "x.db-serving"] {
        let made = folder.path().join(name).metadata().unwrap();
        assert_eq!((made.uid(), made.mode() & 0o077), (owner, 0), "{name}");
    }
}

#[test]
fn a_request_that_is_refused_is_found_in_the_log_by_its_id() {
    let place = Place::on_sqlite();
    let log = place.file("log");
    let out = std::fs::File::create(&log).unwrap();
    let served = place.serve_with(&[("DAYBOOK_LOG", "info")], out.into());

    let id = "01928374-0000-7000-8000-000000000001";
    let told = Command::new("curl")
        .args(["-s", "-H", &format!("x-request-id: {id}")])
        .arg(format!("{}/api/v1/conversations", served.url))
        .output()
        .unwrap();

    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told["instance"], id);
    drop(served);
    let log = std::fs::read_to_string(&log).unwrap();
    let line = log.lines().find(|line| line.contains(id)).expect(&log);
    assert!(
        line.contains("/api/v1/conversations") && line.contains("401"),
        "{line}"
    );
}

#[test]
fn the_doctor_names_missing_and_open_keys() {
    let folder = set_up();
    let path = folder.path().join("the.keys");

    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    doctor(folder.path(), &[]).is_wrong_about("keys", "chmod 600");

    std::fs::remove_file(&path).unwrap();
    doctor(folder.path(), &[]).is_wrong_about("keys", "daybook keys make");
    assert!(!path.exists(), "the doctor made something");
}

#[test]
fn the_doctor_names_a_database_that_is_not_there_or_not_up_to_date() {
    let folder = set_up();
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();

    doctor(folder.path(), &[]).about("database");
    let missing = Typed::of(daybook(folder.path()).args([
        "doctor",
        "--keys",
        "the.keys",
        "--database",
        "sqlite:none.db",
    ]));
    let behind = Typed::of(daybook(folder.path()).args([
        "doctor",
        "--keys",
        "the.keys",
        "--database",
        "sqlite:empty.db",
    ]));

    missing.is_wrong_about("database", "daybook migrate");
    assert!(!folder.path().join("none.db").exists());
    behind.is_wrong_about("migrations", "daybook migrate");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_names_the_wrong_keys() {
    let place = Place::on_sqlite();
    let server = place.serve();
    place.manager(&server.url).await;
    assert!(server.stop());
    let folder = tempfile::tempdir().unwrap();
    let made = Typed::of(daybook(folder.path()).args(["keys", "make", "--keys", "the.keys"]));
    assert!(made.well, "{}", made.err);
    let look = |keys: &Path| {
        let mut command = daybook(folder.path());
        command
            .args(["doctor", "--database", &place.url(), "--keys"])
            .arg(keys);
        Typed::of(&mut command)
    };

    look(Path::new("the.keys")).is_wrong_about("sealing", "other keys");
    let right = look(&place.file("daybook.keys"));

    assert!(right.about("sealing").starts_with("ok "), "{}", right.out);
}

#[test]
fn where_the_keys_of_a_database_are_missing_none_are_made() {
    let place = Place::on_sqlite();
    assert!(place.serve().stop());
    let keys = place.file("daybook.keys");
    std::fs::remove_file(&keys).unwrap();

    let refused = place.refuses_to_serve();

    assert!(refused.contains("put it back"), "{refused}");
    assert!(!keys.exists());
}

#[test]
fn a_setting_nobody_knows_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), "lissten = '127.0.0.1:1'").unwrap();

    let served = Typed::of(daybook(folder.path()).args(["serve", "--config", "a.toml"]));
    let looked = Typed::of(daybook(folder.path()).args(["doctor", "--config", "a.toml"]));

    assert!(!served.well);
    assert!(served.err.contains("lissten"), "{}", served.err);
    looked.is_wrong_about("settings", "lissten");
    assert!(!folder.path().join("daybook.db").exists());
}

#[test]
fn keys_are_made_once_shown_by_number_and_never_printed() {
    let folder = tempfile::tempdir().unwrap();
    let keys = |args: &[&str]| {
        let mut command = daybook(folder.path());
        command
            .arg("keys")
            .args(args)
            .args(["--keys", "new/the.keys"]);
        Typed::of(&mut command)
    };

    let none = keys(&["show"]);
    let made = keys(&["make"]);
    let kept = keys(&["make"]);
    let added = keys(&["rotate", "sealing"]);
    let waiting = keys(&["show"]);
    let too_soon = keys(&["rotate", "sealing"]);
    let used = keys(&["use", "sealing"]);
    let nothing = keys(&["use", "signing"]);
    let shown = keys(&["show"]);

    assert!(!none.well);
    assert!(made.out.starts_with("made "), "{}", made.out);
    assert!(kept.out.starts_with("kept "), "{}", kept.out);
    let fingerprint = |typed: &Typed| {
        let line = typed
            .out
            .lines()
            .find(|line| line.starts_with("fingerprint"));
        line.unwrap().split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!(fingerprint(&made), fingerprint(&kept));
    assert_eq!(fingerprint(&made), fingerprint(&shown));
    assert!(added.out.contains("sealing key 2"), "{}", added.out);
    assert!(
        waiting.out.contains("sealing     1 (used), 2 (stands by)"),
        "{}",
        waiting.out
    );
    assert!(too_soon.err.contains("key 2 still stands by"));
    assert!(used.out.contains("sealing key 2"), "{}", used.out);
    assert!(nothing.err.contains("no key stands by"), "{}", nothing.err);
    assert!(
        shown.out.contains("sealing     1, 2 (used)"),
        "{}",
        shown.out
    );
    let file = std::fs::read_to_string(folder.path().join("new/the.keys")).unwrap();
    let secrets = file.lines().filter_map(|line| line.strip_prefix("key = "));
    for secret in secrets.map(|quoted| quoted.trim_matches('"')) {
        assert!(secret.len() > 40);
        for typed in [&made, &kept, &added, &waiting, &used, &shown] {
            assert!(!typed.out.contains(secret));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_signing_key_signs_nobody_out() {
    let place = Place::on_sqlite();
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    assert!(server.stop());
    let keys = place.file("daybook.keys");

    for verb in ["rotate", "use"] {
        let typed = Typed::of(
            daybook(keys.parent().unwrap())
                .args(["keys", verb, "signing", "--keys"])
                .arg(&keys),
        );
        assert!(typed.well, "{}", typed.err);
    }
    let server = place.serve();

    manager.at(&server.url).get("/pods").await.expect(200);
    Person::sign_in(
        &server.url,
        "Maryam",
        "maryam@example.org",
        super::support::PASSWORD,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_put_back_from_a_backup_makes_every_client_start_over() {
    for place in [Some(Place::on_sqlite()), Place::on_postgres()] {
        let Some(place) = place else { continue };
        let server = place.serve();
        let manager = place.manager(&server.url).await;
        let told = |inbox: &Value| (inbox["epoch"].clone(), inbox["resync"].clone());
        let before = told(&manager.get("/inbox").await.expect(200));
        let refused = place.tried(&["migrate", "--restored"]);
        let on_sqlite = place.url().starts_with("sqlite:");
        assert_eq!(refused.contains("serves"), on_sqlite, "{refused}");
        assert!(server.stop());

        let said = place.tried(&["migrate", "--restored"]);

        assert!(said.contains("a new life of this database"), "{said}");
        let server = place.serve();
        let path = format!("/inbox?epoch={}", before.0.as_str().unwrap());
        let after = told(&manager.at(&server.url).get(&path).await.expect(200));
        assert_ne!(after.0, before.0);
        assert_eq!((before.1, after.1), (json!(false), json!(true)));
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for command in ["migrate", "serve"] {
        let typed = Typed::of(daybook(folder.path()).args([
            command,
            "--database",
            "sqlite:not/here/x.db",
            "--keys",
            "the.keys",
        ]));
        assert!(!typed.well);
        assert!(typed.err.contains("no folder not/here"), "{}", typed.err);
    }
}

#[test]
fn migrating_says_what_ran_and_nothing_the_second_time() {
    let folder = tempfile::tempdir().unwrap();
    let migrate =
        || Typed::of(daybook(folder.path()).args(["migrate", "--database", "sqlite:x.db"]));

    let first = migrate();
    let second = migrate();

    assert!(first.well && second.well, "{}{}", first.err, second.err);
    assert!(first.out.lines().count() > 1, "{}", first.out);
    assert!(second.out.starts_with("0 migrations run"), "{}", second.out);
}

#[test]
fn the_lexicon_is_checked_explained_and_scored() {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let labelled = json!({ "text": "dad hits me", "label": "risk" }).to_string();
    std::fs::write(folder.path().join("a.jsonl"), labelled).unwrap();
    std::fs::write(folder.path().join("bad.toml"), "lingo = 'en'").unwrap();
    let lexicon = |args: &[&str]| {
        let mut command = daybook(folder.path());
        Typed::of(command.arg("lexicon").args(args))
    };

    let shipped = lexicon(&["check"]);
    let english = lexicon(&["check", root.join("lexicon/en.toml").to_str().unwrap()]);
    let bad = lexicon(&["check", "bad.toml"]);
    let explained = lexicon(&["explain", "dad hits me"]);
    let scored = lexicon(&["score", "a.jsonl"]);

    assert!(shipped.out.starts_with("ok version "), "{}", shipped.err);
    assert!(english.well, "{}{}", english.out, english.err);
    assert!(bad.err.contains("lingo"), "{}", bad.err);
    assert!(
        explained.out.contains("physical_abuse"),
        "{}",
        explained.out
    );
    assert!(scored.well, "{}", scored.err);
    for part in ["set aside", "rules alone", "file a.jsonl"] {
        assert!(scored.out.contains(part), "{}", scored.out);
    }
    assert!(
        !scored.out.contains("dad hits me"),
        "a scored text is printed"
    );
}

#[test]
fn screening_answers_each_line_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = daybook(folder.path())
        .arg("screen")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = [
        json!({ "id": "a", "text": "dad hits me", "author": "young_person" }).to_string(),
        "not json".to_owned(),
        json!({ "id": "c", "text": "see you at four", "author": "peer_mentor" }).to_string(),
    ];

    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.join("\n").as_bytes())
        .unwrap();
    let typed = Typed::from(child.wait_with_output().unwrap());

    assert!(typed.well, "{}", typed.err);
    let answers: Vec<Value> = typed
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["id"], "a");
    assert_eq!(answers[0]["category"], "physical_abuse");
    assert_eq!(answers[0]["findings"][0]["text"], "dad hits me");
    assert!(answers[1]["error"].is_string());
    assert_eq!(answers[2]["severity"], "none");
}

#[test]
fn two_processes_never_serve_one_sqlite_file() {
    let place = Place::on_sqlite();
    let first = place.serve();

    let refused = place.refuses_to_serve();
    first.kill();
    let next = place.serve();

    assert!(refused.contains("serves"), "{refused}");
    assert!(next.stop());
}

#[test]
fn a_database_newer_than_the_program_is_left_alone() {
    let place = Place::on_sqlite();
    let mut conn = SqliteConnection::establish(place.url().trim_start_matches("sqlite:")).unwrap();
    conn.batch_execute(
        "insert into __diesel_schema_migrations (version) values ('20990101000000')",
    )
    .unwrap();

    let refused = place.refuses_to_serve();

    assert!(refused.contains("20990101000000"), "{refused}");
}

#[test]
fn told_to_stop_in_the_moment_it_listens_it_drains() {
    let place = Place::on_sqlite();

    let drained = std::iter::repeat_with(|| place.serve().stop()).take(8);

    assert!(drained.into_iter().all(|well| well));
}
