//! Daybook: how families of children in need stay in touch with their peer mentor.
//!
//! The house has five floors; each may use only what stands below it:
//! `main → serve → {edge, workers} → app → care → db → base`.

pub mod app;
pub mod base;
pub mod care;
pub mod config;
pub mod db;
pub mod edge;
pub mod keyfile;
pub mod mailer;
pub mod phone_hook;
pub mod serve;
pub mod telemetry;
pub mod workers;
