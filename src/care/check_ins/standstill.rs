//! What is said to somebody who checks in while nobody can be called. It is the truth, and the same
//! whatever the check-in says: whoever reads it over their shoulder learns nothing of the answer.

use super::CheckIn;
use crate::care::accounts::Caller;
use crate::care::alerts::reading::was_source_seen_since;
use crate::care::help_lines::{self, HelpLine};
use crate::care::safeguarding::{Source, SourceKind};
use crate::db::{Answer, View};

/// The lines to call instead, as long as nobody has looked at what came of this check-in.
///
/// # Errors
/// If the store fails.
pub fn lines_while_unseen(
    view: &mut impl View,
    caller: &Caller,
    check_in: &CheckIn,
) -> Answer<Option<Vec<HelpLine>>> {
    let source = Source {
        kind: SourceKind::CheckIn,
        author_id: check_in.family_member_id,
        id: check_in.id.into(),
    };
    if was_source_seen_since(view, source, check_in.received_at)? {
        return Ok(None);
    }
    help_lines::actions::for_authority(view, caller.authority_id).map(Some)
}
