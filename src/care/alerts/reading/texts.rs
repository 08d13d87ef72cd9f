//! Texts and the alerts they belong to, for the rooms above: nobody is shown anything here.

use std::collections::HashSet;

use super::queries;
use crate::base::ids::{AccountId, AuthorityId, SubjectId};
use crate::care::accounts::Role;
use crate::care::alerts::{Mark, Source};
use crate::db::{Answer, View};

/// What worried us in a text so far, whichever alert it belongs to.
///
/// # Errors
/// If the question fails.
pub fn marks_of(view: &mut impl View, source: Source) -> Answer<Vec<Mark>> {
    let found = queries::findings_of(view.conn(), source)?;
    let marks = found
        .iter()
        .map(|findings| serde_json::from_str::<Vec<Mark>>(findings).unwrap_or_default());
    Ok(marks.flatten().collect())
}

/// The texts, by author and id, that lie in alerts from which a manager of the authority is excluded:
/// what managers are shown in numbers must not tell of them either.
///
/// # Errors
/// If the question fails.
pub fn hidden_from_managers(
    view: &mut impl View,
    authority: AuthorityId,
) -> Answer<HashSet<(AccountId, SubjectId)>> {
    queries::hidden_from(view.conn(), authority, Role::ServiceManager)
}

/// The words an occurrence comes from, for screening them again: nobody is shown them.
///
/// # Errors
/// If the question fails, or they do not open.
pub fn words_of(
    view: &mut impl View,
    authority: AuthorityId,
    source: Source,
) -> Answer<Option<String>> {
    queries::words_of(view, authority, source)
}
