//! The words of a check-in, part by part, as solution-focused practice asks for them.
//!
//! They are screened, sealed and quoted as one text, so that one verdict stands beside all of them in
//! one row; where a part ends is kept beside it.

use serde::{Deserialize, Serialize};

use crate::db::{Answer, Error};

/// A part of a check-in that is answered in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What has been better, or would make it better.
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
}

impl Part {
    /// All of them, in the order they are kept in.
    pub const ALL: [Self; 6] = [
        Self::Better,
        Self::BestHopes,
        Self::Resources,
        Self::NextSign,
        Self::Exceptions,
        Self::Coping,
    ];

    /// It has at most so many characters.
    #[must_use]
    pub const fn most(self) -> usize {
        match self {
            Self::Better => 4000,
            Self::BestHopes
            | Self::Resources
            | Self::NextSign
            | Self::Exceptions
            | Self::Coping => 1000,
        }
    }
}

/// What somebody says in words, none of it empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts(Vec<(Part, String)>);

impl Parts {
    /// From what was said of each part.
    #[must_use]
    pub fn of(said: impl IntoIterator<Item = (Part, Option<String>)>) -> Self {
        let said = said.into_iter();
        let mut parts: Vec<_> = said
            .filter_map(|(part, text)| Some((part, text?)))
            .collect();
        parts.sort_by_key(|(part, _)| *part);
        Self(parts)
    }

    /// What was said of a part.
    #[must_use]
    pub fn get(&self, part: Part) -> Option<&str> {
        let found = self.0.iter().find(|(one, _)| *one == part);
        found.map(|(_, text)| text.as_str())
    }

    /// All of it as one text, each part on a new line; none if nothing was said.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let texts: Vec<&str> = self.0.iter().map(|(_, text)| text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    }

    /// Where each part ends, as JSON: its name, and how many characters it has. None if there is only
    /// what has been better, which is then the whole text.
    #[must_use]
    pub fn shape(&self) -> Option<String> {
        let shape: Vec<(Part, usize)> = self
            .0
            .iter()
            .map(|(part, text)| (*part, text.chars().count()))
            .collect();
        match shape.as_slice() {
            [] | [(Part::Better, _)] => None,
            _ => serde_json::to_string(&shape).ok(),
        }
    }

    /// Takes a text apart again.
    ///
    /// # Errors
    /// If its shape is not that of the text.
    pub fn take_apart(words: Option<String>, shape: Option<&str>) -> Answer<Self> {
        let Some(words) = words else {
            return Ok(Self::default());
        };
        let Some(shape) = shape else {
            return Ok(Self(vec![(Part::Better, words)]));
        };
        let wrong = || Error::Corrupt("the parts of a check-in are not those of its words");
        let shape: Vec<(Part, usize)> =
            serde_json::from_str(shape).map_err(|_not_a_shape| wrong())?;
        let mut rest = words.chars();
        let mut parts = Vec::with_capacity(shape.len());
        for (number, (part, length)) in shape.into_iter().enumerate() {
            if number > 0 && rest.next() != Some('\n') {
                return Err(wrong());
            }
            let text: String = rest.by_ref().take(length).collect();
            if text.chars().count() != length {
                return Err(wrong());
            }
            parts.push((part, text));
        }
        if rest.next().is_some() {
            return Err(wrong());
        }
        Ok(Self(parts))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_said_comes_back_part_by_part(
            said in prop::collection::vec(prop::option::of("[a-ż\n ]{1,12}"), 6),
        ) {
            let parts = Parts::of(Part::ALL.into_iter().zip(said.clone()));

            let shape = parts.shape();
            let back = Parts::take_apart(parts.words(), shape.as_deref()).unwrap();

            prop_assert_eq!(&back, &parts);
            for (part, said) in Part::ALL.into_iter().zip(&said) {
                prop_assert_eq!(back.get(part), said.as_deref());
            }
        }
    }

    #[test]
    fn words_that_were_stored_before_there_were_parts_are_what_has_been_better() {
        let old = Parts::take_apart(Some("Nan came.\nWe baked.".to_owned()), None).unwrap();

        assert_eq!(old.get(Part::Better), Some("Nan came.\nWe baked."));
        assert_eq!(old.shape(), None);
    }

    #[test]
    fn a_shape_of_other_words_is_refused() {
        for shape in [
            "",
            "[[\"coping\",2]]",
            "[[\"coping\",4]]",
            "[[\"better\",1],[\"coping\",1]]",
            "[[\"worry\",3]]",
        ] {
            let taken = Parts::take_apart(Some("abc".to_owned()), Some(shape));
            assert!(taken.is_err(), "{shape}");
        }
    }
}
