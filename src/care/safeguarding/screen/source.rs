//! The lexicon as it is written down: the shape of the TOML files, and nothing else.
//!
//! Unknown fields are refused, so that a misspelt field never silently weakens a rule.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::care::words::{Author, Category, Severity};

/// One file of the lexicon.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LexiconFile {
    /// The language the rules are for, as in a person's profile (`en`, `ur-Latn`).
    pub language: String,
    /// The name under which other files may borrow this file's families; the language if empty.
    pub name: String,
    /// Words that may stand between the parts of a pattern without changing the sense.
    pub fillers: String,
    /// Words worth recognising through one slip of the thumb.
    pub fuzzy: String,
    /// Ordinary words that look like a slip of a risky one and must never be read as it.
    pub plain: String,
    /// Phone spelling: what is written, and the words meant.
    pub alias: BTreeMap<String, String>,
    /// Families of words, each a comma-separated list; `@name` includes another family.
    pub words: BTreeMap<String, String>,
    /// Signs that words next to them do not mean what a rule reads in them.
    pub guard: Vec<GuardSource>,
    /// Signs that make a worry more serious.
    pub raiser: Vec<RaiserSource>,
    /// Signs that say nothing alone; the second reader weighs them with everything else.
    pub hint: Vec<HintSource>,
    /// The rules.
    pub rule: Vec<RuleSource>,
}

/// What a guard is allowed to do follows from its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardKind {
    /// A set phrase; cancels.
    Idiom,
    /// Talk of a game or sport; cancels.
    Game,
    /// Talk of a film, series, book or song title; cancels.
    Film,
    /// School work, training, news; cancels.
    Homework,
    /// Advice on what to do if something happened; cancels.
    Signposting,
    /// It is said to be over; lowers to `watch`.
    Past,
    /// It is said in fun; lowers to `watch`.
    Joking,
    /// It is somebody else's words; lowers to `watch`.
    Quotation,
    /// It is a line of a song; lowers to `watch`.
    Lyrics,
}

/// How far from the matched words a guard or raiser still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// It shares words with the match.
    Overlap,
    /// It stands in the same sentence, at most twelve words away.
    #[default]
    Sentence,
    /// It stands at most thirty words away.
    Near,
}

/// A guard as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardSource {
    /// Its name within the file.
    pub id: String,
    /// What it is, and so what it may do.
    pub kind: GuardKind,
    /// How far it reaches.
    #[serde(default)]
    pub reach: Reach,
    /// What it looks like.
    pub patterns: Vec<String>,
}

/// A raiser as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaiserSource {
    /// Its name within the file.
    pub id: String,
    /// How serious the worry becomes.
    pub to: Severity,
    /// How far it reaches.
    #[serde(default)]
    pub reach: Reach,
    /// What it looks like.
    pub patterns: Vec<String>,
}

/// A hint as written: too common in everyday text to be a rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HintSource {
    /// Its name; the same name in several files is the same hint.
    pub id: String,
    /// What it looks like.
    pub patterns: Vec<String>,
}

/// A rule as written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSource {
    /// Its name, unique in the whole lexicon.
    pub id: String,
    /// What the worry is about.
    pub category: Category,
    /// How serious it is before any guard or raiser.
    pub severity: Severity,
    /// What it looks like.
    pub patterns: Vec<String>,
    /// What it looks like, and everyday talk does too: found only where the second reader, who
    /// weighs it with the whole text, is worried as well.
    #[serde(default)]
    pub unsure: Vec<String>,
    /// The guards it listens to.
    #[serde(default)]
    pub guards: Vec<String>,
    /// Reassurances which, said in the same clause, cancel it.
    #[serde(default)]
    pub reassured: Vec<String>,
    /// The risky twins of the reassurances, which must stand among the must-match examples.
    #[serde(default)]
    pub twins: Vec<String>,
    /// The raisers it listens to.
    #[serde(default, rename = "raise")]
    pub raisers: Vec<String>,
    /// Whose texts it reads; everybody's if empty.
    #[serde(default)]
    pub authors: Vec<Author>,
    /// Whether the one who acts is the mentor or a worker.
    #[serde(default)]
    pub implicates_helper: bool,
    /// Why a social worker wants to see it, in plain words.
    pub reason: String,
    /// Where the words come from, if from somewhere.
    #[serde(default)]
    pub source: String,
    /// Texts that it must find.
    pub must: Vec<String>,
    /// Texts that must stay unflagged.
    pub must_not: Vec<String>,
}
