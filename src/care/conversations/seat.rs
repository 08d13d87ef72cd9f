//! A seat: the right to write into one conversation, as of this unit.
//!
//! Made by the check alone, demanded by every write. Whoever never had a part in it has none, and
//! then the conversation does not exist for them; whoever has left it has none, and then what they
//! send is held.

use super::Part;
use super::waiting::Patience;
use crate::base::ids::{AccountId, AuthorityId, ConversationId, FamilyId};
use crate::base::time::Moment;
use crate::care::accounts::Status;
use crate::care::alerts::office_hours::OfficeHours;
use crate::care::reading_hours::{ANSWER_WITHIN, HoursRow};
use crate::db::Answer;

/// One member of a conversation, as its row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) account_id: AccountId,
    pub(super) part: Part,
    pub(super) from: Moment,
    pub(super) until: Option<Moment>,
    pub(super) status: Status,
    pub(super) hours: Option<HoursRow>,
}

impl Member {
    /// Whether they have or had a part by now. Whoever covers may have covered before the dates that
    /// stand here now; they were told of the conversation, and what they send is never without a place.
    fn has_had_a_part(&self, now: Moment) -> bool {
        self.part == Part::CoverMentor || self.from <= now
    }

    fn is_current(&self, now: Moment) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }
}

/// A conversation with everybody who has or had a part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Circle {
    pub(super) conversation_id: ConversationId,
    pub(super) authority_id: AuthorityId,
    pub(super) family_id: FamilyId,
    pub(super) family_member_id: AccountId,
    pub(super) ended_at: Option<Moment>,
    pub(super) members: Vec<Member>,
    /// When the authority is at work.
    pub(super) office: OfficeHours,
}

impl Circle {
    /// Whether this person has or had a part in it.
    pub(super) fn knows(&self, account: AccountId, now: Moment) -> bool {
        self.members
            .iter()
            .any(|member| member.account_id == account && member.has_had_a_part(now))
    }

    /// The mentors who are to answer at this moment: whoever covers, else the matched one.
    fn answering(&self, now: Moment) -> impl Iterator<Item = &Member> {
        let present =
            move |member: &&Member| member.part != Part::FamilyMember && member.is_current(now);
        let is_covered = self
            .members
            .iter()
            .filter(present)
            .any(|member| member.part == Part::CoverMentor);
        self.members
            .iter()
            .filter(present)
            .filter(move |member| !is_covered || member.part == Part::CoverMentor)
    }

    /// How long the family member waits before somebody else is told: as long as the most attentive of those
    /// who are to answer.
    pub(super) fn patience(&self, now: Moment) -> Patience {
        let each = self.answering(now).map(|member| {
            let hours = member.hours.as_ref();
            hours.map_or(ANSWER_WITHIN, HoursRow::answer_within)
        });
        Patience {
            working_hours: each.min().unwrap_or(ANSWER_WITHIN),
            office: self.office,
        }
    }

    /// When somebody reads again, if nobody does at this moment by the hours that all of those who are
    /// to answer have said.
    pub(super) fn closed_until(&self, now: Moment) -> Answer<Option<Moment>> {
        let mut next: Option<Moment> = None;
        for member in self.answering(now) {
            let Some(row) = &member.hours else {
                return Ok(None);
            };
            match row.hours()?.at(now) {
                Some(reads) if reads.until.is_none() => {
                    next = next.into_iter().chain(reads.from).min();
                }
                _ => return Ok(None),
            }
        }
        Ok(next)
    }
}

/// The right to write into one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    author: AccountId,
    circle: Circle,
    readers: Vec<AccountId>,
}

impl Seat {
    /// Checks that `author` is a member of the conversation now. An ended one seats the family
    /// member alone: their words are never without a place, while a mentor who has left it can
    /// no longer speak to them.
    pub(super) fn take(circle: Circle, author: AccountId, now: Moment) -> Option<Self> {
        let mine = circle
            .members
            .iter()
            .find(|member| member.account_id == author)?;
        let may_write = match circle.ended_at {
            None => mine.is_current(now),
            Some(_) => author == circle.family_member_id,
        };
        if !may_write {
            return None;
        }
        let readers = circle
            .members
            .iter()
            .filter(|member| circle.ended_at.is_none() && member.is_current(now))
            .filter(|member| member.account_id != author)
            .map(|member| member.account_id)
            .collect();
        Some(Self {
            author,
            circle,
            readers,
        })
    }

    /// The conversation.
    #[must_use]
    pub const fn conversation_id(&self) -> ConversationId {
        self.circle.conversation_id
    }

    /// Who writes.
    #[must_use]
    pub const fn author(&self) -> AccountId {
        self.author
    }

    /// The authority whose key seals the words.
    #[must_use]
    pub const fn authority_id(&self) -> AuthorityId {
        self.circle.authority_id
    }

    /// The family.
    #[must_use]
    pub const fn family_id(&self) -> FamilyId {
        self.circle.family_id
    }

    /// The family member whose conversation it is: a worry in it is about them.
    #[must_use]
    pub const fn family_member_id(&self) -> AccountId {
        self.circle.family_member_id
    }

    /// The other current members.
    #[must_use]
    pub fn readers(&self) -> &[AccountId] {
        &self.readers
    }

    /// When somebody reads again what the family member writes, if nobody does now.
    pub(super) fn closed_until(&self, now: Moment) -> Answer<Option<Moment>> {
        if self.author != self.circle.family_member_id || self.is_ended() {
            return Ok(None);
        }
        self.circle.closed_until(now)
    }

    /// Whether the conversation has ended.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        self.circle.ended_at.is_some()
    }

    /// Whether somebody who may act will read what is written here. While somebody covers the matched
    /// mentor is away, and only whoever covers counts.
    #[must_use]
    pub fn is_attended(&self) -> bool {
        let reading = || {
            let members = self.circle.members.iter();
            members.filter(|member| self.readers.contains(&member.account_id))
        };
        let is_covered = reading().any(|member| member.part == Part::CoverMentor);
        reading().any(|member| {
            member.status == Status::Active && (!is_covered || member.part != Part::PeerMentor)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Moment = Moment::from_micros(1_000);

    fn member(part: Part) -> Member {
        Member {
            account_id: AccountId::new(),
            part,
            from: Moment::ZERO,
            until: None,
            status: Status::Active,
            hours: None,
        }
    }

    fn circle(members: Vec<Member>, ended_at: Option<Moment>) -> Circle {
        Circle {
            conversation_id: ConversationId::new(),
            authority_id: AuthorityId::new(),
            family_id: FamilyId::new(),
            family_member_id: members[0].account_id,
            ended_at,
            members,
            office: OfficeHours::SHIPPED,
        }
    }

    #[test]
    fn a_cover_mentor_has_a_seat_only_within_their_dates() {
        let mut cover = member(Part::CoverMentor);
        cover.from = Moment::from_micros(500);
        cover.until = Some(NOON);
        let who = cover.account_id;
        let circle = circle(vec![member(Part::FamilyMember), cover], None);
        let seat = |micros| Seat::take(circle.clone(), who, Moment::from_micros(micros));

        assert!(seat(499).is_none());
        assert!(seat(500).is_some());
        assert!(seat(999).is_some());
        assert!(seat(1_000).is_none());
    }

    #[test]
    fn a_stranger_has_no_seat() {
        let circle = circle(vec![member(Part::FamilyMember)], None);

        assert!(Seat::take(circle, AccountId::new(), NOON).is_none());
    }

    #[test]
    fn a_mentor_who_may_not_act_does_not_attend() {
        let mut mentor = member(Part::PeerMentor);
        mentor.status = Status::Suspended;
        let circle = circle(vec![member(Part::FamilyMember), mentor], None);
        let author = circle.family_member_id;

        let seat = Seat::take(circle, author, NOON).unwrap();

        assert_eq!(seat.readers().len(), 1);
        assert!(!seat.is_attended());
    }

    #[test]
    fn an_ended_conversation_seats_the_family_member_alone() {
        let mentor = member(Part::PeerMentor);
        let left = mentor.account_id;
        let circle = circle(
            vec![member(Part::FamilyMember), mentor],
            Some(Moment::from_micros(20)),
        );
        let family_member = circle.family_member_id;

        assert!(Seat::take(circle.clone(), left, NOON).is_none());
        let seat = Seat::take(circle, family_member, NOON).unwrap();
        assert!(seat.readers().is_empty());
    }
}
