//! Handovers: the one room that may see all others. Matching, moving, suspending, leaving.

pub mod matching;
mod queries;
