//! Screening: reads one text and says what in it worries us, and why.
//!
//! The lexicon (`lexicon/*.toml`) holds all knowledge of the field as data; this room is the small
//! engine that reads texts with it. A text is folded to plain letters (`fold`), cut and read as
//! words (`pieces`, `spelling`, `reading`), searched for all patterns at once (`matching`) and
//! judged (`judge`). Somebody's own rules are read beside it, on a reading of their own (`own`): nothing
//! in them can change what the rules that ship say. Same text and same lexicon, same verdict: no
//! clock, no chance, no network.
//! Must never block, never panic, and never take more than a bounded time per letter.

#[cfg(test)]
mod check_test;
mod compile;
#[cfg(test)]
mod evasion_test;
mod examples;
#[cfg(test)]
mod examples_test;
mod explain;
mod faults;
mod fold;
mod judge;
mod language;
mod line;
mod matching;
mod own;
#[cfg(test)]
mod own_test;
mod pattern;
mod pieces;
#[cfg(test)]
mod prop_test;
mod quick;
mod reading;
mod score;
mod second_reader;
mod shipped;
mod source;
mod spelling;
mod traits;
mod vocabulary;
mod window;

use std::cmp::Reverse;
use std::sync::{Arc, OnceLock};

pub use compile::LexiconError;
pub use examples::{Broken, shipped_rules};
pub use line::answer_line;
pub use score::{LabelledText, parse_labelled, score};
pub use second_reader::{ANSWERS, TOPICS, training_digest};
pub use source::{
    GuardKind, GuardSource, HintSource, LexiconFile, RaiserSource, Reach, RuleSource,
};
pub use traits::Trait;

use crate::care::words::{Author, Category, Severity};
use compile::Compiled;
use faults::Faults;
use judge::Outcome;
use second_reader::{Opinion, SecondReader};
use traits::{Seen, traits_of};

/// The name under which the second reader reports.
pub const READER_RULE: &str = "second_reader";

/// The categories in the order the second reader counts them.
pub const CATEGORIES: [Category; 16] = [
    Category::Suicide,
    Category::SelfHarm,
    Category::PhysicalAbuse,
    Category::SexualAbuse,
    Category::EmotionalAbuse,
    Category::Neglect,
    Category::DomesticAbuse,
    Category::Exploitation,
    Category::Substance,
    Category::Missing,
    Category::WeaponViolence,
    Category::OnlineHarm,
    Category::Radicalisation,
    Category::FgmForcedMarriage,
    Category::AcuteDistress,
    Category::MentorBoundary,
];

/// The severities in the order the second reader counts them.
pub const SEVERITIES: [Severity; 3] = [Severity::Watch, Severity::Urgent, Severity::Immediate];

/// One place in a text that worries us.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Finding {
    /// The rule that speaks.
    pub rule: Arc<str>,
    /// What the worry is about.
    pub category: Category,
    /// How soon a person must see it.
    pub severity: Severity,
    /// Where it begins, in Unicode scalar values of the text as written.
    pub start: usize,
    /// Where it ends; always after `start` and within the text.
    pub end: usize,
    /// Whether the one who acts in it is the mentor or a worker.
    pub implicates_helper: bool,
}

/// What screening says about one text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether a person must read the text because the lexicon has no rules for its language.
    pub unread: bool,
    /// What worries us, most serious first.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// How soon a person must see the text, or `None` when nothing in it worries us.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.findings.first().map(|finding| finding.severity)
    }

    /// What the most serious finding is about; where several are as serious, what most findings speak
    /// of, and then the most specific.
    #[must_use]
    pub fn category(&self) -> Option<Category> {
        self.findings.first().map(|finding| finding.category)
    }

    /// Whether the mentor or a worker is the one who acts in any finding.
    #[must_use]
    pub fn implicates_helper(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.implicates_helper)
    }
}

/// A compiled lexicon: immutable, to be shared behind an [`Arc`].
#[derive(Debug)]
pub struct Lexicon {
    version: String,
    compiled: Arc<Compiled>,
    /// Somebody's own rules, which can only add.
    own: Option<Arc<Compiled>>,
    second: Option<Arc<SecondReader>>,
    faults: Faults,
}

impl Lexicon {
    /// The lexicon this program was built with, compiled once for all who ask: it cannot change.
    ///
    /// # Errors
    /// If a file of it is broken.
    pub fn shipped() -> Result<Lexicon, LexiconError> {
        static SHIPPED: OnceLock<Lexicon> = OnceLock::new();
        if let Some(known) = SHIPPED.get() {
            return Ok(known.again());
        }
        let whole = shipped::load()?;
        Ok(SHIPPED.get_or_init(|| whole).again())
    }

    /// The same once more; what is made to fail in one fails in that one alone.
    fn again(&self) -> Lexicon {
        Lexicon {
            version: self.version.clone(),
            compiled: Arc::clone(&self.compiled),
            own: self.own.clone(),
            second: self.second.clone(),
            faults: Faults::default(),
        }
    }

    /// Adds the second reader with its trained weights.
    pub fn with_second_reader(self, weights: &[u8]) -> Result<Lexicon, LexiconError> {
        let second = SecondReader::from_bytes(weights);
        let second = second.map_err(|problem| LexiconError::Weights(problem.to_owned()))?;
        Ok(Lexicon {
            second: Some(Arc::new(second)),
            ..self
        })
    }

    /// The same rules with the shipped second reader beside them.
    ///
    /// # Errors
    /// If its weights are damaged.
    pub fn with_shipped_reader(self) -> Result<Lexicon, LexiconError> {
        self.with_second_reader(shipped::WEIGHTS)
    }

    /// The same rules with nobody to look again; unsure patterns are taken as they stand.
    #[must_use]
    pub fn without_second_reader(self) -> Lexicon {
        Lexicon {
            second: None,
            ..self
        }
    }

    /// Compiles a lexicon from its parsed files, under the given version.
    pub fn from_files(files: &[LexiconFile], version: &str) -> Result<Lexicon, LexiconError> {
        let compiled = compile::compile(files)?;
        Ok(Lexicon {
            version: version.to_owned(),
            compiled: Arc::new(compiled),
            own: None,
            second: None,
            faults: Faults::default(),
        })
    }

    /// A short stable name of exactly these rules and weights.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The words the rules know, as texts are spelled when read; what a bare search is measured by.
    #[must_use]
    pub fn words(&self) -> &[Box<str>] {
        self.compiled.vocabulary.words()
    }

    /// Reads a text and says what in it worries us. `lang` is the language of the person's profile.
    #[must_use]
    pub fn screen(&self, text: &str, author: Author, lang: Option<&str>) -> Verdict {
        self.faults.trip();
        let known = &self.compiled;
        let reading = self.reader().read(text);
        let tokens = reading.spoken();
        let hits = known.matcher.find(&known.vocabulary, known.marks, &tokens);
        let outcomes = known.judge.outcomes(&hits, &tokens, known.marks, author);
        let opinion = self.opinion(&outcomes, self.seen(&reading, &tokens, &hits), author);
        let worry = opinion.as_ref().map(|opinion| opinion.worry);
        let mut findings: Vec<Finding> = outcomes
            .iter()
            .filter(|outcome| !outcome.unsure || is_borne_out(outcome, worry))
            .filter_map(|outcome| known.judge.finding(outcome, &tokens))
            .collect();
        if findings.is_empty() {
            findings.extend(opinion.and_then(|opinion| second_finding(&opinion, &tokens)));
        }
        findings.extend(self.own_findings(text, author));
        let said = how_often(&findings);
        let rank = |finding: &Finding| rank(finding, &said);
        findings.sort_by(|a, b| rank(b).cmp(&rank(a)).then_with(|| a.rule.cmp(&b.rule)));
        findings.dedup_by(|b, a| a.rule == b.rule && a.start < b.end && b.start < a.end);
        Verdict {
            unread: language::is_unread(text, lang, &known.languages),
            findings,
        }
    }

    /// Makes the next screenings panic, for tests of what then becomes of a text.
    pub fn fail_next(&self, times: usize) {
        self.faults.fail_next(times);
    }

    /// What the second reader thinks, asked only where no sure pattern has spoken. Without it,
    /// unsure patterns are taken as they stand.
    fn opinion(&self, outcomes: &[Outcome], seen: Seen<'_>, author: Author) -> Option<Opinion> {
        let second = self.second.as_ref()?;
        let speaks = |o: &&Outcome| o.severity.is_some();
        let unsure = outcomes.iter().filter(speaks).any(|o| o.unsure);
        if !unsure && outcomes.iter().any(|o| o.severity.is_some()) {
            return None;
        }
        let traits = traits_of(seen, author, |hash| second.number(hash));
        second.opinion(traits, seen.tokens.len())
    }

    fn seen<'a>(
        &'a self,
        reading: &'a reading::Reading,
        tokens: &'a [reading::Token],
        hits: &'a [matching::Hit],
    ) -> Seen<'a> {
        let Compiled {
            vocabulary, judge, ..
        } = &*self.compiled;
        Seen {
            reading,
            tokens,
            hits,
            vocabulary,
            judge,
        }
    }

    /// How worried the second reader is about a text, from 0 to 1; `None` without a reader.
    #[must_use]
    pub fn second_worry(&self, text: &str, author: Author) -> Option<f32> {
        let second = self.second.as_ref()?;
        let (mut traits, tokens) = self.traits_by(text, author, |hash| second.number(hash));
        Some(second.worst(&mut traits, tokens).worry)
    }

    /// The traits by which the second reader weighs a text, each by its hash and sorted by it; what
    /// its trainer learns from.
    #[must_use]
    pub fn traits(&self, text: &str, author: Author) -> Vec<Trait> {
        let (mut traits, _) = self.traits_by(text, author, Some);
        traits.sort_unstable_by_key(|seen| (seen.number, seen.from));
        traits
    }

    /// The traits of a text, and how many tokens it has.
    fn traits_by(
        &self,
        text: &str,
        author: Author,
        number_of: impl Fn(u32) -> Option<u32>,
    ) -> (Vec<Trait>, usize) {
        let known = &self.compiled;
        let reading = self.reader().read(text);
        let tokens = reading.spoken();
        let hits = known.matcher.find(&known.vocabulary, known.marks, &tokens);
        let seen = self.seen(&reading, &tokens, &hits);
        (traits_of(seen, author, number_of), tokens.len())
    }

    fn reader(&self) -> reading::Reader<'_> {
        self.compiled.reader()
    }
}

/// How many findings there are of each category, in the order of [`specificity`].
fn how_often(findings: &[Finding]) -> [usize; CATEGORIES.len()] {
    let mut said = [0; CATEGORIES.len()];
    for finding in findings {
        if let Some(times) = said.get_mut(usize::from(specificity(finding.category))) {
            *times += 1;
        }
    }
    said
}

/// Where a finding stands among others: see [`rank`].
type Rank = (Severity, usize, u8, usize, Reverse<usize>);

/// Orders findings: more serious, then of what most findings speak of, then more specific, then
/// longer, then earlier.
fn rank(finding: &Finding, said: &[usize; CATEGORIES.len()]) -> Rank {
    let length = finding.end.saturating_sub(finding.start);
    let specific = specificity(finding.category);
    (
        finding.severity,
        said.get(usize::from(specific)).copied().unwrap_or(0),
        specific,
        length,
        Reverse(finding.start),
    )
}

/// How much a category says by itself about what must be done.
const fn specificity(category: Category) -> u8 {
    match category {
        Category::MentorBoundary => 15,
        Category::FgmForcedMarriage => 14,
        Category::Radicalisation => 13,
        Category::Exploitation => 12,
        Category::SexualAbuse => 11,
        Category::OnlineHarm => 10,
        Category::Suicide => 9,
        Category::DomesticAbuse => 8,
        Category::PhysicalAbuse => 7,
        Category::SelfHarm => 6,
        Category::WeaponViolence => 5,
        Category::Missing => 4,
        Category::Neglect => 3,
        Category::Substance => 2,
        Category::EmotionalAbuse => 1,
        Category::AcuteDistress => 0,
    }
}

/// From this on the second reader is worried enough to bear out an unsure pattern: the milder the
/// worry, the more everyday talk shares it. In the order of [`SEVERITIES`].
const AGREES: [f32; 3] = [0.8, 0.65, 0.5];

/// Below this the second reader alone calls nobody out: somebody looks on the next working day. What
/// may be happening now needs no more than speaking does. In the order of [`SEVERITIES`].
const SURE: [f32; 3] = [0.0, 0.97, 0.0];

/// Whether an unsure pattern counts. Where nobody has looked again, it does.
fn is_borne_out(outcome: &Outcome, worry: Option<f32>) -> bool {
    let mut graded = SEVERITIES.iter().zip(AGREES);
    let enough = graded.find(|(severity, _)| Some(**severity) == outcome.severity);
    worry
        .zip(enough)
        .is_none_or(|(worry, (_, enough))| worry >= enough)
}

/// Turns the second reader's opinion into a finding over the words that decided.
fn second_finding(opinion: &Opinion, tokens: &[reading::Token]) -> Option<Finding> {
    let category = *CATEGORIES.get(opinion.topic.checked_sub(1)?)?;
    let severity = if opinion.worry < *SURE.get(opinion.severity)? {
        Severity::Watch
    } else {
        *SEVERITIES.get(opinion.severity)?
    };
    let reasons = || {
        let covered = opinion
            .because
            .iter()
            .filter_map(|(from, to)| tokens.get(*from..*to));
        covered.flatten().filter(|token| token.end > token.start)
    };
    let start = reasons().map(|token| token.start).min()?;
    let end = reasons().map(|token| token.end).max()?;
    Some(Finding {
        rule: READER_RULE.into(),
        category,
        severity,
        start: usize::try_from(start).ok()?,
        end: usize::try_from(end).ok()?,
        implicates_helper: category == Category::MentorBoundary,
    })
}
