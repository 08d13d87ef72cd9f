//! What is made of a worry: texts that were screened, the safety answer, the help button, and the
//! concerns people report.

use std::collections::BTreeSet;

use super::screen::Finding;
use super::words::{Author, Category, Severity};
use super::{Reading, Said, Source, implicated};
use crate::base::ids::AccountId;
use crate::care::alerts::{Kind, Mark, NOT_SCREENED, UNREAD, Worry, raising};
use crate::db::{Answer, Tx};

/// Makes an occurrence, and an alert if need be, of what screening found in a text; nothing if it
/// found nothing. In the same unit as the text itself.
///
/// # Errors
/// If it cannot be stored; then the text is not stored either.
pub fn heed(tx: &mut Tx<'_>, said: &Said<'_>) -> Answer<()> {
    if said.screened.reading == Reading::NotScreened {
        tx.note_not_screened();
    }
    if said.screened.unread {
        raising::open(tx, &to_be_read((said.about, said.source), UNREAD))?;
    }
    if let Some(worry) = worry_in(tx, said)? {
        raising::open(tx, &worry)?;
    }
    Ok(())
}

/// Makes an occurrence of a tap: an answer that says something is wrong without a word. In the same
/// unit as the answer itself.
///
/// # Errors
/// If it cannot be stored; then the answer is not stored either.
pub fn heed_tap(
    tx: &mut Tx<'_>,
    (about, source): (AccountId, Source),
    (rule, severity): (&str, Severity),
) -> Answer<()> {
    let category = Category::AcuteDistress;
    let worry = Worry {
        about,
        kind: Kind::Concern,
        possible_allegation: false,
        severity,
        category,
        excluded: BTreeSet::new(),
        source,
        marks: vec![tap(rule, category, severity)],
    };
    raising::open(tx, &worry).map(drop)
}

/// The standing item of a person whose texts somebody must read, and why they must.
pub(super) fn to_be_read((about, source): (AccountId, Source), why: &str) -> Worry {
    Worry {
        about,
        kind: Kind::Unread,
        possible_allegation: false,
        severity: Severity::Watch,
        category: Category::AcuteDistress,
        excluded: BTreeSet::new(),
        source,
        marks: vec![tap(why, Category::AcuteDistress, Severity::Watch)],
    }
}

/// What in the text worries us, if anything does.
fn worry_in(tx: &mut Tx<'_>, said: &Said<'_>) -> Answer<Option<Worry>> {
    let screened = said.screened;
    let (severity, category, marks) = match screened.reading {
        Reading::Clear => return Ok(None),
        Reading::Worrying => {
            let Some(worst) = worst(&screened.findings) else {
                return Ok(None);
            };
            (worst.severity, worst.category, marks(&screened.findings))
        }
        Reading::NotScreened => {
            let (severity, category) = (Severity::Urgent, Category::AcuteDistress);
            (
                severity,
                category,
                vec![tap(NOT_SCREENED, category, severity)],
            )
        }
    };
    let (excluded, possible_allegation) = implicated(tx, said)?;
    Ok(Some(Worry {
        about: said.about,
        kind: if excluded.is_empty() {
            Kind::Concern
        } else {
            Kind::Allegation
        },
        possible_allegation,
        severity,
        category,
        excluded,
        source: said.source,
        marks,
    }))
}

/// Who is implicated by a text, and whether somebody may be whom it does not name: the rules know
/// "the mentor or a worker" from the words, not which of them. All who may be meant are.
fn implicated(tx: &mut Tx<'_>, said: &Said<'_>) -> Answer<(BTreeSet<AccountId>, bool)> {
    let findings = &said.screened.findings;
    let points_at_helper = findings.iter().any(|finding| finding.implicates_helper);
    let steps_over_a_limit = findings
        .iter()
        .any(|finding| finding.category == Category::MentorBoundary);
    let mut excluded = BTreeSet::new();
    if !(steps_over_a_limit || points_at_helper) {
        return Ok((excluded, false));
    }
    if said.screened.author == Author::PeerMentor {
        excluded.insert(said.source.author_id);
        return Ok((excluded, false));
    }
    excluded.extend(implicated::meant(tx, said)?);
    // A limit was stepped over, and nobody is known who may have done so.
    let by_whom = steps_over_a_limit && excluded.is_empty();
    Ok((excluded, points_at_helper || by_whom))
}

/// The most serious finding, the first of them in the text.
pub(super) fn worst(findings: &[Finding]) -> Option<&Finding> {
    let severity = findings.iter().map(|finding| finding.severity).max()?;
    findings.iter().find(|finding| finding.severity == severity)
}

pub(super) fn marks(findings: &[Finding]) -> Vec<Mark> {
    findings
        .iter()
        .map(|finding| Mark {
            rule: finding.rule.to_string(),
            category: finding.category,
            severity: finding.severity,
            span: Some((finding.start, finding.end)),
        })
        .collect()
}

/// A mark that is in no text.
pub(super) fn tap(rule: &str, category: Category, severity: Severity) -> Mark {
    Mark {
        rule: rule.to_owned(),
        category,
        severity,
        span: None,
    }
}
