//! How somebody answered on the scale lately: the numbers as they are, and whether they went up or down.
//! Nothing is filled in where nothing was said. What was put right counts once, as it stands now and at the
//! time of the first answer.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::queries;
use super::standing::Answered;
use crate::base::ids::{AccountId, CheckInId};
use crate::base::time::Moment;
use crate::db::{Answer, View};

/// So far back.
const LATELY: Duration = Duration::from_hours(28 * 24);
/// The newest so many are shown.
const SHOWN: usize = 5;
/// So much is a change; less is as before.
const CHANGE: i32 = 2;

/// One answer that stands: what was corrected does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Of which check-in, or of its newest correction.
    pub check_in_id: CheckInId,
    /// 0 to 10.
    pub scale: i32,
    /// When the first answer was stored.
    pub at: Moment,
}

/// Where the numbers go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TrendDirection)]
pub enum Direction {
    /// Up by 2 or more.
    Up,
    /// Down by 2 or more.
    Down,
    /// Neither.
    Steady,
}

/// How somebody answered in the last four weeks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trend {
    lately: Vec<Answered>,
    /// When they checked in last, however long ago.
    pub last_at: Option<Moment>,
}

impl Trend {
    /// The newest few, the oldest of them first; also what is held, for nobody sees this who may not.
    #[must_use]
    pub fn shown(&self) -> Vec<Scale> {
        let from = self.lately.len().saturating_sub(SHOWN);
        let shown = self.lately.iter().skip(from);
        shown
            .filter_map(|answered| {
                let stands = answered.stands(true)?;
                Some(Scale {
                    check_in_id: stands.id,
                    scale: stands.scale,
                    at: answered.at,
                })
            })
            .collect()
    }

    /// From the first that is shown to the last, and by how much; none of fewer than two.
    #[must_use]
    pub fn direction(&self) -> Option<(Direction, i32)> {
        let shown = self.shown();
        let [first, .., last] = shown.as_slice() else {
            return None;
        };
        let change = last.scale.saturating_sub(first.scale);
        let direction = if change >= CHANGE {
            Direction::Up
        } else if change <= CHANGE.saturating_neg() {
            Direction::Down
        } else {
            Direction::Steady
        };
        Some((direction, change))
    }

    /// The same in words.
    #[must_use]
    pub fn words(&self) -> String {
        match (self.direction(), self.shown().len()) {
            (Some((Direction::Steady, _)), _) => "steady".to_owned(),
            (Some((Direction::Up, change)), count) => format!("up {change} in {count} check-ins"),
            (Some((Direction::Down, change)), count) => {
                format!("down {} in {count} check-ins", change.saturating_abs())
            }
            (None, 1) => "one check-in in four weeks".to_owned(),
            (None, _) => "no check-in in four weeks".to_owned(),
        }
    }

    /// What was answered in a check-in of lately that still stands, and in the one before it, as far as
    /// whoever sees the one sees the other.
    #[must_use]
    pub fn scale_and_before(&self, id: CheckInId) -> Option<(i32, Option<i32>)> {
        let (place, stands) = self.lately.iter().enumerate().find_map(|(place, one)| {
            let stands = one.stands(true)?;
            (stands.id == id).then_some((place, stands))
        })?;
        let mut earlier = self.lately.iter().take(place).rev();
        let before = earlier.find_map(|one| one.stands(stands.is_held));
        Some((stands.scale, before.map(|before| before.scale)))
    }
}

/// How these people answered lately, of whom there is anything. Whether somebody may see it is asked
/// elsewhere.
///
/// # Errors
/// If the store fails.
pub fn of(view: &mut impl View, members: &[AccountId]) -> Answer<BTreeMap<AccountId, Trend>> {
    let since = view.now().minus(LATELY);
    let mut trends = BTreeMap::<AccountId, Trend>::new();
    for answered in queries::answered_since(view.conn(), members, since)? {
        let trend = trends.entry(answered.family_member_id).or_default();
        trend.lately.push(answered);
    }
    for (member, at) in queries::last_received(view.conn(), members)? {
        trends.entry(member).or_default().last_at = Some(at);
    }
    Ok(trends)
}
