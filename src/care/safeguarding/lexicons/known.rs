//! The compiled lexicons of this node, one for each authority with rules of its own.
//!
//! A version is compiled once and shared. Which one is live says the authority's row, which every
//! unit that screens has read with its caller; what is expected before a unit is what was live when
//! this node looked last. What is about to be live is compiled before the unit that makes it so; the
//! units after that only compare checksums. Where another node has published, the first unit here may
//! have to compile, on its own connection. A version that cannot be read never leaves an authority
//! without rules: the last good one stays, and readiness says so.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
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
/// So many sets of rules that may soon be live are kept.
const READY_KEPT: usize = 8;

/// The lexicons of this node. Cloned cheaply.
#[derive(Debug, Clone)]
pub struct Lexicons(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shipped: Arc<Lexicon>,
    known: RwLock<HashMap<AuthorityId, VecDeque<Known>>>,
    drafts: Mutex<VecDeque<(LexiconVersionId, Arc<Tried>)>>,
    /// What was compiled and may soon be live, by the mark of the stored rules.
    ready: Mutex<VecDeque<(String, Arc<Lexicon>)>>,
    /// Held while rules are compiled that are live: one at a time, so that many who want the same wait
    /// for one. Whoever tries or prepares rules never holds it.
    compiling: Mutex<()>,
    in_units: AtomicU64,
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
            ready: Mutex::default(),
            compiling: Mutex::default(),
            in_units: AtomicU64::default(),
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
        if let Some(ready) = self.ready_for(view, wanted)? {
            return Ok(ready);
        }
        let _compiling = self.compiling();
        if let Some(known) = self.find(wanted) {
            return Ok(known.lexicon);
        }
        self.0.in_units.fetch_add(1, Ordering::Relaxed);
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
            if self.find(wanted).is_none() && self.ready_for(view, wanted)?.is_some() {
                continue;
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

    /// Takes a version that was tried as a draft and has just been published. The draft need not be
    /// kept as such any more.
    pub fn publish(
        &self,
        (authority, number): (AuthorityId, i32),
        (id, lexicon): (LexiconVersionId, &Lexicon),
    ) {
        self.drafts().retain(|(of, _)| *of != id);
        let lexicon = Arc::new(lexicon.named(&name(self.0.shipped.version(), number)));
        let failed = None;
        self.keep(
            authority,
            Known {
                number,
                lexicon,
                failed,
            },
        );
    }

    /// Compiles rules that may soon be live, so that no unit has to. What cannot be used is left for the
    /// unit that meets it, which says so.
    pub fn prepare(&self, rules: &[LocalRule]) {
        let Some(mark) = mark_of(rules) else { return };
        if self.ready().iter().any(|(known, _)| *known == mark) {
            return;
        }
        if let Ok(lexicon) = self.compile(rules) {
            self.make_ready(mark, Arc::new(lexicon));
        }
    }

    /// How often rules were compiled while a unit of work waited for it.
    #[must_use]
    pub fn compiled_in_units(&self) -> u64 {
        self.0.in_units.load(Ordering::Relaxed)
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
        if let Some((_, tried)) = self.drafts().iter().find(|(of, _)| *of == id) {
            return Ok(Arc::clone(tried));
        }
        let lexicon = self.compile(rules)?;
        let mut all = sources(rules);
        all.extend(shipped_rules().unwrap_or_default());
        let broken = lexicon.broken(&all);
        let lexicon = Arc::new(lexicon);
        if let Some(mark) = mark_of(rules) {
            self.make_ready(mark, Arc::clone(&lexicon));
        }
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

    /// A version that this node has compiled before it was live, if it stands unharmed in the store.
    fn ready_for(
        &self,
        view: &mut impl View,
        (authority, number): (AuthorityId, i32),
    ) -> Answer<Option<Arc<Lexicon>>> {
        let Some(stored) = queries::rules(view.conn(), (authority, number))? else {
            return Ok(None);
        };
        let found = self.ready().iter().find_map(|(mark, lexicon)| {
            (*mark == stored.checksum && !is_damaged(&stored)).then(|| Arc::clone(lexicon))
        });
        Ok(found.map(|lexicon| {
            let lexicon = Arc::new(lexicon.named(&name(self.0.shipped.version(), number)));
            let known = Known {
                number,
                lexicon: Arc::clone(&lexicon),
                failed: None,
            };
            self.keep(authority, known);
            lexicon
        }))
    }

    fn make_ready(&self, mark: String, lexicon: Arc<Lexicon>) {
        let mut ready = self.ready();
        ready.retain(|(known, _)| *known != mark);
        ready.push_front((mark, lexicon));
        ready.truncate(READY_KEPT);
    }

    fn ready(&self) -> MutexGuard<'_, VecDeque<(String, Arc<Lexicon>)>> {
        self.0.ready.lock().unwrap_or_else(PoisonError::into_inner)
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

/// The mark under which these rules are stored.
fn mark_of(rules: &[LocalRule]) -> Option<String> {
    serde_json::to_string(rules)
        .ok()
        .map(|text| checksum(&text))
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
