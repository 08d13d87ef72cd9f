//! Every setting comes from a variable or from the file, and the variable goes before the file. Which
//! settings there are, `daybook serve --help` says.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use super::support::{Person, Place, a_subscription, daybook};

/// What the doctor says of a setting: its name, and twice a value (as TOML) and what is then said.
const SAID: [(&str, [(&str, &str); 2]); 8] = [
    (
        "listen",
        [
            ("'127.0.0.1:1081'", "listens on 127.0.0.1:1081,"),
            ("'127.0.0.1:1082'", "listens on 127.0.0.1:1082,"),
        ],
    ),
    (
        "database",
        [
            ("'sqlite:one.db'", "sqlite:one.db cannot be read"),
            ("'sqlite:two.db'", "sqlite:two.db cannot be read"),
        ],
    ),
    (
        "keys",
        [
            ("'one.keys'", "one.keys does not exist"),
            ("'two.keys'", "two.keys does not exist"),
        ],
    ),
    (
        "public_url",
        [
            ("'https://one.example.org'", ", https://one.example.org\n"),
            ("'https://two.example.org'", ", https://two.example.org\n"),
        ],
    ),
    (
        "require_second_factor",
        [
            ("['peer_mentor']", "is wanted of peer_mentor;"),
            ("['service_manager']", "is wanted of service_manager;"),
        ],
    ),
    (
        "smtp_url",
        [
            ("'smtp://127.0.0.1:9'", "smtp://127.0.0.1:9: "),
            ("'smtp://127.0.0.1:10'", "smtp://127.0.0.1:10: "),
        ],
    ),
    (
        "phone_hook_url",
        [
            ("'https://one.example.net'", "to https://one.example.net\n"),
            ("'https://two.example.net'", "to https://two.example.net\n"),
        ],
    ),
    (
        "heartbeat_url",
        [
            ("'https://one.example.com'", "to https://one.example.com "),
            ("'https://two.example.com'", "to https://two.example.com "),
        ],
    ),
];

/// Settings that are only heard of where they are wrong: a wrong value (as TOML), what is said of it,
/// and a right one.
const REFUSED: [(&str, &str, &str, &str); 6] = [
    ("connections", "0", "connections: ", "4"),
    ("deeds_per_minute", "0", "deeds_per_minute: ", "60"),
    (
        "push_subject",
        "'nobody'",
        "push_subject: ",
        "'mailto:duty@example.org'",
    ),
    (
        "mail_from",
        "'nobody'",
        "mail_from: ",
        "'Daybook <daybook@example.org>'",
    ),
    (
        "phone_hook_key",
        "'short'",
        "phone_hook_key: ",
        "'0123456789abcdef0123456789abcdef'",
    ),
    ("log", "'=['", "log: ", "'info'"),
];

/// Settings that only somebody who is served hears of.
const SERVED: [&str; 3] = ["push_host", "trusted_proxies", "log_json"];

/// What belongs beside others.
const BESIDE: [(&str, &str); 4] = [
    ("smtp_url", "'smtp://127.0.0.1:9'"),
    ("mail_from", "'Daybook <daybook@example.org>'"),
    ("phone_hook_url", "'https://one.example.net'"),
    ("phone_hook_key", "'0123456789abcdef0123456789abcdef'"),
];

/// The names of all settings, as the help prints their variables.
fn printed() -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    let help = daybook(folder.path()).args(["serve", "--help"]).output();
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    let words: Vec<&str> = help.split_whitespace().collect();
    let pairs = words.windows(2).filter(|pair| pair[0].ends_with("[env:"));
    pairs
        .map(|pair| {
            let name = pair[1].trim_end_matches(']').trim_end_matches('=');
            name.strip_prefix("DAYBOOK_").unwrap().to_lowercase()
        })
        .collect()
}

#[test]
fn every_setting_is_tried_here() {
    let said = SAID.iter().map(|(name, _)| *name);
    let refused = REFUSED.iter().map(|(name, ..)| *name);
    // The file itself is named by a variable in each of these tests.
    let tried = said.chain(refused).chain(SERVED).chain(["config"]);
    let tried: BTreeSet<String> = tried.map(ToOwned::to_owned).collect();

    assert_eq!(printed(), tried);
}

/// Writes a file of settings, values as TOML.
fn write(file: &Path, settings: &[(&str, &str)]) {
    let lines = settings
        .iter()
        .map(|(name, value)| format!("{name} = {value}\n"));
    std::fs::write(file, lines.collect::<String>()).unwrap();
}

/// A setting as a variable, from its value as TOML.
fn variable((name, value): &(&str, &str)) -> (String, String) {
    let value = value.trim_matches(['[', ']']).trim_matches('\'');
    (format!("DAYBOOK_{}", name.to_uppercase()), value.to_owned())
}

/// What a command says with these settings in the file and these in variables.
fn said(command: &str, in_file: &[(&str, &str)], in_variables: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("settings.toml"), in_file);
    let output = daybook(folder.path())
        .arg(command)
        .env("DAYBOOK_CONFIG", "settings.toml")
        .envs(in_variables.iter().map(variable))
        .output()
        .unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn what_the_doctor_says_comes_from_variables_from_the_file_and_from_variables_first() {
    let values = |which: usize| -> Vec<(&str, &str)> {
        let all = SAID.iter().map(|(name, two)| (*name, two[which].0));
        let beside = BESIDE.iter().copied();
        let beside = beside.filter(|(name, _)| ["mail_from", "phone_hook_key"].contains(name));
        all.chain(beside).collect()
    };
    let (one, two) = (values(0), values(1));

    let by_file = said("doctor", &one, &[]);
    let by_variables = said("doctor", &[], &two);
    let by_both = said("doctor", &one, &two);

    for (name, [(_, first), (_, second)]) in SAID {
        assert!(by_file.contains(first), "{name}: {by_file}");
        assert!(by_variables.contains(second), "{name}: {by_variables}");
        assert!(by_both.contains(second), "{name}: {by_both}");
        assert!(!by_both.contains(first), "{name}: {by_both}");
    }
}

#[test]
fn what_is_wrong_is_refused_from_the_file_and_from_a_variable_that_goes_before_it() {
    for (name, wrong, complaint, right) in REFUSED {
        let beside: Vec<(&str, &str)> = BESIDE
            .iter()
            .copied()
            .filter(|(other, _)| *other != name)
            .collect();
        let with = |value| [&beside[..], &[(name, value)]].concat();

        let by_file = said("migrate", &with(wrong), &[]);
        let by_variable = said("migrate", &beside, &[(name, wrong)]);
        let first = said("migrate", &with(right), &[(name, wrong)]);
        let mended = said("migrate", &with(wrong), &[(name, right)]);

        assert!(by_file.contains(complaint), "{name}: {by_file}");
        assert!(by_variable.contains(complaint), "{name}: {by_variable}");
        assert!(first.contains(complaint), "{name}: {first}");
        assert!(mended.contains("is up to date"), "{name}: {mended}");
    }
}

/// Whether guesses at a code count against whom the proxy names.
async fn heeds_the_proxy(url: &str) -> bool {
    let client = reqwest::Client::builder()
        .tls_certs_only([])
        .build()
        .unwrap();
    let guess = json!({ "code": "00000-00000", "password": "long enough to be one" });
    for place in 0..14 {
        let tried = client
            .post(format!("{url}/api/v1/invitations/accept"))
            .header("x-forwarded-for", format!("198.51.100.{place}"))
            .json(&guess);
        if tried.send().await.unwrap().status() == 429 {
            return false;
        }
    }
    true
}

/// Whether pushes may go to this host.
async fn takes_pushes_to(manager: &Person, host: &str) -> bool {
    let body = a_subscription(&format!("https://{host}/a-secret-place"));
    let reply = manager.post("/push/subscriptions", body).await;
    assert!(matches!(reply.status, 201 | 422), "{}", reply.body);
    reply.status == 201
}

/// What whoever is served sees: whether the proxy is heeded, which of two hosts takes pushes, and whether
/// the log is JSON.
async fn seen(in_file: &[(&str, &str)], in_variables: &[(&str, &str)]) -> (bool, [bool; 2], bool) {
    let place = Place::on_sqlite();
    let file = place.file("settings.toml");
    write(&file, in_file);
    let log = place.file("log");
    let mut variables: Vec<(String, String)> = in_variables.iter().map(variable).collect();
    variables.push(("DAYBOOK_CONFIG".to_owned(), file.display().to_string()));
    variables.push(("DAYBOOK_LOG".to_owned(), "info".to_owned()));
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let kept = Stdio::from(std::fs::File::create(&log).unwrap());
    let server = place.serve_with(&variables, kept);
    let manager = place.manager(&server.url).await;
    let hosts = [
        takes_pushes_to(&manager, "one.example.org").await,
        takes_pushes_to(&manager, "two.example.org").await,
    ];
    let heeds = heeds_the_proxy(&server.url).await;
    assert!(server.stop());
    let log = std::fs::read_to_string(log).unwrap();
    (heeds, hosts, log.starts_with('{'))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_whoever_is_served_sees_comes_from_the_file_and_from_variables_first() {
    let one = [
        ("push_host", "['one.example.org']"),
        ("trusted_proxies", "1"),
        ("log_json", "true"),
    ];
    let other = [
        ("push_host", "['two.example.org']"),
        ("trusted_proxies", "0"),
        ("log_json", "false"),
    ];

    assert_eq!(seen(&one, &[]).await, (true, [true, false], true));
    assert_eq!(seen(&other, &one).await, (true, [true, false], true));
    assert_eq!(seen(&one, &other).await, (false, [false, true], false));
}
