//! Everything Daybook does, tried from outside: over HTTP, the live socket and the command line, on
//! both databases.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod support;

mod alerts;
mod alone;
mod audit;
mod backups;
mod bad_input;
mod caseload;
mod cases;
mod channels;
mod check_ins;
mod chronology;
mod clock;
mod commands;
mod concerns;
mod connections;
mod contact_log;
mod contact_plans;
mod contact_stops;
mod contract;
mod conversations;
mod cover;
mod crash;
mod date_occurrences;
mod date_work;
mod dates;
mod devices;
mod evaluation;
mod events;
mod exclusions;
mod floors;
mod goals;
mod handing_on;
mod handover_notes;
mod handovers;
mod hanging_up;
mod health;
mod heartbeat;
mod held;
mod help;
mod help_lines;
mod hostile_frames;
mod interleavings;
mod journeys;
mod knocks;
mod ladder;
mod leave;
mod lexicon;
mod live;
mod logs;
mod mail;
mod mail_servers;
mod match_courses;
mod migrations;
mod needs;
mod nodes;
mod numbers;
mod out_of_hours;
mod people;
mod phone;
mod policies;
mod push;
mod races;
mod reading_hours;
mod readme;
mod reconciling;
mod refusals;
mod reminders;
mod repeats;
mod response_times;
mod retention;
mod rhythms;
mod rota;
mod round_trips;
mod second_factor;
mod settings;
mod store;
mod tour;
mod way_back;
mod work;
