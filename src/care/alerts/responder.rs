//! Who may see an alert, and who may act on it.
//!
//! Every verb on an alert takes a [`Responder`], and only the check below makes one: no check, no
//! handle. Conflict of interest comes before every right: for somebody excluded the alert does not
//! exist.

use super::calling::why;
use super::ladder::Rung;
use super::{Alert, Kind, queries};
use crate::base::ids::AlertId;
use crate::care::accounts::{Caller, Role};
use crate::db::{Answer, Tx, View};

/// Whoever was told of an alert for one of these reasons was called upon to answer it.
pub(super) const CALLED: [&str; 4] = [
    Rung::Cover.as_str(),
    Rung::Managers.as_str(),
    Rung::Everyone.as_str(),
    why::HANDED_OVER,
];

/// Proof that a person may act on one alert, together with the alert.
#[derive(Debug)]
pub struct Responder {
    alert: Alert,
    is_called_upon: bool,
}

/// How much of an alert somebody may see.
#[derive(Debug)]
pub enum Sight {
    /// Nothing: it does not exist for them.
    Nothing,
    /// That it exists, and how serious it is: the practitioner of the family.
    Outline(Box<Alert>),
    /// Everything, and act on it.
    Whole(Box<Responder>),
}

impl Responder {
    /// Takes an alert for this unit and checks who asks.
    ///
    /// # Errors
    /// If the question fails.
    pub(super) fn take(tx: &mut Tx<'_>, caller: &Caller, id: AlertId) -> Answer<Sight> {
        let alert = queries::take(tx.conn(), id)?;
        sight(tx, caller, alert)
    }

    /// Looks at an alert and checks who asks.
    ///
    /// # Errors
    /// If the question fails.
    pub(super) fn look(view: &mut impl View, caller: &Caller, id: AlertId) -> Answer<Sight> {
        let alert = queries::find(view.conn(), id)?;
        sight(view, caller, alert)
    }

    /// The alert.
    #[must_use]
    pub fn alert(&self) -> &Alert {
        &self.alert
    }

    /// Whether it is their turn, not only their right: they supervise or cover, were told, or
    /// have it. A manager whom it has not reached yet reads under the audit's rules.
    #[must_use]
    pub fn is_called_upon(&self) -> bool {
        self.is_called_upon
    }

    pub(super) fn into_alert(self) -> Alert {
        self.alert
    }
}

fn sight(view: &mut impl View, caller: &Caller, alert: Option<Alert>) -> Answer<Sight> {
    let Some(alert) = alert.filter(|alert| alert.authority_id == caller.authority_id) else {
        return Ok(Sight::Nothing);
    };
    let now = view.now();
    let conn = view.conn();
    if !caller.is_worker() || queries::is_excluded(conn, alert.id, caller.account_id)? {
        return Ok(Sight::Nothing);
    }
    let me = caller.account_id;
    let answers_for_the_pod = queries::answers_for(conn, (me, alert.pod_id), now)?;
    let is_called_upon = answers_for_the_pod
        || alert.holder_id == Some(me)
        || (caller.role != Role::FamilyPractitioner
            && queries::was_told(conn, (alert.id, me), &CALLED)?);
    if is_called_upon || caller.role == Role::ServiceManager {
        return Ok(Sight::Whole(Box::new(Responder {
            alert,
            is_called_upon,
        })));
    }
    // An allegation is restricted: a practitioner works with the very people it may be about.
    if alert.kind != Kind::Allegation
        && queries::practitioner_of(conn, alert.family_id)? == Some(me)
    {
        return Ok(Sight::Outline(Box::new(alert)));
    }
    Ok(Sight::Nothing)
}
