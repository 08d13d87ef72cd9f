//! Which words and phrases a part of a pattern stands for: families are looked up, also in other
//! files, and what is written is spelled as texts are.
//!
//! Must never take a part for nothing: what names no word is wrong, and said with its place.

use super::super::fold::fold;
use super::super::pattern::Part;
use super::super::pieces::cut;
use super::super::reading::{ADULT, BEGIN, BREAK, END, MINOR, Marks, NUMBER};
use super::super::source::LexiconFile;
use super::super::spelling::Meant;
use super::super::vocabulary::{Class, Entry, Word};
use super::{Entries, LexiconError, Work, file_name, wrong};

/// Families may include families to this depth.
const DEEPEST: u8 = 8;

impl Work<'_> {
    pub(super) fn class_of(
        &mut self,
        file: &LexiconFile,
        place: &str,
        part: &Part,
    ) -> Result<Option<Class>, LexiconError> {
        let key = (file_name(file).to_owned(), part.alternatives.join("|"));
        if let Some(known) = self.parts.get(&key) {
            return Ok(Some(*known));
        }
        let mut entries = Entries::new();
        for alternative in &part.alternatives {
            entries.extend(self.entries_of(file, place, alternative, 0)?);
        }
        let has_phrases = entries.iter().any(|entry| entry.words().len() > 1);
        let class = self.vocabulary.class_of(entries);
        if has_phrases {
            self.phrased.extend(class);
        }
        self.parts.extend(class.map(|class| (key, class)));
        Ok(class)
    }

    /// The words and phrases of a comma-separated list.
    pub(super) fn entries(
        &mut self,
        file: &LexiconFile,
        place: &str,
        list: &str,
        depth: u8,
    ) -> Result<Entries, LexiconError> {
        let mut entries = Entries::new();
        for item in listed(list) {
            entries.extend(self.entries_of(file, place, item, depth)?);
        }
        Ok(entries)
    }

    fn entries_of(
        &mut self,
        file: &LexiconFile,
        place: &str,
        item: &str,
        depth: u8,
    ) -> Result<Entries, LexiconError> {
        if let Some(name) = item.strip_prefix('@') {
            return self.family(file, place, name, depth);
        }
        let is_age = item.len() < 3 && item.bytes().all(|byte| byte.is_ascii_digit());
        let entries: Option<Entries> = match item {
            "#" => self.each_of(&[MINOR, ADULT, NUMBER]),
            BREAK => self.each_of(&[BREAK, BEGIN, END]),
            _ if is_age => self.each_of(&[Marks::group(item)]),
            _ => self.listed_entry(item).map(|entry| vec![entry]),
        };
        let problem = || format!("`{item}` is no word, or too many");
        entries.ok_or_else(|| wrong(file, place, &problem()))
    }

    /// A written word or phrase; most are written many times.
    fn listed_entry(&mut self, item: &str) -> Option<Entry> {
        if let Some(known) = self.items.get(item) {
            return *known;
        }
        let entry = Entry::of(&self.meant_words(item));
        self.items.insert(item.into(), entry);
        entry
    }

    /// An entry for each of these words.
    fn each_of(&mut self, words: &[&str]) -> Option<Entries> {
        let entries = words.iter();
        entries
            .map(|word| Entry::of(&[self.vocabulary.intern(word)]))
            .collect()
    }

    fn family(
        &mut self,
        file: &LexiconFile,
        place: &str,
        name: &str,
        depth: u8,
    ) -> Result<Entries, LexiconError> {
        let (home, name) = match name.split_once('.') {
            Some((other, name)) => {
                let home = self.files.iter().find(|f| file_name(f) == other);
                (
                    home.ok_or_else(|| wrong(file, place, &format!("no file `{other}`")))?,
                    name,
                )
            }
            None => (file, name),
        };
        let key = (file_name(home).to_owned(), name.to_owned());
        if let Some(known) = self.classes.get(&key) {
            return Ok(known.clone());
        }
        let list = home.words.get(name).cloned();
        let list = list.ok_or_else(|| wrong(file, place, &format!("no family `@{name}`")))?;
        if depth >= DEEPEST {
            return Err(wrong(
                file,
                place,
                &format!("`@{name}` includes itself, or too deep"),
            ));
        }
        let entries = self.entries(home, &format!("family {name}"), &list, depth + 1)?;
        self.classes.insert(key, entries.clone());
        Ok(entries)
    }

    /// The words that a written item means, spelled as texts are.
    fn meant_words(&mut self, item: &str) -> Vec<Word> {
        if matches!(item, BEGIN | END | MINOR | ADULT | NUMBER) {
            return vec![self.vocabulary.intern(item)];
        }
        let mut words = Vec::new();
        for written in written_words(item) {
            match self.spelling.alias(&written) {
                Some(Meant::Word(word)) => words.push(word),
                Some(Meant::Words(several)) => words.extend_from_slice(several),
                Some(Meant::Unknown) | None => words.push(self.vocabulary.intern(&written)),
            }
        }
        words
    }

    /// How often each word stands in the examples of the rules.
    pub(super) fn seen_words(&self) -> Vec<u32> {
        let mut seen = vec![0_u32; self.vocabulary.words().len()];
        let mut count = |word: Word| {
            if let Some(times) = usize::try_from(word).ok().and_then(|at| seen.get_mut(at)) {
                *times = times.saturating_add(1);
            }
        };
        let rules = self.files.iter().flat_map(|file| &file.rule);
        for text in rules.flat_map(|rule| rule.must.iter().chain(&rule.must_not)) {
            for written in written_words(text) {
                let one = self.vocabulary.number(&written);
                match self.spelling.alias(&written) {
                    Some(Meant::Word(word)) => count(word),
                    Some(Meant::Words(several)) => {
                        for word in several {
                            count(*word);
                        }
                    }
                    Some(Meant::Unknown) | None => {
                        if let Some(word) = one {
                            count(word);
                        }
                    }
                }
            }
        }
        seen
    }

    pub(super) fn plain_words(&mut self, item: &str) -> Vec<Word> {
        written_words(item)
            .iter()
            .map(|written| self.vocabulary.intern(written))
            .collect()
    }
}

/// The folded words of a written item, cut as texts are.
fn written_words(item: &str) -> Vec<String> {
    let letters = fold(item);
    cut(&letters)
        .iter()
        .filter_map(|piece| letters.get(piece.from..piece.to))
        .map(|word| {
            word.iter()
                .map(|letter| letter.ch)
                .filter(|ch| *ch != '\'')
                .collect()
        })
        .collect()
}

/// The items of a comma-separated list.
pub(super) fn listed(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', '\n'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
}
