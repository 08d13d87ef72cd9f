//! Living with the lexicon: the rules an authority adds to those that ship with the service.
//!
//! A manager drafts rules, tries them, and publishes them as the next version; a version is never
//! changed, only withdrawn, and then the one before it is live again. Rules of one's own can only
//! add: what ships is always read too. Where a version would find less than the one before it,
//! call louder or leave more people out, a second person must agree.

pub mod actions;
pub mod jobs;
mod known;
mod queries;

use std::collections::BTreeSet;
use std::sync::Arc;

pub use known::{Lexicons, Unusable};

use serde::{Deserialize, Serialize};

use super::screen::{Broken, Lexicon, RuleSource};
use super::words::{Author, Category, Severity};
use crate::base::ids::{AccountId, AuthorityId, LexiconVersionId};
use crate::base::time::Moment;

/// The ids of an authority's own rules begin so: no rule that ships ever will.
pub const PREFIX: &str = "local.";
/// An authority has at most so many rules of its own.
pub const MOST_RULES: usize = 200;
/// A rule has at most so many patterns, and so many examples of each kind.
pub const MOST_EXAMPLES: usize = 50;
/// It has at least so many examples of each kind.
pub const FEWEST_EXAMPLES: usize = 3;
/// A pattern, an example or a reason has at most so many characters.
pub const MOST_CHARACTERS: usize = 500;
/// A reason has at least so many.
const FEWEST_IN_REASON: usize = 11;
/// An id has at most so many characters.
const MOST_IN_ID: usize = 64;

/// One rule of an authority's own. Written as a rule that ships is, without guards: what takes a
/// finding back is for those who keep the lexicon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalRule {
    /// Its name; begins with `local.`.
    #[schema(example = "local.county_lines.trap_phone", max_length = 64)]
    pub id: String,
    /// What the worry is about.
    pub category: Category,
    /// How soon a person must see it.
    pub severity: Severity,
    /// What it looks like, as in the files that ship.
    #[schema(min_items = 1, max_items = 50)]
    pub patterns: Vec<String>,
    /// Whose texts it reads; everybody's if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// Whether the one who acts in it is the mentor or a worker, who is left out of what follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub implicates_helper: bool,
    /// Why a social worker wants to see it, in plain words.
    #[schema(min_length = 11, max_length = 500)]
    pub reason: String,
    /// Texts that it must find.
    #[schema(min_items = 3, max_items = 50)]
    pub must: Vec<String>,
    /// Harmless texts that nothing may find.
    #[schema(min_items = 3, max_items = 50)]
    pub must_not: Vec<String>,
}

impl LocalRule {
    fn source(&self) -> RuleSource {
        RuleSource {
            id: self.id.clone(),
            category: self.category,
            severity: self.severity,
            patterns: self.patterns.clone(),
            unsure: Vec::new(),
            guards: Vec::new(),
            reassured: Vec::new(),
            twins: Vec::new(),
            raisers: Vec::new(),
            authors: self.authors.clone(),
            implicates_helper: self.implicates_helper,
            reason: self.reason.clone(),
            source: String::new(),
            must: self.must.clone(),
            must_not: self.must_not.clone(),
        }
    }

    /// Whether somebody is left out by it who was not before.
    fn leaves_out_more_than(&self, before: Option<&Self>) -> bool {
        let Some(before) = before.filter(|before| before.implicates_helper) else {
            return self.implicates_helper;
        };
        let has_new = |pattern| !before.patterns.contains(pattern);
        let reads_more = !before.authors.is_empty()
            && (self.authors.is_empty()
                || self
                    .authors
                    .iter()
                    .any(|author| !before.authors.contains(author)));
        self.implicates_helper && (self.patterns.iter().any(has_new) || reads_more)
    }

    /// Whether it finds less, or leaves fewer people out, than it did before.
    fn is_weaker_than(&self, before: &Self) -> bool {
        let reads_fewer = !self.authors.is_empty()
            && (before.authors.is_empty()
                || before
                    .authors
                    .iter()
                    .any(|author| !self.authors.contains(author)));
        self.severity < before.severity
            || self.category != before.category
            || (before.implicates_helper && !self.implicates_helper)
            || reads_fewer
            || before
                .patterns
                .iter()
                .any(|pattern| !self.patterns.contains(pattern))
    }
}

/// A field of a draft that is not right, and what is wrong with it.
pub type WrongField = (String, String);

/// What is wrong with the form of rules, each with the pointer of its field.
#[must_use]
pub fn wrong_fields(rules: &[LocalRule]) -> Vec<WrongField> {
    let mut wrong = Vec::new();
    if rules.len() > MOST_RULES {
        wrong.push(("/rules".to_owned(), format!("must be at most {MOST_RULES}")));
    }
    let mut ids = BTreeSet::new();
    for (place, rule) in rules.iter().enumerate() {
        let mut note =
            |field: &str, what: String| wrong.push((format!("/rules/{place}/{field}"), what));
        if !is_id(&rule.id) {
            let form =
                "must begin with local. and hold small letters, digits, dots and underscores";
            note("id", form.to_owned());
        } else if !ids.insert(rule.id.as_str()) {
            note("id", "is given twice".to_owned());
        }
        if let Some(what) = wrong_text(&rule.reason, FEWEST_IN_REASON) {
            note("reason", what);
        }
        for (field, texts, fewest) in [
            ("patterns", &rule.patterns, 1),
            ("must", &rule.must, FEWEST_EXAMPLES),
            ("must_not", &rule.must_not, FEWEST_EXAMPLES),
        ] {
            if !(fewest..=MOST_EXAMPLES).contains(&texts.len()) {
                note(field, format!("must be {fewest} to {MOST_EXAMPLES}"));
            }
            for (number, text) in texts.iter().enumerate() {
                if let Some(what) = wrong_text(text, 1) {
                    note(&format!("{field}/{number}"), what);
                }
            }
        }
    }
    wrong
}

fn is_id(id: &str) -> bool {
    let small =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte);
    let name = id.strip_prefix(PREFIX).unwrap_or_default();
    !name.is_empty() && id.len() <= MOST_IN_ID && id.bytes().all(small)
}

fn wrong_text(text: &str, fewest: usize) -> Option<String> {
    let length = text.trim().chars().count();
    let fits = (fewest..=MOST_CHARACTERS).contains(&length) && !text.contains(char::is_control);
    (!fits).then(|| format!("must be {fewest} to {MOST_CHARACTERS} characters of plain text"))
}

/// A draft, or a version that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: LexiconVersionId,
    /// In which authority.
    pub authority_id: AuthorityId,
    /// Its number; a draft has none.
    pub number: Option<i32>,
    /// The rules.
    pub rules: Vec<LocalRule>,
    /// Who wrote it, and when.
    pub drafted: (AccountId, Moment),
    /// Who published it, and when.
    pub published: Option<(AccountId, Moment)>,
    /// Who asked that it be withdrawn, where two people are needed for that, and when.
    pub withdrawal_asked: Option<(AccountId, Moment)>,
    /// Who withdrew it, and when.
    pub withdrawn: Option<(AccountId, Moment)>,
    /// Whether texts are screened by it.
    pub is_live: bool,
}

/// A draft or version with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The draft or version.
    pub version: Version,
    /// What a draft changes of the rules that are live.
    pub changes: Changes,
    /// The work on what was said before: the count of a draft, the reading again of a version that was
    /// withdrawn.
    pub job: Option<jobs::Job>,
}

/// How a published version is named: by its number, or by the id of the draft it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionName {
    /// 1, 2, 3, …
    Number(i32),
    /// The draft's id.
    Id(LexiconVersionId),
}

impl std::str::FromStr for VersionName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = text.parse().map(Self::Number);
        number.or_else(|_no_number| text.parse().map(Self::Id).map_err(|_neither| ()))
    }
}

/// What a draft changes of the rules that are live, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Changes {
    /// New rules.
    pub added: Vec<String>,
    /// Rules that are gone.
    pub removed: Vec<String>,
    /// Rules that call louder, or leave more people out; new ones too.
    pub raised: Vec<String>,
    /// Rules that find less, call less loud or leave fewer people out.
    pub weakened: Vec<String>,
}

impl Changes {
    /// What `draft` changes of `live`.
    #[must_use]
    pub fn between(live: &[LocalRule], draft: &[LocalRule]) -> Self {
        let mut changes = Self::default();
        for rule in draft {
            let before = live.iter().find(|before| before.id == rule.id);
            let is_louder = before.is_some_and(|before| rule.severity > before.severity);
            if is_louder || rule.leaves_out_more_than(before) {
                changes.raised.push(rule.id.clone());
            }
            match before {
                None => changes.added.push(rule.id.clone()),
                Some(before) => {
                    if rule.is_weaker_than(before) {
                        changes.weakened.push(rule.id.clone());
                    }
                }
            }
        }
        let is_gone = |before: &&LocalRule| !draft.iter().any(|rule| rule.id == before.id);
        changes.removed = live
            .iter()
            .filter(is_gone)
            .map(|rule| rule.id.clone())
            .collect();
        changes
    }

    /// Whether one person is not enough for it.
    #[must_use]
    pub fn need_a_second_person(&self) -> bool {
        !(self.removed.is_empty() && self.raised.is_empty() && self.weakened.is_empty())
    }
}

/// The rules as the engine reads them.
fn sources(rules: &[LocalRule]) -> Vec<RuleSource> {
    rules.iter().map(LocalRule::source).collect()
}

/// Rules that were compiled and held to every stored example.
#[derive(Debug)]
pub struct Tried {
    /// The compiled rules with those that ship.
    pub lexicon: Arc<Lexicon>,
    /// Examples, of the rules that ship too, that are not as they say.
    pub broken: Vec<Broken>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(id: &str, severity: Severity) -> LocalRule {
        let three = |word: &str| {
            vec![
                format!("{word} one"),
                format!("{word} two"),
                format!("{word} three"),
            ]
        };
        LocalRule {
            id: id.to_owned(),
            category: Category::Exploitation,
            severity,
            patterns: vec!["trap phone".to_owned(), "burner".to_owned()],
            authors: Vec::new(),
            implicates_helper: false,
            reason: "A phone for dealing, given to a child.".to_owned(),
            must: three("trap phone"),
            must_not: three("phone"),
        }
    }

    #[test]
    fn what_finds_less_or_calls_louder_wants_a_second_person() {
        let before = [rule("local.phone", Severity::Urgent)];
        let same = Changes::between(&before, &before);
        let added = Changes::between(&[], &before);
        let removed = Changes::between(&before, &[]);
        let louder = rule("local.phone", Severity::Immediate);
        let raised = Changes::between(&before, &[louder]);
        let [mut fewer] = before.clone();
        fewer.patterns.pop();
        let [mut for_some] = before.clone();
        for_some.authors = vec![Author::Parent];
        let quieter = rule("local.phone", Severity::Watch);

        assert!(!same.need_a_second_person() && !added.need_a_second_person());
        assert_eq!(added.added, ["local.phone"]);
        assert_eq!(removed.removed, ["local.phone"]);
        assert_eq!(raised.raised, ["local.phone"]);
        for weaker in [fewer, for_some, quieter] {
            let changes = Changes::between(&before, &[weaker]);
            assert_eq!(changes.weakened, ["local.phone"]);
            assert!(changes.need_a_second_person());
        }
        let mut accuses = rule("local.phone", Severity::Urgent);
        accuses.implicates_helper = true;
        let mut of_more = accuses.clone();
        of_more.patterns.push("scared".to_owned());
        for (from, to) in [
            (None, &accuses),
            (Some(&before[0]), &accuses),
            (Some(&accuses), &of_more),
        ] {
            let live: Vec<LocalRule> = from.cloned().into_iter().collect();
            let changes = Changes::between(&live, std::slice::from_ref(to));
            assert_eq!(changes.raised, ["local.phone"]);
            assert!(changes.need_a_second_person());
        }
        assert!(removed.need_a_second_person() && raised.need_a_second_person());
    }

    #[test]
    fn what_is_wrong_with_a_rule_is_named() {
        let mut bad = rule("en.physical.hit_me", Severity::Urgent);
        bad.reason = "short".to_owned();
        bad.must.pop();
        bad.must_not[1] = String::new();
        bad.patterns.clear();
        let twice = rule("local.phone", Severity::Watch);

        let wrong = wrong_fields(&[bad, twice.clone(), twice]);

        let pointers: Vec<&str> = wrong.iter().map(|(pointer, _)| pointer.as_str()).collect();
        let expected = [
            "/rules/0/id",
            "/rules/0/reason",
            "/rules/0/patterns",
            "/rules/0/must",
            "/rules/0/must_not/1",
            "/rules/2/id",
        ];
        assert_eq!(pointers, expected);
    }
}
