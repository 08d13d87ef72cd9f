//! Safeguarding: what in a text or an answer worries us, and what is made of it.
//!
//! Every text is screened before its unit and stored with its verdict in the same row; what worries
//! us becomes an occurrence of an alert in the same unit. Screening may raise, never lower, never
//! close, and never keeps a message back.

pub mod actions;
pub mod helping;
mod implicated;
pub mod lexicons;
pub mod plan_words;
mod queries;
pub mod reporting;
pub mod rereading;
pub mod screen;

pub use crate::care::words;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;

use crate::base::ids::AccountId;
use crate::base::time::Moment;
pub use crate::care::alerts::{Source, SourceKind};
use crate::db::columns::text_column;
use screen::{Finding, Lexicon, Verdict};
use words::Author;

/// What a row says of the screening of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Reading {
    /// Screened; nothing found.
    Clear,
    /// Screened; something found, and an occurrence made of it in the same unit.
    Worrying,
    /// Screening failed; a concern in itself, read again soon.
    NotScreened,
}

text_column!(Reading { Clear = "clear", Worrying = "worrying", NotScreened = "not_screened" });

/// A text that was screened, with what came of it. There is no other way to have one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screened {
    /// What the row will say.
    pub reading: Reading,
    /// Written in a language without rules: a person must read it.
    pub unread: bool,
    /// What was found.
    pub findings: Vec<Finding>,
    /// By which rules.
    pub lexicon_version: String,
    /// Whom it was taken to be written by.
    pub author: Author,
}

/// Screens one text on the caller's thread. Never fails: if screening panics, that is a concern of
/// its own and the text is stored all the same.
#[must_use]
pub fn screen_text(lexicon: &Lexicon, text: &str, author: Author, language: &str) -> Screened {
    let verdict = catch_unwind(AssertUnwindSafe(|| {
        lexicon.screen(text, author, Some(language))
    }));
    let lexicon_version = lexicon.version().to_owned();
    match verdict {
        Ok(Verdict { unread, findings }) => {
            let reading = if findings.is_empty() {
                Reading::Clear
            } else {
                Reading::Worrying
            };
            Screened {
                reading,
                unread,
                findings,
                lexicon_version,
                author,
            }
        }
        Err(_panic) => {
            tracing::error!("screening panicked; the text is stored as not screened");
            Screened {
                reading: Reading::NotScreened,
                unread: false,
                findings: Vec::new(),
                lexicon_version,
                author,
            }
        }
    }
}

/// The screening done before the unit, or a new one if the author or the rules have changed since.
#[must_use]
pub fn still_valid<'a>(
    screened: Option<&'a Screened>,
    lexicon: &Lexicon,
    text: &str,
    (author, language): (Author, &str),
) -> Cow<'a, Screened> {
    match screened {
        Some(screened)
            if screened.author == author && screened.lexicon_version == lexicon.version() =>
        {
            Cow::Borrowed(screened)
        }
        _ => Cow::Owned(screen_text(lexicon, text, author, language)),
    }
}

/// What screening says of words, by what it said before the unit if that still holds; of no words it
/// has nothing to say.
#[must_use]
pub fn screening<'a>(
    screened: Option<&'a Screened>,
    lexicon: &Lexicon,
    words: Option<&str>,
    (author, language): (Author, &str),
) -> Cow<'a, Screened> {
    match words {
        Some(words) => still_valid(screened, lexicon, words, (author, language)),
        None => Cow::Owned(Screened {
            reading: Reading::Clear,
            unread: false,
            findings: Vec::new(),
            lexicon_version: lexicon.version().to_owned(),
            author,
        }),
    }
}

/// A text that somebody said, about to be stored, with its screening.
#[derive(Debug, Clone)]
pub struct Said<'a> {
    /// Whom a worry about it would be about: the family member of the conversation.
    pub about: AccountId,
    /// Where it is stored.
    pub source: Source,
    /// What screening found.
    pub screened: &'a Screened,
    /// When it was said: the mentors of then may turn out to be implicated.
    pub at: Moment,
}
