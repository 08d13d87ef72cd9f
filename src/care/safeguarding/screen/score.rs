//! Scores a lexicon on labelled texts: what `daybook lexicon score FILE…` prints.
//!
//! Counts stand beside every share, since some cells hold few texts. Beside all texts stands the third
//! that is set aside: whoever tunes rules by labelled texts does not read these, so that they show what
//! the rules do on words they were not made for. Prints nothing itself, and must never put a text into
//! its report: what is scored may be real people's distress.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use sha2::{Digest, Sha256};

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
    /// Whether it is said outright (`clear`) or between the lines (`oblique`), if known.
    #[serde(default)]
    pub explicit: String,
    /// The file it stands in.
    #[serde(skip)]
    pub file: String,
}

impl LabelledText {
    /// Whether the text belongs to the third that is set aside: its SHA-256 leaves no remainder when
    /// divided by three. 256 leaves one, so the sum of the bytes leaves what the number leaves.
    fn is_aside(&self) -> bool {
        let sum: u32 = Sha256::digest(self.text.as_bytes())
            .iter()
            .map(|byte| u32::from(*byte))
            .sum();
        sum.is_multiple_of(3)
    }
}

/// What is counted of one slice of the texts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Slice {
    texts: usize,
    found: usize,
    loud: usize,
    lower: usize,
    right: usize,
}

/// One column of the report: all texts or the third set aside, with or without the second reader.
#[derive(Debug, Default)]
struct Column {
    risky: BTreeMap<String, Slice>,
    harmless: BTreeMap<String, Slice>,
}

/// One part of the report.
struct Part {
    title: &'static str,
    /// The slices it is about.
    of: fn(&Column) -> &BTreeMap<String, Slice>,
    /// What is counted, as a part of what.
    share: fn(&Slice) -> (usize, usize),
}

/// The parts of the report in order.
const PARTS: [Part; 6] = [
    risky("risky texts: found at any severity", |s| (s.found, s.texts)),
    risky("risky texts: found as urgent or immediate", |s| {
        (s.loud, s.texts)
    }),
    risky("found, but graded lower than labelled", |s| {
        (s.lower, s.found)
    }),
    risky("category right among found", |s| (s.right, s.found)),
    harmless("harmless texts: flagged at all", |s| (s.found, s.texts)),
    harmless("harmless texts: flagged as urgent or immediate", |s| {
        (s.loud, s.texts)
    }),
];

const fn risky(title: &'static str, share: fn(&Slice) -> (usize, usize)) -> Part {
    Part {
        title,
        of: |column| &column.risky,
        share,
    }
}

const fn harmless(title: &'static str, share: fn(&Slice) -> (usize, usize)) -> Part {
    Part {
        title,
        of: |column| &column.harmless,
        share,
    }
}

fn somebody() -> Author {
    Author::YoungPerson
}

/// Parses lines of JSON into labelled texts of a file of that name; the error names the line.
pub fn parse_labelled(file: &str, lines: &str) -> Result<Vec<LabelledText>, String> {
    let numbered = lines
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(number, line)| {
            let read: Result<LabelledText, _> = serde_json::from_str(line);
            let file = file.to_owned();
            read.map(|text| LabelledText { file, ..text })
                .map_err(|error| format!("line {}: {error}", number + 1))
        })
        .collect()
}

/// Screens every text with the whole lexicon and with its rules alone, and reports recall, false
/// alarms and the confusion of categories.
#[must_use]
pub fn score(lexicon: &Lexicon, rules_alone: &Lexicon, texts: &[LabelledText]) -> String {
    let mut columns: [Column; 4] = Default::default();
    let mut confusion: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut unread = 0;
    for text in texts {
        let [all, aside, alone, alone_aside] = &mut columns;
        let seen = Seen::by(lexicon, text);
        unread += usize::from(seen.unread);
        if let Some(given) = seen.mistaken(text) {
            *confusion.entry((text.category.clone(), given)).or_default() += 1;
        }
        let without = Seen::by(rules_alone, text);
        all.add(text, &seen);
        alone.add(text, &without);
        if text.is_aside() {
            aside.add(text, &seen);
            alone_aside.add(text, &without);
        }
    }
    let mut page = format!("lexicon {}\n", lexicon.version());
    for part in &PARTS {
        part.write(&mut page, &columns);
    }
    if !confusion.is_empty() {
        page.push_str("\nlabelled as, but given as\n");
    }
    for ((labelled, given), count) in &confusion {
        let _ = writeln!(page, "  {labelled} -> {given}: {count}");
    }
    let _ = writeln!(
        page,
        "\nto be read by a person, for want of rules: {unread}"
    );
    page
}

impl Part {
    /// Writes a line for each slice, with a column for each way of looking.
    fn write(&self, page: &mut String, columns: &[Column; 4]) {
        let [all, ..] = columns;
        let slices = (self.of)(all);
        if slices.is_empty() {
            return;
        }
        let _ = write!(page, "\n{:<48}", self.title);
        for head in ["all", "set aside", "rules alone", "r. a., set aside"] {
            let _ = write!(page, " {head:>18}");
        }
        page.push('\n');
        for key in slices.keys() {
            let _ = write!(page, "  {key:<46}");
            for column in columns {
                let (some, of) = (self.of)(column).get(key).map_or((0, 0), self.share);
                let _ = write!(page, " {:>18}", figure(some, of));
            }
            page.push('\n');
        }
    }
}

/// What screening said of a text, as far as it is counted.
struct Seen {
    unread: bool,
    severity: Option<Severity>,
    category: Option<String>,
}

impl Seen {
    fn by(lexicon: &Lexicon, text: &LabelledText) -> Seen {
        let verdict = lexicon.screen(&text.text, text.author, text.lang.as_deref());
        Seen {
            unread: verdict.unread,
            severity: verdict.severity(),
            category: verdict.category().map(name_of),
        }
    }

    /// What a risky text was given as, where that is another category than its own.
    fn mistaken(&self, text: &LabelledText) -> Option<String> {
        let given = self.category.clone()?;
        (text.label == "risk" && given != text.category).then_some(given)
    }
}

impl Column {
    fn add(&mut self, text: &LabelledText, seen: &Seen) {
        let found = seen.severity.is_some();
        let right = seen.category.as_ref() == Some(&text.category);
        let slice = Slice {
            texts: 1,
            found: usize::from(found),
            loud: usize::from(seen.severity >= Some(Severity::Urgent)),
            lower: usize::from(found && seen.severity < known(&text.severity)),
            right: usize::from(right),
        };
        let is_risky = text.label == "risk";
        let side = if is_risky {
            &mut self.risky
        } else {
            &mut self.harmless
        };
        for key in keys(text, is_risky) {
            side.entry(key).or_default().add(slice);
        }
    }
}

/// The slices a text belongs to.
fn keys(text: &LabelledText, is_risky: bool) -> Vec<String> {
    let lang = text.lang.as_deref().unwrap_or("?");
    let mut keys = vec!["all".to_owned(), format!("language {lang}")];
    if !text.file.is_empty() {
        keys.push(format!("file {}", text.file));
    }
    if is_risky {
        keys.push(format!("severity {}", text.severity));
        keys.push(format!("category {}", text.category));
    }
    if is_risky && !text.explicit.is_empty() {
        keys.push(format!("said {}", text.explicit));
    }
    keys
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

/// How many of how many, and the share of a thousand.
fn figure(part: usize, whole: usize) -> String {
    let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    let share = if whole == 0 {
        0.0
    } else {
        1000.0 * number(part) / number(whole)
    };
    format!("{part}/{whole} {share:>5.0}")
}

fn known<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn name_of(category: Category) -> String {
    category.as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(lines: &str) -> String {
        let alone = Lexicon::shipped().unwrap().without_second_reader();
        let texts = parse_labelled("few.jsonl", lines).unwrap();
        score(&Lexicon::shipped().unwrap(), &alone, &texts)
    }

    fn lines_of<'a>(report: &'a str, slice: &str) -> Vec<&'a str> {
        let lines = report.lines().map(str::trim);
        lines.filter(|line| line.starts_with(slice)).collect()
    }

    #[test]
    fn a_report_counts_found_missed_and_false_alarms() {
        let report = scored(
            r#"
            {"text":"dad hits me","author":"young_person","lang":"en","label":"risk","category":"physical_abuse","severity":"immediate","explicit":"clear"}
            {"text":"qwertz","label":"risk","category":"suicide","severity":"watch"}
            {"text":"see you at four","label":"benign"}"#,
        );

        let all = lines_of(&report, "all");
        let firsts: Vec<&str> = all
            .iter()
            .map(|line| line.split_whitespace().nth(1).unwrap())
            .collect();
        assert_eq!(
            firsts,
            ["1/2", "1/2", "1/1", "1/1", "0/1", "0/1"],
            "{report}"
        );
        assert!(lines_of(&report, "said clear")[0].contains("1/1  1000"));
        assert_eq!(lines_of(&report, "file few.jsonl").len(), 6);
    }

    #[test]
    fn a_third_is_set_aside_by_the_text_and_the_second_reader_has_its_own_column() {
        let line = |number: i32| format!(r#"{{"text":"see you at {number}","label":"benign"}}"#);
        let texts = (0..300).map(line).collect::<Vec<_>>().join("\n");

        let report = scored(&texts);

        let counts: Vec<&str> = lines_of(&report, "all")[0].split_whitespace().collect();
        let aside: usize = counts[3].strip_prefix("0/").unwrap().parse().unwrap();
        assert_eq!((counts[1], counts[5]), ("0/300", "0/300"));
        assert!((80..120).contains(&aside), "{report}");
        assert_eq!(counts[3], counts[7]);
    }

    #[test]
    fn a_bad_line_is_named() {
        let wrong = parse_labelled("x", "\n{\"text\":1}").unwrap_err();
        assert!(wrong.starts_with("line 2"));
    }
}
