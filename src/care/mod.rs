//! Floor 3: the domain. No async, no HTTP, no clock of its own: plain functions on one unit of work.

pub mod accounts;
pub mod agencies;
pub mod alerts;
pub mod audit;
pub mod caseload;
pub mod cases;
pub mod check_ins;
pub mod chronology;
pub mod contact_log;
pub mod contact_plans;
pub mod conversations;
pub mod evaluation;
pub mod families;
pub mod follow_ups;
pub mod goals;
pub mod handover_notes;
pub mod handovers;
pub mod help_lines;
pub mod needs;
pub mod notices;
pub mod pods;
pub mod reading_hours;
pub mod reminders;
pub mod safeguarding;
pub mod who;
pub mod words;
