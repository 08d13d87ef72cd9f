//! Nothing acknowledged is ever lost: the program is killed again and again amid its work.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use serde_json::{Value, json};

use super::support::{Person, Place, Team, new_id};

/// So often the program is killed, unless `DAYBOOK_KILLS` says another number: each costs a start.
const KILLS: u32 = 20;
const SENDERS: usize = 8;
const WORRYING: &str = "I am scared to go home, my stepdad hits me";

/// What was answered with 200 or 201: the message's id, and its place and whether it worries.
type Acknowledged = BTreeMap<String, (i64, bool)>;

/// Somebody's phone: what was acknowledged, and the one message that was not when the server died.
struct Sender {
    number: usize,
    turn: usize,
    acknowledged: Acknowledged,
    kept: Option<(String, bool)>,
}

impl Sender {
    fn new(number: usize) -> Self {
        Self {
            number,
            turn: 0,
            acknowledged: Acknowledged::new(),
            kept: None,
        }
    }

    /// Sends until the server dies. What had no answer before comes first, under its own id.
    async fn sends(
        mut self,
        who: Person,
        conversation: String,
        acknowledgements: UnboundedSender<()>,
    ) -> Self {
        let path = format!("/conversations/{conversation}/messages");
        loop {
            let (id, worrying) = self.kept.take().unwrap_or_else(|| {
                self.turn += 1;
                (new_id(), self.turn % 7 == self.number % 7)
            });
            let words = if worrying {
                WORRYING
            } else {
                "Football was good today"
            };
            let body = json!({ "id": id, "body": words });
            let reply = who.try_post(&path, body).await;
            let stored = reply
                .as_ref()
                .filter(|reply| matches!(reply.status, 200 | 201));
            let Some(stored) = stored else {
                self.kept = Some((id, worrying));
                if reply.is_none() {
                    return self;
                }
                continue;
            };
            let seq = stored.body["seq"].as_i64().unwrap();
            self.acknowledged.insert(id, (seq, worrying));
            let _killed = acknowledgements.send(());
        }
    }
}

async fn all_items(who: &Person, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after = "0".to_owned();
    loop {
        let page = who
            .get(&format!("{path}?limit=200&after={after}"))
            .await
            .expect(200);
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match &page["next"] {
            Value::Null => return items,
            Value::String(next) => next.clone_into(&mut after),
            Value::Number(next) => after = next.to_string(),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => panic!("{path}: no cursor"),
        }
    }
}

async fn everything_acknowledged_is_there(team: &Team, acknowledged: &Acknowledged) {
    let path = format!("/conversations/{}/messages", team.conversation_id);
    let history = all_items(&team.sam, &path).await;
    let seqs: Vec<i64> = history
        .iter()
        .map(|item| item["seq"].as_i64().unwrap())
        .collect();
    assert!(
        seqs.iter()
            .copied()
            .eq(1..=i64::try_from(seqs.len()).unwrap()),
        "gaps: {seqs:?}"
    );
    let places: BTreeMap<&str, i64> = history
        .iter()
        .map(|item| (item["id"].as_str().unwrap(), item["seq"].as_i64().unwrap()))
        .collect();
    assert_eq!(places.len(), history.len(), "a message is there twice");
    for (id, (seq, _)) in acknowledged {
        assert_eq!(
            places.get(id.as_str()),
            Some(seq),
            "an acknowledged message is lost"
        );
    }

    let alerts = team.supervisor.get("/alerts").await.expect(200);
    let alert = &alerts["items"][0]["id"].as_str().unwrap();
    let occurrences = all_items(&team.supervisor, &format!("/alerts/{alert}/occurrences")).await;
    let alarmed: BTreeSet<&str> = occurrences
        .iter()
        .map(|item| item["source"]["id"].as_str().unwrap())
        .collect();
    for (id, _) in acknowledged.iter().filter(|(_, (_, worrying))| *worrying) {
        assert!(alarmed.contains(id.as_str()), "an alarm is lost");
    }
    let worrying = history
        .iter()
        .filter(|item| item["body"] == WORRYING)
        .count();
    assert_eq!(
        alarmed.len(),
        worrying,
        "each worrying message has its alarm, and no other"
    );

    for person in [&team.sam, &team.mentor, &team.supervisor] {
        let inbox = all_items(person, "/inbox").await;
        let seqs = inbox.iter().map(|item| item["seq"].as_i64().unwrap());
        assert!(
            seqs.eq(1..=i64::try_from(inbox.len()).unwrap()),
            "{}'s inbox",
            person.name
        );
    }
}

/// Killed again and again amid its work. The last of what was not acknowledged is in no list: it may be
/// there or not, and each time but the last its phone sends it again, until it is there once.
async fn survives_kills(place: Place) {
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    let mut server = Some(server);
    let mut senders: Vec<Sender> = (0..SENDERS).map(Sender::new).collect();
    let kills = std::env::var("DAYBOOK_KILLS").map_or(KILLS, |kills| {
        kills.parse().expect("DAYBOOK_KILLS is a number")
    });

    for round in 0..kills {
        let running = server.take().unwrap_or_else(|| place.serve());
        let mut sending = JoinSet::new();
        let (told, mut heard) = unbounded_channel();
        for sender in senders.drain(..) {
            let pair = [&team.sam, &team.mentor];
            let who = pair[sender.number % 2].at(&running.url);
            sending.spawn(sender.sends(who, team.conversation_id.clone(), told.clone()));
        }
        // Amid the work, after another number of acknowledgements each time: one, as many as are under
        // way at once, a few rounds of them.
        for _ in 0..=(round * 5 % 19) {
            let next = tokio::time::timeout(Duration::from_secs(30), heard.recv());
            next.await
                .expect("nothing was acknowledged for half a minute");
        }
        running.kill();
        senders = sending.join_all().await;
    }

    let server = place.serve();
    let mut acknowledged = Acknowledged::new();
    for sender in senders {
        acknowledged.extend(sender.acknowledged);
    }
    assert!(
        acknowledged.len() >= usize::try_from(kills).unwrap(),
        "only {} messages got through",
        acknowledged.len()
    );
    everything_acknowledged_is_there(&team.at(&server.url), &acknowledged).await;
    assert!(server.stop(), "the drain failed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_message_survives_kills_on_sqlite() {
    survives_kills(Place::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_acknowledged_message_survives_kills_on_postgres() {
    if let Some(place) = Place::on_postgres() {
        survives_kills(place).await;
    }
}

/// SIGKILL keeps the page cache, so it cannot show whether the disk was waited for. The order of
/// system calls can: no answer may leave between a write to the log and the sync after it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledgement_leaves_before_the_sync_that_follows_its_write() {
    let place = Place::on_sqlite();
    let trace = place.file("trace");
    let trace_name = trace.to_str().unwrap().to_owned();
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    assert!(server.stop());

    let calls = "trace=pwrite64,pwritev,fdatasync,fsync,write,writev,sendto,sendmsg,\
                 read,readv,recvfrom,recvmsg";
    let wrap = [
        "strace",
        "-f",
        "-y",
        "-qq",
        "-s",
        "24",
        "-e",
        calls,
        "-o",
        &trace_name,
    ];
    let server = place.serve_under(&wrap);
    let sam = team.sam.at(&server.url);
    for _ in 0..20 {
        let body = json!({ "id": new_id(), "body": "Football was good today" });
        let path = format!("/conversations/{}/messages", team.conversation_id);
        sam.post(&path, body).await.expect(201);
    }
    server.kill();

    let trace = std::fs::read_to_string(trace).unwrap();
    let created = check_order(&trace);
    assert!(
        created >= 20,
        "the trace shows only {created} acknowledgements:\n{trace}"
    );
}

/// A call by which the log reaches the disk.
#[derive(Debug, Clone, Copy, PartialEq)]
enum OfLog {
    Write,
    Sync,
}

impl OfLog {
    /// The head of the log, 32 bytes, has a sync of its own before what is in it is written.
    fn begun_in(call: &str) -> Option<Self> {
        let is_log = call.contains("-wal>");
        if is_log && call.starts_with("pwrite") && !call.contains(", 32, 0") {
            return Some(Self::Write);
        }
        let syncs = ["fdatasync(", "fsync("];
        let is_sync = is_log && syncs.iter().any(|name| call.starts_with(name));
        is_sync.then_some(Self::Sync)
    }
}

/// How far the request has come that is being answered.
#[derive(Debug, PartialEq)]
enum Step {
    Asked,
    Written,
    /// By this thread.
    Syncing(String),
    Synced,
}

/// A walk through the calls: between a request and its answer of 201 the log is written, and a sync of
/// it is begun after that write has returned, and returns. What workers write beside it may be on its
/// way meanwhile.
struct Walk {
    step: Step,
    created: usize,
    /// Calls that have not returned yet, by thread.
    under_way: BTreeMap<String, OfLog>,
    /// Threads with a write under way that began after the request.
    writing: BTreeSet<String>,
}

impl Walk {
    fn begins(&mut self, thread: &str, call: OfLog) {
        match call {
            OfLog::Write if self.step == Step::Asked => {
                self.writing.insert(thread.to_owned());
            }
            OfLog::Sync if self.step == Step::Written => {
                self.step = Step::Syncing(thread.to_owned());
            }
            OfLog::Write | OfLog::Sync => {}
        }
    }

    fn returns(&mut self, thread: &str, call: OfLog, went_well: bool) {
        let is_of_it = self.writing.remove(thread);
        match call {
            OfLog::Write if is_of_it && went_well && self.step == Step::Asked => {
                self.step = Step::Written;
            }
            OfLog::Sync if self.step == Step::Syncing(thread.to_owned()) => {
                self.step = if went_well {
                    Step::Synced
                } else {
                    Step::Written
                };
            }
            OfLog::Write | OfLog::Sync => {}
        }
    }

    fn goes_on(&mut self, line: &str) {
        let (thread, call) = line.trim_start().split_once(' ').unwrap_or_default();
        let call = call.trim_start();
        let went_well = !call.contains(" = -1 ");
        if call.contains("\"POST /api/v1/") {
            self.step = Step::Asked;
            self.writing.clear();
        } else if call.contains("HTTP/1.1 201") {
            assert_eq!(self.step, Step::Synced, "an answer came too early: {line}");
            self.created += 1;
        } else if let Some(begun) = OfLog::begun_in(call) {
            self.begins(thread, begun);
            if call.ends_with("<unfinished ...>") {
                self.under_way.insert(thread.to_owned(), begun);
            } else {
                self.returns(thread, begun, went_well);
            }
        } else if call.starts_with("<... ")
            && let Some(begun) = self.under_way.remove(thread)
        {
            self.returns(thread, begun, went_well);
        }
    }
}

/// How many answers of 201 there are, each after the sync it must wait for.
fn check_order(trace: &str) -> usize {
    let mut walk = Walk {
        step: Step::Synced,
        created: 0,
        under_way: BTreeMap::new(),
        writing: BTreeSet::new(),
    };
    for line in trace.lines() {
        walk.goes_on(line);
    }
    walk.created
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_disk_refuses_to_sync_nothing_is_acknowledged() {
    let place = Place::on_sqlite();
    let server = place.serve();
    let manager = place.manager(&server.url).await;
    let team = Team::of(&manager, "Crewe North").await;
    let path = format!("/conversations/{}/messages", team.conversation_id);
    let before = json!({ "id": new_id(), "body": "Before" });
    team.sam.post(&path, before.clone()).await.expect(201);

    let mut failing = server.fail_syncs();
    let lost = json!({ "id": new_id(), "body": "While the disk fails" });
    for _ in 0..5 {
        team.sam.post(&path, lost.clone()).await.expect(503);
    }
    server.kill();
    failing.kill().unwrap();
    failing.wait().unwrap();

    // The phone kept it and sends it again under its own id: it is there once.
    let server = place.serve();
    let sam = team.sam.at(&server.url);
    let again = sam.post(&path, lost.clone()).await;
    assert!(matches!(again.status, 200 | 201), "{}", again.body);
    let history = sam.get(&path).await.expect(200);
    let bodies: Vec<&str> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| m["body"].as_str().unwrap())
        .collect();
    assert_eq!(bodies, ["Before", "While the disk fails"]);
}

#[test]
fn the_order_check_sees_an_acknowledgement_that_came_too_early() {
    let ask = "2 recvfrom(9, \"POST /api/v1/conv\"...) = 300\n";
    let write = "1 pwrite64(5</x-wal>, ..) = 1\n";
    let sync = "1 fdatasync(5</x-wal>) = 0\n";
    let answer = "2 writev(9, \"HTTP/1.1 201\n";
    let others = "1 pwrite64(5</x-wal>, ..) = 1\n";
    let is_good = |lines: &[&str]| {
        let trace = lines.concat();
        std::panic::catch_unwind(|| check_order(&trace)).is_ok_and(|created| created == 1)
    };

    assert!(is_good(&[ask, write, sync, answer]));
    assert!(is_good(&[ask, write, sync, others, answer]));
    assert!(!is_good(&[ask, write, answer, sync]));
    assert!(!is_good(&[ask, sync, write, answer]));
    assert!(!is_good(&[write, sync, ask, answer]));

    // Calls of several threads, which return later than they begin.
    let writes = "1 pwrite64(5</x-wal>, .. <unfinished ...>\n";
    let written = "1 <... pwrite64 resumed>) = 1\n";
    let syncs = "1 fdatasync(5</x-wal> <unfinished ...>\n";
    let synced = "1 <... fdatasync resumed>) = 0\n";
    assert!(is_good(&[ask, writes, written, syncs, synced, answer]));
    let too_soon = "3 fdatasync(5</x-wal>) = 0\n";
    assert!(!is_good(&[ask, writes, too_soon, written, answer]));
    assert!(!is_good(&[writes, ask, written, sync, answer]));
    assert!(!is_good(&[ask, write, syncs, answer, synced]));
    let of_another_thread = "3 <... fdatasync resumed>) = 0\n";
    assert!(!is_good(&[ask, write, syncs, of_another_thread, answer]));
    // A sync of another file, one that failed, and one of the head of the log alone.
    let others_sync = "1 fdatasync(6</x.db> <unfinished ...>\n";
    assert!(!is_good(&[ask, write, others_sync, synced, answer]));
    let fails = "1 fdatasync(5</x-wal>) = -1 EIO (Input/output error)\n";
    assert!(!is_good(&[ask, write, fails, answer]));
    let failed = "1 <... fdatasync resumed>) = -1 EIO (Input/output error)\n";
    assert!(!is_good(&[ask, write, syncs, failed, answer]));
    let head = "1 pwrite64(5</x-wal>, \"7\"..., 32, 0) = 32\n";
    assert!(!is_good(&[ask, head, sync, write, answer]));
    assert!(is_good(&[ask, head, sync, write, sync, answer]));
}
