//! `daybook demo` as its own process.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The program, alone with what it is given: no setting of the person testing comes through.
pub(crate) fn daybook(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_daybook"));
    let settings = std::env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("DAYBOOK_") || name == "CREDENTIALS_DIRECTORY"
    });
    for name in settings {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .env("HOME", folder)
        .env_remove("XDG_DATA_HOME")
        .env("TMPDIR", folder)
        .stdin(Stdio::null());
    command
}

/// A demo that serves.
pub(crate) struct Demo {
    child: Child,
    /// Where.
    pub(crate) url: String,
    /// What it printed before it served.
    pub(crate) printed: Vec<String>,
}

impl Demo {
    /// Starts a demo and waits until it serves.
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        let mut child = daybook(folder)
            .args(["demo", "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut printed = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(url) = line.strip_prefix("listening on ") {
                let url = url.to_owned();
                return Self {
                    child,
                    url,
                    printed,
                };
            }
            printed.push(line);
        }
        panic!("the demo ended: {:?} {printed:?}", child.wait());
    }

    /// The last word of the line that has these words in it.
    pub(crate) fn secret_of(&self, name: &str) -> &str {
        let line = self.printed.iter().find(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            line.contains("mentor") && words.contains(&name)
        });
        line.unwrap().split_whitespace().last().unwrap()
    }

    /// The code in the link that opens the phone app as somebody.
    pub(crate) fn code_of(&self, name: &str) -> &str {
        let line = self
            .printed
            .iter()
            .find(|line| line.split_whitespace().next() == Some(name) && line.contains("/#"));
        line.unwrap().rsplit('#').next().unwrap()
    }

    /// Ends it as Ctrl-C does, and says whether it ended well.
    pub(crate) fn stop(mut self) -> bool {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-INT", &pid]).status().unwrap();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
