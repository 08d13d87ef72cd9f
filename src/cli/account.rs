//! Accounts from the command line: the first manager of an authority, and the way back in for the
//! last one.

use std::io::Read;

use clap::{Args, Subcommand};

use daybook::app::App;
use daybook::base::secret::Secret;
use daybook::base::text;
use daybook::base::time::Clock;
use daybook::care::accounts::Role;
use daybook::care::accounts::invitations::{self, Invite};
use daybook::config::{Config, Settings};
use daybook::db::Lane;

use super::{say, with_runtime};

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make an account of staff and print its id.
    Create(Box<Create>),
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

pub(crate) fn run(command: AccountCommand) -> anyhow::Result<()> {
    match command {
        AccountCommand::Create(create) => {
            let Create {
                role,
                name,
                email,
                password_stdin: _,
                authority,
                mut settings,
            } = *create;
            settings.log.get_or_insert_with(|| "error".to_owned());
            let password = read_password()?;
            let display_name =
                text::parse_line(&name, 80).map_err(|wrong| anyhow::anyhow!("--name {wrong}"))?;
            let email = text::parse_line(&email, 254)
                .map_err(|wrong| anyhow::anyhow!("--email {wrong}"))?
                .to_lowercase();
            let authority = text::parse_line(&authority, 80)
                .map_err(|wrong| anyhow::anyhow!("--authority {wrong}"))?;
            let who = Invite {
                role,
                kind: None,
                display_name,
                email: Some(email),
                pod_id: None,
                family_id: None,
            };
            with_runtime(settings, |config| make(config, authority, who, password))
        }
    }
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
