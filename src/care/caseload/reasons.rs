//! Why somebody stands where they stand in a caseload, in words.

use chrono_tz::Europe::London;
use serde::Serialize;

use super::Group;
use crate::base::time::Moment;
use crate::care::check_ins::trend::Trend;
use crate::care::contact_log::reading::days_between;
use crate::care::conversations::waiting::Waiting;
use crate::care::follow_ups::{self, Entry};

/// What asks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseloadWhy)]
pub enum Why {
    /// They wait for a reply.
    Reply,
    /// They asked to be called.
    Call,
    /// They answered 0, 1 or 2 on the scale.
    Low,
    /// They answered 3 or more below their check-in before.
    Fall,
    /// They were asked how things are, and did not answer.
    Missed,
    /// What they were to be told reached no device of theirs.
    Unreached,
    /// They asked for another time than that of a date.
    ChangeAsked,
    /// Nobody keeps a date with them any more.
    Unattended,
    /// Nobody has talked their contact plan over with them for a month, or they have told none since they joined.
    ConfirmPlan,
    /// They have not checked in for long.
    NoCheckIn,
    /// Nobody has logged for long that they were seen in person.
    NotSeen,
}

impl Why {
    /// Where it puts somebody.
    #[must_use]
    pub const fn group(self) -> Group {
        match self {
            Self::Reply
            | Self::Call
            | Self::Low
            | Self::Fall
            | Self::Missed
            | Self::Unreached
            | Self::ChangeAsked
            | Self::Unattended
            | Self::ConfirmPlan => Group::Waiting,
            Self::NoCheckIn | Self::NotSeen => Group::Quiet,
        }
    }
}

impl From<follow_ups::Why> for Why {
    fn from(why: follow_ups::Why) -> Self {
        match why {
            follow_ups::Why::Call => Self::Call,
            follow_ups::Why::Low => Self::Low,
            follow_ups::Why::Fall => Self::Fall,
            follow_ups::Why::Missed => Self::Missed,
            follow_ups::Why::Unreached => Self::Unreached,
            follow_ups::Why::ChangeAsked => Self::ChangeAsked,
            follow_ups::Why::Unattended => Self::Unattended,
            follow_ups::Why::ConfirmPlan => Self::ConfirmPlan,
        }
    }
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What it is.
    pub why: Why,
    /// Since when.
    pub since: Moment,
    /// The same in words, for whoever reads the list.
    pub words: String,
}

/// What the rooms know of somebody.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Where they wait for a reply.
    pub waits: &'a [Waiting],
    /// What of theirs is to be followed up.
    pub follow_ups: &'a [Entry],
    /// How they answered lately.
    pub trend: &'a Trend,
    /// When they were last seen in person.
    pub last_seen: Option<Moment>,
    /// Since when they are known here.
    pub known_since: Moment,
}

/// Every reason there is, what has waited longest first; without a check-in, or unseen, for so many days
/// somebody is quiet.
#[must_use]
pub fn of(facts: &Facts<'_>, (quiet, unseen): (i64, i64), now: Moment) -> Vec<Reason> {
    let waits = facts.waits.iter().map(|wait| Reason {
        why: Why::Reply,
        since: wait.since,
        words: format!("waits for a reply since {}", on_the_clock(wait.since)),
    });
    let follow_ups = facts.follow_ups.iter().flat_map(|follow_up| {
        let of_it = follow_up.reasons.all().into_iter();
        of_it.map(|why| Reason {
            why: why.into(),
            since: follow_up.opened_at,
            words: words(why, follow_up, facts.trend),
        })
    });
    let known = facts.known_since;
    let no_check_in = facts.trend.last_at.unwrap_or(known);
    let not_seen = facts.last_seen.unwrap_or(known);
    let quiet = [
        (Why::NoCheckIn, no_check_in, "no check-in", quiet),
        (Why::NotSeen, not_seen, "not seen in person", unseen),
    ];
    let quiet = quiet.into_iter().filter_map(|(why, since, what, most)| {
        let days = days_between(since, now);
        (days >= most).then(|| Reason {
            why,
            since,
            words: format!("{what} for {}", counted(days, "day")),
        })
    });
    let mut all: Vec<Reason> = waits.chain(follow_ups).chain(quiet).collect();
    all.sort_by_key(|reason| (reason.why.group(), reason.since));
    all
}

/// A reason of a follow-up in words, with the numbers where the check-in still stands.
fn words(why: follow_ups::Why, follow_up: &Entry, trend: &Trend) -> String {
    let check_in = follow_up.check_in_id;
    let scales = check_in.and_then(|id| trend.scale_and_before(id));
    match (why, scales) {
        (follow_ups::Why::Call, _) => "asked for a call".to_owned(),
        (follow_ups::Why::Low, Some((scale, _))) => format!("scale at {scale}"),
        (follow_ups::Why::Low, None) => "scale at 2 or below".to_owned(),
        (follow_ups::Why::Fall, Some((scale, Some(before)))) => {
            format!("scale fell from {before} to {scale}")
        }
        (follow_ups::Why::Fall, _) => "scale fell by 3 or more".to_owned(),
        (follow_ups::Why::Missed, _) => {
            let missed = counted(follow_up.reasons.missed.into(), "check-in");
            format!("{missed} missed")
        }
        (follow_ups::Why::Unreached, _) => "a reminder reached no device".to_owned(),
        (follow_ups::Why::ChangeAsked, _) => "asked for another time".to_owned(),
        (follow_ups::Why::Unattended, _) => "a date that nobody keeps".to_owned(),
        (follow_ups::Why::ConfirmPlan, _) => "contact plan to be talked over".to_owned(),
    }
}

/// `1 day`, `9 days`.
fn counted(count: i64, what: &str) -> String {
    let many = if count == 1 { "" } else { "s" };
    format!("{count} {what}{many}")
}

/// As the staff say it: `1 June, 10:00`.
fn on_the_clock(at: Moment) -> String {
    at.on_the_wall(London).format("%-d %B, %H:%M").to_string()
}
