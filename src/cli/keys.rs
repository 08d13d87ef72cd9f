//! `daybook keys`: makes the key file, shows what is in it, adds a key. No key is ever printed, and
//! no old one is ever taken away: what it sealed must stay readable.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use daybook::base::keyring::{Keyring, NumberedKey};
use daybook::config::{Config, Settings};
use daybook::keyfile::{self, Custody, Existing};

use super::say;

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make the key file if there is none, and a VAPID key in it if there is none; print where it is
    /// and its fingerprint.
    Make(Box<Settings>),
    /// Print the ids and the fingerprint of the keys, never the keys.
    Show(Box<Settings>),
    /// Add a fresh key, which is used from the next start; the older ones still open and verify.
    Rotate(Box<Rotate>),
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// Which kind.
    which: Which,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// Signs access tokens. Nobody is signed out.
    Signing,
    /// Seals words at rest. What was sealed before stays as it is.
    Sealing,
}

pub(crate) fn run(command: KeysCommand) -> anyhow::Result<()> {
    match command {
        KeysCommand::Make(settings) => make(&settings.resolve()?),
        KeysCommand::Show(settings) => show(&settings.resolve()?),
        KeysCommand::Rotate(rotate) => {
            let Rotate { which, settings } = *rotate;
            add(&settings.resolve()?, which)
        }
    }
}

fn custody(config: &Config) -> Custody {
    Custody::handed_over(config.keys_are_handed_over)
}

fn make(config: &Config) -> anyhow::Result<()> {
    let was_there = config.keys.exists();
    let keys = keyfile::load_or_create(&config.keys, custody(config))?;
    if !config.keys_are_handed_over && keyfile::add_vapid(&config.keys)? {
        say("added a VAPID key, which signs pushes");
    }
    say(&format!(
        "{} {}",
        if was_there { "kept" } else { "made" },
        config.keys.display()
    ));
    say(&format!("fingerprint {}", keys.fingerprint()));
    Ok(())
}

fn show(config: &Config) -> anyhow::Result<()> {
    let keys = keyfile::load(&config.keys, custody(config))?;
    say(&format!("file        {}", config.keys.display()));
    say(&format!("fingerprint {}", keys.fingerprint()));
    say(&format!("sealing     {}", ids(keys.sealing())));
    say(&format!("signing     {}", ids(keys.signing())));
    let vapid = keys
        .vapid()
        .map_or_else(|| "none".to_owned(), |key| key.id.to_string());
    say(&format!("vapid       {vapid}"));
    Ok(())
}

/// `1, 2 (used)`: the newest comes last.
fn ids(keys: &[NumberedKey]) -> String {
    let ids: Vec<String> = keys.iter().map(|key| key.id.to_string()).collect();
    format!("{} (used)", ids.join(", "))
}

fn add(config: &Config, which: Which) -> anyhow::Result<()> {
    anyhow::ensure!(
        !config.keys_are_handed_over,
        "the service manager handed these keys over; rotate the file they come from, with --keys"
    );
    let path: &PathBuf = &config.keys;
    let mut keys: Keyring = keyfile::load(path, Custody::Own)?;
    let (name, id) = match which {
        Which::Signing => ("signing", keys.rotate_signing()),
        Which::Sealing => ("sealing", keys.rotate_sealing()),
    };
    keyfile::save(path, &keys, Existing::Replace)?;
    say(&format!("added {name} key {id} to {}", path.display()));
    say("start every node again with this file; keep a copy of it apart from the backups");
    Ok(())
}
