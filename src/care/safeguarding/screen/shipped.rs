//! The lexicon built into the program: its files, and the version they make.
//!
//! Must never read the disk: the rules a program runs are the ones it was built and tested with.

use std::sync::Arc;
use std::thread;

use super::compile::LexiconError;
use super::source::LexiconFile;
use super::{Lexicon, SecondReader};

/// The day the shipped lexicon was last reviewed; the rest of a version is made from the content.
const REVIEWED_ON: &str = "2026-11-29";

/// The files, in the order they are compiled.
const FILES: [(&str, &str); 6] = [
    ("en.toml", include_str!("../../../../lexicon/en.toml")),
    ("pl.toml", include_str!("../../../../lexicon/pl.toml")),
    ("ro.toml", include_str!("../../../../lexicon/ro.toml")),
    ("pt.toml", include_str!("../../../../lexicon/pt.toml")),
    ("cy.toml", include_str!("../../../../lexicon/cy.toml")),
    (
        "ur-Latn.toml",
        include_str!("../../../../lexicon/ur-Latn.toml"),
    ),
];

/// The weights of the second reader.
pub(super) const WEIGHTS: &[u8] = include_bytes!("../../../../lexicon/second_reader.bin");

/// Compiles the built-in rules and, beside that, reads the weights and makes the version: a start waits
/// for the slowest of these alone.
pub(super) fn load() -> Result<Lexicon, LexiconError> {
    thread::scope(|scope| {
        let named = scope.spawn(version);
        let second = scope.spawn(|| SecondReader::from_bytes(WEIGHTS));
        let rules = Lexicon::from_files(&files()?, "")?;
        let second = second.join().unwrap_or(Err("could not be read"));
        let second = second.map_err(|problem| LexiconError::Weights(problem.to_owned()))?;
        Ok(Lexicon {
            version: named.join().unwrap_or_else(|_| version()),
            second: Some(Arc::new(second)),
            ..rules
        })
    })
}

/// Parses the built-in files.
pub(super) fn files() -> Result<Vec<LexiconFile>, LexiconError> {
    FILES.iter().map(|(name, text)| parse(name, text)).collect()
}

/// Parses one file of a lexicon.
pub(super) fn parse(name: &str, text: &str) -> Result<LexiconFile, LexiconError> {
    toml::from_str(text).map_err(|error| LexiconError::Unreadable {
        file: name.to_owned(),
        problem: error.to_string(),
    })
}

/// Names exactly this content.
pub(super) fn version() -> String {
    let content = FILES
        .iter()
        .flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()])
        .chain([WEIGHTS]);
    format!("{REVIEWED_ON}.{:08x}", fingerprint(content))
}

/// A 32-bit FNV-1a over 64 bits, folded: stable over builds and machines.
fn fingerprint<'a>(parts: impl Iterator<Item = &'a [u8]>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.flatten() {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    (hash >> 32) ^ (hash & 0xffff_ffff)
}
