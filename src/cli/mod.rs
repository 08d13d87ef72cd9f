//! The commands: what whoever runs the server types.
//!
//! Errors go to standard error as one sentence; what a command is asked for goes to standard output
//! alone, so that it can be piped.

mod account;
mod backup;
mod clock;
mod demo;
mod doctor;
mod keys;
mod lexicon;
mod screen;

use std::env;
use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use daybook::app::App;
use daybook::base::time::Clock;
use daybook::config::{Config, NO_SUBJECT, Settings, unknown_variables};
use daybook::db::migrate;
use daybook::serve;
use daybook::telemetry;

/// Daybook: how families of children in need stay in touch with their peer mentor, safely.
#[derive(Debug, Parser)]
#[command(name = "daybook", version, propagate_version = true)]
pub(crate) struct Command {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Serve the API, the live socket and the phone app.
    Serve(Box<Settings>),
    /// Fill a fresh database with a pod that looks alive, print who can sign in how, and serve.
    ///
    /// Unless said otherwise the database and the keys lie in a temporary folder that is gone at the end,
    /// nobody must have a second factor, and warnings alone are logged.
    Demo(Box<Settings>),
    /// Bring the database up to date, and say what ran.
    Migrate(Box<Migrate>),
    /// Copy the whole database into a new file. The service may run meanwhile.
    Backup(Box<backup::Backup>),
    /// Put a backup in the database's place. Stop every node first.
    Restore(Box<backup::Restore>),
    /// Make accounts from the command line.
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Make, show or change the keys, which lie outside the database.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Put right what a clock that was ahead has left behind.
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    /// Say what is wrong with a set-up. Changes nothing.
    Doctor(Box<Settings>),
    /// Screen texts: JSON lines in, JSON lines out. Needs no database.
    Screen,
    /// Check, explain or score the rules of screening.
    #[command(subcommand)]
    Lexicon(lexicon::LexiconCommand),
}

#[derive(Debug, Args)]
struct Migrate {
    /// The database was put back from a backup: every client starts over with what is in it, instead
    /// of going on from what was lost. Stop every node first.
    #[arg(long)]
    restored: bool,
    #[command(flatten)]
    settings: Settings,
}

/// Runs a command to its end.
pub(crate) fn run(command: Command) -> ExitCode {
    let done = match command.what {
        What::Serve(settings) => with_runtime(*settings, serve),
        What::Demo(settings) => demo::run(*settings),
        What::Migrate(command) => {
            let Migrate { restored, settings } = *command;
            with_runtime(settings, async move |config| {
                migrate(config, restored).await
            })
        }
        What::Backup(command) => backup::save(*command),
        What::Restore(command) => backup::put_back(*command),
        What::Account(command) => account::run(command),
        What::Keys(command) => keys::run(command),
        What::Clock(command) => clock::run(command),
        What::Doctor(settings) => return doctor::run(*settings),
        What::Screen => screen::run(),
        What::Lexicon(command) => lexicon::run(command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_error(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "this is where commands tell people what went wrong"
)]
fn say_error(error: &anyhow::Error) {
    eprintln!("daybook: {}", told_once(error));
}

/// The error and its causes, each unless what was said before holds it already.
fn told_once(error: &anyhow::Error) -> String {
    error.chain().fold(String::new(), |said, cause| {
        let cause = cause.to_string();
        if said.is_empty() {
            cause
        } else if said.contains(&cause) {
            said
        } else {
            format!("{said}: {cause}")
        }
    })
}

/// Prints one line of what was asked for. That nobody reads it any more is no reason to fail.
pub(crate) fn say(line: &str) {
    let mut output = std::io::stdout().lock();
    drop(writeln!(output, "{line}").and_then(|()| output.flush()));
}

/// Resolves the settings, starts logging and a runtime, and runs `work` in it.
pub(crate) fn with_runtime<F, Fut>(settings: Settings, work: F) -> anyhow::Result<()>
where
    F: FnOnce(Config) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    let config = settings.resolve()?;
    telemetry::start(&config.log, config.log_json)?;
    actix_web::rt::System::new().block_on(work(config))
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for variable in unknown_variables(names) {
        tracing::warn!(variable, "no setting has this name");
    }
    if config.push_subject == NO_SUBJECT {
        tracing::warn!("no push_subject and no public_url: Apple's push service will refuse");
    }
    raise_open_files();
    let listen = config.listen;
    let app = App::start(config, Clock::system()).await?;
    serve::until_told_to_stop(app, listen, |address| {
        say(&format!("listening on http://{address}"));
    })
    .await
}

/// Each phone that is connected takes a file descriptor; the usual limit of 1,024 is a shell's.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    if limit.current != limit.maximum
        && let Err(error) = setrlimit(Resource::Nofile, raised)
    {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

async fn migrate(config: Config, restored: bool) -> anyhow::Result<()> {
    let alone = restored
        .then(|| serve::alone(&config.database))
        .transpose()?;
    let ran = migrate::run(&config.database)?;
    for name in &ran {
        say(name);
    }
    say(&format!(
        "{} migrations run; the database is up to date",
        ran.len()
    ));
    if restored {
        backup::begin_new_life(config).await?;
    }
    drop(alone);
    Ok(())
}
