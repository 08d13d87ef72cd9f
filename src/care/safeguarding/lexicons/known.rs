//! The compiled lexicons of this node, one for each authority with rules of its own.
//!
//! A version is compiled once and shared. Which one is live says the authority's row, which every
//! unit that screens has read with its caller; what is expected before a unit is what was live when
//! this node looked last. A version that cannot be read never leaves an authority without rules: the
//! last good one stays, and readiness says so.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use sha2::{Digest, Sha256};

use super::super::screen::{Lexicon, LexiconError, shipped_rules};
use super::{LocalRule, Tried, WrongField, queries, sources};
use crate::base::ids::{AuthorityId, LexiconVersionId};
use crate::base::secret::hex;
use crate::care::accounts::Caller;
use crate::db::{Answer, View};

/// So many versions of an authority are kept: the live one, and those a unit under way may still ask
/// for.
const KEPT: usize = 3;
/// So many drafts that were tried are kept.
const DRAFTS_KEPT: usize = 4;

/// The lexicons of this node. Cloned cheaply.
#[derive(Debug, Clone)]
pub struct Lexicons(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shipped: Arc<Lexicon>,
    known: RwLock<HashMap<AuthorityId, VecDeque<Known>>>,
    drafts: Mutex<VecDeque<(LexiconVersionId, Arc<Tried>)>>,
    /// Held while rules are compiled: one at a time, so that many who want the same wait for one.
    compiling: Mutex<()>,
}

#[derive(Debug, Clone)]
struct Known {
    number: i32,
    lexicon: Arc<Lexicon>,
    /// A mark of the stored rules that could not be used, if these are not the ones that are live.
    failed: Option<String>,
}

/// Why stored rules cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// They are not what was stored.
    #[error("the checksum does not fit")]
    Damaged,
    /// They are not rules.
    #[error("not rules: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// They do not compile.
    #[error(transparent)]
    Wrong(#[from] LexiconError),
}

/// A mark of exactly this text.
pub(super) fn checksum(rules: &str) -> String {
    hex(&Sha256::digest(rules.as_bytes()))
}

/// The name of a published version, as verdicts store it.
pub(super) fn name(shipped: &str, number: i32) -> String {
    format!("{shipped}+{number}")
}

impl Lexicons {
    /// With the rules that ship, which are live where nobody has added any.
    #[must_use]
    pub fn new(shipped: Lexicon) -> Self {
        Self(Arc::new(Inner {
            shipped: Arc::new(shipped),
            known: RwLock::default(),
            drafts: Mutex::default(),
            compiling: Mutex::default(),
        }))
    }

    /// The rules that ship.
    #[must_use]
    pub fn shipped(&self) -> &Arc<Lexicon> {
        &self.0.shipped
    }

    /// What will most likely be live in an authority's unit: for screening before it.
    #[must_use]
    pub fn expected(&self, authority: Option<AuthorityId>) -> Arc<Lexicon> {
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        let newest = authority.and_then(|authority| known.get(&authority)?.front());
        newest.map_or_else(
            || Arc::clone(&self.0.shipped),
            |known| Arc::clone(&known.lexicon),
        )
    }

    /// What is live for the caller as of this unit.
    ///
    /// # Errors
    /// If the store fails while a version is fetched that this node does not know yet.
    pub fn live(&self, view: &mut impl View, caller: &Caller) -> Answer<Arc<Lexicon>> {
        if caller.live_lexicon == 0 {
            return Ok(Arc::clone(&self.0.shipped));
        }
        let wanted = (caller.authority_id, caller.live_lexicon);
        if let Some(known) = self.find(wanted) {
            return Ok(known.lexicon);
        }
        let _compiling = self.compiling();
        if let Some(known) = self.find(wanted) {
            return Ok(known.lexicon);
        }
        let known = self.load(view, wanted)?;
        let lexicon = Arc::clone(&known.lexicon);
        self.keep(caller.authority_id, known);
        Ok(lexicon)
    }

    /// Looks which versions are live and compiles those this node does not know.
    ///
    /// # Errors
    /// If the store fails.
    pub fn refresh(&self, view: &mut impl View) -> Answer<()> {
        let live = queries::live(view.conn())?;
        let gone = |authority: &AuthorityId| !live.iter().any(|(of, _)| of == authority);
        {
            let mut known = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
            known.retain(|authority, _| !gone(authority));
        }
        for wanted in live {
            if let Some(newest) = self
                .newest(wanted.0)
                .filter(|known| known.number == wanted.1)
            {
                if newest.failed.is_none() {
                    continue;
                }
                // Somebody may have put it right.
                let stored = queries::rules(view.conn(), wanted)?;
                if newest.failed == stored.map(|stored| checksum(&stored.rules)) {
                    continue;
                }
            }
            let _compiling = self.compiling();
            let known = match self.find(wanted) {
                Some(known) if known.failed.is_none() => known,
                _ => self.load(view, wanted)?,
            };
            self.keep(wanted.0, known);
        }
        Ok(())
    }

    /// Takes a version that was tried as a draft and has just been published.
    pub fn publish(
        &self,
        (authority, number): (AuthorityId, i32),
        id: LexiconVersionId,
        rules: &[LocalRule],
    ) {
        let shipped = &self.0.shipped;
        let compiled = shipped.and(sources(rules), &name(shipped.version(), number));
        self.drafts().retain(|(of, _)| *of != id);
        match compiled {
            Ok(lexicon) => self.keep(
                authority,
                Known {
                    number,
                    lexicon: Arc::new(lexicon),
                    failed: None,
                },
            ),
            // The next unit fetches it, and says so if it cannot.
            Err(wrong) => tracing::error!(%wrong, "a published version does not compile"),
        }
    }

    /// Whether every authority is screened by the version that is live there.
    #[must_use]
    pub fn are_good(&self) -> bool {
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        known
            .values()
            .filter_map(VecDeque::front)
            .all(|newest| newest.failed.is_none())
    }

    /// Compiles a draft and holds every stored example to it: those of its own rules and those of the
    /// rules that ship. What was tried is kept for a while.
    ///
    /// # Errors
    /// If it does not compile; names the field.
    pub fn try_out(
        &self,
        id: LexiconVersionId,
        rules: &[LocalRule],
    ) -> Result<Arc<Tried>, WrongField> {
        let _compiling = self.compiling();
        if let Some((_, tried)) = self.drafts().iter().find(|(of, _)| *of == id) {
            return Ok(Arc::clone(tried));
        }
        let lexicon = self.compile(rules)?;
        let mut all = sources(rules);
        all.extend(shipped_rules().unwrap_or_default());
        let broken = lexicon.broken(&all);
        let tried = Arc::new(Tried { lexicon, broken });
        let mut drafts = self.drafts();
        drafts.push_front((id, Arc::clone(&tried)));
        drafts.truncate(DRAFTS_KEPT);
        Ok(tried)
    }

    /// Compiles rules, to see whether they can be used.
    ///
    /// # Errors
    /// If they cannot; names the field.
    pub fn check(&self, rules: &[LocalRule]) -> Result<(), WrongField> {
        let _compiling = self.compiling();
        self.compile(rules).map(drop)
    }

    fn compile(&self, rules: &[LocalRule]) -> Result<Lexicon, WrongField> {
        let name = format!("{}+draft", self.0.shipped.version());
        let lexicon = self.0.shipped.and(sources(rules), &name);
        lexicon.map_err(|error| wrong_field(rules, &error))
    }

    fn find(&self, (authority, number): (AuthorityId, i32)) -> Option<Known> {
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        known
            .get(&authority)?
            .iter()
            .find(|known| known.number == number)
            .cloned()
    }

    fn newest(&self, authority: AuthorityId) -> Option<Known> {
        let known = self.0.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&authority)?.front().cloned()
    }

    fn keep(&self, authority: AuthorityId, known: Known) {
        let mut all = self.0.known.write().unwrap_or_else(PoisonError::into_inner);
        let mine = all.entry(authority).or_default();
        mine.retain(|other| other.number != known.number);
        mine.push_front(known);
        mine.truncate(KEPT);
    }

    /// Fetches and compiles a version; if it cannot be used, the last one before it that can, and if
    /// there is none the rules that ship.
    fn load(&self, view: &mut impl View, (authority, number): (AuthorityId, i32)) -> Answer<Known> {
        let mut failed = None;
        for (earlier, stored) in queries::up_to(view.conn(), (authority, number))? {
            match usable(&stored, &self.0.shipped, earlier) {
                Ok(lexicon) => {
                    return Ok(Known {
                        number,
                        lexicon: Arc::new(lexicon),
                        failed,
                    });
                }
                Err(why) => {
                    failed.get_or_insert(checksum(&stored.rules));
                    tracing::error!(
                        lexicon.number = earlier, error = %why,
                        "operations paged: rules cannot be read; the last good version stays"
                    );
                }
            }
        }
        let failed = failed.or_else(|| Some(String::new()));
        let lexicon = Arc::clone(&self.0.shipped);
        Ok(Known {
            number,
            lexicon,
            failed,
        })
    }

    fn drafts(&self) -> MutexGuard<'_, VecDeque<(LexiconVersionId, Arc<Tried>)>> {
        self.0.drafts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn compiling(&self) -> MutexGuard<'_, ()> {
        self.0
            .compiling
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_damaged(stored: &queries::StoredRules) -> bool {
    checksum(&stored.rules) != stored.checksum
}

fn usable(
    stored: &queries::StoredRules,
    shipped: &Lexicon,
    number: i32,
) -> Result<Lexicon, Unusable> {
    let rules = read(stored)?;
    Ok(shipped.and(sources(&rules), &name(shipped.version(), number))?)
}

/// The rules of a row, if they are what was stored.
pub(super) fn read(stored: &queries::StoredRules) -> Result<Vec<LocalRule>, Unusable> {
    if is_damaged(stored) {
        return Err(Unusable::Damaged);
    }
    Ok(serde_json::from_str(&stored.rules)?)
}

/// Which field of a draft the compiler complains of.
fn wrong_field(rules: &[LocalRule], error: &LexiconError) -> WrongField {
    if let LexiconError::Wrong { place, problem, .. } = error
        && let Some(number) = rules.iter().position(|rule| rule.id == *place)
    {
        return (format!("/rules/{number}/patterns"), problem.clone());
    }
    ("/rules".to_owned(), error.to_string())
}
