//! What the store acknowledges is there, whatever goes wrong amid many units.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::mpsc::channel;

use daybook::base::hub::Hub;
use daybook::base::ids::{AccountId, AuthorityId, SubjectId};
use daybook::base::keyring::Keyring;
use daybook::base::numbers::Numbers;
use daybook::base::time::Clock;
use daybook::db::schema::{accounts, authorities, inbox};
use daybook::db::{
    Address, Error, Fault, Lane, Limits, Rx, Store, Surroundings, Telling, Tx, Urgency, View,
    migrate, settings,
};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::support::{PostgresDatabase, migrated_sqlite, postgres_database, until};

const UNITS: usize = 64;
/// A unit beside the others that must never be there.
const ODD: &str = "the odd unit";

struct Bench {
    _folder: Option<TempDir>,
    _database: Option<PostgresDatabase>,
    address: Address,
    store: Store,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = migrated_sqlite(folder.path());
        let store = open(&address);
        Self {
            _folder: Some(folder),
            _database: None,
            address,
            store,
        }
    }

    fn on_postgres() -> Option<Self> {
        let database = postgres_database()?;
        let address = database.address();
        let store = open(&address);
        Some(Self {
            _folder: None,
            _database: Some(database),
            address,
            store,
        })
    }

    /// Begins a small unit of this number; it writes, and panics then if it is told to.
    fn begin(&self, number: usize, panics: bool) -> JoinHandle<Option<String>> {
        let (store, name) = (self.store.clone(), format!("unit {number}"));
        tokio::spawn(async move {
            let written = name.clone();
            let done = store.write(Lane::Talk, move |tx| {
                settings::set(tx.conn(), &written, &"x".repeat(2000))?;
                assert!(!panics, "on purpose");
                Ok::<_, Error>(())
            });
            done.await.ok().map(|()| name)
        })
    }

    /// Sends many small units at once, with `amid` among them, and gives the names of those that
    /// were answered as done.
    async fn write_many_amid<F>(&self, amid: F) -> BTreeSet<String>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut amid = Some(tokio::spawn(amid));
        let mut writes = Vec::new();
        for number in 0..UNITS {
            if number == UNITS / 2
                && let Some(amid) = amid.take()
            {
                amid.await.unwrap();
            }
            writes.push(self.begin(number, false));
        }
        done(writes).await
    }

    /// The names that are there after a restart.
    async fn names_after_restart(self) -> BTreeSet<String> {
        self.store.close();
        let store = open(&self.address);
        let mut there = BTreeSet::new();
        let units = (0..UNITS).map(|number| format!("unit {number}"));
        for name in units.chain([ODD.to_owned()]) {
            let asked = name.clone();
            let found = store
                .read(move |rx| settings::get(rx.conn(), &asked))
                .await
                .unwrap();
            if found.is_some() {
                there.insert(name);
            }
        }
        there
    }
}

/// The names of those that were answered as done.
async fn done(writes: Vec<JoinHandle<Option<String>>>) -> BTreeSet<String> {
    let mut done = BTreeSet::new();
    for write in writes {
        done.extend(write.await.unwrap());
    }
    done
}

fn open(address: &Address) -> Store {
    let surroundings = Surroundings {
        clock: Clock::system(),
        keys: Arc::new(Keyring::random()),
        hub: Hub::new(),
        numbers: Numbers::new(),
    };
    Store::open(address, surroundings, Limits::default()).unwrap()
}

/// Holds the writer until many units wait behind this one, so that they share a group.
async fn hold_the_writer(store: &Store) {
    let store = store.clone();
    let _held = tokio::spawn(async move {
        let held = store.write(Lane::Help, |_tx| {
            let until = std::time::Instant::now() + std::time::Duration::from_millis(3);
            while std::time::Instant::now() < until {
                std::hint::spin_loop();
            }
            Ok::<_, Error>(())
        });
        held.await
    });
    tokio::task::yield_now().await;
}

/// Several panic, each with others around it: whichever of them begins a group, the next one is in one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_unit_acknowledges_nothing_that_is_not_there() {
    let bench = Bench::new();
    let store = bench.store.clone();
    let (holds, begun) = channel();
    let (go_on, held) = channel::<()>();
    let holding = tokio::spawn(async move {
        let first = store.write(Lane::Help, move |_tx| {
            holds.send(()).unwrap();
            assert!(
                held.recv().is_err(),
                "it ends when the other end is dropped"
            );
            Ok::<_, Error>(())
        });
        first.await.unwrap();
    });
    tokio::task::spawn_blocking(move || begun.recv())
        .await
        .unwrap()
        .unwrap();

    let panics = |number: usize| number % 2 == 1 && (UNITS / 2..UNITS / 2 + 8).contains(&number);
    let writes = (0..UNITS).map(|number| bench.begin(number, panics(number)));
    let writes = writes.collect();
    // All of them wait for the one that is held, so that they share groups.
    let in_talk = || {
        bench
            .store
            .waiting()
            .into_iter()
            .find(|lane| lane.0 == "talk")
    };
    until(|| in_talk().unwrap().1 == UNITS).await;
    drop(go_on);
    let done = done(writes).await;

    holding.await.unwrap();
    let panicked = (0..UNITS).filter(|number| panics(*number)).count();
    let others = UNITS - panicked;
    assert!(done.len() < others, "a panic harmed nobody of its group");
    assert_eq!(done, bench.names_after_restart().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_unit_is_told_that_nothing_was_saved_and_the_next_one_works() {
    let bench = Bench::new();

    let panicked = bench
        .store
        .write(Lane::Talk, |_tx| -> Result<(), Error> {
            panic!("on purpose")
        })
        .await;
    let next = bench
        .store
        .write(Lane::Talk, |tx| settings::set(tx.conn(), "unit 1", "x"))
        .await;

    assert!(matches!(panicked, Err(Error::NotSaved)), "{panicked:?}");
    next.unwrap();
    assert_eq!(bench.names_after_restart().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_commit_acknowledges_nothing_of_its_group() {
    for fault in [Fault::Commit, Fault::LostTransaction] {
        let bench = Bench::new();
        bench.store.faults().unwrap().next(fault);

        let first = bench
            .store
            .write(Lane::Talk, |tx| settings::set(tx.conn(), "a", "1"))
            .await;
        let done = bench.write_many_amid(async {}).await;

        assert!(
            matches!(first, Err(Error::NotSaved)),
            "{fault:?}: {first:?}"
        );
        assert_eq!(done.len(), UNITS);
        assert_eq!(done, bench.names_after_restart().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_fails_amid_many_units_loses_none_that_were_acknowledged() {
    for fault in [Fault::Commit, Fault::LostTransaction] {
        let bench = Bench::new();
        let store = bench.store.clone();

        let done = bench
            .write_many_amid(async move { store.faults().unwrap().next(fault) })
            .await;

        assert!(done.len() < UNITS, "{fault:?} hit no group");
        assert_eq!(done, bench.names_after_restart().await, "{fault:?}");
    }
}

/// How a unit of its own transaction goes wrong, after it has written.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    /// It panics.
    Panics,
    /// Its connection is cut before it commits.
    LosesItsConnection,
    /// The commit itself is refused.
    FailsToCommit,
}

impl Wrong {
    /// Writes the odd unit and goes wrong.
    fn go(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        settings::set(tx.conn(), ODD, "x")?;
        match self {
            Self::Panics => panic!("on purpose"),
            Self::LosesItsConnection => {
                let cut = "select pg_terminate_backend(pg_backend_pid())";
                let _unheeded = tx.conn().batch_execute(cut);
            }
            Self::FailsToCommit => {}
        }
        Ok(())
    }
}

/// Lets no commit pass that has the odd unit in it.
const NO_ODD_ONES: &str = "\
    create function refuse() returns trigger language plpgsql as \
        $$ begin raise exception 'on purpose'; end $$; \
    create constraint trigger refuse after insert on service_settings \
        deferrable initially deferred for each row \
        when (new.name = 'the odd unit') execute function refuse()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_a_unit_that_goes_wrong_amid_many_leaves_nothing_and_harms_nobody() {
    for wrong in [
        Wrong::Panics,
        Wrong::LosesItsConnection,
        Wrong::FailsToCommit,
    ] {
        let Some(bench) = Bench::on_postgres() else {
            return;
        };
        if matches!(wrong, Wrong::FailsToCommit) {
            let trigger = bench.store.write(Lane::Rest, |tx| {
                tx.conn().batch_execute(NO_ODD_ONES)?;
                Ok::<_, Error>(())
            });
            trigger.await.unwrap();
        }
        let store = bench.store.clone();

        let done = bench
            .write_many_amid(async move {
                // More of them than there are connections: none is lost to the pool.
                for _ in 0..20 {
                    let odd = store.write(Lane::Talk, move |tx| wrong.go(tx)).await;
                    let told = odd.expect_err("it was answered as done");
                    assert!(!told.is_our_mistake(), "{wrong:?}: {told}");
                }
            })
            .await;

        assert_eq!(done.len(), UNITS, "{wrong:?} harmed others");
        assert_eq!(done, bench.names_after_restart().await, "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_acknowledges_nothing_that_is_not_there() {
    let bench = Bench::new();
    let full = bench.store.write(Lane::Help, |tx| {
        tx.conn().batch_execute("pragma max_page_count = 120")?;
        Ok::<_, Error>(())
    });
    full.await.unwrap();

    let done = bench.write_many_amid(async {}).await;

    assert!(done.len() < UNITS, "the disk was not full");
    assert_eq!(done, bench.names_after_restart().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_unit_leaves_nothing_and_harms_nobody() {
    let bench = Bench::new();

    let refused = bench.store.write(Lane::Talk, |tx| {
        settings::set(tx.conn(), "unit 1", "x")?;
        Err::<(), _>(Error::Corrupt("refused on purpose"))
    });
    let other = bench
        .store
        .write(Lane::Talk, |tx| settings::set(tx.conn(), "unit 2", "x"));
    let (refused, other) = tokio::join!(refused, other);

    assert!(refused.is_err());
    other.unwrap();
    let there = bench.names_after_restart().await;
    assert_eq!(there, BTreeSet::from(["unit 2".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_lane_says_so_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let address = migrated_sqlite(folder.path());
    let surroundings = Surroundings {
        clock: Clock::system(),
        keys: Arc::new(Keyring::random()),
        hub: Hub::new(),
        numbers: Numbers::new(),
    };
    let limits = Limits {
        waiting: 2,
        ..Limits::default()
    };
    let store = Store::open(&address, surroundings, limits).unwrap();
    hold_the_writer(&store).await;

    let mut busy = 0;
    let mut writes = tokio::task::JoinSet::new();
    for _ in 0..UNITS {
        let store = store.clone();
        writes.spawn(async move {
            store
                .write(Lane::Rest, |tx| settings::set(tx.conn(), "a", "1"))
                .await
        });
    }
    while let Some(done) = writes.join_next().await {
        busy += usize::from(matches!(done.unwrap(), Err(Error::Busy)));
    }

    assert!(busy > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_stand_in_the_way_of_no_message_and_no_look_at_its_health() {
    let folder = tempfile::tempdir().unwrap();
    let mut addresses = vec![migrated_sqlite(folder.path())];
    let database = postgres_database();
    if let Some(database) = &database {
        migrate::run(&database.address()).unwrap();
        addresses.push(database.address());
    }
    for address in addresses {
        let surroundings = Surroundings {
            clock: Clock::system(),
            keys: Arc::new(Keyring::random()),
            hub: Hub::new(),
            numbers: Numbers::new(),
        };
        let limits = Limits {
            connections: 1,
            ..Limits::default()
        };
        let store = Store::open(&address, surroundings, limits).unwrap();
        store
            .write(Lane::Rest, |tx| {
                settings::set(tx.conn(), settings::EPOCH, "1")
            })
            .await
            .unwrap();
        let (reading, began) = channel();
        let (end, held) = channel::<()>();
        let slow = store.clone();
        let slow = tokio::spawn(async move {
            slow.read(move |_rx| {
                reading.send(()).unwrap();
                assert!(
                    held.recv().is_err(),
                    "it ends when the other end is dropped"
                );
                Ok::<_, Error>(())
            })
            .await
        });
        tokio::task::spawn_blocking(move || began.recv())
            .await
            .unwrap()
            .unwrap();

        store
            .write(Lane::Talk, |tx| settings::set(tx.conn(), "a", "1"))
            .await
            .unwrap();
        store.ping().await.unwrap();

        drop(end);
        slow.await.unwrap().unwrap();
    }
}

/// A deed that passes over a failed query has not been done, whatever it says.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_that_heeds_no_failure_is_not_acknowledged() {
    let Some(database) = postgres_database() else {
        return;
    };
    let store = open(&database.address());

    let done = store
        .write(Lane::Rest, |tx| {
            settings::set(tx.conn(), "before", "x")?;
            let _unheeded = tx.conn().batch_execute("select no_such_thing");
            Ok::<_, Error>(())
        })
        .await;

    assert!(done.is_err());
    let found = store.read(|rx| settings::get(rx.conn(), "before")).await;
    assert_eq!(found.unwrap(), None);
}

/// What is told goes out as text on PostgreSQL: it means there what it meant here, whatever is in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_is_stored_as_it_was_said() {
    let said = r#"{"a":"it's \\ \" '; drop table inbox; -- $$ 'é😀"}"#;
    let bench = Bench::new();
    let Some(database) = postgres_database() else {
        return;
    };
    for store in [bench.store.clone(), open(&database.address())] {
        let to = AccountId::new();
        let subject = SubjectId::new();
        let told = move |tx: &mut Tx<'_>| {
            exist(tx, to)?;
            for place in 0..3 {
                tx.tell(Telling {
                    to,
                    event: "device.push_ended",
                    subject,
                    subject_seq: place,
                    detail: (place > 0).then(|| said.to_owned()),
                    urgency: Urgency::Now,
                });
            }
            Ok::<_, Error>(())
        };
        store.write(Lane::Rest, told).await.unwrap();
        store.write(Lane::Rest, told).await.unwrap();

        let rows = store.read(move |rx| inbox_of(rx, to)).await.unwrap();
        let seqs: Vec<i64> = rows.iter().map(|row| row.0).collect();
        assert_eq!(seqs, [1, 2, 3, 4, 5, 6]);
        for (number, row) in rows.iter().enumerate() {
            let place = i64::try_from(number % 3).unwrap();
            let detail = (place > 0).then_some(said);
            assert_eq!((row.1, row.2.as_deref()), (place, detail));
        }
    }
}

/// Makes an account that can be told something.
fn exist(tx: &mut Tx<'_>, who: AccountId) -> Result<(), Error> {
    let known = accounts::table
        .find(who)
        .select(accounts::id)
        .first::<AccountId>(tx.conn())
        .optional()?;
    if known.is_some() {
        return Ok(());
    }
    let now = tx.now();
    let authority = AuthorityId::new();
    diesel::insert_into(authorities::table)
        .values((
            authorities::id.eq(authority),
            authorities::name.eq(authority.to_string()),
            authorities::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(who),
            accounts::authority_id.eq(authority),
            accounts::role.eq("service_manager"),
            accounts::status.eq("active"),
            accounts::display_name.eq("Maryam"),
            accounts::language.eq("en"),
            accounts::email.eq("maryam@example.org"),
            accounts::qualified.eq(false),
            accounts::created_at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

type Row = (i64, i64, Option<String>);

fn inbox_of(rx: &mut Rx<'_>, who: AccountId) -> Result<Vec<Row>, Error> {
    Ok(inbox::table
        .filter(inbox::account_id.eq(who))
        .order(inbox::seq)
        .select((inbox::seq, inbox::subject_seq, inbox::detail))
        .load(rx.conn())?)
}
