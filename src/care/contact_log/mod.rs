//! The contact log: visits, calls and other contacts with a family member outside of Daybook, logged by
//! whoever made them.
//!
//! A check-in is no visit. From the log follows for how many days nobody has seen somebody in person;
//! that is reckoned when it is asked for and stored nowhere. An entry stays as it was logged: one that was
//! wrong is marked as withdrawn, with the reason, and another is logged in its place. Every word is
//! screened in the unit that stores it.
//!
//! Families do not see it. It is the staff's record of their own work, and what stands in it about one
//! member of a household would reach the others over their shoulder; what is agreed with a family member
//! is a date, which they read. A mentor reads what they logged themselves and no more: what others write
//! about a family member may be about the mentor, and a gap would tell them so. What is alleged of a
//! worker belongs in a concern, which leaves them out, and not here.

pub mod actions;
mod queries;
pub mod reading;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, AuthorityId, ContactEntryId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::alerts::actions::Named;
use crate::db::columns::text_column;

/// With whom it was has at most so many characters.
pub const MOST_WITH: usize = 200;
/// A note has at most so many.
pub const MOST_NOTE: usize = 2000;

/// How somebody was in contact.
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
#[schema(as = ContactKind)]
pub enum Kind {
    /// Somebody went to see them.
    Visit,
    /// By telephone.
    Call,
    /// In another way: met at school, a letter, a text.
    Other,
}

text_column!(Kind { Visit = "visit", Call = "call", Other = "other" });

/// What came of it.
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
#[schema(as = ContactOutcome)]
pub enum Outcome {
    /// The family member was seen in person. Never by a call.
    SeenInPerson,
    /// There was an answer, from them or somebody near them, and they were not seen.
    SpokenWith,
    /// No reply, or nobody at home.
    NoReply,
}

text_column!(Outcome {
    SeenInPerson = "seen_in_person",
    SpokenWith = "spoken_with",
    NoReply = "no_reply",
});

/// Why an entry was withdrawn.
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
#[schema(as = ContactWithdrawalReason)]
pub enum Mistake {
    /// It was with somebody else.
    WrongPerson,
    /// It was never made.
    DidNotHappen,
    /// It stands there twice.
    LoggedTwice,
    /// It was made, and not as it was written: another entry says how.
    WronglyWritten,
}

text_column!(Mistake {
    WrongPerson = "wrong_person",
    DidNotHappen = "did_not_happen",
    LoggedTwice = "logged_twice",
    WronglyWritten = "wrongly_written",
});

/// What an entry says in words. They are screened, sealed and quoted as one text: with whom on its first
/// line, the note below.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Who was seen or spoken with; a single line.
    pub with_whom: Option<String>,
    /// A short note.
    pub note: Option<String>,
}

impl Words {
    /// All of it as one text; none if nothing was said.
    #[must_use]
    pub fn joined(&self) -> Option<String> {
        match (&self.with_whom, &self.note) {
            (None, None) => None,
            (with, None) => with.clone(),
            (with, Some(note)) => Some(format!("{}\n{note}", with.as_deref().unwrap_or(""))),
        }
    }

    /// Takes such a text apart again.
    #[must_use]
    pub fn parted(text: &str) -> Self {
        let (with, note) = text.split_once('\n').unwrap_or((text, ""));
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Self {
            with_whom: some(with),
            note: some(note),
        }
    }
}

/// That an entry was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// Why.
    pub reason: Mistake,
    /// Who said so.
    pub by: AccountId,
    /// When.
    pub at: Moment,
}

/// A contact as it was logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: ContactEntryId,
    /// With which family member.
    pub family_member_id: AccountId,
    /// Who made it and logged it.
    pub by: Named,
    /// How.
    pub kind: Kind,
    /// What came of it.
    pub outcome: Outcome,
    /// When it was.
    pub happened_at: Moment,
    /// What is said of it in words.
    pub words: Words,
    /// When it was logged.
    pub received_at: Moment,
    /// That it was wrong, if somebody has said so.
    pub withdrawn: Option<Withdrawal>,
}

/// Where the words of an entry are sealed to.
fn words_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "contact_log.words",
        row,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_said_comes_back_as_it_was(
            with_whom in prop::option::of("[a-ż ]{1,12}"),
            note in prop::option::of("[a-ż][a-ż\n ]{0,12}"),
        ) {
            let words = Words { with_whom, note };

            let back = words.joined().as_deref().map(Words::parted).unwrap_or_default();

            prop_assert_eq!(back, words);
        }
    }
}
