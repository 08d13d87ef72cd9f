//! Holds every rule to its own examples, and the engine to its promises.

use super::*;

fn lexicon() -> Lexicon {
    Lexicon::shipped().unwrap()
}

/// Somebody whose texts the rule reads.
fn reader_of(rule: &RuleSource) -> Author {
    rule.authors.first().copied().unwrap_or(Author::Parent)
}

#[test]
fn every_rule_finds_its_must_match_examples() {
    let lexicon = lexicon();
    let mut missed = Vec::new();
    for rule in shipped::files().unwrap().iter().flat_map(|file| &file.rule) {
        for text in &rule.must {
            let verdict = lexicon.screen(text, reader_of(rule), None);
            if !verdict
                .findings
                .iter()
                .any(|finding| *finding.rule == *rule.id)
            {
                missed.push(format!("{}: {text}", rule.id));
            }
        }
    }
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn no_rule_finds_its_must_not_match_examples() {
    let lexicon = lexicon();
    let mut flagged = Vec::new();
    for rule in shipped::files().unwrap().iter().flat_map(|file| &file.rule) {
        for text in &rule.must_not {
            for finding in lexicon.screen(text, reader_of(rule), None).findings {
                flagged.push(format!("{}: {text} by {}", rule.id, finding.rule));
            }
        }
    }
    assert_eq!(flagged, Vec::<String>::new());
}

#[test]
fn every_rule_finds_something_that_no_other_rule_does() {
    let lexicon = lexicon();
    let mut spare = Vec::new();
    for rule in shipped::files().unwrap().iter().flat_map(|file| &file.rule) {
        let is_needed = rule.must.iter().any(|text| {
            let found = lexicon.screen(text, reader_of(rule), None).findings;
            !found.is_empty() && found.iter().all(|finding| *finding.rule == *rule.id)
        });
        if !is_needed {
            spare.push(rule.id.clone());
        }
    }
    assert!(spare.is_empty(), "{} {spare:#?}", spare.len());
}

#[test]
fn every_rule_says_why_and_shows_three_examples_of_each_kind() {
    for rule in shipped::files().unwrap().iter().flat_map(|file| &file.rule) {
        assert!(rule.must.len() >= 3, "{}", rule.id);
        assert!(rule.must_not.len() >= 3, "{}", rule.id);
        assert!(rule.reason.len() > 10, "{}", rule.id);
    }
}

#[test]
fn every_reassurance_has_a_risky_twin_among_the_examples() {
    for rule in shipped::files().unwrap().iter().flat_map(|file| &file.rule) {
        assert_eq!(
            rule.reassured.is_empty(),
            rule.twins.is_empty(),
            "{}",
            rule.id
        );
        for twin in &rule.twins {
            assert!(rule.must.contains(twin), "{}: {twin}", rule.id);
        }
    }
}

#[test]
fn a_quote_shows_what_was_written() {
    let text = "lol 😂 anyway dad H\u{200B}ÍTS me every night";
    let verdict = lexicon().screen(text, Author::YoungPerson, Some("en"));
    let quotes: Vec<String> = verdict
        .findings
        .iter()
        .map(|found| {
            text.chars()
                .skip(found.start)
                .take(found.end - found.start)
                .collect()
        })
        .collect();

    assert!(
        quotes.contains(&"dad H\u{200B}ÍTS me".to_owned()),
        "{quotes:?}"
    );
}
