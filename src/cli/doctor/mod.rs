//! `daybook doctor`: says what is wrong with a set-up, one line for each thing it looked at. It only
//! looks: no file, table or row is made or changed, so it may be run beside a working service.

mod outward;

use std::env;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use rustix::fs::{Access, access, statvfs};
use rustix::process::{Resource, getrlimit};

use daybook::base::keyring::Keyring;
use daybook::base::time::{Clock, Moment};
use daybook::care::accounts::Role;
use daybook::care::handovers::forecast::poorly_reached_anywhere;
use daybook::care::notices::sending::Ways;
use daybook::care::safeguarding::screen::Lexicon;
use daybook::config::second_factor::STAFF;
use daybook::config::{Config, Settings, unknown_variables};
use daybook::db::checkup::{self, Checkup};
use daybook::db::{self, Address, Purpose};
use daybook::keyfile::{self, Custody};

use super::say;

/// Less room than this, and the day is near on which nothing more can be saved.
const LEAST_FREE_BYTES: u64 = 1 << 30;
/// Each phone that is connected takes one; and some for the database and what is being served.
const LEAST_FILES: u64 = 4096;
/// Tokens and escalation clocks bear no more than this between two nodes.
const MOST_OFFSET: Duration = Duration::from_secs(5);
/// At most so many people are named who could be missed.
const MOST_NAMED: usize = 20;
/// No clock that is right shows an earlier time: 2026-01-01.
const EARLIEST: Moment = Moment::from_micros(1_767_225_600_000_000);

/// What was found out about one thing.
enum Finding {
    Ok(String),
    Wrong(String),
}

use Finding::{Ok as Fine, Wrong};

/// Looks at everything and says so. A failure if anything is wrong.
pub(crate) fn run(settings: Settings) -> ExitCode {
    let findings = match settings.resolve() {
        Ok(config) => examine(&config),
        Err(error) => vec![("settings", Wrong(on_one_line(&error.to_string())))],
    };
    let mut code = ExitCode::SUCCESS;
    for (what, finding) in findings {
        match finding {
            Fine(how) => say(&format!("ok    {what:<10} {how}")),
            Wrong(how) => {
                // One line each: a parser's sketch of where it stumbled is laid out on one.
                let how = how.split_whitespace().collect::<Vec<_>>().join(" ");
                say(&format!("wrong {what:<10} {how}"));
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn examine(config: &Config) -> Vec<(&'static str, Finding)> {
    let now = Clock::system().now();
    let keys = keyfile::load(&config.keys, custody(config));
    let database = checkup::look(&config.database);
    let found = database.as_ref().ok();
    let mut findings = vec![
        ("settings", settings(config)),
        ("variables", variables()),
        ("sign-in", sign_in(config)),
        ("keys", key_file(config, keys.as_ref())),
        ("database", reached(config, database.as_ref())),
    ];
    if let Some(found) = found {
        findings.push(("migrations", migrations(found)));
        if let Ok(keys) = &keys {
            findings.push(("sealing", fingerprint(config, keys, found)));
        }
    }
    findings.push(("lexicon", lexicon()));
    if let Address::Sqlite(path) = &config.database {
        findings.push(("disk", disk(path)));
    }
    findings.extend([
        ("push", outward::push(config)),
        ("mail", outward::mail(config)),
        ("phone", outward::phone(config)),
        ("heartbeat", outward::heartbeat(config)),
    ]);
    if found.is_some_and(|found| found.pending.is_empty()) {
        findings.push(("people", people(config, now)));
    }
    findings.push(("files", open_files()));
    findings.push(("clock", clock(now, found)));
    findings
}

/// What is wrong with a TOML file is drawn over several lines.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn custody(config: &Config) -> Custody {
    Custody::handed_over(config.keys_are_handed_over)
}

fn settings(config: &Config) -> Finding {
    let public = config.public_url.as_deref().unwrap_or("no public_url");
    Fine(format!(
        "listens on {}, {}, {public}",
        config.listen,
        config.database.shown()
    ))
}

/// Whether every variable that looks like a setting is one.
fn variables() -> Finding {
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let strange = unknown_variables(names);
    if strange.is_empty() {
        Fine("none but what a setting is named".to_owned())
    } else {
        Wrong(format!(
            "{} is no setting: mend the name, or unset it; daybook serve --help has all",
            strange.join(", ")
        ))
    }
}

/// Of whom a second factor is wanted. A password alone is guessed, lent and read over a shoulder.
fn sign_in(config: &Config) -> Finding {
    let names = |roles: &mut dyn Iterator<Item = &Role>| {
        roles
            .map(|role| role.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let must = &config.require_second_factor;
    let without = names(&mut STAFF.iter().filter(|role| !must.contains(role)));
    if must.is_empty() && config.public_url.is_none() {
        return Fine(
            "a password alone opens every account, which is for this machine alone: with a \
             public_url every role of staff must have a second factor"
                .to_owned(),
        );
    }
    if must.is_empty() {
        return Wrong(
            "a password alone opens every account: nobody must have a second factor; leave \
             require_second_factor out, and every role of staff must"
                .to_owned(),
        );
    }
    let with = names(&mut must.iter());
    if without.is_empty() {
        Fine(format!("a second factor is wanted of {with}"))
    } else {
        Fine(format!(
            "a second factor is wanted of {with}; of {without} a password alone is enough"
        ))
    }
}

fn key_file(config: &Config, keys: Result<&Keyring, &keyfile::KeyFileError>) -> Finding {
    let path = config.keys.display();
    match keys {
        Ok(keys) if lies_beside_the_database(config) => Fine(format!(
            "{path}, fingerprint {}; it lies beside the database: on a server keep it elsewhere \
             with --keys, so that no backup carries both",
            keys.fingerprint()
        )),
        Ok(keys) => Fine(format!("{path}, fingerprint {}", keys.fingerprint())),
        Err(_) if !config.keys.exists() => Wrong(format!(
            "{path} does not exist: run daybook keys make, or name the right file with --keys"
        )),
        Err(error) => Wrong(error.to_string()),
    }
}

fn lies_beside_the_database(config: &Config) -> bool {
    match &config.database {
        Address::Sqlite(path) => path.parent() == config.keys.parent(),
        Address::Postgres(_) => false,
    }
}

fn reached(config: &Config, found: Result<&Checkup, &daybook::db::Error>) -> Finding {
    let shown = config.database.shown();
    match found {
        Ok(_) => Fine(format!("{shown} can be read")),
        Err(error) => Wrong(format!(
            "{shown} cannot be read: {error}; start the database, mend --database, or make a new \
             one with daybook migrate"
        )),
    }
}

fn migrations(found: &Checkup) -> Finding {
    if found.pending.is_empty() {
        Fine("all have run".to_owned())
    } else {
        Wrong(format!(
            "{} have not run ({}): run daybook migrate, or start daybook serve, which does",
            found.pending.len(),
            found.pending.join(", ")
        ))
    }
}

fn fingerprint(config: &Config, keys: &Keyring, found: &Checkup) -> Finding {
    match &found.keys_fingerprint {
        None => Fine("this database has not been used yet".to_owned()),
        Some(known) if *known == keys.fingerprint() => {
            Fine("this database was sealed with these keys".to_owned())
        }
        Some(known) => Wrong(format!(
            "this database was sealed with other keys ({known}), not with {}: name the right file \
             with --keys",
            config.keys.display()
        )),
    }
}

fn lexicon() -> Finding {
    match Lexicon::shipped() {
        Ok(lexicon) => Fine(format!("version {}", lexicon.version())),
        Err(error) => Wrong(format!("{error}: this build is broken, install another")),
    }
}

/// The folder of a SQLite file must take new files (`-wal`, `-shm`), and have room.
fn disk(database: &Path) -> Finding {
    let folder = match database.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let shown = folder.display();
    if let Err(error) = access(folder, Access::WRITE_OK | Access::EXEC_OK) {
        return Wrong(format!(
            "{shown} cannot be written by this user ({error}): give it to the service's user"
        ));
    }
    if database.exists()
        && let Err(error) = access(database, Access::WRITE_OK)
    {
        return Wrong(format!(
            "{} cannot be written by this user ({error})",
            database.display()
        ));
    }
    if let Ok(found) = std::fs::metadata(database)
        && found.permissions().mode() & 0o077 != 0
    {
        return Wrong(format!(
            "{} can be read by others on this machine, and names are not sealed in it: chmod 600",
            database.display()
        ));
    }
    match statvfs(folder) {
        Err(error) => Wrong(format!("{shown}: {error}")),
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let mib = free >> 20;
            if free < LEAST_FREE_BYTES {
                Wrong(format!(
                    "{shown} has {mib} MiB free: make room, at least 1 GiB"
                ))
            } else {
                Fine(format!("{shown} can be written, {mib} MiB free"))
            }
        }
    }
}

/// Whoever is on a ladder needs two ways to be called that do not fail together. No node's readiness
/// depends on it, or one missing telephone would take the service from everybody.
fn people(config: &Config, now: Moment) -> Finding {
    let ways = Ways {
        mail: config.mail.is_some(),
        phone: config.phone_hook.is_some(),
    };
    let asked = db::open(&config.database, Purpose::Read)
        .and_then(|mut conn| poorly_reached_anywhere(&mut conn, (now, ways)));
    let found = match asked {
        Ok(found) => found,
        Err(error) => return Wrong(error.to_string()),
    };
    if found.is_empty() {
        return Fine(
            "everybody on a ladder can be called in two ways, or there is no pod".to_owned(),
        );
    }
    let first = found.iter().take(MOST_NAMED).map(|there| {
        let channels = there.one.channels.iter().map(|channel| channel.as_str());
        let channels = channels.collect::<Vec<_>>().join(", ");
        let channels = if channels.is_empty() {
            "none"
        } else {
            &*channels
        };
        format!(
            "{} of {} ({channels})",
            there.one.who.display_name, there.authority
        )
    });
    let names = first.collect::<Vec<_>>().join("; ");
    let more = found.len().saturating_sub(MOST_NAMED);
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    Wrong(format!(
        "{} on the ladders can be called in fewer than two ways: {names}{more}; have each take \
         pushes, verify the e-mail and name a telephone number (smtp_url, phone_hook_url)",
        found.len()
    ))
}

/// The service raises its own limit as far as it may, so the hard one counts.
fn open_files() -> Finding {
    match getrlimit(Resource::Nofile).maximum {
        Some(limit) if limit < LEAST_FILES => Wrong(format!(
            "at most {limit} open files, and each phone takes one: raise it (LimitNOFILE=65536, \
             or ulimit -Hn)"
        )),
        Some(limit) => Fine(format!("at most {limit} open")),
        None => Fine("no limit".to_owned()),
    }
}

fn clock(now: Moment, found: Option<&Checkup>) -> Finding {
    if now < EARLIEST {
        return Wrong(format!("shows {now}: set the time, best by NTP"));
    }
    if let Some(last) = found.and_then(|found| found.last_moment)
        && last.since(now) > MOST_OFFSET
    {
        return Wrong(format!(
            "shows {now}, but the database has seen {last}: set the time, best by NTP; if the time \
             is right now and was ahead before, stop every node and run daybook clock put-right"
        ));
    }
    if let Some(theirs) = found.and_then(|found| found.its_clock) {
        let offset = theirs.since(now).max(now.since(theirs));
        if offset > MOST_OFFSET {
            return Wrong(format!(
                "stands {} s from the database's: set both by NTP",
                offset.as_secs()
            ));
        }
    }
    Fine(format!("shows {now}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_behind_what_is_stored_or_far_from_the_databases_is_wrong() {
        let now = Moment::parse_rfc3339("2026-11-22T10:00:00Z").unwrap();
        let seen = |last, theirs| Checkup {
            last_moment: last,
            its_clock: theirs,
            ..Checkup::default()
        };
        let later = now.plus(Duration::from_mins(1));

        assert!(matches!(clock(now, None), Fine(_)));
        assert!(matches!(clock(now, Some(&seen(None, Some(now)))), Fine(_)));
        assert!(matches!(
            clock(now, Some(&seen(Some(later), None))),
            Wrong(_)
        ));
        assert!(matches!(
            clock(now, Some(&seen(None, Some(later)))),
            Wrong(_)
        ));
        assert!(matches!(
            clock(later, Some(&seen(None, Some(now)))),
            Wrong(_)
        ));
        assert!(matches!(clock(Moment::ZERO, None), Wrong(_)));
    }
}
