//! The house stands: each part of `src/` uses only what stands below it.
//!
//! Read from the text of the sources, comments left out; a failure names the file and the rule.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Floors from the top. `edge` and `workers` stand side by side and never meet.
const FLOORS: [&[&str]; 9] = [
    &["main", "cli"],
    &["serve"],
    &["edge", "workers"],
    &["app"],
    &["config", "keyfile", "telemetry"],
    &["mailer", "phone_hook"],
    &["care"],
    &["db"],
    &["base"],
];

/// The rooms of `care` from the top; each uses only rooms further down. The last ones are the
/// words all rooms speak: they decide nothing.
const ROOMS: [&[&str]; 16] = [
    &["handovers", "needs", "caseload", "chronology", "evaluation"],
    &[
        "conversations",
        "check_ins",
        "goals",
        "contact_log",
        "handover_notes",
        "reminders",
        "cases",
    ],
    &["follow_ups"],
    &["safeguarding"],
    &["alerts"],
    &["notices"],
    &["reading_hours"],
    &["contact_plans"],
    &["families"],
    &["pods"],
    &["agencies"],
    &["help_lines"],
    &["accounts"],
    &["audit"],
    &["who"],
    &["words"],
];

/// What may be named across floors against the order, and why.
const EXCEPTIONS: [(&str, &str); 1] = [
    // Readiness asks whether the workers turn.
    ("src/edge/", "crate::workers::Turning"),
];

const MOST_LINES: usize = 430;

struct Source {
    name: String,
    text: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let whole = std::fs::read_to_string(&path).unwrap();
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                let lines = whole.lines().count();
                found.push(Source {
                    name,
                    text: without_comments(&whole),
                    lines,
                });
            }
        }
    }
    assert!(found.len() > 40, "the sources were not found");
    found
}

fn without_comments(text: &str) -> String {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// Every `crate::a::b` a text names, groups such as `crate::care::{a, b}` taken apart.
fn named(text: &str, start: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (at, _) in text.match_indices(start) {
        let rest = &text[at + start.len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let end = group.find(|c| {
                depth += i32::from(c == '{') - i32::from(c == '}');
                depth == 0
            });
            let mut level = 0;
            let mut word = String::new();
            for c in group[..end.unwrap()].chars().chain([',']) {
                match c {
                    '{' => level += 1,
                    '}' => level -= 1,
                    ',' if level == 0 => all.push(std::mem::take(&mut word)),
                    _ if level == 0 => word.push(c),
                    _ => {}
                }
            }
        } else {
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            all.push(rest[..end.unwrap_or(rest.len())].to_owned());
        }
    }
    all.retain(|word| !word.trim().is_empty());
    all.into_iter().map(|word| word.trim().to_owned()).collect()
}

fn place(order: &[&[&str]], name: &str) -> Option<usize> {
    order
        .iter()
        .position(|side_by_side| side_by_side.contains(&name))
}

fn first_part(path: &str) -> &str {
    path.split("::").next().unwrap()
}

fn is_excepted(file: &str, path: &str) -> bool {
    EXCEPTIONS
        .iter()
        .any(|(place, what)| file.starts_with(place) && path.starts_with(what))
}

#[test]
fn each_floor_uses_only_what_stands_below_it() {
    let mut wrong = Vec::new();
    for source in sources() {
        let own = source
            .name
            .trim_start_matches("src/")
            .split(['/', '.'])
            .next()
            .unwrap();
        if own == "lib" {
            continue;
        }
        let floor = place(&FLOORS, own)
            .unwrap_or_else(|| panic!("{}: stands on no floor of floors.rs", source.name));
        let start = if matches!(own, "main" | "cli") {
            "daybook::"
        } else {
            "crate::"
        };
        for path in named(&source.text, start) {
            let other = first_part(&path);
            let Some(theirs) = place(&FLOORS, other) else {
                continue;
            };
            let is_below = theirs > floor || other == own;
            if !is_below && !is_excepted(&source.name, &format!("crate::{path}")) {
                wrong.push(format!("{}: `{own}` may not use `{other}`", source.name));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn each_room_uses_only_rooms_below_it() {
    let mut wrong = Vec::new();
    for source in sources() {
        let Some(inside) = source.name.strip_prefix("src/care/") else {
            continue;
        };
        let own = inside.split(['/', '.']).next().unwrap();
        if own == "mod" {
            continue;
        }
        let room = place(&ROOMS, own)
            .unwrap_or_else(|| panic!("{}: is no room of floors.rs", source.name));
        for path in named(&source.text, "crate::care::") {
            let other = first_part(&path);
            let theirs = place(&ROOMS, other)
                .unwrap_or_else(|| panic!("{}: `{other}` is no room", source.name));
            if theirs <= room && other != own {
                wrong.push(format!(
                    "{}: room `{own}` may not use `{other}`",
                    source.name
                ));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn queries_stand_only_in_the_store_and_in_queries_files() {
    let marks = [
        "diesel::prelude::*",
        "use crate::db::schema",
        "sql_query",
        ".execute(",
        "both!(",
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        let allowed = source.name.starts_with("src/db/")
            || source.name.ends_with("/queries.rs")
            || source.name.contains("/queries/");
        for mark in marks
            .iter()
            .filter(|mark| !allowed && source.text.contains(**mark))
        {
            wrong.push(format!("{}: `{mark}` outside a queries file", source.name));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_web_stays_at_the_edge_and_the_domain_never_waits() {
    let mut wrong = Vec::new();
    for source in sources() {
        let at_the_edge = ["src/edge/", "src/serve.rs", "src/cli/"];
        let is_edge = at_the_edge
            .iter()
            .any(|place| source.name.starts_with(place));
        if !is_edge && source.text.contains("actix") {
            wrong.push(format!("{}: actix outside the edge", source.name));
        }
        let is_domain = source.name.starts_with("src/care/");
        if is_domain && (source.text.contains("async fn") || source.text.contains(".await")) {
            wrong.push(format!("{}: the domain is never async", source.name));
        }
        if is_domain && source.text.contains("StatusCode") {
            wrong.push(format!("{}: the domain knows no HTTP", source.name));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_file_has_grown_into_two_rooms_and_each_says_what_it_is_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = BTreeMap::new();
    for source in sources() {
        // The schema is a listing, as long as there are columns.
        if source.lines > MOST_LINES && source.name != "src/db/schema.rs" {
            wrong.insert(source.name.clone(), format!("has {} lines", source.lines));
        }
        let whole = std::fs::read_to_string(root.join(&source.name)).unwrap();
        if !whole.starts_with("//!") {
            wrong.insert(source.name, "does not open with what it is for".to_owned());
        }
    }
    assert_eq!(wrong, BTreeMap::new());
}

#[test]
fn the_reader_of_names_takes_groups_apart() {
    let text = "use crate::care::{a::{x, y}, b};\nlet z = crate::care::c::d();";

    assert_eq!(named(text, "crate::care::"), ["a::", "b", "c::d"]);
}
