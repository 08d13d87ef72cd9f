//! Floor 4: the application: everything a request or a worker needs, built once, cloned cheaply.
//!
//! There are no globals; two applications in one process know nothing of each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::redirect::Policy;
use tokio::sync::Semaphore;

use crate::base::hub::Hub;
use crate::base::keyring::Keyring;
use crate::base::numbers::Numbers;
use crate::base::passwords::{self, HashCost};
use crate::base::secret::{Secret, hex, random_bytes};
use crate::base::time::{Clock, Moment};
use crate::base::turns::Turns;
use crate::base::web_push::{PushError, Vapid};
use crate::care::notices::sending::Ways;
use crate::care::safeguarding::lexicons::Lexicons;
use crate::care::safeguarding::screen::{Lexicon, LexiconError};
use crate::config::Config;
use crate::db::{self, Lane, Limits, Store, Surroundings, View, checkup, migrate, settings};
use crate::keyfile::{self, Custody, KeyFileError};
use crate::mailer::{MailError, Mailer};
use crate::phone_hook::PhoneHook;

/// The application.
#[derive(Debug, Clone)]
pub struct App(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    store: Store,
    hub: Hub,
    clock: Clock,
    keys: Arc<Keyring>,
    lexicons: Lexicons,
    /// Held by whoever has rules compiled or many texts read by them.
    reading: Arc<Semaphore>,
    vapid: Option<Vapid>,
    http: reqwest::Client,
    mailer: Option<Mailer>,
    epoch: String,
    hashing: Arc<Semaphore>,
    hashes_waiting: AtomicUsize,
    turns: Turns,
}

/// More than so many people waiting for their password to be checked are told to come back.
const MOST_HASHES_WAITING: usize = 200;

/// Somebody waiting for a hash; dropped, they wait no longer.
struct Waiter<'w>(&'w AtomicUsize);

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A password could not be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashFault {
    /// Too many are waiting.
    #[error("too many passwords are being checked")]
    Busy,
    /// The library refused.
    #[error("the password could not be hashed")]
    Failed,
}

/// Why the application could not be built.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeyFileError),
    /// The database.
    #[error(transparent)]
    Store(#[from] db::Error),
    /// The shipped lexicon is broken.
    #[error("the lexicon: {0}")]
    Lexicon(#[from] LexiconError),
    /// Nothing can be sent out: this machine has no root certificates, most likely.
    #[error("nothing can be sent from here: {0:?}; are ca-certificates installed?")]
    Http(#[from] reqwest::Error),
    /// Mail cannot be sent as the settings say.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// Pushes cannot be signed.
    #[error("pushes: {0}")]
    Push(#[from] PushError),
    /// These are not the keys this database was sealed with.
    #[error(
        "the keys in {0} are not the ones this database was sealed with; \
         name the right file with --keys"
    )]
    WrongKeys(std::path::PathBuf),
    /// The database was sealed with keys that are not there.
    #[error("there is no key file at {0}, and this database was sealed with one; put it back")]
    NoKeys(std::path::PathBuf),
}

impl App {
    /// Builds the application: keys, migrations, store, lexicon.
    ///
    /// # Errors
    /// Says what is missing or wrong; nothing is served then.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        let custody = Custody::handed_over(config.keys_are_handed_over);
        let lexicons = Lexicons::new(Lexicon::shipped()?);
        let address = config.database.clone();
        let (ran, found) = tokio::task::spawn_blocking(move || {
            let ran = migrate::run(&address)?;
            Ok::<_, db::Error>((ran, checkup::look(&address)?))
        })
        .await
        .map_err(|_panicked| db::Error::NotSaved)??;
        if let Some(theirs) = found.its_clock {
            clock.start_from(theirs);
        }
        if found.keys_fingerprint.is_some() && !config.keys.exists() {
            // New keys would open nothing here, and would lie where the right ones belong.
            return Err(StartError::NoKeys(config.keys));
        }
        let keys = Arc::new(keyfile::load_or_create(&config.keys, custody)?);
        if !ran.is_empty() {
            tracing::info!(
                migrations.count = ran.len(),
                "brought the database up to date"
            );
        }

        let hub = Hub::new();
        let surroundings = Surroundings {
            clock: clock.clone(),
            keys: Arc::clone(&keys),
            hub: hub.clone(),
            numbers: Numbers::new(),
        };
        let store = Store::open(&config.database, surroundings, limits(&config))?;
        let (epoch, fingerprint, last) = first_facts(&store, keys.fingerprint()).await?;
        if fingerprint != keys.fingerprint() {
            return Err(StartError::WrongKeys(config.keys));
        }
        clock.not_before(last);
        // Before the first text comes in: a unit that had to compile rules would hold up the others.
        let known = lexicons.clone();
        store.read(move |rx| known.refresh(rx)).await?;
        let vapid = vapid(&keys, &config)?;
        let http = client(config.http_patience)?;
        let mailer = mailer(&config)?;
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self(Arc::new(Inner {
            config,
            store,
            hub,
            clock,
            keys,
            lexicons,
            reading: Arc::new(Semaphore::new(1)),
            vapid,
            http,
            mailer,
            epoch,
            hashing: Arc::new(Semaphore::new(cores)),
            hashes_waiting: AtomicUsize::new(0),
            turns: Turns::default(),
        })))
    }

    /// Who is reading just now.
    #[must_use]
    pub fn turns(&self) -> &Turns {
        &self.0.turns
    }

    /// The settings in force.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The open sockets of this node.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// What is counted for the operators.
    #[must_use]
    pub fn numbers(&self) -> &Numbers {
        &self.0.store.surroundings().numbers
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &Arc<Keyring> {
        &self.0.keys
    }

    /// The rules of screening that ship.
    #[must_use]
    pub fn lexicon(&self) -> &Arc<Lexicon> {
        self.0.lexicons.shipped()
    }

    /// The rules by which texts are screened, authority by authority.
    #[must_use]
    pub fn lexicons(&self) -> &Lexicons {
        &self.0.lexicons
    }

    /// Compiles rules, or reads many texts by them: on a thread where nobody waits behind it, and one
    /// at a time, so that nobody's rules take the machine from what people say.
    ///
    /// # Errors
    /// If the work panicked.
    pub async fn at_length<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Lexicons) -> T + Send + 'static,
    ) -> Result<T, db::Error> {
        let permit = Arc::clone(&self.0.reading).acquire_owned().await;
        let permit = permit.map_err(|_closed| db::Error::Busy)?;
        let lexicons = self.lexicons().clone();
        let done = tokio::task::spawn_blocking(move || {
            let done = work(&lexicons);
            drop(permit);
            done
        });
        done.await
            .map_err(|_panicked| db::Error::Corrupt("rules at work have panicked"))
    }

    /// Sends what goes out: to push services and to what the operator has named.
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// Where texts and calls are handed over; none if no hook is named.
    #[must_use]
    pub fn phone_hook(&self) -> Option<&PhoneHook> {
        self.config().phone_hook.as_ref()
    }

    /// In which ways beside pushes people are called from here.
    #[must_use]
    pub fn ways(&self) -> Ways {
        Ways {
            mail: self.mailer().is_some(),
            phone: self.phone_hook().is_some(),
        }
    }

    /// Hands letters over; none if no mail server is named.
    #[must_use]
    pub fn mailer(&self) -> Option<&Mailer> {
        self.0.mailer.as_ref()
    }

    /// Signs pushes; none if the key file has no VAPID key.
    #[must_use]
    pub fn vapid(&self) -> Option<&Vapid> {
        self.0.vapid.as_ref()
    }

    /// Hashes a password or PIN, on a bounded pool of its own.
    ///
    /// # Errors
    /// If too many are waiting, or the library refuses.
    pub async fn hash(&self, secret: &Secret) -> Result<String, HashFault> {
        let (keys, secret, cost) = self.hash_parts(secret);
        self.slowly(move || passwords::hash(&keys, &secret, cost))
            .await?
            .map_err(|_refused| HashFault::Failed)
    }

    /// Whether a password or PIN is the one that was hashed; as slow for an unknown one.
    ///
    /// # Errors
    /// If too many are waiting.
    pub async fn verify(&self, secret: &Secret, stored: Option<String>) -> Result<bool, HashFault> {
        let (keys, secret, cost) = self.hash_parts(secret);
        self.slowly(move || passwords::verify(&keys, &secret, stored.as_deref(), cost))
            .await
    }

    fn hash_parts(&self, secret: &Secret) -> (Arc<Keyring>, Secret, HashCost) {
        (
            Arc::clone(&self.0.keys),
            secret.clone(),
            self.0.config.hash_cost,
        )
    }

    async fn slowly<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashFault> {
        // Somebody who hangs up while they wait, waits no longer.
        let waiting = Waiter(&self.0.hashes_waiting);
        if self.0.hashes_waiting.fetch_add(1, Ordering::Relaxed) >= MOST_HASHES_WAITING {
            return Err(HashFault::Busy);
        }
        let permit = Arc::clone(&self.0.hashing).acquire_owned().await;
        let permit = permit.map_err(|_closed| HashFault::Failed)?;
        drop(waiting);
        // The permit goes with the work, which nobody's hanging up can end.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        });
        done.await.map_err(|_panicked| HashFault::Failed)
    }

    /// The mark of this database's life; clients that know another one start over.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.0.epoch
    }
}

/// The one client for everything that goes out. It follows no redirect: where it leads nobody has
/// looked at.
fn client(patience: Duration) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .user_agent("daybook")
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(patience / 2)
        .timeout(patience)
        .pool_idle_timeout(Duration::from_mins(1))
        .build()
}

/// How much the database is given to do at once.
fn limits(config: &Config) -> Limits {
    let usual = Limits::default();
    Limits {
        connections: config.connections.unwrap_or(usual.connections),
        ..usual
    }
}

/// What hands letters over, if a mail server is named.
fn mailer(config: &Config) -> Result<Option<Mailer>, MailError> {
    let mail = config.mail.as_ref();
    mail.map(|mail| Mailer::new(mail, config.http_patience))
        .transpose()
}

/// What signs pushes, if there is a key for it.
fn vapid(keys: &Keyring, config: &Config) -> Result<Option<Vapid>, PushError> {
    let Some(key) = keys.vapid() else {
        tracing::warn!("no VAPID key, so nobody is called by push; daybook keys make adds one");
        return Ok(None);
    };
    Vapid::new(key, &config.push_subject).map(Some)
}

async fn first_facts(
    store: &Store,
    fingerprint: String,
) -> Result<(String, String, Moment), db::Error> {
    let fresh = hex(&random_bytes::<8>());
    store
        .write(Lane::Rest, move |tx| {
            let now = tx.now().plus(Duration::ZERO);
            let conn = tx.conn();
            let epoch = settings::get_or_set(conn, settings::EPOCH, &fresh)?;
            let known = settings::get_or_set(conn, settings::KEYS_FINGERPRINT, &fingerprint)?;
            let last =
                settings::get_or_set(conn, settings::LAST_MOMENT, &now.micros().to_string())?;
            let last = last.parse().map_or(now, Moment::from_micros);
            Ok::<_, db::Error>((epoch, known, last))
        })
        .await
}
