//! Raising: a worry becomes an occurrence of an alert, and an alert if there is none yet.
//!
//! Worries about the same person, of the same sort and with the same people excluded, are one
//! alert: forty messages in an hour are forty occurrences, not forty alerts. Another family member
//! is always another alert. What is worse or new than all before reaches a person as new, whether
//! or not somebody has the alert already.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::calling::{self, News, why};
use super::carrying::{Carried, carried};
use super::connections::{self, Why};
use super::history::{Deed, deeds, events};
use super::queries::{NewOccurrence, Said};
use super::work::chasing;
use super::{Alert, Kind, SourceKind, State, Worry, policies, queries};
use crate::base::ids::{AccountId, AlertId};
use crate::care::accounts::invitations::second_person::{COUNTS_FOR, let_in_by};
use crate::db::{Answer, Error, Event, Tx, View};

/// What is new where words point at a worker without saying at whom.
const ALLEGATION: &str = "possible_allegation";
/// What is new where somebody is implicated who was left out for another reason.
const IMPLICATED: &str = "implicated";

/// Makes an occurrence of a worry, in an alert that is not closed or in a new one, and tells the
/// first rung. In the unit of what gave rise to it.
///
/// # Errors
/// If it cannot be stored; then what gave rise to it is not stored either.
pub fn open(tx: &mut Tx<'_>, worry: &Worry) -> Answer<AlertId> {
    let left_out = LeftOut::of(tx, worry)?;
    let key = fold_key((worry.about, worry.kind), &left_out.all());
    match queries::take_by_fold_key(tx.conn(), &key)? {
        Some(alert) => fold(tx, (alert, &left_out), worry),
        None => raise(tx, (key, &left_out), worry),
    }
}

/// Who is left out of what comes of a worry.
struct LeftOut {
    /// The implicated.
    implicated: Said,
    /// Those connected with them.
    connected: Said,
    /// Those who are either in another alert about the same person that is not closed.
    elsewhere: Said,
    /// The workers whom one of all these has let in within the last month, or given their account back: they
    /// may be the very person. Which worries are the same does not hang on them.
    let_in: BTreeSet<AccountId>,
}

impl LeftOut {
    fn of(tx: &mut Tx<'_>, worry: &Worry) -> Answer<Self> {
        let implicated = worry.excluded.clone();
        // Whoever marks them as connected with somebody waits for this unit, or this one for them.
        connections::hold(tx.conn(), &implicated)?;
        let connected = connections::marked(tx, &implicated)?;
        let Carried {
            left_out: mut elsewhere,
            let_in: let_in_elsewhere,
        } = carried(tx, worry.about)?;
        elsewhere.retain(|who, _| !implicated.contains(who) && !connected.contains_key(who));
        // Words accuse by themselves; a report is what somebody says.
        let by = (worry.source.kind == SourceKind::Report).then_some(worry.source.author_id);
        let mut left_out = Self {
            implicated: implicated.into_iter().map(|who| (who, by)).collect(),
            connected,
            elsewhere,
            let_in: BTreeSet::new(),
        };
        let all = left_out.all();
        if all.is_empty() {
            return Ok(left_out);
        }
        // Whoever accepts a code of theirs waits too.
        connections::hold(tx.conn(), &all)?;
        let since = tx.now().minus(COUNTS_FOR);
        let mut let_in = let_in_by(tx, &all, since)?;
        let_in.extend(let_in_elsewhere);
        left_out.let_in = &let_in - &all;
        Ok(left_out)
    }

    /// All by whom it is told which worries are the same.
    fn all(&self) -> BTreeSet<AccountId> {
        let all = [&self.implicated, &self.connected, &self.elsewhere];
        all.into_iter().flat_map(Said::keys).copied().collect()
    }

    /// Leaves all of them out of a new alert.
    fn keep(&self, tx: &mut Tx<'_>, alert: AlertId) -> Answer<()> {
        let let_in: Said = self.let_in.iter().map(|who| (*who, None)).collect();
        queries::exclude_as(tx.conn(), alert, (&self.implicated, Why::Implicated))?;
        queries::exclude_as(tx.conn(), alert, (&self.connected, Why::Connected))?;
        queries::exclude_as(tx.conn(), alert, (&self.elsewhere, Why::Elsewhere))?;
        queries::exclude_as(tx.conn(), alert, (&let_in, Why::LetIn))?;
        Ok(())
    }

    /// Says who is implicated of whom an alert did not know it that leaves out the same people. Whoever else
    /// it leaves out no more, because there was nobody else to call, stays called.
    fn keep_again(&self, tx: &mut Tx<'_>, alert: AlertId) -> Answer<BTreeSet<AccountId>> {
        let known = queries::excluded(tx.conn(), alert)?;
        let mut connected = self.connected.clone();
        connected.retain(|who, _| known.contains(who));
        queries::exclude_as(tx.conn(), alert, (&connected, Why::Connected))?;
        queries::exclude_as(tx.conn(), alert, (&self.implicated, Why::Implicated))
    }
}

/// The same for worries that are one alert: about one person, of one sort, with the same people left out.
pub(super) fn fold_key(
    (about, kind): (AccountId, Kind),
    left_out: &BTreeSet<AccountId>,
) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(about.as_bytes());
    hash.update(kind.as_str().as_bytes());
    for person in left_out {
        hash.update(person.as_bytes());
    }
    hash.finalize().to_vec()
}

fn raise(
    tx: &mut Tx<'_>,
    (fold_key, left_out): (Vec<u8>, &LeftOut),
    worry: &Worry,
) -> Answer<AlertId> {
    let now = tx.now();
    let (authority_id, pod_id, family_id) = queries::place_of(tx.conn(), worry.about)?.ok_or(
        Error::Corrupt("a worry is about somebody who is in no family"),
    )?;
    let policy = policies::in_force(tx, authority_id)?;
    let acknowledge_by = policy.clocks(worry.severity).acknowledge.after(now);
    let mut alert = Alert {
        id: AlertId::new(),
        authority_id,
        pod_id,
        family_id,
        family_member_id: worry.about,
        kind: worry.kind,
        possible_allegation: worry.possible_allegation,
        severity: worry.severity,
        category: worry.category,
        categories: json!([worry.category]).to_string(),
        state: State::Open,
        fold_key,
        policy_version: policy.version,
        raised_at: now,
        acknowledge_by,
        decide_by: None,
        holder_id: None,
        acknowledged_at: None,
        next_due_at: Some(acknowledge_by),
        step: 0,
        rung: 0,
        unreachable: false,
        occurrence_count: 1,
        unseen_since: None,
        handed_to_id: None,
        closed_at: None,
        seen_seq: 0,
        waits: policies::stored_form(&policy),
    };
    queries::insert(tx.conn(), &alert)?;
    left_out.keep(tx, alert.id)?;
    add_occurrence(tx, &alert, worry)?;
    record(
        tx,
        &alert,
        deeds::OPENED,
        json!({"severity": worry.severity, "kind": worry.kind}),
    )?;
    if alert.kind == Kind::Allegation {
        chasing::inform_lado(tx, &alert)?;
    }
    let called = calling::call(tx, &mut alert, 0, News::Told(events::OPENED))?;
    if alert.possible_allegation {
        calling::tell_managers(tx, &alert, events::OPENED, &called.people)?;
    }
    queries::keep(tx.conn(), &alert)?;
    tx.wake_workers();
    Ok(alert.id)
}

fn fold(
    tx: &mut Tx<'_>,
    (mut alert, left_out): (Alert, &LeftOut),
    worry: &Worry,
) -> Answer<AlertId> {
    let now = tx.now();
    alert.occurrence_count = alert.occurrence_count.saturating_add(1);
    add_occurrence(tx, &alert, worry)?;
    let mut news = what_is_new(&mut alert, worry);
    // The same people, but not for the same reasons: whoever was left out as implicated elsewhere may be
    // implicated here too.
    if !left_out.keep_again(tx, alert.id)?.is_empty() {
        news.push(IMPLICATED);
    }
    if news.is_empty() {
        if let (State::Acknowledged, Some(holder)) = (alert.state, alert.holder_id) {
            calling::tell_holder_of_new(tx, &alert, holder)?;
            let see_by = alert.policy().clocks(worry.severity).acknowledge.after(now);
            alert.unseen_since.get_or_insert(now);
            alert.due_no_later_than(see_by);
        }
    } else {
        record(
            tx,
            &alert,
            deeds::RAISED_AGAIN,
            json!({"new": news, "severity": alert.severity}),
        )?;
        // What is worse or new has its own time to be decided.
        alert.decide_by = None;
        let told = raise_again(tx, &mut alert)?;
        // As at opening: the first rung may be the very person the words are about.
        if news.contains(&ALLEGATION) {
            calling::tell_managers(tx, &alert, events::RAISED_AGAIN, &told)?;
        }
    }
    queries::keep(tx.conn(), &alert)?;
    tx.wake_workers();
    Ok(alert.id)
}

/// What of this worry the alert has not had before; takes it over.
fn what_is_new(alert: &mut Alert, worry: &Worry) -> Vec<&'static str> {
    let mut news = Vec::new();
    if worry.severity > alert.severity {
        alert.severity = worry.severity;
        alert.category = worry.category;
        news.push("severity");
    }
    let mut categories = alert.known_categories();
    if categories.insert(worry.category) {
        alert.categories = json!(categories).to_string();
        news.push("category");
    }
    if worry.possible_allegation && !alert.possible_allegation {
        alert.possible_allegation = true;
        news.push(ALLEGATION);
    }
    // A text to be read is read with the others; only its being there counts.
    if alert.kind == Kind::Unread {
        Vec::new()
    } else {
        news
    }
}

/// Tells the first rung as if it were new, and everybody who thought they knew it. What had begun
/// to climb goes on climbing and is never put off. Says who was told.
pub(super) fn raise_again(tx: &mut Tx<'_>, alert: &mut Alert) -> Answer<Vec<AccountId>> {
    if alert.state != State::Open {
        return climb_anew(tx, alert, events::RAISED_AGAIN);
    }
    let by = alert.clocks().acknowledge.after(tx.now());
    alert.acknowledge_by = alert.acknowledge_by.min(by);
    alert.due_no_later_than(by);
    let climbed = alert.rung;
    let told = tell_anew(tx, alert, events::RAISED_AGAIN)?;
    alert.rung = alert.rung.max(climbed);
    Ok(told)
}

/// Takes an alert from its holder, or from the closed ones: it climbs from the first rung. Says who was
/// told.
pub(super) fn climb_anew(
    tx: &mut Tx<'_>,
    alert: &mut Alert,
    event: Event,
) -> Answer<Vec<AccountId>> {
    let now = tx.now();
    alert.open_again(now);
    tell_anew(tx, alert, event)
}

fn tell_anew(tx: &mut Tx<'_>, alert: &mut Alert, event: Event) -> Answer<Vec<AccountId>> {
    let called = calling::call(tx, alert, 0, News::Told(event))?;
    let others = calling::tell_all_who_heard(tx, alert, event, (&called.people, &json!({})))?;
    queries::add_tellings(tx, alert, (&others, why::RAISED_AGAIN))?;
    Ok([called.people, others].concat())
}

fn add_occurrence(tx: &mut Tx<'_>, alert: &Alert, worry: &Worry) -> Answer<()> {
    queries::add_occurrence(
        tx,
        &NewOccurrence {
            alert: alert.id,
            seq: alert.occurrence_count,
            source: worry.source,
            severity: worry.severity,
            category: worry.category,
            marks: &worry.marks,
        },
    )
}

fn record(tx: &mut Tx<'_>, alert: &Alert, deed: &'static str, detail: Value) -> Answer<()> {
    queries::record(tx, alert, &Deed::of_itself(deed, detail))
}
