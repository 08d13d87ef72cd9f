//! Holds the reader of texts and the matcher to their promises on whatever can be written.
//!
//! What is sent is not chosen by people who mean well: any letters, any length, disguises piled on one
//! another. Must never need a text that somebody has thought of.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;

use super::fold::fold;
use super::pieces::cut;
use super::*;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::shipped().unwrap());

/// Words that rules look for, and ordinary ones.
const WORDS: [&str; 24] = [
    "he", "hit", "me", "tonight", "dad", "kill", "myself", "i", "want", "to", "die", "knife", "u",
    "tablets", "bije", "mnie", "mama", "nu", "mai", "vreau", "mujhe", "cath", "not", "school",
];

/// What people put between, into and around words.
const BETWEEN: [&str; 18] = [
    " ",
    " ",
    " ",
    " ",
    ". ",
    "",
    "!",
    "...",
    "\u{200B}",
    "\u{336}",
    "'",
    "\u{2019}",
    "*",
    "😂",
    "\n",
    "1",
    " \u{202E}",
    "\u{FB01}",
];

/// A text of words of the lexicon with anything between them.
fn a_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => proptest::sample::select(&WORDS[..]).prop_map(str::to_owned),
        2 => "[a-zà-žа-я0-9@$!|+*#']{1,9}",
        1 => "\\PC{0,6}",
    ];
    let between = proptest::sample::select(&BETWEEN[..]);
    vec((word, between), 0..90).prop_map(|pairs| {
        let parts = pairs
            .iter()
            .flat_map(|(word, between)| [word.as_str(), *between]);
        parts.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Every folded letter remembers a written character, in order, and pieces never overlap.
    #[test]
    fn a_fold_points_into_the_text(text in prop_oneof![a_text(), "\\PC{0,120}"]) {
        let letters = fold(&text);
        let long = text.chars().count();

        prop_assert!(letters.iter().all(|letter| usize::try_from(letter.at).unwrap() < long));
        prop_assert!(letters.windows(2).all(|two| two[0].at <= two[1].at));
        let pieces = cut(&letters);
        prop_assert!(pieces.iter().all(|piece| piece.from < piece.to && piece.to <= letters.len()));
        prop_assert!(pieces.windows(2).all(|two| two[0].to <= two[1].from));
    }

    /// Every finding lies within the text and holds something, the most serious stands first.
    #[test]
    fn a_finding_lies_within_the_text(text in prop_oneof![a_text(), "\\PC{0,400}"]) {
        let long = text.chars().count();
        let verdict = LEXICON.screen(&text, Author::YoungPerson, None);

        for found in &verdict.findings {
            prop_assert!(found.start < found.end && found.end <= long, "{found:?}");
        }
        let grades: Vec<Severity> = verdict.findings.iter().map(|found| found.severity).collect();
        prop_assert!(grades.is_sorted_by(|a, b| a >= b));
    }

    /// What was read before leaves nothing behind: a text is read alike after any other.
    #[test]
    fn a_text_is_read_alike_after_another(text in a_text(), other in a_text()) {
        let first = LEXICON.screen(&text, Author::Parent, Some("en"));
        let _other = LEXICON.screen(&other, Author::YoungPerson, None);
        let again = LEXICON.screen(&text, Author::Parent, Some("en"));
        let read = |text: String| move || LEXICON.screen(&text, Author::Parent, Some("en"));
        let elsewhere = std::thread::spawn(read(text)).join().unwrap();

        prop_assert_eq!(&first, &again);
        prop_assert_eq!(&first, &elsewhere);
    }

    /// Screening may raise and never lower: what worries alone worries beside ordinary words too.
    #[test]
    fn a_longer_text_worries_no_less(before in "(see you at the bus stop\\. ){0,40}") {
        let alone = LEXICON.screen("dad hits me", Author::YoungPerson, None);
        let beside = LEXICON.screen(&format!("{before}dad hits me"), Author::YoungPerson, None);

        let rules = |verdict: &Verdict| -> Vec<Arc<str>> {
            verdict.findings.iter().map(|found| Arc::clone(&found.rule)).collect()
        };
        prop_assert!(beside.severity() >= alone.severity());
        prop_assert!(rules(&alone).iter().all(|rule| rules(&beside).contains(rule)));
    }
}
