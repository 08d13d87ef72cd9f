//! Reading alerts: lists, which show no words, and one alert whole, which does.
//!
//! The words of an alert are audited first and read second; only its own responder, while it is not
//! closed, need not wait for the audit. A practitioner sees that an alert about their families
//! exists and how serious it is, never why, and nothing of an allegation. For everybody else it does not
//! exist.

mod queries;
pub mod telephone;
mod texts;

use std::collections::BTreeMap;

pub use texts::{hidden_from_managers, marks_of, words_of};

use serde_json::{Value, json};

use super::actions::{Named, NotDone};
use super::history::deeds;
use super::quote::{self, Piece};
use super::responder::{Responder, Sight};
use super::upcoming::{self, NextStep};
use super::{Alert, Mark, NEWEST, Source, State, links};
use crate::base::ids::{AccountId, AlertId, ConversationId};
use crate::base::time::Moment;
use crate::care::accounts::{Caller, Role};
use crate::care::audit::{Line, Needs};
use crate::care::contact_plans::ContactPlan;
use crate::care::contact_plans::reading::of_an_alert;
use crate::care::words::{Category, Severity};
use crate::db::{self, Answer, View};

/// An alert as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The alert.
    pub alert: Alert,
    /// About whom.
    pub family_member: Named,
    /// Who has it.
    pub holder: Option<Named>,
    /// Whom the holder asks to take it.
    pub handed_to: Option<Named>,
    /// Whether the reader may know no more than that it exists and how serious it is.
    pub is_outline: bool,
}

/// Where in a list of alerts the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// How serious the last one was.
    pub severity: Severity,
    /// When it was raised.
    pub raised_at: Moment,
    /// Which it was.
    pub id: AlertId,
}

/// Which alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Only those that stand here; without: all that are not closed.
    pub state: Option<State>,
    /// Texts to be read by a person, instead of alerts.
    pub to_be_read: bool,
    /// After this one.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
}

/// One occurrence, with the words that worried us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Its number within the alert.
    pub seq: i32,
    /// Where it comes from.
    pub source: Source,
    /// For a message: in which conversation it is, and its sequence there.
    pub place: Option<(ConversationId, i64)>,
    /// How serious it was.
    pub severity: Severity,
    /// What it was about.
    pub category: Category,
    /// What in it worried us.
    pub marks: Vec<Mark>,
    /// When.
    pub at: Moment,
    /// The words.
    pub quote: Vec<Piece>,
}

/// A line of the history, with the words its actor wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its number.
    pub seq: i32,
    /// What was done.
    pub deed: String,
    /// Who did it; nobody if it happened by itself.
    pub by: Option<Named>,
    /// When.
    pub at: Moment,
    /// Facts.
    pub detail: Value,
    /// Rationale or reason.
    pub words: Option<String>,
}

/// An alert with everything in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// The alert.
    pub item: Item,
    /// The newest occurrences, newest first.
    pub occurrences: Vec<Occurrence>,
    /// What was done lately, newest first.
    pub history: Vec<HistoryLine>,
    /// The decision, or the one that waits for a second person.
    pub decision: Option<HistoryLine>,
    /// When and how the family member may safely be reached.
    pub contact_plan: ContactPlan,
    /// Whom to telephone about it.
    pub telephone: telephone::Telephone,
    /// The alerts of the family that are linked with it, as far as the reader sees them.
    pub links: Vec<Item>,
    /// Who is told next and when, while nobody has it.
    pub next_steps: Vec<NextStep>,
}

/// What somebody may see of one alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// That it exists, and how serious it is.
    Outline(Box<Item>),
    /// Everything.
    Whole(Box<Whole>),
}

/// Lists the alerts somebody may see, the most serious first and of those the newest.
///
/// # Errors
/// For mentors and families there is no such list.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Item>, NotDone> {
    if !caller.is_worker() {
        return Err(NotDone::NotFound);
    }
    let now = view.now();
    let alerts = queries::list(view.conn(), (caller, now), listing)?;
    let people = alerts.iter().flat_map(people_of).collect();
    let names = super::queries::names(view.conn(), people)?;
    let is_outline = caller.role == Role::FamilyPractitioner;
    let items = alerts
        .into_iter()
        .map(|alert| item(alert, &names, is_outline));
    Ok(items.collect::<Answer<_>>()?)
}

fn people_of(alert: &Alert) -> impl Iterator<Item = AccountId> + use<> {
    [
        Some(alert.family_member_id),
        alert.holder_id,
        alert.handed_to_id,
    ]
    .into_iter()
    .flatten()
}

type Names = BTreeMap<AccountId, Named>;

fn item(alert: Alert, names: &Names, is_outline: bool) -> Answer<Item> {
    let known = |who: AccountId| {
        let found = names.get(&who).cloned();
        found.ok_or(db::Error::Corrupt(
            "an alert names an account that is not there",
        ))
    };
    Ok(Item {
        family_member: known(alert.family_member_id)?,
        holder: alert.holder_id.map(known).transpose()?,
        handed_to: alert.handed_to_id.map(known).transpose()?,
        is_outline,
        alert,
    })
}

fn one_item(view: &mut impl View, alert: Alert, is_outline: bool) -> Answer<Item> {
    let names = super::queries::names(view.conn(), people_of(&alert).collect())?;
    item(alert, &names, is_outline)
}

/// What the audit needs before this person reads this alert.
///
/// # Errors
/// If it does not exist for them.
pub fn needs(view: &mut impl View, caller: &Caller, id: AlertId) -> Result<Needs, NotDone> {
    let responder = match Responder::look(view, caller, id)? {
        Sight::Nothing => return Err(NotDone::NotFound),
        Sight::Outline(_) => return Ok(Needs::Nothing),
        Sight::Whole(responder) => responder,
    };
    let alert = responder.alert();
    let line = Line {
        deed: "alert.read",
        subject: "alert",
        subject_id: Some(id.into()),
        about: Some(alert.family_member_id),
        detail: json!({"occurrences": alert.occurrence_count, "state": alert.state}),
        reason: None,
    };
    if responder.is_called_upon() && alert.state != State::Closed {
        Ok(Needs::LineIfPossible(line))
    } else {
        Ok(Needs::LineFirst(line))
    }
}

/// Reads one alert. Whoever reads its words must have been audited before: see [`needs`].
///
/// # Errors
/// If it does not exist for them.
pub fn read(view: &mut impl View, caller: &Caller, id: AlertId) -> Result<Shown, NotDone> {
    let alert = match Responder::look(view, caller, id)? {
        Sight::Nothing => return Err(NotDone::NotFound),
        Sight::Outline(alert) => {
            return Ok(Shown::Outline(Box::new(one_item(view, *alert, true)?)));
        }
        Sight::Whole(responder) => responder.into_alert(),
    };
    let newest = queries::newest_occurrences(view.conn(), id, NEWEST.into())?;
    let occurrences = quoted(view, &alert, newest)?;
    let rows = queries::newest_deeds(view.conn(), id, NEWEST.into())?;
    let history = told(view, &alert, rows)?;
    let row = queries::last_decision(view.conn(), id)?;
    let decision = told(view, &alert, row.into_iter().collect())?.pop();
    Ok(Shown::Whole(Box::new(Whole {
        occurrences,
        history,
        decision,
        contact_plan: of_an_alert(view, (alert.authority_id, alert.family_member_id))?,
        telephone: telephone::about(view, &alert)?,
        links: links::seen_by(view, caller, id)?,
        next_steps: upcoming::next_steps(view, &alert)?,
        item: one_item(view, alert, false)?,
    })))
}

/// What an event about an alert may show: no words, and nothing if the reader has lost the right.
///
/// # Errors
/// If the question fails.
pub fn glimpse(view: &mut impl View, caller: &Caller, id: AlertId) -> Answer<Option<Item>> {
    match Responder::look(view, caller, id)? {
        Sight::Nothing => Ok(None),
        Sight::Outline(alert) => one_item(view, *alert, true).map(Some),
        Sight::Whole(responder) => one_item(view, responder.into_alert(), false).map(Some),
    }
}

/// Which part of what belongs to an alert: after a number, at most so many, oldest first.
pub type Part = (i32, i64);

/// Reads occurrences, oldest first, with the alert they belong to.
///
/// # Errors
/// If the alert does not exist for this person, or they may not see its words.
pub fn occurrences(
    view: &mut impl View,
    caller: &Caller,
    id: AlertId,
    part: Part,
) -> Result<(Alert, Vec<Occurrence>), NotDone> {
    let alert = whole_only(view, caller, id)?;
    let rows = queries::occurrences_after(view.conn(), id, part)?;
    let found = quoted(view, &alert, rows)?;
    Ok((alert, found))
}

/// Reads the history, oldest first.
///
/// # Errors
/// If the alert does not exist for this person, or they may not see its words.
pub fn history(
    view: &mut impl View,
    caller: &Caller,
    id: AlertId,
    part: Part,
) -> Result<Vec<HistoryLine>, NotDone> {
    let alert = whole_only(view, caller, id)?;
    let rows = queries::deeds_after(view.conn(), id, part)?;
    Ok(told(view, &alert, rows)?)
}

/// The alert, for those who may see all of it.
///
/// # Errors
/// If it does not exist for them, or they may know no more than that it exists.
pub(super) fn whole_only(
    view: &mut impl View,
    caller: &Caller,
    id: AlertId,
) -> Result<Alert, NotDone> {
    match Responder::look(view, caller, id)? {
        Sight::Nothing => Err(NotDone::NotFound),
        Sight::Outline(_) => Err(NotDone::NotAllowed),
        Sight::Whole(responder) => Ok(responder.into_alert()),
    }
}

fn quoted(
    view: &mut impl View,
    alert: &Alert,
    rows: Vec<queries::OccurrenceRow>,
) -> Answer<Vec<Occurrence>> {
    let places = queries::places_of_messages(view.conn(), &rows)?;
    let mut occurrences = Vec::with_capacity(rows.len());
    for row in rows {
        let marks: Vec<Mark> = serde_json::from_str(&row.findings).unwrap_or_default();
        let spans: Vec<(usize, usize)> = marks.iter().filter_map(|mark| mark.span).collect();
        let source = Source {
            kind: row.source,
            author_id: row.source_author_id,
            id: row.source_id,
        };
        let must_be_read = marks.iter().any(Mark::asks_for_a_reader);
        let words = queries::words_of(view, alert.authority_id, source)?;
        let quote = words.map_or_else(Vec::new, |words| {
            quote::of(source.kind, &words, (&spans, must_be_read))
        });
        occurrences.push(Occurrence {
            seq: row.seq,
            source,
            place: places.get(&(source.author_id, source.id)).copied(),
            severity: row.severity,
            category: row.category,
            marks,
            at: row.at,
            quote,
        });
    }
    Ok(occurrences)
}

fn told(
    view: &mut impl View,
    alert: &Alert,
    rows: Vec<queries::DeedRow>,
) -> Answer<Vec<HistoryLine>> {
    let actors = rows.iter().filter_map(|row| row.actor_id).collect();
    let names = super::queries::names(view.conn(), actors)?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let key = super::queries::deed_row(row.seq);
        let place = [alert.id.as_bytes().as_slice(), &key];
        let words = row
            .words
            .map(|sealed| view.open_words(super::queries::words_place(alert, &place), &sealed))
            .transpose()?;
        lines.push(HistoryLine {
            seq: row.seq,
            deed: row.deed,
            by: row.actor_id.and_then(|id| names.get(&id).cloned()),
            at: row.at,
            detail: serde_json::from_str(&row.detail).unwrap_or(Value::Null),
            words,
        });
    }
    Ok(lines)
}

/// Whether a person has looked at an alert since this moment: taken it, or seen what was new in it.
///
/// # Errors
/// If the question fails.
pub fn was_seen_since(view: &mut impl View, id: AlertId, since: Moment) -> Answer<bool> {
    let names = [deeds::ACKNOWLEDGED, deeds::TAKEN_OVER, deeds::SEEN];
    let last = super::queries::last_done(view.conn(), id, &names)?;
    Ok(last.is_some_and(|at| at >= since))
}

/// Whether a person has looked, since this moment, at an alert that this source belongs to.
///
/// # Errors
/// If the question fails.
pub fn was_source_seen_since(view: &mut impl View, source: Source, since: Moment) -> Answer<bool> {
    for alert in queries::alerts_of(view.conn(), source)? {
        if was_seen_since(view, alert, since)? {
            return Ok(true);
        }
    }
    Ok(false)
}
