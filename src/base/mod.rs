//! Floor 1: values that know nothing of the outside. No database, no network, no files.

pub mod hub;
pub mod ids;
pub mod keyring;
pub mod secret;
pub mod text;
pub mod time;
