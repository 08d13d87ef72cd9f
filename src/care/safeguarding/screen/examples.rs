//! Holding a lexicon to the examples of its rules: what each must find and must leave alone.

use std::sync::Arc;

use super::{Lexicon, LexiconError, RuleSource, shipped};
use crate::care::safeguarding::words::Author;

/// An example that is not as its rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Whose example it is.
    pub rule: String,
    /// The text.
    pub text: String,
    /// The rule that finds it though none may; none if its own rule must find it and does not.
    pub found_by: Option<Arc<str>>,
}

/// The rules this program was built with.
pub fn shipped_rules() -> Result<Vec<RuleSource>, LexiconError> {
    let files = shipped::files()?;
    Ok(files.into_iter().flat_map(|file| file.rule).collect())
}

impl Lexicon {
    /// Which examples of these rules this lexicon does not read as they say.
    #[must_use]
    pub fn broken(&self, rules: &[RuleSource]) -> Vec<Broken> {
        rules.iter().flat_map(|rule| self.broken_by(rule)).collect()
    }

    fn broken_by(&self, rule: &RuleSource) -> Vec<Broken> {
        let author = rule.authors.first().copied().unwrap_or(Author::Parent);
        let found = |text: &str| self.screen(text, author, None).findings;
        let complaint = |text: &String, found_by| Broken {
            rule: rule.id.clone(),
            text: text.clone(),
            found_by,
        };
        let is_missed = |text: &&String| {
            let found = found(text);
            !found.iter().any(|finding| *finding.rule == *rule.id)
        };
        let missed = rule.must.iter().filter(is_missed);
        let flagged = rule.must_not.iter().filter_map(|text| {
            let first = found(text).into_iter().next()?;
            Some(complaint(text, Some(first.rule)))
        });
        let missed = missed.map(|text| complaint(text, None));
        missed.chain(flagged).collect()
    }
}
