//! Accounts from the command line: the first manager of an authority, and the way back in for the
//! last one.

use std::io::Read;

use clap::{Args, Subcommand};

use daybook::app::App;
use daybook::base::secret::Secret;
use daybook::base::text;
use daybook::base::time::Clock;
use daybook::care::accounts::Role;
use daybook::care::accounts::invitations::way_back::{self, WayBackError};
use daybook::care::accounts::invitations::{self, Invite};
use daybook::config::{Config, Settings};
use daybook::db::Lane;

use super::{say, with_runtime};

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account of staff and print its id.
    Create(Box<Create>),
    /// Give somebody of staff a new password: ends their devices and removes their second factor.
    Reset(Box<Reset>),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What they are.
    #[arg(long)]
    role: Role,
    /// What they are called.
    #[arg(long)]
    name: String,
    /// Their e-mail, with which they sign in.
    #[arg(long)]
    email: String,
    /// Read the password from standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
    /// The authority it belongs to, made if it does not exist.
    #[arg(long, default_value = "Daybook")]
    authority: String,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
pub(crate) struct Reset {
    /// The e-mail with which they sign in.
    #[arg(long)]
    email: String,
    /// Read the new password from standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
    #[command(flatten)]
    settings: Settings,
}

pub(crate) fn run(command: AccountCommand) -> anyhow::Result<()> {
    match command {
        AccountCommand::Create(create) => run_create(*create),
        AccountCommand::Reset(reset) => run_reset(*reset),
    }
}

fn run_create(create: Create) -> anyhow::Result<()> {
    let mut settings = create.settings;
    settings.log.get_or_insert_with(|| "error".to_owned());
    let password = read_password()?;
    let display_name =
        text::parse_name(&create.name, 80).map_err(|wrong| anyhow::anyhow!("--name {wrong}"))?;
    let authority = text::parse_name(&create.authority, 80)
        .map_err(|wrong| anyhow::anyhow!("--authority {wrong}"))?;
    let who = Invite {
        role: create.role,
        kind: None,
        display_name,
        email: Some(read_email(&create.email)?),
        pod_id: None,
        family_id: None,
    };
    with_runtime(settings, |config| make(config, authority, who, password))
}

fn run_reset(reset: Reset) -> anyhow::Result<()> {
    let mut settings = reset.settings;
    settings.log.get_or_insert_with(|| "error".to_owned());
    let password = read_password()?;
    let email = read_email(&reset.email)?;
    with_runtime(settings, |config| give_back(config, email, password))
}

async fn give_back(config: Config, email: String, password: Secret) -> anyhow::Result<()> {
    let app = App::start(config, Clock::system()).await?;
    let hash = app.hash(&password).await?;
    let id = app
        .store()
        .write(Lane::Rest, move |tx| way_back::reset(tx, &email, &hash))
        .await
        .map_err(|refusal| match refusal {
            WayBackError::NotFound => anyhow::anyhow!("nobody of staff has this e-mail"),
            refusal @ (WayBackError::NotAllowed
            | WayBackError::NotActive
            | WayBackError::Store(_)) => refusal.into(),
        })?;
    app.store().close();
    say(&id.to_string());
    Ok(())
}

fn read_email(email: &str) -> anyhow::Result<String> {
    text::parse_line(email, 254)
        .map(|email| email.to_lowercase())
        .map_err(|wrong| anyhow::anyhow!("--email {wrong}"))
}

async fn make(
    config: Config,
    authority: String,
    who: Invite,
    password: Secret,
) -> anyhow::Result<()> {
    let app = App::start(config, Clock::system()).await?;
    let hash = app.hash(&password).await?;
    let id = app
        .store()
        .write(Lane::Rest, move |tx| {
            invitations::found(tx, &authority, &who, &hash)
        })
        .await?;
    app.store().close();
    say(&id.to_string());
    Ok(())
}

fn read_password() -> anyhow::Result<Secret> {
    let mut password = String::new();
    std::io::stdin().take(4096).read_to_string(&mut password)?;
    let password = password.trim_end_matches(['\n', '\r']);
    let length = password.chars().count();
    anyhow::ensure!(
        (10..=200).contains(&length),
        "the password must have 10 to 200 characters"
    );
    Ok(Secret::new(password))
}
