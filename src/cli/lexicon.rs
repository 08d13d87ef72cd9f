//! `daybook lexicon`: for whoever writes the rules of screening. Needs no database and no keys.
//!
//! Must never print a text that it scores: what is scored may be real people's distress.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};

use daybook::care::safeguarding::screen::{
    Lexicon, LexiconFile, RuleSource, parse_labelled, score,
};
use daybook::care::words::Author;

use super::say;

#[derive(Debug, Subcommand)]
pub(crate) enum LexiconCommand {
    /// Hold the rules of these files to their own examples; without files: see whether the lexicon
    /// this program was built with loads, and print its version.
    Check {
        /// Files of a lexicon, all that borrow from each other.
        files: Vec<PathBuf>,
    },
    /// Say what screening finds in a text, and by which rule.
    Explain(Explain),
    /// Score the lexicon on labelled texts: JSON lines with text, label (risk or benign), and if
    /// known author, lang, category, severity, explicit (clear or oblique). Beside all texts stands
    /// the third that is set aside (SHA-256 of the text, divided by three, leaves nothing), and
    /// beside the whole lexicon its rules alone.
    Score {
        /// Files of labelled texts.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The text.
    text: String,
    /// Who writes it: `young_person`, `parent`, `carer` or `peer_mentor`.
    #[arg(long, default_value = "young_person", value_parser = author)]
    author: Author,
    /// The language of their profile.
    #[arg(long)]
    lang: Option<String>,
}

fn author(text: &str) -> Result<Author, String> {
    let known = Author::ALL.iter().find(|author| author.as_str() == text);
    known
        .copied()
        .ok_or_else(|| "is none of young_person, parent, carer, peer_mentor".to_owned())
}

pub(crate) fn run(command: LexiconCommand) -> anyhow::Result<()> {
    match command {
        LexiconCommand::Check { files } if files.is_empty() => {
            say(&format!("ok version {}", Lexicon::shipped()?.version()));
            Ok(())
        }
        LexiconCommand::Check { files } => check(&files),
        LexiconCommand::Explain(explain) => explained(&explain),
        LexiconCommand::Score { files } => scored(&files),
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn check(paths: &[PathBuf]) -> anyhow::Result<()> {
    let files: Vec<LexiconFile> = paths
        .iter()
        .map(|path| toml::from_str(&read(path)?).with_context(|| path.display().to_string()))
        .collect::<anyhow::Result<_>>()?;
    let lexicon = Lexicon::from_files(&files, "checked")?.with_shipped_reader()?;
    let rules: Vec<&RuleSource> = files.iter().flat_map(|file| &file.rule).collect();
    let mut wrong = 0_usize;
    for rule in &rules {
        for complaint in complaints(&lexicon, rule) {
            say(&complaint);
            wrong = wrong.saturating_add(1);
        }
    }
    anyhow::ensure!(wrong == 0, "{wrong} examples are not as their rules say");
    say(&format!(
        "ok {} rules, each as its examples say",
        rules.len()
    ));
    Ok(())
}

/// Which examples of a rule it does not find, and which harmless ones are found.
fn complaints(lexicon: &Lexicon, rule: &RuleSource) -> Vec<String> {
    let author = rule.authors.first().copied().unwrap_or(Author::Parent);
    let missed = rule.must.iter().filter(|text| {
        let found = lexicon.screen(text, author, None).findings;
        !found.iter().any(|finding| *finding.rule == *rule.id)
    });
    let missed = missed.map(|text| format!("{} misses: {text}", rule.id));
    let flagged = rule.must_not.iter().flat_map(|text| {
        let found = lexicon.screen(text, author, None).findings;
        found
            .into_iter()
            .map(move |finding| format!("{}: {text}: found by {}", rule.id, finding.rule))
    });
    missed.chain(flagged).collect()
}

fn explained(explain: &Explain) -> anyhow::Result<()> {
    let lexicon = Lexicon::shipped()?;
    let verdict = lexicon.screen(&explain.text, explain.author, explain.lang.as_deref());
    for finding in &verdict.findings {
        let length = finding.end.saturating_sub(finding.start);
        let quote: String = explain
            .text
            .chars()
            .skip(finding.start)
            .take(length)
            .collect();
        say(&format!(
            "{:<9} {:<18} {:<28} {}..{} {quote:?}",
            finding.severity.as_str(),
            finding.category.as_str(),
            finding.rule,
            finding.start,
            finding.end,
        ));
    }
    if verdict.findings.is_empty() {
        say("nothing found");
    }
    if verdict.unread {
        say("unread: there are no rules for this language, a person must read it");
    }
    Ok(())
}

fn scored(paths: &[PathBuf]) -> anyhow::Result<()> {
    let lexicon = Lexicon::shipped()?;
    let rules_alone = Lexicon::shipped()?.without_second_reader();
    let mut texts = Vec::new();
    for path in paths {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let labelled = parse_labelled(&file, &read(path)?)
            .map_err(|wrong| anyhow::anyhow!("{}: {wrong}", path.display()))?;
        texts.extend(labelled);
    }
    say(score(&lexicon, &rules_alone, &texts).trim_end());
    Ok(())
}
