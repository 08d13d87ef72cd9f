//! Reading again: a text whose screening failed is screened anew until that succeeds, and what a
//! first screening would have raised is raised then.
//!
//! What must be read again is what the text's own row says (`not_screened`), so nothing that was
//! stored can be forgotten here. A text is settled by compare-and-set on that row: of two nodes that
//! read it, one raises. Tries grow apart and never end; from the first vain one on the text also
//! stands on the list of what a person must read.

mod past;
mod queries;

pub use past::{Past, settle_past};
pub(super) use past::{is_sampled, portion, total};
pub(super) use queries::Stretch;

use std::time::Duration;

use super::actions::{heed, to_be_read};
use super::reporting::{spoken_as, written_as};
use super::screen::Lexicon;
use super::words::{Author, Severity};
use super::{Reading, Said, Screened, Source, SourceKind, implicated, screen_text};
use crate::base::ids::{AccountId, AuthorityId};
use crate::base::time::Moment;
use crate::care::alerts::{NOT_SCREENED, raising, reading};
use crate::care::who;
use crate::db::{Answer, Error, Tx, View};

/// A text that is to be screened again, with all that screening and raising need.
#[derive(Clone)]
pub struct Text {
    source: Source,
    authority_id: AuthorityId,
    about: AccountId,
    author: Author,
    language: String,
    /// What its row said when it was looked at, and by which rules.
    was: (Reading, String),
    /// How often it was tried again in vain.
    tries: i32,
    /// When it came in.
    at: Moment,
    /// None if they do not open.
    words: Option<String>,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// So long a text waits after its first, second, third vain try; from then on as long as after the
/// last of these.
const WAITS: [Duration; 4] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(15),
    Duration::from_hours(1),
];

fn wait_after(tries: i32) -> Duration {
    let tries = usize::try_from(tries).unwrap_or(0);
    let last = WAITS.len().saturating_sub(1);
    WAITS
        .get(tries.min(last))
        .copied()
        .unwrap_or(Duration::from_hours(1))
}

impl Text {
    /// Screens it anew. Never fails: what cannot be opened or screened is not screened.
    #[must_use]
    pub fn screen(&self, lexicon: &Lexicon) -> Screened {
        match &self.words {
            Some(words) => screen_text(lexicon, words, self.author, &self.language),
            None => Screened {
                reading: Reading::NotScreened,
                unread: false,
                findings: Vec::new(),
                lexicon_version: lexicon.version().to_owned(),
                author: self.author,
            },
        }
    }

    /// How serious these rules say it is; none if it worries them with nothing.
    #[must_use]
    pub fn severity(&self, lexicon: &Lexicon) -> Option<Severity> {
        let findings = self.screen(lexicon).findings;
        findings.iter().map(|finding| finding.severity).max()
    }

    /// Whose rules it is screened by.
    #[must_use]
    pub const fn authority_id(&self) -> AuthorityId {
        self.authority_id
    }
}

/// The texts of which it is time to try again, the oldest first, and when the next one's time comes.
///
/// # Errors
/// If a question fails.
pub fn not_screened(view: &mut impl View, most: i64) -> Answer<(Vec<Text>, Option<Moment>)> {
    let now = view.now();
    let rows = queries::not_screened(view.conn(), now, most)?;
    let next = queries::next_try(view.conn(), now)?;
    let mut texts = Vec::with_capacity(rows.len());
    for (kind, row) in rows {
        texts.push(text(view, kind, row)?);
    }
    Ok((texts, next))
}

fn text(view: &mut impl View, kind: SourceKind, row: queries::Row) -> Answer<Text> {
    let source = Source {
        kind,
        author_id: row.author_id,
        id: row.id,
    };
    let words = match reading::words_of(view, row.authority_id, source) {
        Err(fault @ (Error::Sealed(_) | Error::Corrupt(_))) => {
            tracing::error!(error = %fault, "a text that was not screened does not open");
            None
        }
        words => words?,
    };
    let author = who::author(row.role, row.kind);
    let author = match kind {
        SourceKind::Report => written_as(author),
        SourceKind::Date
        | SourceKind::Goal
        | SourceKind::GoalEntry
        | SourceKind::ContactLog
        | SourceKind::HandoverNote => spoken_as(author),
        SourceKind::Message
        | SourceKind::HeldMessage
        | SourceKind::CheckIn
        | SourceKind::DateReply
        | SourceKind::CodeWord
        | SourceKind::Help => author.ok_or(Error::Corrupt("a text was written by staff"))?,
    };
    Ok(Text {
        source,
        authority_id: row.authority_id,
        about: row.about,
        author,
        language: row.language,
        was: (row.reading, row.lexicon_version),
        tries: row.tries.unwrap_or(0),
        at: row.received_at,
        words,
    })
}

/// Stores what came of screening a text again and raises what it worries us with; false if its row
/// is not as it was seen: then somebody else has settled it.
///
/// # Errors
/// If it cannot be stored; then its row says what it said before.
pub fn settle(tx: &mut Tx<'_>, text: &Text, screened: &Screened) -> Answer<bool> {
    if screened.reading == Reading::NotScreened {
        return put_off(tx, text);
    }
    if !queries::settle(tx.conn(), text, screened)? {
        return Ok(false);
    }
    queries::forget_tries(tx.conn(), text.source)?;
    if text.source.kind == SourceKind::Report {
        heed_report(tx, text, screened)?;
    } else {
        let said = Said {
            about: text.about,
            source: text.source,
            screened,
            at: text.at,
        };
        heed(tx, &said)?;
    }
    Ok(true)
}

/// Notes that a text could not be screened again. After the first time it stands on the list of what
/// a person must read; a concern somebody reported is read with its alert anyway.
///
/// # Errors
/// If it cannot be stored.
pub fn put_off(tx: &mut Tx<'_>, text: &Text) -> Answer<bool> {
    let due_at = tx.now().plus(wait_after(text.tries));
    if !queries::note_try(tx.conn(), (text.source, text.tries), due_at)? {
        return Ok(false);
    }
    if text.tries == 0 && text.source.kind != SourceKind::Report {
        let about = (text.about, text.source);
        raising::open(tx, &to_be_read(about, NOT_SCREENED))?;
    }
    Ok(true)
}

/// A concern is an alert already; what its note adds to it is one more occurrence, with the
/// people excluded whom it implicates.
fn heed_report(tx: &mut Tx<'_>, text: &Text, screened: &Screened) -> Answer<()> {
    if screened.findings.is_empty() {
        return Ok(());
    }
    let reported = queries::reported(tx.conn(), text.source)?;
    let excluded = implicated::all(tx.conn(), (text.source.author_id, text.source.id))?;
    let worry = reported.worry(text.source, screened, excluded);
    raising::open(tx, &worry).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_grow_apart_and_never_end() {
        let minutes: Vec<u64> = (0..6)
            .map(|tries| wait_after(tries).as_secs() / 60)
            .collect();

        assert_eq!(minutes, [1, 5, 15, 60, 60, 60]);
    }
}
