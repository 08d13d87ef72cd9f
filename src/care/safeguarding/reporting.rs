//! Reporting a concern: what a person has seen or heard, in their words.
//!
//! Staff and mentors report what worries them about a family member; a family member says "I want
//! to talk to somebody other than my mentor". Whoever is named as implicated never learns of it:
//! conflict of interest comes first, the rota second. Screening the note may raise how serious it
//! is, never lower it.

use std::collections::BTreeSet;

use super::actions::{marks, tap, worst};
use super::lexicons::Lexicons;
use super::words::{Author, Category, Severity};
use super::{Reading, Screened, Source, SourceKind, implicated, queries, still_valid};
use crate::base::ids::{AccountId, AlertId, AuthorityId, MessageId, ReportId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::{Kind, NOT_SCREENED, Worry, raising};
use crate::db::{self, Tx, View};

/// A note has at most so many characters.
pub const MOST_CHARACTERS: usize = 4000;
/// At most so many people are named as implicated.
pub const MOST_IMPLICATED: usize = 20;

/// A concern as it is handed in.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// The id the reporter's client made for it.
    pub id: ReportId,
    /// About whom.
    pub family_member_id: AccountId,
    /// How soon a person must see it.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// The reporter's words.
    pub note: String,
    /// The message it is about.
    pub message_id: Option<MessageId>,
    /// Whether it is about the mentor: then it is restricted, and the mentor never learns of it.
    pub about_mentor: bool,
    /// Workers and mentors who are implicated and must never learn of it.
    pub implicates: BTreeSet<AccountId>,
    /// What screening said of the note before the unit.
    pub screened: Option<Screened>,
}

impl NewReport {
    pub(super) fn points_at_mentor(&self) -> bool {
        points_at_mentor(self.about_mentor, self.category)
    }
}

/// Whether the mentor is implicated: the reporter says so, or says that a limit of mentoring was
/// stepped over.
pub(super) fn points_at_mentor(about_mentor: bool, category: Category) -> bool {
    about_mentor || category == Category::MentorBoundary
}

/// A concern as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// About whom.
    pub family_member_id: AccountId,
    /// How serious its reporter said it is.
    pub severity: Severity,
    /// What its reporter said it is about.
    pub category: Category,
    /// The reporter's words.
    pub note: String,
    /// The message it is about.
    pub message_id: Option<MessageId>,
    /// Whether it is about the mentor.
    pub about_mentor: bool,
    /// When it was stored.
    pub received_at: Moment,
    /// The alert it belongs to.
    pub(super) alert_id: AlertId,
}

/// Why a concern was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// There is no such family member, or not for this reporter.
    #[error("no such family member")]
    NotFound,
    /// The reporter used this id before for something else.
    #[error("the id was used before")]
    IdUsed,
    /// A field is not right.
    #[error("{0} {1}")]
    Field(&'static str, &'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// As whom a reporter writes, for screening. Workers and mentors write about others, so the rules
/// for what a mentor says to a family are not for their notes.
#[must_use]
pub fn written_as(author: Option<Author>) -> Author {
    match author {
        Some(Author::PeerMentor) | None => Author::Carer,
        Some(family) => family,
    }
}

/// As whom somebody writes what a family reads, for screening: families and mentors as what they are,
/// workers as somebody who writes about others.
#[must_use]
pub fn spoken_as(author: Option<Author>) -> Author {
    author.unwrap_or_else(|| written_as(None))
}

/// Where a report's words are sealed to.
pub(super) fn words_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "reports.note",
        row,
    }
}

/// Stores a concern and makes an occurrence of it; true if it is new. The same again gives the
/// first.
///
/// # Errors
/// If the family member is not the reporter's to see, or a field names what it may not.
pub fn report(
    tx: &mut Tx<'_>,
    caller: &Caller,
    lexicons: &Lexicons,
    new: &NewReport,
) -> Result<(Report, bool), ReportError> {
    if let Some(stored) = queries::report(tx, caller, new.id)? {
        return repeated(tx, caller, stored, new).map(|stored| (stored, false));
    }
    check(tx, caller, new)?;
    let message_author = message_author(tx, new)?;
    let excluded = implicated::by(tx, new, message_author)?;
    let as_whom = (written_as(caller.author()), caller.language.as_str());
    let lexicon = lexicons.live(tx, caller)?;
    let screened = still_valid(new.screened.as_ref(), &lexicon, &new.note, as_whom);
    if screened.reading == Reading::NotScreened {
        tx.note_not_screened();
    }
    let alert_id = raising::open(tx, &worry(caller, new, &screened, excluded.clone()))?;
    let stored = Report {
        id: new.id,
        family_member_id: new.family_member_id,
        severity: new.severity,
        category: new.category,
        note: new.note.clone(),
        message_id: new.message_id,
        about_mentor: new.about_mentor,
        received_at: tx.now(),
        alert_id,
    };
    queries::add_report(tx, caller, &stored, (message_author, &screened))?;
    implicated::keep(tx, caller, (new, &excluded))?;
    Ok((stored, true))
}

fn repeated(
    tx: &mut Tx<'_>,
    caller: &Caller,
    stored: Report,
    new: &NewReport,
) -> Result<Report, ReportError> {
    let is_same = stored.family_member_id == new.family_member_id
        && stored.severity == new.severity
        && stored.category == new.category
        && stored.note == new.note
        && stored.message_id == new.message_id
        && stored.about_mentor == new.about_mentor
        && new.implicates == implicated::named(tx.conn(), (caller.account_id, new.id))?;
    if is_same {
        Ok(stored)
    } else {
        Err(ReportError::IdUsed)
    }
}

fn check(tx: &mut Tx<'_>, caller: &Caller, new: &NewReport) -> Result<(), ReportError> {
    let now = tx.now();
    if !queries::is_visible(tx.conn(), (caller, now), new.family_member_id)? {
        return Err(ReportError::NotFound);
    }
    if caller.role == Role::FamilyMember {
        if !new.about_mentor {
            let wrong = "must be true: otherwise write to your mentor, or press help";
            return Err(ReportError::Field("/about_mentor", wrong));
        }
        if !new.implicates.is_empty() {
            return Err(ReportError::Field("/implicates", "is for workers"));
        }
    }
    for person in &new.implicates {
        if !queries::is_helper(tx.conn(), caller.authority_id, *person)? {
            let wrong = "must name workers or mentors of this authority";
            return Err(ReportError::Field("/implicates", wrong));
        }
    }
    Ok(())
}

fn message_author(tx: &mut Tx<'_>, new: &NewReport) -> Result<Option<AccountId>, ReportError> {
    let Some(message) = new.message_id else {
        return Ok(None);
    };
    queries::author_of(tx.conn(), message, new.family_member_id)?
        .map(Some)
        .ok_or(ReportError::Field(
            "/message_id",
            "is no message in this family member's conversations",
        ))
}

fn worry(
    caller: &Caller,
    new: &NewReport,
    screened: &Screened,
    excluded: BTreeSet<AccountId>,
) -> Worry {
    let reported = Reported {
        about: new.family_member_id,
        severity: new.severity,
        category: new.category,
        points_at_mentor: new.points_at_mentor(),
    };
    let source = Source {
        kind: SourceKind::Report,
        author_id: caller.account_id,
        id: new.id.into(),
    };
    reported.worry(source, screened, excluded)
}

/// What of a concern decides which alert it belongs to and how soon a person must see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reported {
    pub(super) about: AccountId,
    pub(super) severity: Severity,
    pub(super) category: Category,
    pub(super) points_at_mentor: bool,
}

impl Reported {
    /// The worry it is, with what screening found in its note.
    pub(super) fn worry(
        self,
        source: Source,
        screened: &Screened,
        excluded: BTreeSet<AccountId>,
    ) -> Worry {
        let (mut severity, mut category) = (self.severity, self.category);
        if let Some(found) = worst(&screened.findings)
            && found.severity > severity
        {
            (severity, category) = (found.severity, found.category);
        }
        let mut all = vec![tap("report", self.category, self.severity)];
        if screened.reading == Reading::NotScreened {
            severity = severity.max(Severity::Urgent);
            all.push(tap(NOT_SCREENED, self.category, Severity::Urgent));
        }
        all.extend(marks(&screened.findings));
        let is_allegation = self.points_at_mentor || !excluded.is_empty();
        Worry {
            about: self.about,
            kind: if is_allegation {
                Kind::Allegation
            } else {
                Kind::Concern
            },
            possible_allegation: screened
                .findings
                .iter()
                .any(|found| found.implicates_helper),
            severity,
            category,
            excluded,
            source,
            marks: all,
        }
    }
}
