//! Rules of one's own only ever add, whatever they are, and what they ask of a text is bounded.

use std::fs;
use std::sync::OnceLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;

fn shipped() -> &'static Lexicon {
    static SHIPPED: OnceLock<Lexicon> = OnceLock::new();
    SHIPPED.get_or_init(|| Lexicon::shipped().unwrap())
}

/// Every text of the check sets and every line of the training texts.
fn texts() -> &'static [String] {
    static TEXTS: OnceLock<Vec<String>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let mut all = Vec::new();
        for folder in ["check", "training"] {
            let folder = format!("{}/lexicon/{folder}", env!("CARGO_MANIFEST_DIR"));
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let whole = fs::read_to_string(&path).unwrap();
                if path.extension().is_some_and(|end| end == "jsonl") {
                    let labelled = parse_labelled("any", &whole).unwrap();
                    all.extend(labelled.into_iter().map(|one| one.text));
                } else {
                    all.extend(whole.lines().map(str::to_owned));
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    })
}

fn rule(id: &str, severity: Severity, patterns: &[String]) -> RuleSource {
    RuleSource {
        id: format!("local.{id}"),
        category: Category::Neglect,
        severity,
        patterns: patterns.to_vec(),
        unsure: Vec::new(),
        guards: Vec::new(),
        reassured: Vec::new(),
        twins: Vec::new(),
        raisers: Vec::new(),
        authors: Vec::new(),
        implicates_helper: false,
        reason: String::new(),
        source: String::new(),
        must: Vec::new(),
        must_not: Vec::new(),
    }
}

/// Patterns of words as people write them, slips and all: taken out of the texts themselves.
fn patterns() -> impl Strategy<Value = Vec<String>> {
    let some = (any::<Index>(), any::<Index>(), 1..4_usize);
    vec(some, 1..6).prop_map(|wanted| {
        let cut = |(text, from, count): (Index, Index, usize)| {
            let words: Vec<String> = text
                .get(texts())
                .split(|letter: char| !letter.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_lowercase)
                .collect();
            let from = from.index(words.len().max(1));
            let some = words.iter().skip(from).take(count).cloned();
            some.collect::<Vec<_>>().join(" ")
        };
        let cut = wanted.into_iter().map(cut);
        cut.filter(|pattern| !pattern.is_empty()).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn rules_of_ones_own_never_lower(
        patterns in patterns(),
        severity in select(SEVERITIES.to_vec()),
        tried in vec(any::<Index>(), 30),
    ) {
        // Words that fold to nothing are no pattern.
        let rules = vec![rule("any", severity, &patterns)];
        let Ok(both) = shipped().and(rules, "with") else { return Ok(()); };
        for text in tried.iter().map(|place| place.get(texts())) {
            for author in [Author::YoungPerson, Author::PeerMentor] {
                let without = shipped().screen(text, author, None);
                let with = both.screen(text, author, None);

                prop_assert!(with.severity() >= without.severity(), "{patterns:?}: {text}");
                for finding in &without.findings {
                    prop_assert!(with.findings.contains(finding), "{patterns:?}: {text}");
                }
                prop_assert_eq!(with.unread, without.unread);
            }
        }
    }
}

#[test]
fn a_mild_rule_does_not_silence_the_second_reader() {
    let text = "my cousin makes me do stuff when we have sleepovers and says its a game";
    let own = rule(
        "sleepovers",
        Severity::Watch,
        &["have sleepovers".to_owned()],
    );
    let both = shipped().and(vec![own], "with").unwrap();

    let verdict = both.screen(text, Author::YoungPerson, Some("en"));

    assert!(verdict.severity() >= Some(Severity::Urgent), "{verdict:?}");
    assert_eq!(verdict.category(), Some(Category::SexualAbuse));
    assert!(
        verdict
            .findings
            .iter()
            .any(|one| *one.rule == *"local.sleepovers")
    );
}

#[test]
fn own_rules_read_a_text_in_the_words_of_the_shipped_ones() {
    let own = rule("none", Severity::Watch, &["xyzzyx".to_owned()]);
    let both = shipped().and(vec![own], "with").unwrap();
    let spelled = |known: &Compiled, text: &str| -> Vec<Option<String>> {
        let reading = known.reader().read(text);
        let tokens = reading.spoken();
        let word =
            |token: &reading::Token| known.vocabulary.spelling(token.word?).map(str::to_owned);
        tokens.iter().map(word).collect()
    };

    for text in texts() {
        let (theirs, ours) = (&*shipped().compiled, both.own.as_ref().unwrap());
        assert_eq!(spelled(theirs, text), spelled(ours, text), "{text}");
    }
}

#[test]
fn what_own_rules_find_is_bounded_by_rules_and_words() {
    let patterns: Vec<String> = (1..=20)
        .map(|count| ["a|b"; 20].get(..count).unwrap().join(" "))
        .collect();
    let rules: Vec<RuleSource> = (0..50)
        .map(|number| rule(&number.to_string(), Severity::Watch, &patterns))
        .collect();
    let both = shipped().and(rules, "with").unwrap();
    let own = both.own.as_ref().unwrap();
    let text = "a ".repeat(2_000);
    let reading = own.reader().read(&text);
    let tokens = reading.spoken();

    let hits = own
        .matcher
        .find_longest(&own.vocabulary, own.marks, &tokens);

    assert!(hits.len() > 50 * 1_000, "{}", hits.len());
    assert!(hits.len() <= 50 * tokens.len(), "{}", hits.len());
}

#[test]
fn a_pattern_said_twice_is_searched_for_once() {
    let twice = vec!["a? b? c? d? e".to_owned(); 100];
    let both = shipped()
        .and(vec![rule("twice", Severity::Watch, &twice)], "with")
        .unwrap();
    let own = both.own.as_ref().unwrap();
    let reading = own.reader().read("a b c d e");
    let tokens = reading.spoken();

    assert_eq!(own.matcher.size(), 16);
    assert!(
        !own.matcher
            .find_longest(&own.vocabulary, own.marks, &tokens)
            .is_empty()
    );
}

#[test]
fn rules_that_ask_too_much_of_a_text_are_refused_by_name() {
    let many = |from: usize, count: usize| -> Vec<String> {
        let each = (from..from + count).map(|number| format!("a? b? c? d? e{number}"));
        each.collect()
    };
    let fits = rule("fits", Severity::Watch, &many(0, 100));
    let spills = rule("spills", Severity::Watch, &many(100, 50));

    assert!(shipped().and(vec![fits.clone()], "with").is_ok());
    let refused = shipped().and(vec![fits, spills], "with").unwrap_err();

    let LexiconError::Wrong { place, problem, .. } = refused else {
        panic!("{refused}");
    };
    assert_eq!(place, "local.spills");
    assert!(problem.contains("2000 sequences"), "{problem}");
}
