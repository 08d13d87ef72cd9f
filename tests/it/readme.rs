//! The README says what is so: the functions it names exist where it says, the settings are all in
//! it, the pages it leads to answer.

use std::path::Path;

use super::support::{TestApp, daybook};

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every [`name`](path) of a text.
fn links(text: &str) -> Vec<(String, String)> {
    text.split("[`")
        .skip(1)
        .filter_map(|rest| {
            let (name, rest) = rest.split_once("`](")?;
            let (path, _) = rest.split_once(')')?;
            Some((name.to_owned(), path.to_owned()))
        })
        .collect()
}

#[test]
fn every_function_of_the_story_stands_where_the_readme_says() {
    let readme = read("README.md");
    let (_, story) = readme.split_once("## One message").unwrap();
    let (story, _) = story.split_once("\n## ").unwrap();

    let named = links(story);

    assert!(named.len() >= 15, "{named:?}");
    for (name, path) in named {
        let source = read(&path);
        let there = ["(", "<"]
            .iter()
            .any(|after| source.contains(&format!("fn {name}{after}")));
        assert!(there, "{path} has no function {name}");
    }
}

#[test]
fn every_file_the_readme_leads_to_exists() {
    let readme = read("README.md");
    let targets: Vec<&str> = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target)
        .filter(|target| !target.starts_with("http"))
        .collect();

    assert!(targets.len() > 10);
    for target in targets {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(target);
        assert!(path.exists(), "{target} is not there");
    }
}

#[test]
fn every_setting_and_every_command_is_in_the_readme() {
    let readme = read("README.md");
    let folder = tempfile::tempdir().unwrap();
    let help = |args: &[&str]| {
        let output = daybook(folder.path()).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };

    let settings = help(&["serve", "--help"]);
    let commands = help(&["--help"]);

    let names = settings
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .filter(|word| word.starts_with("--") && word.len() > 2 || word.starts_with("DAYBOOK_"))
        .filter(|word| !["--help", "--version"].contains(word));
    let mut count = 0;
    for name in names {
        assert!(
            readme.contains(&format!("`{name}")),
            "{name} is not in the README"
        );
        count += 1;
    }
    assert!(count >= 20, "{settings}");
    let (_, commands) = commands.split_once("Commands:").unwrap();
    let commands = commands
        .lines()
        // What is wrapped stands further in.
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|word| !word.is_empty() && !word.starts_with('-') && *word != "help");
    for command in commands {
        assert!(
            readme.contains(&format!("`daybook {command}")),
            "daybook {command} is not in the README"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_answer_and_carry_nothing_from_elsewhere() {
    let app = TestApp::on_sqlite().await;
    let pages = [
        ("/", "text/html"),
        ("/api-spec", "text/html"),
        ("/api-spec/page.js", "text/javascript"),
        ("/api-spec/page.css", "text/css"),
        ("/api-spec/asyncapi.yaml", "application/yaml"),
        ("/problems", "text/html"),
        ("/problems/not-saved", "text/html"),
    ];

    for (path, kind) in pages {
        let reply = reqwest::get(format!("{}{path}", app.url)).await.unwrap();
        assert_eq!(reply.status(), 200, "{path}");
        let headers = reply.headers().clone();
        let given = headers["content-type"].to_str().unwrap();
        assert!(given.starts_with(kind), "{path}: {given}");
        assert!(headers.contains_key("content-security-policy"));
        let text = reply.text().await.unwrap();
        // Nothing inline and nothing from another origin: the policy would refuse it.
        for bad in [
            "<script>",
            "<style",
            " style=",
            "onclick=",
            "src=\"http",
            "innerHTML",
        ] {
            assert!(!text.contains(bad), "{path} holds {bad}");
        }
    }

    let unknown = reqwest::get(format!("{}/problems/none-such", app.url));
    assert_eq!(unknown.await.unwrap().status(), 404);
}
