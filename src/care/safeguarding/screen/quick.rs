//! Tables that are filled from the lexicon alone, and asked about every word of every text.
//!
//! The standard library's hasher defends a table against whoever chooses its keys. Here nobody does:
//! a text is looked up and never entered, so a plain and quick hash is enough.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A table whose keys come from the lexicon.
pub(super) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;

/// A set of such keys.
pub(super) type QuickSet<K> = HashSet<K, BuildHasherDefault<Quick>>;

/// Turns and multiplies, eight bytes at a time.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Quick(u64);

impl Quick {
    fn add(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut eight = [0_u8; 8];
            for (place, byte) in eight.iter_mut().zip(chunk) {
                *place = *byte;
            }
            self.add(u64::from_le_bytes(eight));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.add(u64::from(number));
    }

    fn write_usize(&mut self, number: usize) {
        self.add(u64::try_from(number).unwrap_or(u64::MAX));
    }
}
