//! `daybook backup` and `daybook restore`: the whole database in one file, and back.

use std::path::PathBuf;

use clap::Args;

use daybook::app::App;
use daybook::base::secret::{hex, random_bytes};
use daybook::base::time::Clock;
use daybook::care::accounts::actions as accounts;
use daybook::care::audit::{self, Line};
use daybook::config::{Config, Settings};
use daybook::db::{self, Lane, Purpose, backup, migrate, settings};
use daybook::keyfile::{self, Custody};
use daybook::serve;

use super::{say, with_runtime};

#[derive(Debug, Args)]
pub(crate) struct Backup {
    /// The file to make. It must not exist yet.
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The file that `daybook backup` made.
    file: PathBuf,
    #[command(flatten)]
    settings: Settings,
}

/// Takes a copy. The service may run meanwhile.
pub(crate) fn save(command: Backup) -> anyhow::Result<()> {
    let Backup { file, settings } = command;
    with_runtime(settings, async move |config| {
        let bytes = backup::save(&config.database, &file)?;
        say(&format!("{}: {bytes} bytes, read through", file.display()));
        say("the keys are not in it: keep a copy of the key file, and keep it elsewhere");
        Ok(())
    })
}

/// Puts a copy back and begins a new life of the database.
pub(crate) fn put_back(command: Restore) -> anyhow::Result<()> {
    let Restore { file, settings } = command;
    with_runtime(settings, async move |config| {
        let keys = keyfile::load(&config.keys, custody(&config))?;
        let alone = serve::alone(&config.database)?;
        let now = Clock::system().now().to_string();
        let to_the_second = now.split('.').next().unwrap_or_default();
        let stamp: String = to_the_second
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let fingerprint = keys.fingerprint();
        let aside = backup::put_back(&config.database, &file, (&fingerprint, &stamp))?;
        if let Some(aside) = aside {
            say(&format!("what was there is {} now", aside.display()));
        }
        say(&format!("{} is in its place", file.display()));
        let ran = migrate::run(&config.database)?;
        say(&format!("{} migrations run", ran.len()));
        begin_new_life(config).await?;
        drop(alone);
        Ok(())
    })
}

fn custody(config: &Config) -> Custody {
    Custody::handed_over(config.keys_are_handed_over)
}

/// Phones start over with what is there, instead of going on from what was lost; and whoever reads the
/// audit finds that it was so.
pub(super) async fn begin_new_life(config: Config) -> anyhow::Result<()> {
    // Starting would make new keys where none are, and those could open nothing of it.
    keyfile::load(&config.keys, custody(&config))?;
    let epoch = hex(&random_bytes::<8>());
    let mut conn = db::open(&config.database, Purpose::Write)?;
    settings::set(&mut conn, settings::EPOCH, &epoch)?;
    drop(conn);
    let app = App::start(config, Clock::system()).await?;
    let detail = serde_json::json!({ "epoch": epoch });
    app.store()
        .write(Lane::Rest, move |tx| {
            for authority in accounts::authorities(tx)? {
                let line = Line {
                    deed: "database.put_back",
                    subject: "authority",
                    subject_id: None,
                    about: None,
                    detail: detail.clone(),
                    reason: None,
                };
                audit::actions::record_as_operator(tx, authority, &line)?;
            }
            Ok::<_, db::Error>(())
        })
        .await?;
    app.store().close();
    say(&format!(
        "a new life of this database begins: epoch {epoch}"
    ));
    say(
        "what was done since the backup is undone: whoever was suspended, left or signed out since is in again, \
         codes withdrawn since are good again; look through who may sign in before you serve it",
    );
    Ok(())
}
