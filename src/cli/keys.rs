//! `daybook keys`: makes the key file, shows what is in it, adds a key. No key is ever printed, and
//! no old one is ever taken away: what it sealed must stay readable.

use std::path::Path;

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
    /// Add a fresh key, which stands by: nodes that start with the file can open and verify with it.
    Rotate(Box<Rotate>),
    /// Put the key that stands by in use, after every node was started with it; the older ones still
    /// open and verify.
    Use(Box<Rotate>),
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
        KeysCommand::Use(rotate) => {
            let Rotate { which, settings } = *rotate;
            put_in_use(&settings.resolve()?, which)
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

/// `1, 2 (used), 3 (stands by)`: the newest comes last.
fn ids(keys: &[NumberedKey]) -> String {
    let used = keys.iter().rfind(|key| !key.stands_by).map(|key| key.id);
    let ids = keys.iter().map(|key| match key.id {
        id if key.stands_by => format!("{id} (stands by)"),
        id if Some(id) == used => format!("{id} (used)"),
        id => id.to_string(),
    });
    ids.collect::<Vec<_>>().join(", ")
}

/// The keys to change, which must be ours.
fn own(config: &Config) -> anyhow::Result<(&Path, Keyring)> {
    anyhow::ensure!(
        !config.keys_are_handed_over,
        "the service manager handed these keys over; change the file they come from, with --keys"
    );
    let keys = keyfile::load(&config.keys, Custody::Own)?;
    Ok((&config.keys, keys))
}

fn add(config: &Config, which: Which) -> anyhow::Result<()> {
    let (path, mut keys) = own(config)?;
    let (name, id) = match which {
        Which::Signing => ("signing", keys.rotate_signing()?),
        Which::Sealing => ("sealing", keys.rotate_sealing()?),
    };
    keyfile::save(path, &keys, Existing::Replace)?;
    say(&format!(
        "added {name} key {id} to {}, standing by",
        path.display()
    ));
    say(&format!(
        "start every node again with this file, then type: daybook keys use {name}"
    ));
    Ok(())
}

fn put_in_use(config: &Config, which: Which) -> anyhow::Result<()> {
    let (path, mut keys) = own(config)?;
    let (name, id) = match which {
        Which::Signing => ("signing", keys.use_signing()?),
        Which::Sealing => ("sealing", keys.use_sealing()?),
    };
    keyfile::save(path, &keys, Existing::Replace)?;
    say(&format!(
        "{name} key {id} in {} is in use from each node's next start",
        path.display()
    ));
    say(
        "start every node again, one after the other; keep a copy of the file apart from the backups",
    );
    Ok(())
}
