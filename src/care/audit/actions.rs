//! Writing the audit.

use super::{Line, queries};
use crate::base::ids::AuthorityId;
use crate::care::who::Caller;
use crate::db::{Answer, Tx};

/// Appends a line in this unit.
///
/// # Errors
/// If it cannot be written; then the deed is not done either.
pub fn record(tx: &mut Tx<'_>, caller: &Caller, line: &Line) -> Answer<()> {
    let who = (
        caller.authority_id,
        Some(caller.account_id),
        caller.role.as_str(),
    );
    queries::append(tx, who, line)
}

/// Appends a line for something asked for by whoever has not said who they are.
///
/// # Errors
/// If it cannot be written; then the deed is not done either.
pub fn record_as_stranger(tx: &mut Tx<'_>, authority: AuthorityId, line: &Line) -> Answer<()> {
    queries::append(tx, (authority, None, "stranger"), line)
}

/// Appends a line for something done from the command line, by whoever runs the server.
///
/// # Errors
/// If it cannot be written; then the deed is not done either.
pub fn record_as_operator(tx: &mut Tx<'_>, authority: AuthorityId, line: &Line) -> Answer<()> {
    queries::append(tx, (authority, None, "operator"), line)
}
