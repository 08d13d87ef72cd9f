//! The audit: who did and read what, when and why.
//!
//! A deed whose own row says who, what and when is its own record; other deeds append a line in the
//! same unit. Everybody's reading but the pair's own is audited first and read second. Lines are
//! only ever appended.

pub mod actions;
mod queries;
pub mod reading;

use crate::base::ids::{AccountId, SubjectId};

/// One line of the audit, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was done, as `conversation.read` or `account.suspended`.
    pub deed: &'static str,
    /// To what kind of thing, as `conversation`.
    pub subject: &'static str,
    /// To which one.
    pub subject_id: Option<SubjectId>,
    /// Whose affairs it touches, if a person's.
    pub about: Option<AccountId>,
    /// Facts as JSON: ranges, counts, roles. Never words, never a name.
    pub detail: serde_json::Value,
    /// The reason the person gave; sealed at rest, as all words are.
    pub reason: Option<String>,
}

/// What the audit needs before somebody reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: the pair reads its own talk, which read marks record.
    Nothing,
    /// This line, on disk, before anything is shown.
    LineFirst(Line),
    /// This line, but help must not wait for it: the responder of an open alert reads it even if
    /// the audit cannot be written.
    LineIfPossible(Line),
}
