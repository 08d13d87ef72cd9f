//! Configuration: flags, then `DAYBOOK_*` variables, then a TOML file, then what is built in.
//!
//! Every setting has one name in all three. Unknown keys in the file are refused, unknown variables named.

mod checks;
mod lists;
mod places;
pub mod second_factor;
mod variables;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use places::{credentials_folder, default_keys};
use serde::Deserialize;

pub use checks::NO_SUBJECT;
use checks::{check_deeds, check_log, check_url, outside, push_subject};
pub use variables::unknown_variables;

use crate::base::outside::{BadOutsideUrl, OutsideUrl};
use crate::base::passwords::HashCost;
use crate::base::push_hosts::PushHost;
use crate::care::accounts::Role;
use crate::db::{Address, BadAddress};
use crate::mailer::{Mail, MailError};
use crate::phone_hook::{PhoneHook, PhoneHookError};

/// The settings as a person gives them; what is left out comes from the next source.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// A TOML file with any of these settings, named as the flags are, with underscores.
    #[arg(long, env = "DAYBOOK_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address and port to listen on [default: 127.0.0.1:8080].
    #[arg(long, env = "DAYBOOK_LISTEN", value_name = "ADDR:PORT")]
    pub listen: Option<SocketAddr>,
    /// sqlite:PATH or postgres://… [default: sqlite:daybook.db].
    #[arg(
        long,
        env = "DAYBOOK_DATABASE",
        value_name = "URL",
        hide_env_values = true
    )]
    pub database: Option<String>,
    /// The file that holds the keys; made if missing [default: beside the SQLite file as
    /// PATH.keys; for PostgreSQL one file per database under the user's data folder].
    #[arg(long, env = "DAYBOOK_KEYS", value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// The address people use, as `https://daybook.example.org`: the only Origin let into the live
    /// socket beside the address the request itself came to.
    #[arg(long, env = "DAYBOOK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// How many proxies before this server add to X-Forwarded-For; it is ignored at 0 [default: 0].
    #[arg(long, env = "DAYBOOK_TRUSTED_PROXIES", value_name = "N")]
    pub trusted_proxies: Option<u8>,
    /// Roles that must have a second factor; repeat or separate by commas, `none` for nobody
    /// [default: every role of staff if there is a public URL].
    #[arg(
        long,
        env = "DAYBOOK_REQUIRE_SECOND_FACTOR",
        value_name = "ROLE",
        value_delimiter = ',',
        value_parser = second_factor::MAY_SAY
    )]
    #[serde(deserialize_with = "lists::list")]
    pub require_second_factor: Option<Vec<String>>,
    /// Connections to the database [default: four for each core].
    #[arg(long, env = "DAYBOOK_CONNECTIONS", value_name = "N")]
    pub connections: Option<u32>,
    /// Deeds one person may do in a minute before they are asked to wait [default: 240]. The help
    /// button is never limited.
    #[arg(long, env = "DAYBOOK_DEEDS_PER_MINUTE", value_name = "N")]
    pub deeds_per_minute: Option<u32>,
    /// Whom push services may write to about our pushes, as `mailto:duty@council.example.org` or an
    /// `https:` page [default: the public URL].
    #[arg(long, env = "DAYBOOK_PUSH_SUBJECT", value_name = "URL")]
    pub push_subject: Option<String>,
    /// One more host that pushes may go to, beside the browsers' own push services; repeat or
    /// separate by commas [default: none].
    #[arg(
        long = "push-host",
        env = "DAYBOOK_PUSH_HOST",
        value_name = "HOST",
        value_delimiter = ','
    )]
    #[serde(deserialize_with = "lists::list")]
    pub push_host: Option<Vec<PushHost>>,
    /// The mail server, as `smtps://user:password@mail.example.org` or `smtp://` with a port, where TLS
    /// is begun by STARTTLS; without TLS only to this machine itself [default: no mail].
    #[arg(
        long,
        env = "DAYBOOK_SMTP_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<String>,
    /// Whom mail comes from, as `Daybook <daybook@council.example.org>`.
    #[arg(long, env = "DAYBOOK_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Where texts and calls are handed over, as an `https:` address [default: nobody is rung].
    #[arg(
        long,
        env = "DAYBOOK_PHONE_HOOK_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub phone_hook_url: Option<String>,
    /// What signs them: 32 characters or longer, known to whoever takes them. Best in the file or the
    /// variable, for others on the machine see flags.
    #[arg(
        long,
        env = "DAYBOOK_PHONE_HOOK_KEY",
        value_name = "KEY",
        hide_env_values = true
    )]
    pub phone_hook_key: Option<String>,
    /// An `https:` address outside that is called once a minute while every worker turns, so that
    /// whoever waits there misses us; each node has its own [default: none].
    #[arg(
        long,
        env = "DAYBOOK_HEARTBEAT_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    pub heartbeat_url: Option<String>,
    /// What is logged: error, warn, info, debug, or a filter as tracing writes it [default: info].
    #[arg(long, env = "DAYBOOK_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Log lines as JSON objects.
    #[arg(long, env = "DAYBOOK_LOG_JSON", num_args = 0..=1, default_missing_value = "true")]
    pub log_json: Option<bool>,
}

impl clap::ValueEnum for Role {
    /// Whoever can be given an account on the command line: family members join by a code.
    fn value_variants<'a>() -> &'a [Self] {
        &[
            Self::PeerMentor,
            Self::FamilyPractitioner,
            Self::SupervisingSocialWorker,
            Self::ServiceManager,
        ]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}

/// An answer from outside must have come within this time.
pub const HTTP_PATIENCE: Duration = Duration::from_secs(10);

/// The settings in force.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where the database is.
    pub database: Address,
    /// Where the keys are.
    pub keys: PathBuf,
    /// Whether the keys were handed over by the service manager, which alone decides who may read
    /// them (systemd shows credentials to their group).
    pub keys_are_handed_over: bool,
    /// The origin people use, without a trailing slash.
    pub public_url: Option<String>,
    /// Proxies in front that add to X-Forwarded-For.
    pub trusted_proxies: u8,
    /// Roles that must have a second factor.
    pub require_second_factor: Vec<Role>,
    /// Connections to the database, if not the default.
    pub connections: Option<u32>,
    /// Deeds a minute for one person.
    pub deeds_per_minute: u32,
    /// Whom push services may write to about our pushes.
    pub push_subject: String,
    /// Hosts that pushes may go to, beside the known push services.
    pub push_hosts: Vec<PushHost>,
    /// The mail server and whom mail comes from, if mail can be sent.
    pub mail: Option<Mail>,
    /// Where texts and calls are handed over, if anybody is rung.
    pub phone_hook: Option<PhoneHook>,
    /// Who outside is told once a minute that the workers turn.
    pub heartbeat_url: Option<OutsideUrl>,
    /// The log filter.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
    /// How long an answer from outside may take, headers and body. No setting changes it; tests do.
    pub http_patience: Duration,
    /// How dear one guess at a password is. No setting changes it; tests do.
    pub hash_cost: HashCost,
}

/// Why the settings were refused.
#[derive(Debug, thiserror::Error)]
pub enum BadConfig {
    /// The file cannot be read.
    #[error("{path}: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}: {error}")]
    Toml {
        /// Which file.
        path: PathBuf,
        /// What is wrong and where.
        error: Box<toml::de::Error>,
    },
    /// The database address is not one.
    #[error("database: {0}")]
    Database(#[from] BadAddress),
    /// Mail cannot be sent so.
    #[error("{0}")]
    Mail(#[from] MailError),
    /// Nobody can be rung so.
    #[error("{0}")]
    PhoneHook(#[from] PhoneHookError),
    /// An address outside is not one that may be called.
    #[error("{name}: {error}")]
    Outside {
        /// Which setting.
        name: &'static str,
        /// What is wrong; never what was given, which may be a secret.
        error: BadOutsideUrl,
    },
    /// A setting has a value it cannot have.
    #[error("{name}: {why}")]
    Value {
        /// Which setting.
        name: &'static str,
        /// What is wrong.
        why: &'static str,
    },
}

impl Settings {
    /// Puts the sources together and checks them.
    ///
    /// # Errors
    /// Names the file or the setting that is wrong.
    pub fn resolve(self) -> Result<Config, BadConfig> {
        let file = match &self.config {
            Some(path) => read_file(path)?,
            None => Self::default(),
        };
        let database: Address = self
            .database
            .or(file.database)
            .unwrap_or_else(|| "sqlite:daybook.db".to_owned())
            .parse()?;
        let keys = self
            .keys
            .or(file.keys)
            .unwrap_or_else(|| default_keys(&database));
        let public_url = check_url(self.public_url.or(file.public_url))?;
        let deeds_per_minute = check_deeds(self.deeds_per_minute.or(file.deeds_per_minute))?;
        let require_second_factor = self.require_second_factor.or(file.require_second_factor);
        let connections = self.connections.or(file.connections);
        if connections.is_some_and(|n| !(1..=1000).contains(&n)) {
            return Err(BadConfig::Value {
                name: "connections",
                why: "must be 1 to 1000",
            });
        }
        let keys_are_handed_over = credentials_folder().is_some_and(|at| keys.starts_with(at));
        Ok(Config {
            listen: self
                .listen
                .or(file.listen)
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            push_subject: push_subject(
                self.push_subject.or(file.push_subject),
                public_url.as_deref(),
            )?,
            database,
            keys,
            keys_are_handed_over,
            trusted_proxies: self.trusted_proxies.or(file.trusted_proxies).unwrap_or(0),
            require_second_factor: second_factor::roles(
                require_second_factor.as_deref(),
                public_url.is_some(),
            )?,
            public_url,
            connections,
            deeds_per_minute,
            mail: Mail::read(
                self.smtp_url.or(file.smtp_url),
                self.mail_from.or(file.mail_from),
            )?,
            push_hosts: self.push_host.or(file.push_host).unwrap_or_default(),
            phone_hook: PhoneHook::read(
                self.phone_hook_url.or(file.phone_hook_url),
                self.phone_hook_key.or(file.phone_hook_key),
            )?,
            heartbeat_url: outside("heartbeat_url", self.heartbeat_url.or(file.heartbeat_url))?,
            log: check_log(self.log.or(file.log))?,
            log_json: self.log_json.or(file.log_json).unwrap_or(false),
            http_patience: HTTP_PATIENCE,
            hash_cost: HashCost::Strong,
        })
    }
}

fn read_file(path: &Path) -> Result<Settings, BadConfig> {
    let text = std::fs::read_to_string(path).map_err(|error| BadConfig::File {
        path: path.to_owned(),
        error,
    })?;
    toml::from_str(&text).map_err(|error| BadConfig::Toml {
        path: path.to_owned(),
        error: Box::new(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_in_the_file_is_refused_by_name() {
        let error = toml::from_str::<Settings>("lissten = '127.0.0.1:1'").unwrap_err();

        assert!(error.to_string().contains("lissten"), "{error}");
    }

    #[test]
    fn a_flag_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("daybook.toml");
        std::fs::write(&path, "listen = '127.0.0.1:1'\ndatabase = 'sqlite:a.db'").unwrap();
        let settings = Settings {
            config: Some(path),
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 2))),
            ..Settings::default()
        };

        let config = settings.resolve().unwrap();

        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.database, Address::Sqlite(PathBuf::from("a.db")));
        assert_eq!(config.keys, PathBuf::from("a.db.keys"));
    }
}
