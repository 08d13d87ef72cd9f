//! What managers do with the lexicon of their authority.

use std::time::Duration;

use serde_json::json;

use super::jobs::{self, Kind};
use super::known::{Lexicons, checksum};
use super::{Changes, LocalRule, Shown, Version, VersionName, queries};
use crate::base::ids::{AccountId, LexiconVersionId};
use crate::care::accounts::actions::take_turns;
use crate::care::accounts::invitations::second_person::{are_two, counts_still};
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{self, Line};
use crate::care::safeguarding::screen::Broken;
use crate::db::{self, Answer, Tx, View};

/// Why something was not done with the lexicon.
#[derive(Debug, thiserror::Error)]
pub enum LexiconRefusal {
    /// Only a service manager may.
    #[error("not allowed")]
    NotAllowed,
    /// The authority has no such draft or version.
    #[error("not found")]
    NotFound,
    /// The draft was published before.
    #[error("published already")]
    Published,
    /// Examples are not as they say.
    #[error("examples fail")]
    ExamplesFail(Vec<Broken>),
    /// Somebody else than its author must publish it.
    #[error("a second person is needed")]
    SecondPersonNeeded(Box<Changes>),
    /// Whoever drafted it may not act any more, so that only one person stands behind it.
    #[error("whoever drafted it may not act")]
    Lapsed,
    /// One of the two was let in by the other, or both by a third, within the last month.
    #[error("they may be one person")]
    NotTwoPeople,
    /// Only the version that is live can be withdrawn.
    #[error("not live")]
    NotLive,
    /// They have drafted too often today; so long they wait.
    #[error("too many drafts")]
    TooMany(Duration),
    /// A field is not right.
    #[error("{0} {1}")]
    Field(String, String),
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

/// The next page of a list: after this one, at most so many.
pub type Page = (Option<LexiconVersionId>, i64);

/// Which versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Not published yet.
    Drafts,
    /// Published, also those that were withdrawn.
    Published,
}

/// One person drafts at most so often in a day: each draft counts what people have said.
const MOST_DRAFTS: i64 = 50;
/// A day, for that.
const DAY: Duration = Duration::from_hours(24);

/// Stores rules as a draft. Their form was checked, and that they compile.
///
/// # Errors
/// If the caller is no manager, or has drafted too often today.
pub fn draft(
    tx: &mut Tx<'_>,
    caller: &Caller,
    rules: &[LocalRule],
) -> Result<Version, LexiconRefusal> {
    check_manager(caller)?;
    check_pace(tx, caller)?;
    let text = serde_json::to_string(rules)
        .map_err(|_unwritable| db::Error::Corrupt("rules are no JSON"))?;
    let version = Version {
        id: LexiconVersionId::new(),
        authority_id: caller.authority_id,
        number: None,
        rules: rules.to_vec(),
        drafted: (caller.account_id, tx.now()),
        published: None,
        withdrawal_asked: None,
        withdrawn: None,
        is_live: false,
    };
    queries::insert(tx.conn(), &version, (&text, &checksum(&text)))?;
    jobs::begin_count(tx, &version)?;
    record(tx, caller, "lexicon.drafted", &version)?;
    Ok(version)
}

/// Whether somebody may draft now; else says how long they wait.
fn check_pace(tx: &mut Tx<'_>, caller: &Caller) -> Result<(), LexiconRefusal> {
    let now = tx.now();
    let newest = queries::newest_drafts(tx.conn(), caller.account_id, MOST_DRAFTS)?;
    let is_full = i64::try_from(newest.len()).is_ok_and(|count| count >= MOST_DRAFTS);
    match newest.last().map(|oldest| oldest.plus(DAY)) {
        Some(free) if is_full && free > now => Err(LexiconRefusal::TooMany(free.since(now))),
        _ => Ok(()),
    }
}

/// A draft, with what it changes and how many texts it would match.
///
/// # Errors
/// If the caller is no manager or there is no such draft.
pub fn one_draft(
    view: &mut impl View,
    caller: &Caller,
    id: LexiconVersionId,
) -> Result<Shown, LexiconRefusal> {
    check_manager(caller)?;
    let version = queries::version(view.conn(), caller, id)?.ok_or(LexiconRefusal::NotFound)?;
    if version.number.is_some() {
        return Err(LexiconRefusal::NotFound);
    }
    let live = live_rules(view, caller)?;
    Ok(shown(view, version, &live)?)
}

/// The rules of the authority's own that are live.
fn live_rules(view: &mut impl View, caller: &Caller) -> Answer<Vec<LocalRule>> {
    let live = queries::by_number(view.conn(), caller, caller.live_lexicon)?;
    Ok(live.map(|version| version.rules).unwrap_or_default())
}

fn shown(view: &mut impl View, version: Version, live: &[LocalRule]) -> Answer<Shown> {
    let (changes, kind) = if version.number.is_none() {
        (Changes::between(live, &version.rules), Kind::Count)
    } else {
        (Changes::default(), Kind::Reread)
    };
    let job = jobs::of(view, version.id, kind)?;
    Ok(Shown {
        version,
        changes,
        job,
    })
}

/// Drafts or versions, newest first.
///
/// # Errors
/// If the caller is no manager.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    which: Which,
    page: Page,
) -> Result<Vec<Shown>, LexiconRefusal> {
    check_manager(caller)?;
    let versions = queries::list(view.conn(), caller, which, page)?;
    let live = live_rules(view, caller)?;
    let all = versions
        .into_iter()
        .map(|version| shown(view, version, &live));
    Ok(all.collect::<Answer<_>>()?)
}

/// The rules of a draft, whosever it is: for the count.
///
/// # Errors
/// If the question fails.
pub fn rules_of(view: &mut impl View, id: LexiconVersionId) -> Answer<Vec<LocalRule>> {
    queries::rules_of(view.conn(), id)
}

/// Publishes a draft as the next version, which is live from this unit on.
///
/// # Errors
/// If an example fails; if it finds less than the version before it or calls louder or leaves more people out
/// and the caller wrote it or is no second person to whoever did, or that one may not act any more; if it was published before.
pub fn publish(
    tx: &mut Tx<'_>,
    caller: &Caller,
    id: LexiconVersionId,
    broken: &[Broken],
) -> Result<Version, LexiconRefusal> {
    check_manager(caller)?;
    take_turns(tx, caller)?;
    let mut version = queries::version(tx.conn(), caller, id)?.ok_or(LexiconRefusal::NotFound)?;
    if version.number.is_some() {
        return Err(LexiconRefusal::Published);
    }
    if !broken.is_empty() {
        return Err(LexiconRefusal::ExamplesFail(broken.to_vec()));
    }
    // As it is now: another manager may have published since the caller was looked up.
    let live = queries::live_number(tx.conn(), caller.authority_id)?;
    let caller_now = Caller {
        live_lexicon: live,
        ..caller.clone()
    };
    let changes = Changes::between(&live_rules(tx, &caller_now)?, &version.rules);
    if changes.need_a_second_person() && version.drafted.0 == caller.account_id {
        return Err(LexiconRefusal::SecondPersonNeeded(Box::new(changes)));
    }
    if changes.need_a_second_person() && !counts_still(tx, version.drafted.0)? {
        return Err(LexiconRefusal::Lapsed);
    }
    if changes.need_a_second_person() && !are_two(tx, version.drafted.0, caller.account_id)? {
        return Err(LexiconRefusal::NotTwoPeople);
    }
    let number = queries::last_number(tx.conn(), caller.authority_id)?.saturating_add(1);
    version.number = Some(number);
    version.published = Some((caller.account_id, tx.now()));
    version.is_live = true;
    queries::publish(tx.conn(), &version)?;
    jobs::end_count(tx, id)?;
    queries::set_live(tx.conn(), caller.authority_id, number)?;
    tx.wake_workers();
    record(tx, caller, "lexicon.published", &version)?;
    Ok(version)
}

/// Withdraws the live version: the one before it that was not withdrawn is live again, or only the
/// rules that ship. What it has screened is screened again.
///
/// Where that finds less or calls louder, two people are needed, as for publishing: the first only asks,
/// and the version given back says so. Who may not act any more asks for nothing.
///
/// # Errors
/// If the caller is no manager, it is not live, or whoever asked is no second person to the caller.
pub fn withdraw(
    tx: &mut Tx<'_>,
    caller: &Caller,
    name: VersionName,
) -> Result<Shown, LexiconRefusal> {
    check_manager(caller)?;
    take_turns(tx, caller)?;
    let mut version = named(tx, caller, name)?;
    if version.number != Some(queries::live_number(tx.conn(), caller.authority_id)?) {
        return Err(LexiconRefusal::NotLive);
    }
    let before = queries::standing_before(tx.conn(), caller)?;
    let rules_before = queries::by_number(tx.conn(), caller, before)?;
    let rules_before = rules_before.map(|version| version.rules);
    let changes = Changes::between(&version.rules, &rules_before.unwrap_or_default());
    if changes.need_a_second_person() {
        match asked_by_somebody_active(tx, &version)? {
            Some(first) if first == caller.account_id => return Ok(shown(tx, version, &[])?),
            Some(first) if !are_two(tx, first, caller.account_id)? => {
                return Err(LexiconRefusal::NotTwoPeople);
            }
            Some(_second) => {}
            None => return ask_to_withdraw(tx, caller, version),
        }
    }
    version.withdrawn = Some((caller.account_id, tx.now()));
    version.is_live = false;
    queries::withdraw(tx.conn(), &version)?;
    jobs::begin_reread(tx, &version)?;
    queries::set_live(tx.conn(), caller.authority_id, before)?;
    tx.wake_workers();
    record(tx, caller, "lexicon.withdrawn", &version)?;
    Ok(shown(tx, version, &[])?)
}

/// Who asked that a version be withdrawn, if they may still act.
fn asked_by_somebody_active(tx: &mut Tx<'_>, version: &Version) -> Answer<Option<AccountId>> {
    match version.withdrawal_asked {
        Some((first, _)) if counts_still(tx, first)? => Ok(Some(first)),
        _ => Ok(None),
    }
}

/// Notes that somebody wants the version withdrawn.
fn ask_to_withdraw(
    tx: &mut Tx<'_>,
    caller: &Caller,
    mut version: Version,
) -> Result<Shown, LexiconRefusal> {
    version.withdrawal_asked = Some((caller.account_id, tx.now()));
    queries::ask_to_withdraw(tx.conn(), &version)?;
    record(tx, caller, "lexicon.withdrawal_asked", &version)?;
    Ok(shown(tx, version, &[])?)
}

/// The rules that would be live if the live version were withdrawn.
///
/// # Errors
/// If the caller is no manager.
pub fn one_before(tx: &mut Tx<'_>, caller: &Caller) -> Result<Vec<LocalRule>, LexiconRefusal> {
    check_manager(caller)?;
    let number = queries::standing_before(tx.conn(), caller)?;
    let before = queries::by_number(tx.conn(), caller, number)?;
    Ok(before.map(|version| version.rules).unwrap_or_default())
}

/// One published version.
///
/// # Errors
/// If the caller is no manager or there is none of this name.
pub fn one_version(
    view: &mut impl View,
    caller: &Caller,
    name: VersionName,
) -> Result<Shown, LexiconRefusal> {
    check_manager(caller)?;
    let version = named(view, caller, name)?;
    Ok(shown(view, version, &[])?)
}

fn named(
    view: &mut impl View,
    caller: &Caller,
    name: VersionName,
) -> Result<Version, LexiconRefusal> {
    let found = match name {
        VersionName::Number(number) => queries::by_number(view.conn(), caller, number)?,
        VersionName::Id(id) => queries::version(view.conn(), caller, id)?,
    };
    found
        .filter(|version| version.number.is_some())
        .ok_or(LexiconRefusal::NotFound)
}

/// Whether the caller may work on the lexicon.
///
/// # Errors
/// If not.
pub fn check_manager(caller: &Caller) -> Result<(), LexiconRefusal> {
    if caller.role == Role::ServiceManager {
        Ok(())
    } else {
        Err(LexiconRefusal::NotAllowed)
    }
}

/// What was looked for is audited with the deed: of a draft it is what people's words were counted by.
fn record(tx: &mut Tx<'_>, caller: &Caller, deed: &'static str, version: &Version) -> Answer<()> {
    let patterns = version.rules.iter().flat_map(|rule| &rule.patterns);
    let detail = if version.number.is_none() {
        let patterns: Vec<_> = patterns.collect();
        json!({"number": null, "rules": version.rules.len(), "patterns": patterns})
    } else {
        json!({"number": version.number, "rules": version.rules.len()})
    };
    let line = Line {
        deed,
        subject: "lexicon_version",
        subject_id: Some(version.id.into()),
        about: None,
        detail,
        reason: None,
    };
    audit::actions::record(tx, caller, &line)
}

/// The name under which verdicts name this version.
#[must_use]
pub fn name(lexicons: &Lexicons, number: i32) -> String {
    super::known::name(lexicons.shipped().version(), number)
}
