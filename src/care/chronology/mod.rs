//! The chronology of a family: dated key events in their order, gathered from the rooms that hold them.
//!
//! Nothing is written here and nothing is reckoned: each line is a row of another room, shown to whoever
//! may see it there. Check-ins that say things are hard, follow-ups that reached somebody, and of alerts:
//! that they were raised, and raised again; calls, referrals out and their answers; decisions. It holds no
//! words: those are read where they lie. Of an alert whose outline alone somebody sees it says that it was
//! raised and how serious it was; of one from which they are excluded, nothing. Read by the practitioner
//! and the supervisor of the family, audited first; deputies and managers also say why.

mod queries;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::base::ids::{AccountId, AlertId, FamilyId};
use crate::base::time::Moment;
use crate::care::accounts::Caller;
use crate::care::alerts::actions::Named;
use crate::care::alerts::reading::{Item, glimpse};
use crate::care::audit::{Line as AuditLine, Needs};
use crate::care::families::actions::FamilyError;
use crate::care::families::ties::Tie;
use crate::care::families::{Family, reading as families};
use crate::db::{self, Answer, View};

/// One dated event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands.
    pub place: Place,
    /// What happened: `check_in.low`, `follow_up.reached`, or `alert.` and the name of a deed.
    pub event: String,
    /// About whom.
    pub family_member: Named,
    /// Who did it; nobody if it happened by itself.
    pub by: Option<Named>,
    /// The alert it belongs to, if to one.
    pub alert_id: Option<AlertId>,
    /// Facts; never words.
    pub detail: Value,
}

/// Where a line stands: by time, then by what gave it, then by its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// When it happened.
    pub at: Moment,
    source: Source,
    id: Uuid,
    seq: i32,
}

/// What gives lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Source {
    Alert,
    CheckIn,
    FollowUp,
}

/// Which part of a chronology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Whose.
    pub family_id: FamilyId,
    /// After this line.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
    /// Why, for those who must say.
    pub reason: Option<String>,
}

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Only for workers.
    #[error("not allowed")]
    NotAllowed,
    /// There is no such family, or not for this reader.
    #[error("no such family")]
    NotFound,
    /// This reader must say why.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// A fault of the store.
    #[error("the store failed")]
    Store(#[from] db::Error),
}

fn check(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Family, ReadError> {
    let found = families::tie_to(view, caller, listing.family_id);
    let (family, tie) = found.map_err(|refusal| match refusal {
        FamilyError::NotAllowed => ReadError::NotAllowed,
        FamilyError::NotFound | FamilyError::Field(..) | FamilyError::ReferenceTaken => {
            ReadError::NotFound
        }
        FamilyError::Store(fault) => ReadError::Store(fault),
    })?;
    if tie != Tie::Cover || listing.reason.is_some() {
        Ok(family)
    } else {
        Err(ReadError::ReasonNeeded)
    }
}

/// What the audit needs before this person reads this chronology.
///
/// # Errors
/// If they may not, or must say why.
pub fn needs(view: &mut impl View, caller: &Caller, listing: &Listing) -> Result<Needs, ReadError> {
    check(view, caller, listing)?;
    Ok(Needs::LineFirst(AuditLine {
        deed: "chronology.read",
        subject: "family",
        subject_id: Some(listing.family_id.into()),
        about: None,
        detail: json!({"limit": listing.limit, "after": listing.after.map(|place| place.at)}),
        reason: listing.reason.clone(),
    }))
}

/// Reads a chronology, the oldest line first. Whoever reads it must have been audited before: see
/// [`needs`].
///
/// # Errors
/// If they may not, or must say why.
pub fn list(
    view: &mut impl View,
    caller: &Caller,
    listing: &Listing,
) -> Result<Vec<Line>, ReadError> {
    let family = check(view, caller, listing)?;
    let mut lines = of_alerts(view, caller, (&family, listing))?;
    let members = queries::members(view.conn(), family.id)?;
    let page = (listing.after, listing.limit);
    for row in queries::low_check_ins(view.conn(), &members, page)? {
        let detail = json!({"check_in_id": row.place.id, "scale": row.fact});
        lines.push(row.line("check_in.low".to_owned(), detail));
    }
    for row in queries::reached(view.conn(), &members, page)? {
        let detail = json!({"follow_up_id": row.place.id, "tries": row.fact});
        lines.push(row.line("follow_up.reached".to_owned(), detail));
    }
    let mut people: Vec<AccountId> = lines.iter().map(|line| line.about).collect();
    people.extend(lines.iter().filter_map(|line| line.by));
    let names = queries::names(view.conn(), people)?;
    lines.sort_by_key(|line| line.place);
    lines.truncate(usize::try_from(listing.limit).unwrap_or(usize::MAX));
    let shown = lines.into_iter().map(|line| line.named(&names));
    Ok(shown.collect::<Answer<_>>()?)
}

/// A line whose people have no names yet.
#[derive(Debug)]
struct Bare {
    place: Place,
    event: String,
    about: AccountId,
    by: Option<AccountId>,
    alert_id: Option<AlertId>,
    detail: Value,
}

impl Bare {
    fn named(self, names: &BTreeMap<AccountId, Named>) -> Answer<Line> {
        let about = names.get(&self.about).cloned();
        Ok(Line {
            place: self.place,
            event: self.event,
            family_member: about.ok_or(db::Error::Corrupt(
                "a chronology names an account that is not there",
            ))?,
            by: self.by.and_then(|who| names.get(&who).cloned()),
            alert_id: self.alert_id,
            detail: self.detail,
        })
    }
}

/// What the rooms' own rows give, beside the alerts'.
struct Row {
    place: Place,
    about: AccountId,
    by: Option<AccountId>,
    /// The one number the line tells.
    fact: i32,
}

impl Row {
    fn line(self, event: String, detail: Value) -> Bare {
        Bare {
            place: self.place,
            event,
            about: self.about,
            by: self.by,
            alert_id: None,
            detail,
        }
    }
}

/// The lines of the alerts that the caller may see, each as far as they may.
fn of_alerts(
    view: &mut impl View,
    caller: &Caller,
    (family, listing): (&Family, &Listing),
) -> Answer<Vec<Bare>> {
    let mut seen: BTreeMap<AlertId, Item> = BTreeMap::new();
    for id in queries::alerts(view.conn(), family.id)? {
        if let Some(item) = glimpse(view, caller, id)? {
            seen.insert(id, item);
        }
    }
    let (outlines, whole): (Vec<&Item>, Vec<&Item>) =
        seen.values().partition(|item| item.is_outline);
    let ids =
        |items: &[&Item]| -> Vec<AlertId> { items.iter().map(|item| item.alert.id).collect() };
    let page = (listing.after, listing.limit);
    let rows = queries::deeds(view.conn(), (&ids(&whole), &ids(&outlines)), page)?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(item) = seen.get(&row.alert_id) else {
            continue;
        };
        let said: Value = serde_json::from_str(&row.detail).unwrap_or_default();
        let detail = if item.is_outline {
            json!({"severity": said.get("severity")})
        } else {
            said
        };
        lines.push(Bare {
            place: Place {
                at: row.at,
                source: Source::Alert,
                id: row.alert_id.uuid(),
                seq: row.seq,
            },
            event: format!("alert.{}", row.deed),
            about: item.alert.family_member_id,
            by: row.by.filter(|_| !item.is_outline),
            alert_id: Some(row.alert_id),
            detail,
        });
    }
    Ok(lines)
}
