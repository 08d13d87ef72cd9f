//! What tests stand on: a whole service on a free port with a database and a clock of its own, and
//! people who use it over HTTP.

mod app;
mod demo;
pub(crate) mod description;
pub(crate) mod frames;
mod mail_server;
mod outside;
mod people;
mod phone;
mod process;
mod push_service;
mod rows;
mod rung;
mod store;
mod tls;
mod wire;
mod worries;
mod yaml;

pub(crate) use app::{START, TestApp};
pub(crate) use demo::{Demo, daybook};
pub(crate) use mail_server::{Begins, MailServer, Mood, Received};
pub(crate) use outside::{Manner, Outside};
pub(crate) use people::{PASSWORD, PIN, Person, Reply, Team, a_team, new_id};
pub(crate) use phone::Phone;
pub(crate) use process::{Place, Process};
pub(crate) use push_service::{Answer, Browser, PushService, a_subscription, claims};
pub(crate) use rung::{
    HOOK_KEY, code_for, opened, takes_pushes, the_ring, verify_number, with_phone_hook,
};
pub(crate) use store::{
    PostgresDatabase, postgres as postgres_database, sqlite as migrated_sqlite,
};
pub(crate) use worries::{
    a_call, a_rule, alerts_of, an_action, concern, raise, say, the_alert, told, told_of, waits,
};

/// Waits until something is so; it must be within 20 seconds.
pub(crate) async fn until(mut is_so: impl FnMut() -> bool) {
    let patience = std::time::Duration::from_secs(20);
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(patience, waiting).await.unwrap();
}

/// Runs one story on SQLite and on PostgreSQL, as two tests.
macro_rules! on_both_stores {
    ($(#[$meta:meta])* async fn $name:ident($app:ident) $body:block) => {
        mod $name {
            #[allow(unused_imports, clippy::allow_attributes, reason = "stories differ")]
            use super::*;

            $(#[$meta])*
            async fn story($app: $crate::support::TestApp) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::support::TestApp::on_sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(app) = $crate::support::TestApp::on_postgres().await {
                    story(app).await;
                }
            }
        }
    };
}

pub(crate) use on_both_stores;
