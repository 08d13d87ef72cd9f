//! Compiles the written lexicon into what the matcher and the judge work with.
//!
//! Everything that can be wrong with a lexicon is found here and named with its file and rule; a
//! lexicon that compiles can be run on any text. Must never drop a rule it cannot compile.

mod entries;

use std::collections::{BTreeMap, HashSet};

use entries::listed;

use super::fold::fold_word;
use super::judge::{Guard, Judge, Owner, Raiser, Rule};
use super::matching::Matcher;
use super::pattern::{Element, Pattern, parse, sequences};
use super::quick::QuickMap;
use super::reading::{Marks, Reader};
use super::source::{LexiconFile, RuleSource};
use super::spelling::Spelling;
use super::traits::name_of;
use super::vocabulary::{Class, Entry, LONGEST_PHRASE, Vocabulary};

/// What is wrong with a lexicon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LexiconError {
    /// A file is not TOML, or not in the shape of a lexicon.
    #[error("lexicon file {file}: {problem}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the reader says.
        problem: String,
    },
    /// A rule, guard, raiser or family cannot be used as written.
    #[error("lexicon file {file}, {place}: {problem}")]
    Wrong {
        /// Which file.
        file: String,
        /// Which rule, guard, raiser or family.
        place: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There are no rules at all.
    #[error("the lexicon holds no rules")]
    Empty,
    /// The weights of the second reader cannot be used.
    #[error("the second reader's weights: {0}")]
    Weights(String),
}

/// Everything a lexicon compiles to.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) vocabulary: Vocabulary,
    pub(super) spelling: Spelling,
    pub(super) marks: Marks,
    pub(super) matcher: Matcher,
    pub(super) judge: Judge,
    pub(super) languages: Vec<String>,
}

impl Compiled {
    /// Reads texts with the words known here.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader {
            vocabulary: &self.vocabulary,
            spelling: &self.spelling,
            marks: self.marks,
        }
    }
}

/// Compiles the files of a lexicon together.
pub(super) fn compile(files: &[LexiconFile]) -> Result<Compiled, LexiconError> {
    let mut vocabulary = Vocabulary::default();
    let marks = Marks::intern(&mut vocabulary);
    let mut work = Work {
        files,
        vocabulary,
        spelling: Spelling::default(),
        classes: QuickMap::default(),
        items: QuickMap::default(),
        parts: QuickMap::default(),
        phrased: Vec::new(),
        patterns: Vec::new(),
        judge: Judge::default(),
    };
    for file in files {
        work.learn_spelling(file)?;
    }
    for file in files {
        work.learn_file(file)?;
    }
    for file in files {
        work.learn_slips(file)?;
        work.learn_concepts(file)?;
    }
    if work.judge.rules.is_empty() {
        return Err(LexiconError::Empty);
    }
    let seen = work.seen_words();
    let common = work.vocabulary.common(&seen);
    let languages = files
        .iter()
        .map(|f| f.language.clone())
        .filter(|l| !l.is_empty())
        .collect();
    Ok(Compiled {
        matcher: Matcher::new(work.patterns, &work.phrased, &common),
        vocabulary: work.vocabulary,
        spelling: work.spelling,
        marks,
        judge: work.judge,
        languages,
    })
}

type Entries = Vec<Entry>;
/// The guards or raisers of a file: where each stands in the judge's list.
type ByName<'a> = BTreeMap<&'a str, usize>;

struct Work<'a> {
    files: &'a [LexiconFile],
    vocabulary: Vocabulary,
    spelling: Spelling,
    classes: QuickMap<(String, String), Entries>,
    /// Words and phrases compiled before, as written.
    items: QuickMap<Box<str>, Option<Entry>>,
    /// Parts of patterns compiled before, by file and spelling.
    parts: QuickMap<(String, String), Class>,
    phrased: Vec<Class>,
    patterns: Vec<Pattern>,
    judge: Judge,
}

impl<'a> Work<'a> {
    fn learn_spelling(&mut self, file: &LexiconFile) -> Result<(), LexiconError> {
        for (written, meant) in &file.alias {
            let words = self.plain_words(meant);
            if words.is_empty() || words.len() > LONGEST_PHRASE {
                return Err(wrong(
                    file,
                    &format!("alias `{written}`"),
                    "means no word or too many",
                ));
            }
            self.spelling.add_alias(fold_word(written), words);
        }
        for word in listed(&file.plain) {
            self.spelling.add_plain(fold_word(word));
        }
        Ok(())
    }

    fn learn_file(&mut self, file: &'a LexiconFile) -> Result<(), LexiconError> {
        for entry in self.entries(file, "fillers", &file.fillers, 0)? {
            if let [word] = entry.words() {
                self.vocabulary.mark_filler(*word);
            }
        }
        let mut guards = BTreeMap::new();
        for guard in &file.guard {
            let number = self.judge.guards.len();
            guards.insert(guard.id.as_str(), number);
            let owner = self.add_patterns(
                file,
                &guard.id,
                &guard.patterns,
                Owner::Sign(name_of(&guard.id)),
            )?;
            self.judge.guards.push(Guard {
                owner,
                kind: guard.kind,
                reach: guard.reach,
            });
        }
        let mut raisers = BTreeMap::new();
        for raiser in &file.raiser {
            let number = self.judge.raisers.len();
            raisers.insert(raiser.id.as_str(), number);
            let owner = self.add_patterns(
                file,
                &raiser.id,
                &raiser.patterns,
                Owner::Sign(name_of(&raiser.id)),
            )?;
            self.judge.raisers.push(Raiser {
                owner,
                to: raiser.to,
                reach: raiser.reach,
            });
        }
        for hint in &file.hint {
            let named = Owner::Sign(name_of(&hint.id));
            self.add_patterns(file, &hint.id, &hint.patterns, named)?;
        }
        for rule in &file.rule {
            self.learn_rule(file, rule, &guards, &raisers)?;
        }
        Ok(())
    }

    fn learn_rule(
        &mut self,
        file: &LexiconFile,
        rule: &RuleSource,
        guards: &ByName<'_>,
        raisers: &ByName<'_>,
    ) -> Result<(), LexiconError> {
        let number = self.judge.rules.len();
        let by_name = |known: &ByName<'_>, names: &[String]| {
            names
                .iter()
                .map(|name| known.get(name.as_str()).copied().ok_or(name))
                .collect::<Result<Vec<usize>, _>>()
                .map_err(|name| wrong(file, &rule.id, &format!("`{name}` is not defined here")))
        };
        let mut others = self.judge.rules.iter();
        if others.any(|known| known.id.as_ref() == rule.id) {
            return Err(wrong(file, &rule.id, "another rule has this id"));
        }
        self.add_patterns(file, &rule.id, &rule.patterns, Owner::Rule(number))?;
        self.add_patterns(file, &rule.id, &rule.unsure, Owner::Unsure(number))?;
        let reassurances = self.add_patterns(file, &rule.id, &rule.reassured, Owner::Sign(0))?;
        self.judge.rules.push(Rule {
            id: rule.id.as_str().into(),
            category: rule.category,
            severity: rule.severity,
            guards: by_name(guards, &rule.guards)?,
            raisers: by_name(raisers, &rule.raisers)?,
            authors: rule.authors.clone(),
            implicates_helper: rule.implicates_helper,
            name: name_of(&rule.id),
            reason: rule.reason.clone(),
            reassurances,
        });
        Ok(())
    }

    /// Slips are learned last, when it is known which words are words of their own.
    fn learn_slips(&mut self, file: &LexiconFile) -> Result<(), LexiconError> {
        for entry in self.entries(file, "fuzzy", &file.fuzzy, 0)? {
            for word in entry.words() {
                if let Some(spelled) = self.vocabulary.spelling(*word).map(str::to_owned) {
                    self.spelling.add_fuzzy(&spelled, *word);
                }
            }
        }
        Ok(())
    }

    /// The second reader knows families by their names, alike in all languages.
    fn learn_concepts(&mut self, file: &LexiconFile) -> Result<(), LexiconError> {
        for (name, list) in &file.words {
            for entry in self.entries(file, &format!("family {name}"), list, 0)? {
                self.vocabulary.add_concept(entry.words(), name_of(name));
            }
        }
        Ok(())
    }

    fn add_patterns(
        &mut self,
        file: &LexiconFile,
        place: &str,
        patterns: &[String],
        owner: Owner,
    ) -> Result<u32, LexiconError> {
        let number = u32::try_from(self.judge.owners.len()).unwrap_or(u32::MAX);
        self.judge.owners.push(owner);
        let mut known = HashSet::new();
        for written in patterns {
            let named = |problem: &str| wrong(file, place, &format!("`{written}`: {problem}"));
            let mut parts = Vec::new();
            for part in parse(written).map_err(named)? {
                let class = self.class_of(file, place, &part)?;
                let class = class.ok_or_else(|| named("there are too many families"))?;
                let element = Element {
                    class,
                    gap: part.gap,
                    crosses: part.crosses,
                };
                parts.push((element, part.may_miss));
            }
            for mut elements in sequences(&parts) {
                if let Some(first) = elements.first_mut() {
                    (first.gap, first.crosses) = (0, false);
                }
                // Said twice, it would be found twice.
                if known.contains(&elements) {
                    continue;
                }
                let mut needs: Vec<Class> = elements.iter().map(|element| element.class).collect();
                needs.sort_unstable();
                needs.dedup();
                known.insert(elements.clone());
                let (elements, needs) = (elements.into(), needs.into());
                self.patterns.push(Pattern {
                    owner: number,
                    elements,
                    needs,
                });
            }
        }
        Ok(number)
    }
}

fn file_name(file: &LexiconFile) -> &str {
    if file.name.is_empty() {
        &file.language
    } else {
        &file.name
    }
}

fn wrong(file: &LexiconFile, place: &str, problem: &str) -> LexiconError {
    LexiconError::Wrong {
        file: file_name(file).to_owned(),
        place: place.to_owned(),
        problem: problem.to_owned(),
    }
}
