//! What has no door of its own, done to the rows themselves: what other verbs will have done.

use std::time::Duration;

use daybook::base::ids::{AccountId, ConversationId};
use daybook::base::time::Moment;
use daybook::db::schema::{
    accounts, alerts, audit_lines, check_in_templates, conversation_members, conversations,
    devices, lexicon_versions, matches, messages, reading_hours, sending_attempts, sendings,
};
use daybook::db::{self, Address, Lane, Telling, Tx, Urgency, View};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::app::TestApp;
use super::people::{Person, Team};

impl TestApp {
    async fn change(
        &self,
        change: impl FnMut(&mut Tx<'_>) -> Result<(), db::Error> + Send + 'static,
    ) {
        self.app.store().write(Lane::Rest, change).await.unwrap();
    }

    /// Damages the rules of a published version, as a disk may.
    pub(crate) async fn damage_lexicon(&self, number: i32) {
        self.change(move |tx| {
            diesel::update(lexicon_versions::table.filter(lexicon_versions::number.eq(number)))
                .set(lexicon_versions::rules.eq("[]"))
                .execute(tx.conn())?;
            Ok(())
        })
        .await;
    }

    /// Puts other words into every template an authority has made, as earlier releases let it.
    pub(crate) async fn reword_templates(&self, from: &str, to: &str) {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.change(move |tx| {
            let all: Vec<(String, i32, String)> = check_in_templates::table
                .select((
                    check_in_templates::language,
                    check_in_templates::version,
                    check_in_templates::questions,
                ))
                .load(tx.conn())?;
            for (language, version, questions) in all {
                let which = check_in_templates::table
                    .filter(check_in_templates::language.eq(language))
                    .filter(check_in_templates::version.eq(version));
                diesel::update(which)
                    .set(check_in_templates::questions.eq(questions.replace(&from, &to)))
                    .execute(tx.conn())?;
            }
            Ok(())
        })
        .await;
    }

    /// By which version of the lexicon each message was screened, in the order they came.
    pub(crate) async fn screened_by(&self) -> Vec<String> {
        let versions = self.app.store().read(|rx| {
            let found = messages::table
                .order((messages::received_at, messages::seq))
                .select(messages::lexicon_version);
            Ok::<_, db::Error>(found.load(rx.conn())?)
        });
        versions.await.unwrap()
    }

    /// What came of each try at a telephone, and with which status, in the order they were begun.
    pub(crate) async fn phone_tries(&self) -> Vec<(String, Option<i32>)> {
        let tries = self.app.store().read(|rx| {
            let found = sending_attempts::table
                .filter(sending_attempts::channel.eq("phone"))
                .order((sending_attempts::begun_at, sending_attempts::number))
                .select((sending_attempts::outcome, sending_attempts::status));
            Ok::<_, db::Error>(found.load(rx.conn())?)
        });
        tries.await.unwrap()
    }

    /// What came of each try by push, in the order they were begun.
    pub(crate) async fn push_outcomes(&self) -> Vec<String> {
        self.outcomes("push").await
    }

    /// What came of each try by mail, in the order they were begun.
    pub(crate) async fn mail_outcomes(&self) -> Vec<String> {
        self.outcomes("email").await
    }

    async fn outcomes(&self, channel: &'static str) -> Vec<String> {
        let tries = self.app.store().read(move |rx| {
            let found = sending_attempts::table
                .filter(sending_attempts::channel.eq(channel))
                .order((sending_attempts::begun_at, sending_attempts::number))
                .select(sending_attempts::outcome);
            Ok::<_, db::Error>(found.load(rx.conn())?)
        });
        tries.await.unwrap()
    }

    /// How many sendings are to be tried yet.
    pub(crate) async fn sendings_due(&self) -> i64 {
        let due = self.app.store().read(|rx| {
            let due = sendings::table.filter(sendings::due_at.is_not_null());
            Ok::<_, db::Error>(due.count().get_result(rx.conn())?)
        });
        due.await.unwrap()
    }

    /// Sets when every alert steps next, for a clock that cannot be moved.
    pub(crate) async fn make_alerts_due_in(&self, time: Duration) {
        let at = self.now().plus(time);
        self.change(move |tx| {
            diesel::update(alerts::table.filter(alerts::next_due_at.is_not_null()))
                .set(alerts::next_due_at.eq(at))
                .execute(tx.conn())?;
            Ok(())
        })
        .await;
    }

    /// Makes unreadable what mentors have said of when they read, as a fault of the disk would.
    pub(crate) async fn break_reading_hours(&self) {
        self.change(|tx| {
            diesel::update(reading_hours::table)
                .set(reading_hours::windows.eq("?"))
                .execute(tx.conn())?;
            Ok(())
        })
        .await;
    }

    /// Gives an account this status, as suspending somebody does.
    pub(crate) async fn set_status(&self, person: &Person, status: &'static str) {
        let id: AccountId = person.id.parse().unwrap();
        self.change(move |tx| {
            diesel::update(accounts::table.find(id))
                .set(accounts::status.eq(status))
                .execute(tx.conn())?;
            tx.wake(id);
            Ok(())
        })
        .await;
    }

    /// Confirms somebody's second factor, as a right code does.
    pub(crate) async fn set_second_factor_confirmed(&self, person: &Person) {
        let id: AccountId = person.id.parse().unwrap();
        self.change(move |tx| {
            let now = tx.now();
            diesel::update(accounts::table.find(id))
                .set(accounts::second_factor_confirmed_at.eq(now))
                .execute(tx.conn())?;
            Ok(())
        })
        .await;
    }

    /// Forgets the audit, as if all there is were from before there was one.
    pub(crate) async fn forget_audit(&self) {
        self.change(|tx| {
            diesel::delete(audit_lines::table).execute(tx.conn())?;
            Ok(())
        })
        .await;
    }

    /// Undoes one migration and runs it again on what is there: it finds what an older version left.
    pub(crate) async fn migrate_again(&self, name: &str) {
        let engine = match self.app.store().address() {
            Address::Sqlite(_) => "sqlite",
            Address::Postgres(_) => "postgres",
        };
        let folder = format!("{}/migrations/{engine}/{name}", env!("CARGO_MANIFEST_DIR"));
        let sql = ["down.sql", "up.sql"]
            .map(|file| std::fs::read_to_string(format!("{folder}/{file}")).unwrap())
            .concat();
        self.change(move |tx| Ok(SimpleConnection::batch_execute(tx.conn(), &sql)?))
            .await;
    }

    /// Undoes a migration and all that came after it, and runs them again on what is there.
    pub(crate) async fn migrate_again_from(&self, name: &str) {
        let engine = match self.app.store().address() {
            Address::Sqlite(_) => "sqlite",
            Address::Postgres(_) => "postgres",
        };
        let base = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        let mut folders: Vec<_> = std::fs::read_dir(base)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.file_name().unwrap().to_str().unwrap() >= name)
            .collect();
        folders.sort();
        let read = |path: &std::path::PathBuf, file: &str| {
            std::fs::read_to_string(path.join(file)).unwrap()
        };
        let downs = folders.iter().rev().map(|path| read(path, "down.sql"));
        let ups = folders.iter().map(|path| read(path, "up.sql"));
        let sql: String = downs.chain(ups).collect();
        self.change(move |tx| Ok(SimpleConnection::batch_execute(tx.conn(), &sql)?))
            .await;
    }

    /// Ends every device of somebody, as signing them out everywhere does.
    pub(crate) async fn end_devices(&self, person: &Person) {
        let id: AccountId = person.id.parse().unwrap();
        self.change(move |tx| {
            let now = tx.now();
            diesel::update(devices::table.filter(devices::account_id.eq(id)))
                .set((devices::ended_at.eq(now), devices::ended_why.eq("lost")))
                .execute(tx.conn())?;
            tx.wake(id);
            Ok(())
        })
        .await;
    }

    /// Sets when a conversation last received something, as a node with another clock may have.
    pub(crate) async fn set_last_received(&self, conversation: &str, at: Moment) {
        let id: ConversationId = conversation.parse().unwrap();
        self.change(move |tx| {
            diesel::update(conversations::table.find(id))
                .set(conversations::last_received_at.eq(at))
                .execute(tx.conn())?;
            Ok(())
        })
        .await;
    }

    /// Tells somebody of the same message many times: much to catch up with, made quickly.
    pub(crate) async fn tell_often(&self, person: &Person, conversation: &str, times: usize) {
        let to: AccountId = person.id.parse().unwrap();
        let id: ConversationId = conversation.parse().unwrap();
        self.change(move |tx| {
            for _ in 0..times {
                tx.tell(Telling {
                    to,
                    event: "message.created",
                    subject: id.into(),
                    subject_seq: 1,
                    detail: None,
                    urgency: Urgency::Quiet,
                });
            }
            Ok(())
        })
        .await;
    }

    /// Ends the match of a team's pair and with it their conversation.
    pub(crate) async fn end_match(&self, team: &Team) {
        let id: ConversationId = team.conversation_id.parse().unwrap();
        let mentor: AccountId = team.mentor.id.parse().unwrap();
        self.change(move |tx| {
            let now = tx.now();
            let conn = tx.conn();
            diesel::update(matches::table.filter(matches::conversation_id.eq(id)))
                .set(matches::ended_at.eq(now))
                .execute(conn)?;
            diesel::update(conversations::table.find(id))
                .set(conversations::ended_at.eq(now))
                .execute(conn)?;
            diesel::update(conversation_members::table.find((id, mentor)))
                .set(conversation_members::until_at.eq(now))
                .execute(conn)?;
            Ok(())
        })
        .await;
    }
}
