//! What only PostgreSQL itself can tell of its server, asked through `psql`.

use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The process whose children work for this database. The server must run on this machine, and the
/// user must be allowed to read its files.
pub(crate) fn postmaster(url: &str) -> Result<u32> {
    let pid = ask(
        url,
        "select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)",
    )?;
    pid.parse().context("no process of PostgreSQL")
}

/// The bytes of the whole database.
pub(crate) fn bytes(url: &str) -> Result<u64> {
    let size = ask(url, "select pg_database_size(current_database())")?;
    size.parse().context("no size of the database")
}

fn ask(url: &str, question: &str) -> Result<String> {
    let answer = Command::new("psql")
        .args(["-XAtq", "-c", question, url])
        .output()
        .context("psql is missing")?;
    ensure!(answer.status.success(), "psql could not ask: {question}");
    Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}
