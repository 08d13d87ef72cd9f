//! Templates: in which words a check-in asks, language by language and version by version.
//!
//! Version 1 of a language is what the service ships with: the sentences of `languages/` that are named like
//! the questions, which the phone app has too. An authority may put its own words in their place, one version
//! after the other, and the app asks in these; none is ever changed, so that an answer can be read beside the
//! question it was given to. Which questions there are, and when each is asked, is no authority's choice: the
//! scale, the call and the question about safety are in every template. Nor is it how the question about safety is put: its answer raises
//! an alarm or none, and nobody must be able to make it ask something else.

mod queries;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::base::ids::AccountId;
use crate::base::languages;
use crate::base::time::Moment;
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::db::columns::text_column;
use crate::db::{self, Answer, Tx, View};

/// The version of the words the service ships with.
pub const SHIPPED: i32 = 1;
/// A question has at most so many characters.
pub const MOST_QUESTION: usize = 200;

/// A question of a check-in.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Question {
    /// How things are, 0 to 10.
    Scale,
    /// What has been better.
    Better,
    /// What would tell them that this help had been worth it.
    BestHopes,
    /// What puts it where it is and not lower.
    Resources,
    /// What one step up would look like.
    NextSign,
    /// When it was a bit better, and who noticed.
    Exceptions,
    /// How they have kept going.
    Coping,
    /// Whether they want to be called.
    WantsContact,
    /// Whether anyone makes them feel unsafe. Asked of each alone.
    SomeoneMakesMeUnsafe,
}

text_column!(Question {
    Scale = "scale",
    Better = "better",
    BestHopes = "best_hopes",
    Resources = "resources",
    NextSign = "next_sign",
    Exceptions = "exceptions",
    Coping = "coping",
    WantsContact = "wants_contact",
    SomeoneMakesMeUnsafe = "someone_makes_me_unsafe",
});

/// When a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// Whatever the scale says.
    Always,
    /// Where it says more than 2.
    AboveTwo,
    /// Where it says 0, 1 or 2: how they keep going, in place of what would be higher.
    UpToTwo,
}

impl Question {
    /// When it is asked.
    #[must_use]
    pub const fn asked(self) -> Asked {
        match self {
            Self::Resources | Self::NextSign => Asked::AboveTwo,
            Self::Coping => Asked::UpToTwo,
            Self::Scale
            | Self::Better
            | Self::BestHopes
            | Self::Exceptions
            | Self::WantsContact
            | Self::SomeoneMakesMeUnsafe => Asked::Always,
        }
    }

    /// Whether every template has it.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        matches!(
            self,
            Self::Scale | Self::WantsContact | Self::SomeoneMakesMeUnsafe
        )
    }

    /// Whether it always stands in the words the service ships with.
    #[must_use]
    pub const fn is_fixed(self) -> bool {
        matches!(self, Self::SomeoneMakesMeUnsafe)
    }

    /// The words the service ships with in a language; none if it has none there.
    #[must_use]
    pub fn shipped_words(self, language: &str) -> Option<&'static str> {
        languages::sentence(language, self.as_str())
    }
}

/// What a check-in asks, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The language, without a place: `pl`.
    pub language: String,
    /// 1 is what the service ships with, 2, 3, … are the authority's own.
    pub version: i32,
    /// The questions that are asked, each with its words, in their order.
    pub questions: Vec<(Question, String)>,
    /// Who made it and when, if it is the authority's own.
    pub made: Option<(AccountId, Moment)>,
}

/// Which template somebody answered to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRef {
    /// Its language.
    pub language: String,
    /// Its version.
    pub version: i32,
}

impl TemplateRef {
    /// Reads `pl/3`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (language, version) = text.split_once('/')?;
        let reference = Self {
            language: language.to_owned(),
            version: version.parse().ok()?,
        };
        (is_language(language) && reference.to_string() == text).then_some(reference)
    }
}

impl std::fmt::Display for TemplateRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.language, self.version)
    }
}

/// Whether it is a language without a place, such as `pl`.
#[must_use]
pub fn is_language(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// Why there is no new template.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Only for service managers.
    #[error("only for service managers")]
    NotAllowed,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// What the service asks in a language; none if it has not got all the words.
#[must_use]
pub fn shipped(language: &str) -> Option<Template> {
    let asks = |question: &Question| {
        let words = question.shipped_words(language)?;
        Some((*question, words.to_owned()))
    };
    let questions: Option<Vec<_>> = Question::ALL.iter().map(asks).collect();
    Some(Template {
        language: language.to_owned(),
        version: SHIPPED,
        questions: questions?,
        made: None,
    })
}

/// What is asked in each language in the caller's authority, by its own words where it has any and may have
/// them: templates of earlier releases may put the question about safety in others.
///
/// # Errors
/// If the store fails.
pub fn in_force(view: &mut impl View, caller: &Caller) -> Answer<Vec<Template>> {
    let mut found = queries::newest(view.conn(), caller.authority_id)?;
    for own in &mut found {
        for (question, words) in &mut own.questions {
            if question.is_fixed()
                && let Some(shipped) = question.shipped_words(&own.language)
            {
                shipped.clone_into(words);
            }
        }
    }
    for (language, _) in languages::FILES {
        if found.iter().all(|own| own.language != language) {
            found.extend(shipped(language));
        }
    }
    found.sort_by(|a, b| a.language.cmp(&b.language));
    Ok(found)
}

/// Puts an authority's own words in place of those before. From now on they are asked.
///
/// # Errors
/// If the caller is no manager.
pub fn make(
    tx: &mut Tx<'_>,
    caller: &Caller,
    (language, questions): (&str, &[(Question, String)]),
) -> Result<Template, TemplateError> {
    if caller.role != Role::ServiceManager {
        return Err(TemplateError::NotAllowed);
    }
    // Two at once would both be the next version.
    take_turns(tx, caller)?;
    let whose = (caller.authority_id, language);
    let last = queries::last_version(tx.conn(), whose)?.unwrap_or(SHIPPED);
    let now = tx.now();
    let made = Template {
        language: language.to_owned(),
        version: last.saturating_add(1),
        questions: questions.to_vec(),
        made: Some((caller.account_id, now)),
    };
    queries::insert(tx.conn(), caller, (&made, now))?;
    let line = Line {
        deed: "check_in_template.made",
        subject: "check_in_template",
        subject_id: None,
        about: None,
        detail: serde_json::json!({ "language": language, "version": made.version }),
        reason: None,
    };
    audit::actions::record(tx, caller, &line)?;
    Ok(made)
}

/// Whether an authority has ever asked by this template.
///
/// # Errors
/// If the store fails.
pub(super) fn is_known(
    view: &mut impl View,
    caller: &Caller,
    reference: &TemplateRef,
) -> Answer<bool> {
    if reference.version == SHIPPED {
        return Ok(shipped(&reference.language).is_some());
    }
    let whose = (caller.authority_id, reference.language.as_str());
    let last = queries::last_version(view.conn(), whose)?.unwrap_or(SHIPPED);
    Ok((SHIPPED..=last).contains(&reference.version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_s_six_languages_ask_everything() {
        for language in ["en", "pl", "ro", "pt", "cy", "ar"] {
            let template = shipped(language).unwrap_or_else(|| panic!("{language} lacks words"));
            assert_eq!(template.questions.len(), Question::ALL.len());
            for (question, words) in &template.questions {
                let length = words.chars().count();
                assert!(
                    (2..=MOST_QUESTION).contains(&length),
                    "{language} {question}"
                );
            }
        }
        assert_eq!(shipped("uk"), None, "it has the notices only");
    }

    #[test]
    fn a_reference_is_read_in_one_form_alone() {
        let known = TemplateRef::parse("pl/3").unwrap();
        assert_eq!((known.language.as_str(), known.version), ("pl", 3));
        for wrong in [
            "", "pl", "pl/", "pl/x", "pl/03", "PL/3", "pl-PL/3", "p/3", "pl/3/4",
        ] {
            assert_eq!(TemplateRef::parse(wrong), None, "{wrong}");
        }
    }
}
