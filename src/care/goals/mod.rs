//! Goals: what a family member works towards, in their own words, on their own scale.
//!
//! A goal is written once, by the family member or by somebody who works with them, and stays as it
//! was written: staff put theirs beside it and cannot touch it. What comes later is added to it: where
//! it stands now, what helped, one small next step, each with who said it and when. Nothing is reckoned
//! from it and nothing is filled in: where nobody said anything, there is nothing. It ends "reached" or
//! "let go"; there is no failing. Every word is screened in the unit that stores it. Nobody else of the
//! household learns that it exists. Decided against: a version that the next one takes the place of,
//! where two people who write at the same time would have to lose one of their words.

pub mod actions;
mod queries;
pub mod reading;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, AuthorityId, GoalEntryId, GoalId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::db::Event;
use crate::db::columns::text_column;

/// A goal has at most so many characters.
pub const MOST_GOAL: usize = 500;
/// What is added to it in words has at most so many.
pub const MOST_WORDS: usize = 2000;
/// The top of the scale: "just as I hope".
pub const MOST_SCALE: i32 = 10;
/// A goal is shown with so many of the newest things that were added to it.
pub const NEWEST: i64 = 100;

/// The family member and those who work with them are told of a new goal.
pub const GOAL_CREATED: Event = "goal.created";
/// They are told that something was added to a goal, or that it has ended.
pub const GOAL_CHANGED: Event = "goal.changed";

/// How a goal ended.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
#[schema(as = GoalEnding)]
pub enum Ending {
    /// It is as they hoped, or good enough.
    Reached,
    /// Something else matters more by now.
    LetGo,
}

text_column!(Ending { Reached = "reached", LetGo = "let_go" });

/// What is added to a goal.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum EntryKind {
    /// Where it stands, on the scale.
    Now,
    /// What helped, in words.
    Helped,
    /// One small next step, in words.
    NextStep,
}

text_column!(EntryKind { Now = "now", Helped = "helped", NextStep = "next_step" });

/// Whoever wrote something, by name.
#[derive(Debug, Clone, PartialEq, Eq, diesel::Queryable)]
pub struct Writer {
    /// Who.
    pub id: AccountId,
    /// What they are called.
    pub display_name: String,
    /// What they are.
    pub role: Role,
}

/// A goal as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Its id.
    pub id: GoalId,
    /// Whose goal it is.
    pub family_member_id: AccountId,
    /// Who wrote it down.
    pub by: Writer,
    /// In their words.
    pub words: String,
    /// Where it stood then, 0 to 10.
    pub start: i32,
    /// What would be good enough, 0 to 10.
    pub good_enough: i32,
    /// When it was stored.
    pub received_at: Moment,
    /// How it ended, and when, if it has.
    pub ended: Option<(Ending, Moment)>,
    /// Whether whoever wrote it might not act then: it is kept and heeded, and no mentor ever sees it.
    pub is_held: bool,
}

/// Something that was added to a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: GoalEntryId,
    /// To which goal.
    pub goal_id: GoalId,
    /// Who said it.
    pub by: Writer,
    /// What it is.
    pub kind: EntryKind,
    /// Where it stands, for [`EntryKind::Now`] alone.
    pub scale: Option<i32>,
    /// The words, for the others.
    pub words: Option<String>,
    /// When it was said: by the clock of whoever wrote it, but never before the goal was there nor
    /// after it was stored.
    pub said_at: Moment,
    /// When it was stored.
    pub received_at: Moment,
    /// Whether whoever said it might not act then: no mentor ever sees it.
    pub is_held: bool,
}

/// A goal with what was added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The goal.
    pub goal: Goal,
    /// Where the family member said last that it stands; nobody else's word counts here.
    pub now: Option<i32>,
    /// The newest [`NEWEST`] entries, the newest first.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub more: bool,
}

/// Whether somebody is shown what is held: whoever oversees, and whoever said it.
const fn shows_held(caller: &Caller) -> bool {
    !matches!(caller.role, Role::PeerMentor)
}

/// Where the words of a goal are sealed to.
fn words_of_goal<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "goals.words",
        row,
    }
}

/// Where the words of an entry are sealed to.
fn words_of_entry<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "goal_entries.words",
        row,
    }
}
