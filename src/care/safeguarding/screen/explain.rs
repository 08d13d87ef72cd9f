//! Says in words why a text was flagged, or why not: what `daybook lexicon explain TEXT` prints.
//!
//! For people who tend the lexicon. Shows matches that a guard took back too. Prints nothing itself.

use std::fmt::Write;
use std::sync::Arc;

use super::judge::Outcome;
use super::{Finding, Lexicon, READER_RULE};
use crate::care::safeguarding::words::{Author, Severity};

impl Lexicon {
    /// Explains a text line by line: how it was read, what matched, what was taken back.
    #[must_use]
    pub fn explain(&self, text: &str, author: Author, lang: Option<&str>) -> String {
        let verdict = self.screen(text, author, lang);
        let mut page = String::new();
        let _ = writeln!(page, "lexicon {}", self.version());
        let _ = writeln!(page, "read as: {}", self.read_as(text));
        match (verdict.severity(), verdict.category()) {
            (Some(severity), Some(category)) => {
                let _ = writeln!(page, "verdict: {severity:?}, {category:?}");
            }
            _ => page.push_str("verdict: nothing found\n"),
        }
        if verdict.unread {
            page.push_str("unread: no rules for this language or script; a person must read it\n");
        }
        for finding in &verdict.findings {
            self.explain_finding(&mut page, finding, text);
        }
        for (rule, start, end) in self.taken_back(text, author) {
            let quote = quoted(text, start, end);
            let _ = writeln!(
                page,
                "- {rule} matched \"{quote}\" but a guard took it back"
            );
        }
        if let Some(worry) = self.second_worry(text, author) {
            let _ = writeln!(page, "second reader: {:.0} of 100", worry * 100.0);
        }
        page
    }

    /// The words a text was read as.
    fn read_as(&self, text: &str) -> String {
        let reading = self.reader().read(text);
        let words = reading.tokens.iter().map(|token| {
            let known = token
                .word
                .and_then(|word| self.compiled.vocabulary.spelling(word));
            known.unwrap_or_else(|| reading.letters(token))
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The matches that a guard or reassurance cancelled: rule, start and end.
    fn taken_back(&self, text: &str, author: Author) -> Vec<(Arc<str>, usize, usize)> {
        let known = &self.compiled;
        let reading = self.reader().read(text);
        let tokens = reading.spoken();
        let hits = known.matcher.find(&known.vocabulary, known.marks, &tokens);
        let outcomes = known.judge.outcomes(&hits, &tokens, known.marks, author);
        let cancelled = outcomes
            .into_iter()
            .filter(|outcome| outcome.severity.is_none());
        cancelled
            .filter_map(|outcome| {
                let shown = Outcome {
                    severity: Some(Severity::Watch),
                    ..outcome
                };
                let finding = known.judge.finding(&shown, &tokens)?;
                Some((finding.rule, finding.start, finding.end))
            })
            .collect()
    }

    /// Why a rule matters, in plain words.
    fn reason(&self, rule: &str) -> Option<&str> {
        self.compiled
            .judge
            .rules
            .iter()
            .find(|known| *known.id == *rule)
            .map(|r| r.reason.as_str())
    }

    fn explain_finding(&self, page: &mut String, finding: &Finding, text: &str) {
        let quote = quoted(text, finding.start, finding.end);
        let (severity, category) = (finding.severity, finding.category);
        let _ = writeln!(
            page,
            "- {}: \"{quote}\" ({severity:?}, {category:?})",
            finding.rule
        );
        let reason = if *finding.rule == *READER_RULE {
            "These words weighed most in the second reader."
        } else {
            self.reason(&finding.rule).unwrap_or_default()
        };
        if !reason.is_empty() {
            let _ = writeln!(page, "  {reason}");
        }
    }
}

fn quoted(text: &str, start: usize, end: usize) -> String {
    text.chars()
        .skip(start)
        .take(end.saturating_sub(start))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_names_rule_quote_and_reason() {
        let lexicon = Lexicon::shipped().unwrap();

        let page = lexicon.explain("dad hits me", Author::YoungPerson, Some("en"));

        assert!(
            page.contains("en.physical.hit_me: \"dad hits me\""),
            "{page}"
        );
        assert!(
            page.contains("somebody who should keep them safe"),
            "{page}"
        );
    }

    #[test]
    fn an_explanation_shows_what_a_guard_took_back() {
        let lexicon = Lexicon::shipped().unwrap();

        let page = lexicon.explain("dad beat me at chess", Author::YoungPerson, None);

        assert!(page.contains("took it back"), "{page}");
        assert!(page.contains("nothing found"), "{page}");
    }
}
