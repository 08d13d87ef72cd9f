//! Scores the third check set and holds the shares to floors a little below what was measured.
//!
//! A floor is there to show a regression; it is no goal. Must never be met by writing rules for the
//! rows: see `lexicon/check/README.md`.

use super::*;

/// A language, the least share of its risky texts that must be found, and the most harmless texts
/// that may be flagged.
const FLOORS: [(&str, f64, usize); 7] = [
    ("en", 0.6, 3),
    ("pl", 0.33, 2),
    ("ro", 0.3, 2),
    ("pt", 0.33, 2),
    ("cy", 0.58, 1),
    ("ur-Latn", 0.74, 1),
    ("mixed", 0.7, 1),
];

fn check_set(language: &str) -> Vec<LabelledText> {
    let path = format!(
        "{}/lexicon/check/{language}.jsonl",
        env!("CARGO_MANIFEST_DIR")
    );
    parse_labelled(language, &std::fs::read_to_string(path).unwrap()).unwrap()
}

fn is_found(lexicon: &Lexicon, text: &LabelledText) -> bool {
    let verdict = lexicon.screen(&text.text, text.author, text.lang.as_deref());
    !verdict.findings.is_empty()
}

#[test]
fn each_language_finds_what_it_found_before() {
    let lexicon = Lexicon::shipped().unwrap();
    for (language, least, most_flagged) in FLOORS {
        let texts = check_set(language);
        let (risky, harmless): (Vec<_>, Vec<_>) =
            texts.iter().partition(|text| text.label == "risk");

        let found = risky.iter().filter(|t| is_found(&lexicon, t)).count();
        let flagged = harmless.iter().filter(|t| is_found(&lexicon, t)).count();

        let share = f64::from(u32::try_from(found).unwrap())
            / f64::from(u32::try_from(risky.len()).unwrap());
        assert!(share >= least, "{language}: {found} of {}", risky.len());
        assert!(flagged <= most_flagged, "{language}: {flagged} flagged");
    }
}

#[test]
fn the_check_set_holds_several_hundred_texts_of_every_kind() {
    let all: Vec<LabelledText> = FLOORS
        .iter()
        .flat_map(|(language, ..)| check_set(language))
        .collect();

    assert!(all.len() >= 400, "{}", all.len());
    for category in CATEGORIES {
        let name = serde_json::to_value(category).unwrap();
        let texts = all.iter().filter(|t| name == t.category.as_str()).count();
        assert!(texts >= 7, "{category:?}: {texts}");
    }
}
