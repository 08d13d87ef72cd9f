//! PostgreSQL's own programs. A password is handed over in the environment: the arguments of a
//! program can be read by everybody on the machine.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use url::form_urlencoded::parse;

use super::BackupError;

/// Writes everything into `draft`, as one moment saw it, and reads its table of contents again.
pub(super) fn dump(url: &str, draft: &Path) -> Result<(), BackupError> {
    run("pg_dump", Some(url), |command| {
        command
            .args(["--format=custom", "--no-owner", "--no-privileges"])
            .arg("--lock-wait-timeout=10s")
            .arg("--file")
            .arg(draft);
    })?;
    run("pg_restore", None, |command| {
        command.arg("--list").arg(draft);
    })
}

/// Reads a copy into an empty database: all of it, or nothing.
pub(super) fn restore(url: &str, file: &Path) -> Result<(), BackupError> {
    run("pg_restore", Some(url), |command| {
        command
            .args(["--single-transaction", "--exit-on-error"])
            .args(["--no-owner", "--no-privileges"])
            .arg(file);
    })
}

fn run(
    program: &'static str,
    url: Option<&str>,
    with: impl FnOnce(&mut Command),
) -> Result<(), BackupError> {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(url) = url {
        let (url, password) = apart(url);
        command.arg("--dbname").arg(url);
        if let Some(password) = password {
            command.env("PGPASSWORD", password);
        }
    }
    with(&mut command);
    let failed = |why: String| BackupError::Program { program, why };
    let done = command.output().map_err(|error| {
        failed(if error.kind() == ErrorKind::NotFound {
            "not found: install PostgreSQL's client programs".to_owned()
        } else {
            error.to_string()
        })
    })?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let first = said.lines().find(|line| !line.trim().is_empty());
    Err(failed(first.map_or_else(
        || done.status.to_string(),
        |line| {
            line.trim_start_matches(program)
                .trim_start_matches(':')
                .trim()
                .to_owned()
        },
    )))
}

/// The address without its password, and the password as it is typed.
fn apart(url: &str) -> (String, Option<String>) {
    let (front, asked) = url
        .split_once('?')
        .map_or((url, None), |(front, asked)| (front, Some(asked)));
    let mut password = None;
    let mut plain = front.to_owned();
    if let Some((scheme, rest)) = front.split_once("://")
        && let Some((who, place)) = rest.rsplit_once('@')
        && let Some((user, secret)) = who.split_once(':')
    {
        password = Some(typed(secret));
        plain = format!("{scheme}://{user}@{place}");
    }
    let mut kept = Vec::new();
    for pair in asked.unwrap_or_default().split('&') {
        match pair.split_once('=') {
            Some(("password", secret)) => password = Some(typed(secret)),
            _ if pair.is_empty() => {}
            _ => kept.push(pair),
        }
    }
    if !kept.is_empty() {
        plain = format!("{plain}?{}", kept.join("&"));
    }
    (plain, password)
}

/// Undoes the percent signs, and them alone: in these addresses a plus sign is a plus sign.
fn typed(secret: &str) -> String {
    let form = secret.replace('+', "%2B").replace('&', "%26");
    parse(form.as_bytes())
        .next()
        .map_or_else(String::new, |(name, value)| {
            if value.is_empty() {
                name.into_owned()
            } else {
                format!("{name}={value}")
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_taken_out_of_the_address() {
        for (url, plain, password) in [
            ("postgres://db/x", "postgres://db/x", None),
            ("postgres://me@db/x", "postgres://me@db/x", None),
            (
                "postgres://me:a+b%40c@db:5432/x",
                "postgres://me@db:5432/x",
                Some("a+b@c"),
            ),
            ("postgres://me:a=b@db/x", "postgres://me@db/x", Some("a=b")),
            (
                "postgres://me@/x?host=%2Frun&password=s%26t&sslmode=require",
                "postgres://me@/x?host=%2Frun&sslmode=require",
                Some("s&t"),
            ),
        ] {
            let found = apart(url);
            assert_eq!(found.0, plain);
            assert_eq!(found.1.as_deref(), password);
        }
    }
}
