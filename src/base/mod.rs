//! Floor 1: values that know nothing of the outside. No database, no network, no files.

pub mod civil;
pub mod codes;
pub mod hub;
pub mod ids;
pub mod keyring;
pub mod languages;
pub mod numbers;
pub mod outside;
pub mod passwords;
pub mod phone_numbers;
pub mod push_hosts;
pub mod recurrence;
pub mod secret;
pub mod text;
pub mod time;
pub mod turns;
pub mod web_push;
