//! `daybook demo`: a pod that looks alive, in a fresh database.
//!
//! Nothing is written by a way of its own. Three weeks of deeds go through the same door as
//! requests do, under a clock that is moved from deed to deed, and the workers of alerts and of
//! check-ins run whenever something falls due between them: so every history and every inbox is one that really
//! happened. Then the clock is the machine's, and the service serves. Must never touch a database
//! in which somebody has an account.

mod calm;
mod cast;
mod deeds;
mod plans;
mod stage;
mod story;
mod time;
mod years;

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use daybook::app::App;
use daybook::base::secret::{hex, random_bytes};
use daybook::base::time::{Clock, Moment};
use daybook::care::accounts::Role;
use daybook::config::second_factor::NOBODY;
use daybook::config::{Config, Settings};
use daybook::db::Address;
use daybook::db::checkup::{self, Checkup};
use daybook::serve;

use super::{say, with_runtime};
use cast::Cast;
use stage::Stage;

/// Everybody on the staff signs in with this.
const PASSWORD: &str = "a-cup-of-tea";
/// Every family member unlocks their device with this.
const PIN: &str = "135790";

/// Plays the story and serves.
pub(crate) fn run(mut settings: Settings) -> anyhow::Result<()> {
    settings.log.get_or_insert_with(|| "warn".to_owned());
    // Whoever tries it out signs in with what is printed.
    settings
        .require_second_factor
        .get_or_insert_with(|| vec![NOBODY.to_owned()]);
    let mut folder = None;
    if settings.database.is_none() {
        let made = Folder::make()?;
        let database = made.0.join("daybook.db");
        settings.database = Some(format!("sqlite:{}", database.display()));
        settings.keys = Some(made.0.join("daybook.keys"));
        folder = Some(made);
    }
    let done = with_runtime(settings, play_and_serve);
    drop(folder);
    done
}

async fn play_and_serve(config: Config) -> anyhow::Result<()> {
    let found = match &config.database {
        Address::Sqlite(path) if !path.exists() => Checkup::default(),
        address @ (Address::Sqlite(_) | Address::Postgres(_)) => checkup::look(address)?,
    };
    anyhow::ensure!(
        !found.has_accounts,
        "{} is in use: people have accounts in it. The demo wants a fresh database",
        config.database.shown()
    );
    let cast: Cast = cast::read()?;
    let now = Clock::system().now();
    let stage = play(config.clone(), &cast, now).await?;

    let listen = config.listen;
    let app = App::start(config, Clock::system()).await?;
    serve::until_told_to_stop(app, listen, |address| {
        for line in sign_ins(&cast, &stage, &format!("http://{address}")) {
            say(&line);
        }
        say(&format!("listening on http://{address}"));
    })
    .await
}

/// Plays the three weeks up to `now`.
async fn play(config: Config, cast: &Cast, now: Moment) -> anyhow::Result<Stage> {
    let scenes = story::read(now)?;
    let clock = Clock::manual(story::moment("22d 09:00", now)?);
    let mut stage = Stage::open(App::start(config, clock).await?, cast).await?;
    stage.remember(cast, now).await?;
    let planned = story::planned(&scenes);
    let supervisor = cast
        .with_role(Role::SupervisingSocialWorker)
        .next()
        .map_or("", |worker| worker.name.as_str());
    for (at, deed) in scenes {
        stage.calm(supervisor, (at, &planned)).await?;
        stage.wait_until(at).await?;
        stage.play(deed).await?;
    }
    stage.wait_until(now).await?;
    stage.hand_out_codes(cast).await?;
    stage.unlock_phones(cast).await?;
    stage.close();
    Ok(stage)
}

/// Who can sign in how.
fn sign_ins(cast: &Cast, stage: &Stage, url: &str) -> Vec<String> {
    let mut lines = vec![
        format!(
            "{}, pod {}: made up, every one of them.",
            cast.authority, cast.pod
        ),
        String::new(),
        format!("Staff and mentors sign in with e-mail and password; everybody's is {PASSWORD}"),
        String::new(),
    ];
    for person in &cast.staff {
        let role = person.role.as_str().replace('_', " ");
        lines.push(format!(
            "  {role:<26} {:<16} {}",
            person.full_name, person.email
        ));
    }
    lines.extend([
        String::new(),
        format!(
            "Family members have a device and the PIN {PIN}. The device's secret (refresh_token)"
        ),
        "gives an access token and the next secret:".to_owned(),
        String::new(),
    ]);
    for member in cast.members() {
        let kind = member.kind.as_str().replace('_', " ");
        let with = format!("mentor {}", member.mentor);
        let secret = stage.device_secret(&member.name).unwrap_or_default();
        lines.push(format!(
            "  {kind:<13} {:<10} {with:<13} {secret}",
            member.name
        ));
    }
    lines.extend([
        String::new(),
        "In the phone app everybody of the staff signs in as above. A family member joins by a code,".to_owned(),
        "once, and chooses a PIN; the device above ends then. These links have it:".to_owned(),
        String::new(),
    ]);
    for member in cast.members() {
        let code = stage.code(&member.name).unwrap_or_default();
        lines.push(format!("  {:<10} {url}/#{code}", member.name));
    }
    lines.extend([
        String::new(),
        "Sign in as Ruth, who has an alert to look at:".to_owned(),
        String::new(),
        format!("  curl -s {url}/api/v1/sessions -H 'content-type: application/json' \\"),
        format!(r#"    -d '{{"email":"ruth@northbrook.example","password":"{PASSWORD}"}}'"#),
        String::new(),
        format!("Every call, to be read and tried: {url}/api-spec"),
        String::new(),
    ]);
    lines
}

/// A folder of our own for the time of a demo, gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn make() -> std::io::Result<Self> {
        let name = format!("daybook-demo-{}", hex(&random_bytes::<8>()));
        let path = std::env::temp_dir().join(name);
        DirBuilder::new().mode(0o700).create(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the demo's folder could not be removed");
        }
    }
}
