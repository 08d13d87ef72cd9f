//! Says in words why a text was flagged, or why not: what `daybook lexicon explain TEXT` prints.
//!
//! For people who tend the lexicon. Shows matches that a guard took back too. Prints nothing itself.

use std::fmt::Write;

use super::{Finding, Lexicon, READER_RULE};
use crate::care::safeguarding::words::Author;

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
