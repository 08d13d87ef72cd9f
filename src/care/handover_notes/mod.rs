//! Handover notes: what the next person must know of a family member when whoever works with them leaves,
//! moves or is away: what is going on now, what was promised, what to look out for.
//!
//! A note has versions. Each is kept and can be read; a save names the version it was based on, and where
//! another was saved meanwhile nothing is stored and the one that stands comes back, so that both can be
//! seen. Every word is screened in the unit that stores it. Families do not see it.
//!
//! There are two notes for each family member: what mentors hand over to mentors, and what workers hand over
//! to workers. Workers read both and write theirs; mentors, and whoever covers for one, read and write
//! theirs alone. Decided against: one note for all, in which a worker's word about the mentor would be read
//! by the mentor, or be missing from the numbers of the versions.

pub mod actions;
mod queries;
pub mod reading;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, AuthorityId, HandoverNoteId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::care::accounts::Role;
use crate::care::alerts::actions::Named;
use crate::db::columns::text_column;
use crate::db::{Answer, Error};

/// What is said to one prompt has at most so many characters.
pub const MOST_WORDS: usize = 2000;

/// Whose note it is.
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
#[schema(as = HandoverSide)]
pub enum Side {
    /// From mentor to mentor.
    Mentors,
    /// From worker to worker.
    Workers,
}

text_column!(Side { Mentors = "mentors", Workers = "workers" });

impl Side {
    /// The note that somebody of this role writes, if they write one.
    #[must_use]
    pub const fn of(role: Role) -> Option<Self> {
        match role {
            Role::PeerMentor => Some(Self::Mentors),
            Role::FamilyPractitioner | Role::SupervisingSocialWorker => Some(Self::Workers),
            Role::FamilyMember | Role::ServiceManager => None,
        }
    }
}

/// What is said to the three prompts, none of it empty. They are screened, sealed and quoted as one text,
/// each on lines of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prompts {
    /// What is going on now.
    pub going_on: Option<String>,
    /// What was promised.
    pub promised: Option<String>,
    /// What to look out for.
    pub look_out_for: Option<String>,
}

impl Prompts {
    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.going_on.is_none() && self.promised.is_none() && self.look_out_for.is_none()
    }

    /// All of it as one text.
    #[must_use]
    pub fn joined(&self) -> String {
        let parts = [&self.going_on, &self.promised, &self.look_out_for];
        parts.map(|part| part.as_deref().unwrap_or("")).join("\n")
    }

    /// How many characters the first two parts of that text have.
    fn lengths(&self) -> (i32, i32) {
        let length = |part: &Option<String>| {
            let characters = part.as_deref().map_or(0, |text| text.chars().count());
            i32::try_from(characters).unwrap_or(i32::MAX)
        };
        (length(&self.going_on), length(&self.promised))
    }

    /// Takes such a text apart again.
    ///
    /// # Errors
    /// If the lengths are not those of the text.
    fn parted(text: &str, (first, second): (i32, i32)) -> Answer<Self> {
        let wrong = || Error::Corrupt("the parts of a handover note are not those of its words");
        let mut rest = text.chars();
        let mut part = |length: i32| -> Answer<Option<String>> {
            let length = usize::try_from(length).map_err(|_below_nothing| wrong())?;
            let said: String = rest.by_ref().take(length).collect();
            if said.chars().count() != length || rest.next() != Some('\n') {
                return Err(wrong());
            }
            Ok((!said.is_empty()).then_some(said))
        };
        let (going_on, promised) = (part(first)?, part(second)?);
        let look_out_for = rest.as_str();
        Ok(Self {
            going_on,
            promised,
            look_out_for: (!look_out_for.is_empty()).then(|| look_out_for.to_owned()),
        })
    }
}

/// A version of a note as it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its id.
    pub id: HandoverNoteId,
    /// About which family member.
    pub family_member_id: AccountId,
    /// Whose note it is.
    pub side: Side,
    /// Which version: 1 is the first.
    pub version: i32,
    /// Who saved it.
    pub by: Named,
    /// What it says.
    pub prompts: Prompts,
    /// When it was saved.
    pub saved_at: Moment,
}

/// Where the words of a version are sealed to.
fn words_of<'a>(authority: AuthorityId, row: &'a [&'a [u8]; 2]) -> Place<'a> {
    Place {
        authority,
        column: "handover_notes.words",
        row,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_said_comes_back_prompt_by_prompt(
            going_on in prop::option::of("[a-ż\n]{1,9}"),
            promised in prop::option::of("[a-ż\n]{1,9}"),
            look_out_for in prop::option::of("[a-ż\n]{1,9}"),
        ) {
            let prompts = Prompts { going_on, promised, look_out_for };

            let back = Prompts::parted(&prompts.joined(), prompts.lengths()).unwrap();

            prop_assert_eq!(back, prompts);
        }
    }

    #[test]
    fn lengths_of_another_text_are_refused() {
        for lengths in [(-1, 0), (3, 0), (0, 0), (1, 9)] {
            assert!(Prompts::parted("a\nb\nc", lengths).is_err(), "{lengths:?}");
        }
    }
}
