//! When and how a family member may safely be reached: the plan they tell, what of it a person has
//! confirmed with them, and the hours in which their phone may sound, show or count something.
//!
//! **The most protective wins.** What a plan forbids holds at once, and until a person of the staff has
//! talked it over with them; so does no more of what it allows than held before. Whoever has a phone in
//! their hand is not always whose it is: another plan told on it takes nothing back. Who never told a
//! plan has the most protective one: their phone rings by day, nobody calls, and it is taken for shared.
//! Each plan is one person's; nobody of their family learns of it. A supervisor or a manager can stop all
//! contact (see [`stops`]): then nothing rings, whatever the plan allows.

pub mod actions;
mod queries;
pub mod reading;
pub mod stops;
pub mod windows;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::base::ids::{AccountId, AuthorityId};
use crate::base::keyring::Place;
use crate::base::time::Moment;
use crate::db::Event;
use stops::Stop;
use windows::Windows;

/// A plan has at most so many windows: three a day.
pub const MOST_WINDOWS: usize = 21;
/// A code word has at most so many characters.
pub const MOST_CODE_WORD: usize = 80;
/// So many may be said of who else is near.
pub const MOST_OTHERS_NEAR: usize = 200;
/// After this long the family member is asked again.
pub const ASKED_AGAIN: Duration = Duration::from_hours(30 * 24);
/// Who has told no plan so long after joining is asked for one.
pub const FIRST_DAYS: Duration = Duration::from_hours(7 * 24);
/// Nothing usual rings before this minute of the day
const MORNING: u16 = 8 * 60;
/// or from this one on, unless they say otherwise.
const EVENING: u16 = 21 * 60;

/// Whoever works with a family member is told that their plan says something else.
pub const PLAN_CHANGED: Event = "contact_plan.changed";

/// What a plan says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question people are asked and answer"
)]
pub struct Terms {
    /// When they may be rung.
    pub windows: Windows,
    /// Whether messages may show on their phone.
    pub ok_message: bool,
    /// Whether somebody may call.
    pub ok_call: bool,
    /// Whether somebody may leave word on their voicemail.
    pub ok_voicemail: bool,
    /// Whether others use the phone.
    pub shared_phone: bool,
    /// Whether a text message that says nothing may come to their number, where nothing else reached them.
    #[serde(default)]
    pub ok_text: bool,
}

impl Terms {
    /// What holds for whoever has told nothing.
    #[must_use]
    pub fn most_protective() -> Self {
        Self {
            windows: Windows::daily(MORNING, EVENING),
            ok_message: true,
            ok_call: false,
            ok_voicemail: false,
            shared_phone: true,
            ok_text: false,
        }
    }

    /// What both allow.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        Self {
            windows: self.windows.meet(&other.windows),
            ok_message: self.ok_message && other.ok_message,
            ok_call: self.ok_call && other.ok_call,
            ok_voicemail: self.ok_voicemail && other.ok_voicemail,
            shared_phone: self.shared_phone || other.shared_phone,
            ok_text: self.ok_text && other.ok_text,
        }
    }
}

/// What a plan says in their own words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// A word by which they know who calls.
    pub code_word: Option<String>,
    /// Who else may be near when their phone rings.
    pub others_near: Option<String>,
}

impl Words {
    /// Those of them that are not there yet.
    #[must_use]
    pub fn beyond(&self, known: &Self) -> Self {
        let new =
            |one: &Option<String>, known: &Option<String>| one.clone().filter(|_| one != known);
        Self {
            code_word: new(&self.code_word, &known.code_word),
            others_near: new(&self.others_near, &known.others_near),
        }
    }
}

/// A plan as they told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// How often they have told one; whoever confirms it names the one they have seen.
    pub version: i32,
    /// What it says.
    pub terms: Terms,
    /// And in their own words.
    pub words: Words,
    /// When they told it.
    pub at: Moment,
}

/// That a person of the staff has talked a plan over with them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// Which version it was.
    pub version: i32,
    /// What it said in their own words: words told since may be another person's.
    pub words: Words,
    /// When.
    pub at: Moment,
}

/// A family member's plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPlan {
    /// Whose.
    pub family_member_id: AccountId,
    /// What they told last, if anything.
    pub told: Option<Told>,
    /// What holds now.
    pub in_force: Terms,
    /// What was confirmed last, if anything.
    pub confirmed: Option<Confirmed>,
    /// That all contact with them is stopped, if it is.
    pub stop: Option<Stop>,
}

impl ContactPlan {
    /// Of whoever has told nothing.
    #[must_use]
    pub fn untold(family_member_id: AccountId) -> Self {
        Self {
            family_member_id,
            told: None,
            in_force: Terms::most_protective(),
            confirmed: None,
            stop: None,
        }
    }

    /// As they see it themselves: whoever has their phone learns no more from it than what was told on it.
    #[must_use]
    pub fn of_own(mut self) -> Self {
        self.stop = None;
        if let Some(confirmed) = &mut self.confirmed {
            confirmed.words = Words::default();
        }
        self
    }

    /// As their mentor sees it, who is not told why contact is stopped.
    #[must_use]
    pub fn of_mentor(mut self) -> Self {
        if let Some(stop) = &mut self.stop {
            stop.why = None;
        }
        self
    }

    /// Once they have told this: until it is confirmed it only narrows what holds.
    #[must_use]
    pub fn telling(self, told: Told) -> Self {
        Self {
            in_force: self.in_force.meet(&told.terms),
            told: Some(told),
            ..self
        }
    }

    /// By when they are to be asked again; none if it was never confirmed.
    #[must_use]
    pub fn confirm_by(&self) -> Option<Moment> {
        let confirmed = self.confirmed.as_ref()?;
        Some(confirmed.at.plus(ASKED_AGAIN))
    }

    /// Whether somebody must talk it over with them now.
    #[must_use]
    pub fn is_to_be_confirmed(&self, now: Moment) -> bool {
        let told = self.told.as_ref().map(|told| told.version);
        let confirmed = self.confirmed.as_ref().map(|known| known.version);
        told.is_none() || told != confirmed || self.confirm_by().is_none_or(|by| by <= now)
    }

    /// When their phone may be rung.
    #[must_use]
    pub fn reach(&self) -> Reach {
        Reach {
            terms: self.in_force.clone(),
            is_stopped: self.stop.is_some(),
        }
    }
}

/// When a family member is to be asked whether their plan is still right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Who.
    pub family_member_id: AccountId,
    /// Of which authority.
    pub authority_id: AuthorityId,
    /// From when on.
    pub due_at: Moment,
    /// Whether they have told no plan yet.
    pub is_untold: bool,
}

/// When a family member's phone may be rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    terms: Terms,
    is_stopped: bool,
}

/// Whether a phone may be rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ring {
    /// It may, until then if that is said.
    Now(Option<Moment>),
    /// It may from then on.
    From(Moment),
    /// It may not.
    Never,
}

impl Reach {
    /// Whether all contact with them is stopped.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Whether a text message may come to their number at a moment.
    #[must_use]
    pub fn may_text(&self, at: Moment) -> bool {
        self.terms.ok_text && matches!(self.ring(at), Ring::Now(_))
    }

    /// Whether their phone may be rung at a moment. Nothing is so urgent that it rings outside the hours
    /// that are safe, whether they have told those or nothing.
    #[must_use]
    pub fn ring(&self, at: Moment) -> Ring {
        let terms = &self.terms;
        if self.is_stopped || !terms.ok_message {
            return Ring::Never;
        }
        match terms.windows.stretch(at) {
            Some(stretch) if stretch.opens <= at => Ring::Now(Some(stretch.closes)),
            Some(stretch) => Ring::From(stretch.opens),
            None => Ring::Never,
        }
    }
}

/// Where the words of a column of a plan are sealed to.
const fn words_of<'a>(
    authority: AuthorityId,
    (column, row): (&'static str, &'a [&'a [u8]; 1]),
) -> Place<'a> {
    Place {
        authority,
        column,
        row,
    }
}

#[cfg(test)]
mod tests {
    use super::windows::{Day, Window};
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse_rfc3339(text).unwrap()
    }

    fn told(version: i32, terms: &Terms) -> Told {
        Told {
            version,
            terms: terms.clone(),
            words: Words::default(),
            at: Moment::ZERO,
        }
    }

    /// Of somebody who has told these.
    fn plan(terms: &Terms) -> ContactPlan {
        ContactPlan::untold(AccountId::new()).telling(told(1, terms))
    }

    /// As it is once the version that was told last is confirmed.
    fn confirmed(plan: ContactPlan) -> ContactPlan {
        let known = plan.told.clone().unwrap();
        ContactPlan {
            in_force: known.terms,
            confirmed: Some(Confirmed {
                version: known.version,
                words: Words::default(),
                at: Moment::ZERO,
            }),
            ..plan
        }
    }

    fn wide() -> Terms {
        Terms {
            windows: monday(7 * 60, 15 * 60),
            ok_message: true,
            ok_call: true,
            ok_voicemail: false,
            shared_phone: false,
            ok_text: true,
        }
    }

    fn monday(from: u16, to: u16) -> Windows {
        vec![Window {
            day: Day::Monday,
            from,
            to,
        }]
        .into()
    }

    #[test]
    fn what_a_plan_allows_waits_to_be_confirmed_and_what_it_forbids_does_not() {
        let first = plan(&wide());
        assert_eq!(first.in_force.windows, monday(8 * 60, 15 * 60));
        assert!(!first.in_force.ok_call && !first.in_force.ok_text && first.in_force.shared_phone);

        let known = confirmed(first);
        assert_eq!(known.in_force, wide());
        assert!(!known.is_to_be_confirmed(Moment::ZERO));
        assert!(known.is_to_be_confirmed(Moment::ZERO.plus(ASKED_AGAIN)));
    }

    #[test]
    fn what_was_forbidden_stays_so_whatever_is_told_until_it_is_confirmed() {
        let known = confirmed(plan(&wide()));
        let mut narrow = wide();
        narrow.windows = monday(9 * 60, 10 * 60);
        narrow.ok_message = false;

        let undone = known.telling(told(2, &narrow)).telling(told(3, &wide()));

        assert_eq!(undone.in_force, wide().meet(&narrow));
        assert!(undone.is_to_be_confirmed(Moment::ZERO));
        assert_eq!(confirmed(undone).in_force, wide());
    }

    #[test]
    fn quiet_hours_are_those_of_the_clock_on_the_wall_summer_and_winter() {
        let nothing = ContactPlan::untold(AccountId::new());
        for (when, from) in [
            ("2026-06-01T20:00:00Z", "2026-06-02T07:00:00Z"),
            ("2026-06-02T06:59:59Z", "2026-06-02T07:00:00Z"),
            // The night on which the clocks go back is an hour longer.
            ("2026-10-24T20:00:00Z", "2026-10-25T08:00:00Z"),
            ("2027-03-27T21:00:00Z", "2027-03-28T07:00:00Z"),
        ] {
            let ring = nothing.reach().ring(at(when));
            assert_eq!(ring, Ring::From(at(from)), "{when}");
        }
        let day = nothing.reach().ring(at("2026-06-02T07:00:00Z"));
        assert_eq!(day, Ring::Now(Some(at("2026-06-02T20:00:00Z"))));
    }

    #[test]
    fn outside_what_they_said_is_safe_nothing_rings() {
        let mut terms = Terms::most_protective();
        terms.windows = Windows::daily(9 * 60, 15 * 60);
        let evening = at("2026-06-01T17:00:00Z");

        let next = Ring::From(at("2026-06-02T08:00:00Z"));
        assert_eq!(plan(&terms).reach().ring(evening), next);
        terms.ok_message = false;
        assert_eq!(plan(&terms).reach().ring(evening), Ring::Never);
    }

    #[test]
    fn a_text_comes_only_where_it_is_agreed_confirmed_and_safe_now() {
        let (noon, evening) = (at("2026-06-01T11:00:00Z"), at("2026-06-01T17:00:00Z"));
        assert!(
            !plan(&wide()).reach().may_text(noon),
            "nobody has talked it over"
        );
        let known = confirmed(plan(&wide()));
        assert!(known.reach().may_text(noon) && !known.reach().may_text(evening));

        let mut silent = wide();
        silent.ok_message = false;
        assert!(!confirmed(plan(&silent)).reach().may_text(noon));
    }
}
