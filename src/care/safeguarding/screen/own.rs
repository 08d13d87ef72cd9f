//! Somebody's own rules beside those that ship.
//!
//! They are compiled with the words and families of the shipped files, which they may borrow, but
//! apart from the shipped rules, and they read each text for themselves. So a rule of one's own can
//! only add a finding: no word it teaches, and nothing it finds, changes how a shipped rule or the
//! second reader takes the text. What they may ask of each text is bounded when they are compiled.
//!
//! Decided against: one lexicon of both. There a new word was no slip of a risky one any more, and
//! a rule that found something kept the second reader from being asked.

use std::sync::Arc;

use super::compile::{self, Compiled, LexiconError};
use super::faults::Faults;
use super::pattern::{parse, sequences as sequences_of};
use super::source::{LexiconFile, RuleSource};
use super::{Finding, Lexicon, shipped};
use crate::care::words::Author;

/// Under this name own rules are compiled.
const OWN: &str = "local";
/// All patterns together stand for at most so many sequences of words: an optional part doubles them.
const MOST_SEQUENCES: usize = 2_000;
/// And these have at most so many parts together.
const MOST_PARTS: usize = 12_000;

impl Lexicon {
    /// This lexicon with somebody's own rules beside it. These may borrow the families of the shipped
    /// files.
    ///
    /// # Errors
    /// If they do not compile, or ask too much of each text; names the rule.
    pub fn and(&self, own: Vec<RuleSource>, version: &str) -> Result<Lexicon, LexiconError> {
        Ok(Lexicon {
            version: version.to_owned(),
            compiled: Arc::clone(&self.compiled),
            own: compiled(own)?.map(Arc::new),
            second: self.second.as_ref().map(Arc::clone),
            faults: Faults::default(),
        })
    }

    /// The same rules under another version.
    #[must_use]
    pub fn named(&self, version: &str) -> Lexicon {
        Lexicon {
            version: version.to_owned(),
            compiled: Arc::clone(&self.compiled),
            own: self.own.as_ref().map(Arc::clone),
            second: self.second.as_ref().map(Arc::clone),
            faults: Faults::default(),
        }
    }

    /// What own rules find in a text.
    pub(super) fn own_findings(&self, text: &str, author: Author) -> Vec<Finding> {
        let Some(own) = &self.own else {
            return Vec::new();
        };
        let reading = own.reader().read(text);
        let tokens = reading.spoken();
        let hits = own
            .matcher
            .find_longest(&own.vocabulary, own.marks, &tokens);
        let outcomes = own.judge.outcomes(&hits, &tokens, own.marks, author);
        outcomes
            .iter()
            .filter_map(|outcome| own.judge.finding(outcome, &tokens))
            .collect()
    }
}

fn compiled(own: Vec<RuleSource>) -> Result<Option<Compiled>, LexiconError> {
    if own.is_empty() {
        return Ok(None);
    }
    check_size(&own)?;
    let mut files = shipped::files()?;
    for file in &mut files {
        keep_words_alone(file);
    }
    files.push(LexiconFile {
        name: OWN.to_owned(),
        rule: own,
        ..LexiconFile::default()
    });
    compile::compile(&files).map(Some)
}

/// Whether these rules can be asked of every text. What cannot be parsed is named when it is compiled.
fn check_size(own: &[RuleSource]) -> Result<(), LexiconError> {
    let (mut sequences, mut parts) = (0_usize, 0_usize);
    for rule in own {
        for pattern in &rule.patterns {
            let parsed = parse(pattern).unwrap_or_default().into_iter();
            let parsed: Vec<((), bool)> = parsed.map(|part| ((), part.may_miss)).collect();
            let stood_for = sequences_of(&parsed);
            sequences += stood_for.len();
            parts += stood_for.iter().map(Vec::len).sum::<usize>();
            if sequences > MOST_SEQUENCES || parts > MOST_PARTS {
                return Err(LexiconError::Wrong {
                    file: OWN.to_owned(),
                    place: rule.id.clone(),
                    problem: format!(
                        "with the patterns before these it is more than a text can be searched for: \
                         all patterns together stand for at most {MOST_SEQUENCES} sequences of \
                         words, {MOST_PARTS} parts in all, and each optional part doubles a pattern's"
                    ),
                });
            }
        }
    }
    Ok(())
}

/// Leaves of a shipped file how words are spelled and its families. The words of its patterns stay
/// known, so that own rules read texts as the shipped ones do.
fn keep_words_alone(file: &mut LexiconFile) {
    let mut words = Vec::new();
    {
        let guards = file.guard.iter().flat_map(|guard| &guard.patterns);
        let raisers = file.raiser.iter().flat_map(|raiser| &raiser.patterns);
        let hints = file.hint.iter().flat_map(|hint| &hint.patterns);
        let rules = file.rule.iter().flat_map(|rule| {
            let all = [&rule.patterns, &rule.unsure, &rule.reassured];
            all.into_iter().flatten()
        });
        for pattern in guards.chain(raisers).chain(hints).chain(rules) {
            let parts = parse(pattern).unwrap_or_default().into_iter();
            words.extend(parts.flat_map(|part| part.alternatives));
        }
    }
    words.retain(|word| !word.starts_with('@'));
    words.sort_unstable();
    words.dedup();
    file.words
        .insert("of_its_rules".to_owned(), words.join(","));
    file.guard.clear();
    file.raiser.clear();
    file.hint.clear();
    file.rule.clear();
}
