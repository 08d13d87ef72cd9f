//! Whether anybody can be reached for an alert, as far as that can be known beforehand: what was sent may
//! reach nobody all the same.

use super::queries;
use crate::base::ids::{AccountId, AlertId};
use crate::care::notices::channels;
use crate::care::notices::sending::Ways;
use crate::db::{Answer, View};

/// Whom an alert has reached, or may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Who was told of it and may act; nobody, where its whole ladder is empty.
    pub told: Vec<AccountId>,
    /// Whether one of them can be called outside the open app.
    pub can_be_called: bool,
}

/// Whom an alert has reached, as of now. A way to call somebody counts only where somebody sends that way
/// from here.
///
/// # Errors
/// If the store fails.
pub fn reach(view: &mut impl View, id: AlertId, ways: Ways) -> Answer<Reach> {
    let nobody = Reach {
        told: Vec::new(),
        can_be_called: false,
    };
    let Some(alert) = queries::find(view.conn(), id)?.filter(|alert| !alert.unreachable) else {
        return Ok(nobody);
    };
    let told = queries::told(view.conn(), id)?;
    let told: Vec<AccountId> = told.into_iter().map(|(who, _)| who).collect();
    let now = view.now();
    let channels = channels::of_staff(view.conn(), Some(alert.authority_id), (now, ways))?;
    let has_a_way = |who: &AccountId| channels.get(who).is_some_and(|ways| !ways.is_empty());
    Ok(Reach {
        can_be_called: told.iter().any(has_a_way),
        told,
    })
}
