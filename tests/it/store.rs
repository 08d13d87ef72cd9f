//! What the store acknowledges is there, whatever goes wrong amid many units.

use std::collections::BTreeSet;
use std::sync::Arc;

use daybook::base::hub::Hub;
use daybook::base::keyring::Keyring;
use daybook::base::numbers::Numbers;
use daybook::base::time::Clock;
use daybook::db::{
    Address, Error, Fault, Lane, Limits, Store, Surroundings, View, migrate, settings,
};
use diesel::connection::SimpleConnection;
use tempfile::TempDir;

use super::support::{migrated_sqlite, postgres_database};

const UNITS: usize = 64;

struct Bench {
    folder: TempDir,
    address: Address,
    store: Store,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = migrated_sqlite(folder.path());
        let store = open(&address);
        Self {
            folder,
            address,
            store,
        }
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
            let (store, name) = (self.store.clone(), format!("unit {number}"));
            writes.push(tokio::spawn(async move {
                let written = name.clone();
                let done = store.write(Lane::Talk, move |tx| {
                    settings::set(tx.conn(), &written, &"x".repeat(2000))
                });
                done.await.ok().map(|()| name)
            }));
        }
        let mut done = BTreeSet::new();
        for write in writes {
            done.extend(write.await.unwrap());
        }
        done
    }

    /// The names that are there after a restart.
    async fn names_after_restart(self) -> BTreeSet<String> {
        self.store.close();
        let store = open(&self.address);
        let mut there = BTreeSet::new();
        for number in 0..UNITS {
            let name = format!("unit {number}");
            let asked = name.clone();
            let found = store
                .read(move |rx| settings::get(rx.conn(), &asked))
                .await
                .unwrap();
            if found.is_some() {
                there.insert(name);
            }
        }
        drop(self.folder);
        there
    }
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_unit_acknowledges_nothing_that_is_not_there() {
    let bench = Bench::new();
    hold_the_writer(&bench.store).await;
    let store = bench.store.clone();

    let done = bench
        .write_many_amid(async move {
            let panicking = tokio::spawn(async move {
                store
                    .write(Lane::Talk, |_tx| -> Result<(), Error> {
                        panic!("on purpose")
                    })
                    .await
            });
            drop(panicking);
        })
        .await;

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
    let bench = Bench::new();
    let store = bench.store.clone();

    let done = bench
        .write_many_amid(async move { store.faults().unwrap().next(Fault::LostTransaction) })
        .await;

    assert!(done.len() < UNITS, "the fault hit no group");
    assert_eq!(done, bench.names_after_restart().await);
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
        let (reading, began) = std::sync::mpsc::channel();
        let (end, held) = std::sync::mpsc::channel::<()>();
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
