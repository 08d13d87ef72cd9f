//! Decides what the found patterns mean: guards cancel or lower, raisers raise, rules speak.
//!
//! A guard touches only the rules that name it, and what it may do follows from its kind alone.
//! Must never let one finding remove another.

use std::sync::Arc;

use super::matching::Hit;
use super::reading::{Marks, Token};
use super::source::{GuardKind, Reach};
use super::{Finding, Severity};
use crate::care::words::{Author, Category};

/// How many tokens away a guard or raiser of the same sentence may stand.
const SENTENCE_REACH: usize = 12;
/// How many tokens away a near one may stand.
const NEAR_REACH: usize = 30;
/// How many tokens away a reassurance may stand; it must be in the same sentence.
const CLAUSE_REACH: usize = 2;
/// No sign that begins farther than this before a match can reach it.
const FARTHEST: usize = 90;
/// One rule is reported at most this often in one text.
const MOST_PER_RULE: usize = 8;

/// Whose a pattern is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A rule speaks when it is found.
    Rule(usize),
    /// A rule speaks when it is found and the second reader is worried as well.
    Unsure(usize),
    /// A guard, raiser or hint, by its name; or a reassurance, which has none.
    Sign(u32),
}

/// A compiled rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: Arc<str>,
    pub(super) category: Category,
    pub(super) severity: Severity,
    pub(super) guards: Vec<usize>,
    pub(super) raisers: Vec<usize>,
    pub(super) authors: Vec<Author>,
    pub(super) implicates_helper: bool,
    /// Its name as the second reader knows it.
    pub(super) name: u32,
    /// Why it matters, in plain words.
    pub(super) reason: String,
    /// Under which number its reassurances are found.
    pub(super) reassurances: u32,
}

/// A compiled guard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guard {
    /// Under which number it is found.
    pub(super) owner: u32,
    pub(super) kind: GuardKind,
    pub(super) reach: Reach,
}

/// A compiled raiser.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raiser {
    /// Under which number it is found.
    pub(super) owner: u32,
    pub(super) to: Severity,
    pub(super) reach: Reach,
}

/// The rules, guards and raisers by number.
#[derive(Debug, Default)]
pub(super) struct Judge {
    pub(super) owners: Vec<Owner>,
    pub(super) rules: Vec<Rule>,
    pub(super) guards: Vec<Guard>,
    pub(super) raisers: Vec<Raiser>,
}

/// What happened to one match of a rule, for those who want to know why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) rule: usize,
    pub(super) hit: Hit,
    /// `None` when a guard or reassurance cancelled it.
    pub(super) severity: Option<Severity>,
    /// Whether the second reader must be worried as well.
    pub(super) unsure: bool,
}

/// The hits of one text, sorted by what they speak for.
struct Signs<'a> {
    hits: &'a [Hit],
    /// The number of sentence ends before each token.
    sentences: Vec<usize>,
}

impl Judge {
    /// Judges every match of every rule.
    pub(super) fn outcomes(
        &self,
        hits: &[Hit],
        tokens: &[Token],
        marks: Marks,
        author: Author,
    ) -> Vec<Outcome> {
        let signs = Signs::new(hits, tokens, marks);
        let mut outcomes = Vec::new();
        let mut last = (usize::MAX, 0);
        for hit in hits {
            let (number, unsure) = match self.owner(hit.owner) {
                Some(Owner::Rule(number)) => (number, false),
                Some(Owner::Unsure(number)) => (number, true),
                _ => continue,
            };
            let Some(rule) = self.rules.get(number) else {
                continue;
            };
            let reads = rule.authors.is_empty() || rule.authors.contains(&author);
            if last.0 != number {
                last = (number, 0);
            }
            if !reads || last.1 >= MOST_PER_RULE {
                continue;
            }
            let severity = self.severity(&signs, rule, hit);
            last.1 += usize::from(severity.is_some());
            outcomes.push(Outcome {
                rule: number,
                hit: *hit,
                severity,
                unsure,
            });
        }
        outcomes
    }

    /// Turns one outcome into a finding, placed in the written text.
    pub(super) fn finding(&self, outcome: &Outcome, tokens: &[Token]) -> Option<Finding> {
        let rule = self.rules.get(outcome.rule)?;
        let covered = tokens.get(outcome.hit.from..outcome.hit.to)?;
        let written = || covered.iter().filter(|token| token.end > token.start);
        let start = written().map(|token| token.start).min()?;
        let end = written().map(|token| token.end).max()?;
        Some(Finding {
            rule: Arc::clone(&rule.id),
            category: rule.category,
            severity: outcome.severity?,
            start: usize::try_from(start).ok()?,
            end: usize::try_from(end).ok()?,
            implicates_helper: rule.implicates_helper,
        })
    }

    /// The name by which the second reader knows whose a pattern is; reassurances have none.
    pub(super) fn name(&self, owner: u32) -> Option<u32> {
        match self.owner(owner)? {
            Owner::Rule(number) => Some(self.rules.get(number)?.name),
            Owner::Unsure(number) => Some(self.rules.get(number)?.name.rotate_left(1)),
            Owner::Sign(name) => Some(name).filter(|name| *name != 0),
        }
    }

    fn owner(&self, owner: u32) -> Option<Owner> {
        self.owners.get(usize::try_from(owner).ok()?).copied()
    }

    fn severity(&self, signs: &Signs<'_>, rule: &Rule, hit: &Hit) -> Option<Severity> {
        if signs.any(rule.reassurances, hit, Reach::Sentence, CLAUSE_REACH) {
            return None;
        }
        let guards = || {
            rule.guards
                .iter()
                .filter_map(|number| self.guards.get(*number))
        };
        let stands = |guard: &Guard| signs.any(guard.owner, hit, guard.reach, SENTENCE_REACH);
        if guards().any(|guard| guard.kind.cancels() && stands(guard)) {
            return None;
        }
        if guards().any(|guard| !guard.kind.cancels() && stands(guard)) {
            return Some(Severity::Watch);
        }
        let raisers = rule
            .raisers
            .iter()
            .filter_map(|number| self.raisers.get(*number));
        let raised = raisers
            .filter(|raiser| signs.any(raiser.owner, hit, raiser.reach, SENTENCE_REACH))
            .map(|raiser| raiser.to)
            .max();
        Some(raised.map_or(rule.severity, |to| to.max(rule.severity)))
    }
}

impl GuardKind {
    /// Whether a guard of this kind may cancel; the others may only lower to `watch`.
    #[must_use]
    pub const fn cancels(self) -> bool {
        match self {
            GuardKind::Idiom
            | GuardKind::Game
            | GuardKind::Film
            | GuardKind::Homework
            | GuardKind::Signposting => true,
            GuardKind::Past | GuardKind::Joking | GuardKind::Quotation | GuardKind::Lyrics => false,
        }
    }
}

impl<'a> Signs<'a> {
    fn new(hits: &'a [Hit], tokens: &[Token], marks: Marks) -> Signs<'a> {
        let mut sentence = 0;
        let sentences = tokens
            .iter()
            .map(|token| {
                sentence += usize::from(token.word == Some(marks.sentence));
                sentence
            })
            .collect();
        Signs { hits, sentences }
    }

    /// Says whether what is found under a number stands within reach of a hit.
    fn any(&self, owner: u32, hit: &Hit, reach: Reach, sentence_reach: usize) -> bool {
        let first = self.hits.partition_point(|sign| {
            (sign.owner, sign.from) < (owner, hit.from.saturating_sub(FARTHEST))
        });
        let signs = self.hits.get(first..).unwrap_or_default().iter();
        signs
            .take_while(|sign| sign.owner == owner && sign.from <= hit.to + NEAR_REACH)
            .any(|sign| match reach {
                Reach::Overlap => sign.from < hit.to && hit.from < sign.to,
                Reach::Sentence => {
                    self.same_sentence(sign, hit) && distance(sign, hit) <= sentence_reach
                }
                Reach::Near => distance(sign, hit) <= NEAR_REACH,
            })
    }

    fn sentence(&self, token: usize) -> usize {
        self.sentences.get(token).copied().unwrap_or(usize::MAX)
    }

    /// Says whether two hits share a sentence.
    fn same_sentence(&self, one: &Hit, other: &Hit) -> bool {
        let span = |hit: &Hit| {
            (
                self.sentence(hit.from),
                self.sentence(hit.to.saturating_sub(1)),
            )
        };
        let (a, b) = (span(one), span(other));
        a.0 <= b.1 && b.0 <= a.1
    }
}

/// How many tokens lie between two hits.
fn distance(one: &Hit, other: &Hit) -> usize {
    one.from
        .saturating_sub(other.to)
        .max(other.from.saturating_sub(one.to))
}
