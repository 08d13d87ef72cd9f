//! Scores a lexicon on labelled texts: what `daybook lexicon score FILE…` prints.
//!
//! Counts stand beside every share, since some cells hold few texts. Prints nothing itself, and
//! must never put a text into its report: what is scored may be real people's distress.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;

use super::Lexicon;
use crate::care::safeguarding::words::{Author, Category, Severity};

/// One labelled text.
#[derive(Debug, Clone, Deserialize)]
pub struct LabelledText {
    /// The text.
    pub text: String,
    /// Who wrote it; a young person where the file does not say.
    #[serde(default = "somebody")]
    pub author: Author,
    /// Its language, if known.
    #[serde(default)]
    pub lang: Option<String>,
    /// `risk` or `benign`.
    pub label: String,
    /// What it is about; anything but a known category counts as none.
    #[serde(default)]
    pub category: String,
    /// How serious it is; anything but a known severity counts as none.
    #[serde(default)]
    pub severity: String,
}

/// The counts of one slice of the risky texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Slice {
    texts: usize,
    found: usize,
    loud: usize,
    lower: usize,
    right: usize,
}

/// All counts of one scoring.
#[derive(Debug, Default)]
struct Tally {
    risky: BTreeMap<String, Slice>,
    harmless: BTreeMap<String, (usize, usize, usize)>,
    confusion: BTreeMap<(String, String), usize>,
    unread: usize,
}

fn somebody() -> Author {
    Author::YoungPerson
}

/// Parses lines of JSON into labelled texts; the error names the line.
pub fn parse_labelled(lines: &str) -> Result<Vec<LabelledText>, String> {
    let numbered = lines
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1))
        })
        .collect()
}

/// Screens every text and reports recall, false alarms and the confusion of categories.
#[must_use]
pub fn score(lexicon: &Lexicon, texts: &[LabelledText]) -> String {
    let mut tally = Tally::default();
    for text in texts {
        tally.add(lexicon, text);
    }
    tally.report(lexicon.version())
}

impl Tally {
    fn add(&mut self, lexicon: &Lexicon, text: &LabelledText) {
        let verdict = lexicon.screen(&text.text, text.author, text.lang.as_deref());
        self.unread += usize::from(verdict.unread);
        let severity = verdict.severity();
        let found = severity.is_some();
        let loud = severity >= Some(Severity::Urgent);
        let lang = text.lang.as_deref().unwrap_or("?");
        if text.label != "risk" {
            for key in ["all".to_owned(), format!("language {lang}")] {
                let (all, flagged, shouted) = self.harmless.entry(key).or_default();
                *all += 1;
                *flagged += usize::from(found);
                *shouted += usize::from(loud);
            }
            return;
        }
        let named = verdict
            .category()
            .map_or_else(|| "not found".to_owned(), name_of);
        let right = found && named == text.category;
        let labelled: Option<Severity> = known(&text.severity);
        let slice = Slice {
            texts: 1,
            found: usize::from(found),
            loud: usize::from(loud),
            lower: usize::from(found && severity < labelled),
            right: usize::from(right),
        };
        let keys = [
            "all".to_owned(),
            format!("severity {}", text.severity),
            format!("category {}", text.category),
            format!("language {lang}"),
        ];
        for key in keys {
            self.risky.entry(key).or_default().add(slice);
        }
        if found && !right {
            *self
                .confusion
                .entry((text.category.clone(), named))
                .or_default() += 1;
        }
    }

    fn report(&self, version: &str) -> String {
        let mut page = format!("lexicon {version}\n");
        if !self.risky.is_empty() {
            page.push_str("\nrisky texts: found at any severity | found loud | given lower than labelled | category right among found\n");
        }
        for (key, slice) in &self.risky {
            let Slice {
                texts,
                found,
                loud,
                lower,
                right,
            } = *slice;
            let _ = writeln!(
                page,
                "  {key}: {found}/{texts} {:.3} | {loud} {:.3} | {lower} | {right} {:.3}",
                share(found, texts),
                share(loud, texts),
                share(right, found),
            );
        }
        if !self.harmless.is_empty() {
            page.push_str("\nharmless texts: flagged per 1,000 | flagged loud per 1,000\n");
        }
        for (key, (all, flagged, loud)) in &self.harmless {
            let (quiet, shouted) = (1000.0 * share(*flagged, *all), 1000.0 * share(*loud, *all));
            let _ = writeln!(
                page,
                "  {key}: {flagged}/{all} {quiet:.1} | {loud} {shouted:.1}"
            );
        }
        if !self.confusion.is_empty() {
            page.push_str("\nlabelled as, but given as\n");
        }
        for ((labelled, given), count) in &self.confusion {
            let _ = writeln!(page, "  {labelled} -> {given}: {count}");
        }
        let _ = writeln!(page, "\nset aside for a person to read: {}", self.unread);
        page
    }
}

impl Slice {
    fn add(&mut self, other: Slice) {
        self.texts += other.texts;
        self.found += other.found;
        self.loud += other.loud;
        self.lower += other.lower;
        self.right += other.right;
    }
}

fn share(part: usize, whole: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    if whole == 0 {
        0.0
    } else {
        number(part) / number(whole)
    }
}

fn known<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn name_of(category: Category) -> String {
    match serde_json::to_value(category) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_counts_found_missed_and_false_alarms() {
        let lines = r#"
            {"text":"dad hits me","author":"young_person","lang":"en","label":"risk","category":"physical_abuse","severity":"immediate"}
            {"text":"qwertz","label":"risk","category":"suicide","severity":"watch"}
            {"text":"see you at four","label":"benign"}"#;

        let report = score(
            &Lexicon::shipped().unwrap(),
            &parse_labelled(lines).unwrap(),
        );

        assert!(
            report.contains("all: 1/2 0.500 | 1 0.500 | 1 | 1 1.000"),
            "{report}"
        );
        assert!(report.contains("all: 0/1 0.0"), "{report}");
    }

    #[test]
    fn a_bad_line_is_named() {
        assert!(
            parse_labelled("\n{\"text\":1}")
                .unwrap_err()
                .starts_with("line 2")
        );
    }
}
