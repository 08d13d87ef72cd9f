//! Reading the audit: for service managers, and never a line that would reveal an alert to somebody
//! excluded from it.
//!
//! Whoever is implicated in an alert about a family member sees no line about that alert, and since
//! it was raised none about that family member, and none in which others look into themselves. Reading the audit is audited too.

use serde_json::{Value, json};

use super::{Line, Needs, queries};
use crate::base::ids::{AccountId, AuditLineId, SubjectId};
use crate::base::time::Moment;
use crate::care::who::{Caller, Role};
use crate::db::{self, View};

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Only for service managers.
    #[error("not allowed")]
    NotAllowed,
    /// The lines of somebody who is nobody here were asked for.
    #[error("{0} is nobody here")]
    Nobody(&'static str),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// Which lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Only those that touch this person's affairs.
    pub about: Option<AccountId>,
    /// Only those about this thing.
    pub subject: Option<SubjectId>,
    /// Only those this person left.
    pub actor: Option<AccountId>,
    /// Only those before this one.
    pub after: Option<AuditLineId>,
    /// At most so many.
    pub limit: i64,
}

/// A line as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub id: AuditLineId,
    /// When.
    pub at: Moment,
    /// Who; nobody if it was the operator.
    pub actor: Option<(AccountId, String)>,
    /// As what.
    pub actor_role: String,
    /// What was done.
    pub deed: String,
    /// To what kind of thing.
    pub subject: String,
    /// To which.
    pub subject_id: Option<SubjectId>,
    /// Whose affairs it touches.
    pub about: Option<(AccountId, String)>,
    /// Facts.
    pub detail: Value,
    /// The reason given.
    pub reason: Option<String>,
}

/// What the audit needs before somebody reads the audit.
///
/// # Errors
/// If they may not, or ask for somebody who is nobody of their authority.
pub fn needs(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Needs, ReadError> {
    check(caller)?;
    for (name, asked) in [("about", listing.about), ("actor", listing.actor)] {
        if let Some(who) = asked
            && !queries::is_of(view.conn(), caller.authority_id, who)?
        {
            return Err(ReadError::Nobody(name));
        }
    }
    Ok(Needs::LineFirst(Line {
        deed: "audit.read",
        subject: "audit",
        subject_id: listing.subject,
        about: listing.about,
        detail: json!({"actor": listing.actor, "limit": listing.limit, "before": listing.after}),
        reason: None,
    }))
}

/// Reads lines, newest first.
///
/// # Errors
/// If the caller may not.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Written>, ReadError> {
    check(caller)?;
    Ok(queries::list(view, caller, listing)?)
}

fn check(caller: &Caller) -> Result<(), ReadError> {
    if caller.role == Role::ServiceManager {
        Ok(())
    } else {
        Err(ReadError::NotAllowed)
    }
}
