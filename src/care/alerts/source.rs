//! What gives rise to an occurrence: which kinds of text and tap there are.

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, SubjectId};
use crate::db::columns::text_column;

/// What kind of thing gave rise to an occurrence.
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
pub enum SourceKind {
    /// A message of a conversation.
    Message,
    /// A message that was held because its author is suspended or has departed.
    HeldMessage,
    /// A check-in.
    CheckIn,
    /// A concern reported by a person.
    Report,
    /// The help button.
    Help,
    /// What a date says.
    Date,
    /// A family member's reply to a date.
    DateReply,
    /// Words of a family member's contact plan: the code word, or who else is near.
    CodeWord,
    /// A goal.
    Goal,
    /// What somebody added to a goal.
    GoalEntry,
    /// An entry of the contact log.
    ContactLog,
    /// A version of a handover note.
    HandoverNote,
}

text_column!(SourceKind {
    Message = "message",
    HeldMessage = "held_message",
    CheckIn = "check_in",
    Report = "report",
    Help = "help",
    Date = "date",
    DateReply = "date_reply",
    CodeWord = "code_word",
    Goal = "goal",
    GoalEntry = "goal_entry",
    ContactLog = "contact_log",
    HandoverNote = "handover_note",
});

/// The row that gave rise to an occurrence: kind, who wrote it, their id for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// What kind of thing.
    pub kind: SourceKind,
    /// Who wrote it.
    pub author_id: AccountId,
    /// The id its author's client gave it.
    pub id: SubjectId,
}
