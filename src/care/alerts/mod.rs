//! Alerts: the open units of safeguarding work, and how they climb from person to person until
//! somebody named has each one and has decided.
//!
//! Only a person's acknowledgement stops the climb, and only a qualified person's decision with a
//! rationale closes an alert. Nothing closes by itself, nothing expires, nothing is capped.

pub mod actions;
mod asking;
mod calling;
pub mod calls;
mod carrying;
pub mod connections;
pub mod deciding;
pub mod escalation;
pub mod false_alarms;
pub mod figures;
pub mod following;
pub mod history;
pub mod ladder;
pub mod leaving_out;
pub mod links;
pub mod nearing;
pub mod office_hours;
mod outcome;
pub mod passing;
pub mod policies;
pub mod policy;
mod queries;
pub mod quote;
pub mod raising;
pub mod reach;
pub mod reading;
pub mod repeats;
pub mod responder;
mod source;
pub mod standing;
pub mod upcoming;
mod widening;
pub mod work;
pub mod working_days;

use std::collections::BTreeSet;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use diesel::{AsChangeset, Insertable, Queryable};
use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, AlertId, AuthorityId, FamilyId, PodId};
use crate::base::time::Moment;
use crate::care::words::{Category, Severity};
use crate::db::columns::text_column;
pub use outcome::Outcome;
use policy::{Policy, Timers};

pub use source::{Source, SourceKind};

/// What sort of alert it is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
#[schema(as = AlertKind)]
pub enum Kind {
    /// A worry about a family member.
    Concern,
    /// A worry in which a mentor or worker is implicated; they are excluded from it.
    Allegation,
    /// Texts in a language without rules: a person must read them. One standing item per person.
    Unread,
}

text_column!(Kind { Concern = "concern", Allegation = "allegation", Unread = "unread" });

/// Where an alert stands.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
#[schema(as = AlertState)]
pub enum State {
    /// Nobody has it; it climbs.
    Open,
    /// A named person has it and must decide.
    Acknowledged,
    /// A qualified person has decided.
    Closed,
}

text_column!(State { Open = "open", Acknowledged = "acknowledged", Closed = "closed" });

/// What worried us in the source, and where in its text. Stored with the occurrence; holds no word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The rule of the lexicon, or the name of the tap that raised it.
    pub rule: String,
    /// What it is about.
    pub category: Category,
    /// How serious it is by itself.
    pub severity: Severity,
    /// First character in Unicode scalar values, and one past the last; none for a tap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<(usize, usize)>,
}

/// The rule named where screening itself failed.
pub const NOT_SCREENED: &str = "not_screened";
/// The rule named where nothing can be screened because the language has no rules.
pub const UNREAD: &str = "unread";

impl Mark {
    /// Whether it says that a person must read the words, because screening could not.
    #[must_use]
    pub fn asks_for_a_reader(&self) -> bool {
        self.rule == NOT_SCREENED || self.rule == UNREAD
    }
}

/// One worry, about to become an occurrence of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worry {
    /// About which family member.
    pub about: AccountId,
    /// What sort of alert it belongs to.
    pub kind: Kind,
    /// Whether a worker may be implicated whom we cannot name: the normal ladder runs all the same.
    pub possible_allegation: bool,
    /// How soon a person must see it.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// Who must neither be told nor know: the implicated.
    pub excluded: BTreeSet<AccountId>,
    /// The row it comes from.
    pub source: Source,
    /// What in it worried us.
    pub marks: Vec<Mark>,
}

/// An alert, as its row says.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable, AsChangeset)]
#[diesel(table_name = queries::alerts, treat_none_as_null = true)]
pub struct Alert {
    /// Which.
    pub id: AlertId,
    /// In which authority.
    pub authority_id: AuthorityId,
    /// In which pod it was raised; its supervisor and deputies answer for it.
    pub pod_id: PodId,
    /// In which family.
    pub family_id: FamilyId,
    /// About whom.
    pub family_member_id: AccountId,
    /// What sort.
    pub kind: Kind,
    /// Whether a worker may be implicated whom we cannot name.
    pub possible_allegation: bool,
    /// The most serious of its occurrences.
    pub severity: Severity,
    /// The category of the most serious occurrence.
    pub category: Category,
    /// Every category that has occurred, as a JSON list.
    pub categories: String,
    /// Where it stands.
    pub state: State,
    /// The same for what is one worry: family member, kind, excluded persons.
    pub fold_key: Vec<u8>,
    /// The version of the clocks it runs under.
    pub policy_version: i32,
    /// When it was first raised.
    pub raised_at: Moment,
    /// When somebody must have it.
    pub acknowledge_by: Moment,
    /// When its holder must have decided; if nobody has it any more, when the next one must.
    pub decide_by: Option<Moment>,
    /// Who has it.
    pub holder_id: Option<AccountId>,
    /// Since when.
    pub acknowledged_at: Option<Moment>,
    /// When something happens by itself next.
    pub next_due_at: Option<Moment>,
    /// How often it has stepped; the worker claims it by this.
    pub step: i32,
    /// The rung told last.
    pub rung: i32,
    /// Whether a whole round of the ladder found nobody.
    pub unreachable: bool,
    /// How many occurrences it has.
    pub occurrence_count: i32,
    /// Since when the holder has not seen something new.
    pub unseen_since: Option<Moment>,
    /// To whom the holder wants to hand it.
    pub handed_to_id: Option<AccountId>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// How many occurrences its holder has been shown, counted from the first without a gap.
    pub seen_seq: i32,
    /// The waits it runs under, and the hours they are counted in, as JSON, where they are not the shipped ones.
    pub waits: Option<String>,
}

/// The first and the last of some occurrences that follow each other.
pub type Run = (i32, i32);

/// At most so many occurrences and deeds are shown with an alert: the newest.
const NEWEST: i32 = 50;

impl Alert {
    /// The clocks it runs under.
    #[must_use]
    pub fn clocks(&self) -> Timers {
        self.policy().clocks(self.severity)
    }

    /// The version of the table it runs under, and what that says.
    #[must_use]
    pub fn policy(&self) -> Policy {
        policy::version(self.policy_version, self.waits.as_deref())
    }

    /// Every category that has occurred.
    #[must_use]
    pub fn known_categories(&self) -> BTreeSet<Category> {
        serde_json::from_str(&self.categories).unwrap_or_default()
    }

    /// Whether these occurrences show the holder, if that is `who`, something new that joins without
    /// a gap what they have been shown.
    #[must_use]
    pub fn is_news_to(&self, who: AccountId, (first, last): Run) -> bool {
        self.state == State::Acknowledged
            && self.holder_id == Some(who)
            && first <= self.seen_seq.saturating_add(1)
            && last > self.seen_seq
    }

    /// Whether its holder has been shown all of it.
    #[must_use]
    pub const fn is_seen(&self) -> bool {
        self.seen_seq >= self.occurrence_count
    }

    /// The holder is new to it, and is shown the newest occurrences with the answer.
    fn show_anew(&mut self) {
        let is_all = self.occurrence_count <= NEWEST;
        self.seen_seq = if is_all { self.occurrence_count } else { 0 };
        if is_all {
            self.unseen_since = None;
        }
    }

    /// Nobody has it any more: it climbs again from the first rung. By when it must be decided stays,
    /// unless it was.
    fn open_again(&mut self, now: Moment) {
        self.decide_by = self.decide_by.filter(|_| self.state != State::Closed);
        self.state = State::Open;
        self.holder_id = None;
        self.acknowledged_at = None;
        self.handed_to_id = None;
        self.unseen_since = None;
        self.closed_at = None;
        self.rung = 0;
        self.acknowledge_by = self.clocks().acknowledge.after(now);
        self.next_due_at = Some(self.acknowledge_by);
    }

    /// Somebody has it: the climb stops, and the decision clock starts, or goes on if somebody had it before.
    fn hold(&mut self, holder: AccountId, now: Moment) {
        let decide_by = self.clocks().decide.after(now);
        let decide_by = self.decide_by.unwrap_or(decide_by).min(decide_by);
        self.state = State::Acknowledged;
        self.holder_id = Some(holder);
        self.acknowledged_at = Some(now);
        self.decide_by = Some(decide_by);
        self.next_due_at = Some(decide_by);
        self.unseen_since = None;
        self.handed_to_id = None;
        self.show_anew();
        self.unreachable = false;
    }

    /// A qualified person has decided: nothing happens by itself any more.
    fn close(&mut self, now: Moment) {
        self.state = State::Closed;
        self.closed_at = Some(now);
        self.next_due_at = None;
        self.unseen_since = None;
        self.handed_to_id = None;
        self.unreachable = false;
    }

    /// The rung after the one told last.
    fn next_rung(&self) -> usize {
        usize::try_from(self.rung).unwrap_or(0).saturating_add(1)
    }

    /// Brings forward what happens next, never puts it off.
    fn due_no_later_than(&mut self, moment: Moment) {
        self.next_due_at = Some(self.next_due_at.map_or(moment, |due| due.min(moment)));
    }
}
