//! "I need help now": the button that is never limited and never lost.
//!
//! It is open to a family member whatever has become of their account: who is suspended may still
//! be in danger.

use std::collections::BTreeSet;

use super::actions::tap;
use super::queries;
use super::words::{Category, Severity};
use super::{Source, SourceKind};
use crate::base::ids::{AlertId, HelpId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::alerts::reach::{Reach, reach};
use crate::care::alerts::{Kind, Worry, raising, reading};
use crate::care::help_lines::{self, HelpLine};
use crate::care::notices::sending::Ways;
use crate::db::{self, Tx, View};

/// Why the button did nothing.
#[derive(Debug, thiserror::Error)]
pub enum HelpError {
    /// It is for family members.
    #[error("only for family members")]
    NotAllowed,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// A press of the button, and what can be said of it honestly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpCall {
    /// The id its client gave it.
    pub id: HelpId,
    /// When it was stored.
    pub received_at: Moment,
    /// Whether a person has looked at it.
    pub seen_by_a_person: bool,
    /// Whom the alert has reached, or may.
    pub reach: Reach,
    /// Whom to call meanwhile.
    pub help_lines: Vec<HelpLine>,
}

/// A press as its row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::Queryable)]
pub(super) struct Press {
    pub(super) received_at: Moment,
    pub(super) alert_id: AlertId,
}

/// Raises an immediate concern about the caller and gives the lines to call meanwhile; true if it
/// is new. The same press again gives the first. `ways` are those in which people are called from here.
///
/// # Errors
/// If the caller is no family member.
pub fn help(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: HelpId,
    ways: Ways,
) -> Result<(HelpCall, bool), HelpError> {
    if caller.role != Role::FamilyMember {
        return Err(HelpError::NotAllowed);
    }
    let key = (caller.account_id, id);
    let (press, is_new) = match queries::press(tx.conn(), key)? {
        Some(press) => (press, false),
        None => (raise(tx, caller, id)?, true),
    };
    let seen_by_a_person =
        !is_new && reading::was_seen_since(tx, press.alert_id, press.received_at)?;
    let help_lines = help_lines::actions::for_authority(tx, caller.authority_id)?;
    let call = HelpCall {
        id,
        received_at: press.received_at,
        seen_by_a_person,
        reach: reach(tx, press.alert_id, ways)?,
        help_lines,
    };
    Ok((call, is_new))
}

fn raise(tx: &mut Tx<'_>, caller: &Caller, id: HelpId) -> Result<Press, HelpError> {
    let (severity, category) = (Severity::Immediate, Category::AcuteDistress);
    let worry = Worry {
        about: caller.account_id,
        kind: Kind::Concern,
        possible_allegation: false,
        severity,
        category,
        excluded: BTreeSet::new(),
        source: Source {
            kind: SourceKind::Help,
            author_id: caller.account_id,
            id: id.into(),
        },
        marks: vec![tap("help", category, severity)],
    };
    let press = Press {
        received_at: tx.now(),
        alert_id: raising::open(tx, &worry)?,
    };
    queries::add_press(tx.conn(), (caller.account_id, id), press)?;
    Ok(press)
}
