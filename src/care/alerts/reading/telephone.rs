//! Whom to telephone about an alert just now: what its responder reads out.

use super::queries;
use crate::care::agencies::actions as agencies;
use crate::care::agencies::{Agency, AgencyLine};
use crate::care::alerts::{Alert, Kind, policies, working_days};
use crate::db::{Answer, View};

/// Whom to telephone about an alert just now, and what to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telephone {
    /// Whether it is out of hours: no working time of a working day.
    pub out_of_hours: bool,
    /// The numbers, the first to be called first; none if the authority keeps none.
    pub lines: Vec<AgencyLine>,
}

/// Out of hours the emergency duty team, else the front door; about somebody of the service the
/// allegations officer too; and the police.
///
/// # Errors
/// If the question fails.
pub(super) fn about(view: &mut impl View, alert: &Alert) -> Answer<Telephone> {
    let hours = policies::office_hours(view, alert.authority_id)?;
    let out_of_hours = !working_days::is_working_time(hours, view.now());
    let mut agencies = vec![if out_of_hours {
        Agency::Edt
    } else {
        Agency::FrontDoor
    }];
    if alert.kind == Kind::Allegation {
        agencies.push(Agency::Lado);
    }
    agencies.push(Agency::Police);
    let area = queries::area_of(view.conn(), alert.pod_id)?;
    let lines = agencies::for_area(view, (alert.authority_id, &area), &agencies)?;
    Ok(Telephone {
        out_of_hours,
        lines,
    })
}
