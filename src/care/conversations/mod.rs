//! Conversations: the private talk of one family member and their mentor.
//!
//! A conversation's sequence has no gaps and its times never fall. What was sent is never changed
//! or taken back; a correction is another message. A message is stored with its screening or not at
//! all, and nobody writes without a [`seat::Seat`].

pub mod actions;
mod held;
pub mod history;
mod queries;
pub mod seat;
pub mod waiting;

use chrono::NaiveDate;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::civil::parse_day;
use crate::base::ids::{AccountId, AuthorityId, ConversationId, MessageId};
use crate::base::keyring::Place;
use crate::base::text::{self, BadText};
use crate::base::time::Moment;
use crate::care::safeguarding::Screened;
use crate::db::columns::text_column;
use crate::db::{Answer, Error, Event};

/// A message has at most so many characters (Unicode scalar values).
pub const MOST_CHARACTERS: usize = 4000;

/// A member is told that somebody wrote to them.
pub const MESSAGE_CREATED: Event = "message.created";
/// A practitioner is told that a message has no mentor to read it.
pub const MESSAGE_UNATTENDED: Event = "message.unattended";
/// A supervisor is told that somebody who may not act has tried to write.
pub const MESSAGE_HELD: Event = "message.held";
/// A practitioner, then a supervisor, is told that nobody has answered for too long.
pub const MESSAGE_WAITING: Event = "message.waiting";

/// The days of a mentor's work with a family member, of those that were said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    /// When they met first, or will: a worker introduces them.
    pub introduced_on: Option<NaiveDate>,
    /// From when they see each other less.
    pub tapers_from: Option<NaiveDate>,
    /// The last.
    pub ends_on: Option<NaiveDate>,
}

/// As its row says them.
pub(super) type DaysRow = (Option<String>, Option<String>, Option<String>);

impl Days {
    /// Reads what is stored.
    ///
    /// # Errors
    /// If it is no day.
    pub(super) fn read((introduced_on, tapers_from, ends_on): &DaysRow) -> Answer<Self> {
        let day = |text: &Option<String>| match text.as_deref().map(parse_day) {
            None => Ok(None),
            Some(Some(day)) => Ok(Some(day)),
            Some(None) => Err(Error::Corrupt("a day of a match is none")),
        };
        Ok(Self {
            introduced_on: day(introduced_on)?,
            tapers_from: day(tapers_from)?,
            ends_on: day(ends_on)?,
        })
    }
}

/// The part somebody has in a conversation.
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
pub enum Part {
    /// The family member whose conversation it is.
    FamilyMember,
    /// The mentor they are matched with.
    PeerMentor,
    /// A mentor who stands in within dates.
    CoverMentor,
}

text_column!(Part {
    FamilyMember = "family_member",
    PeerMentor = "peer_mentor",
    CoverMentor = "cover_mentor",
});

/// The words of a message: 1 to [`MOST_CHARACTERS`] characters, trimmed, no control characters.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText(String);

impl MessageText {
    /// Trims and checks a text.
    ///
    /// # Errors
    /// Says what is wrong, without repeating the text.
    pub fn parse(text: &str) -> Result<Self, BadText> {
        text::parse(text, MOST_CHARACTERS).map(Self)
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The words, taken out.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl std::fmt::Debug for MessageText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MessageText(…)")
    }
}

/// A message as its author's client hands it in.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Where it is to go.
    pub conversation_id: ConversationId,
    /// The id the author's client made for it.
    pub id: MessageId,
    /// The words.
    pub body: MessageText,
    /// When the author wrote it, by their own clock.
    pub written_at: Option<Moment>,
    /// What screening said before the unit, if the author could be told from the token.
    pub screened: Option<Screened>,
}

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// In which conversation.
    pub conversation_id: ConversationId,
    /// Its place there: 1, 2, 3, …
    pub seq: i64,
    /// Who wrote it.
    pub author_id: AccountId,
    /// The id the author's client gave it.
    pub id: MessageId,
    /// The words.
    pub body: String,
    /// When the author wrote it, by their own clock.
    pub written_at: Option<Moment>,
    /// When it was stored.
    pub received_at: Moment,
}

/// A message that was kept back, because its author may not act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldMessage {
    /// The conversation it was meant for.
    pub conversation_id: ConversationId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// The id the author's client gave it.
    pub id: MessageId,
    /// The words.
    pub body: String,
    /// When the author wrote it, by their own clock.
    pub written_at: Option<Moment>,
    /// When it came in.
    pub received_at: Moment,
}

/// What became of a message that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    /// It is stored now.
    Stored(Message),
    /// It had been stored by an earlier try; this is what became of that one.
    Repeated(Message),
    /// It is kept back, because its author may not act; the supervisor is told.
    Held(MessageId),
}

/// Where the words of a message are sealed.
fn words_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "messages.body",
        row,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_message_never_show_in_a_debug_line() {
        let text = MessageText::parse("  I am scared to go home ").unwrap();

        assert_eq!(text.as_str(), "I am scared to go home");
        assert!(!format!("{text:?}").contains("scared"));
    }
}
