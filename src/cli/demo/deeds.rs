//! What people do in the demo: each deed of the story by the verb that a request would call.

use std::collections::BTreeSet;

use anyhow::Context;

use daybook::base::ids::{
    AlertId, CheckInId, ContactEntryId, HandoverNoteId, HelpId, MessageId, ReportId,
};
use daybook::care::alerts::reading::{self, Listing, Shown};
use daybook::care::alerts::{State, actions as alerts, deciding};
use daybook::care::check_ins::parts::{Part, Parts};
use daybook::care::check_ins::{self, NewCheckIn, rhythm};
use daybook::care::contact_log::actions::NewEntry;
use daybook::care::contact_log::{self, Words};
use daybook::care::conversations::actions::{mark_read, note_seen, send_message};
use daybook::care::conversations::{MessageText, Outgoing, Sent};
use daybook::care::handover_notes::Prompts;
use daybook::care::handover_notes::actions::{NewNote, save};
use daybook::care::notices::actions::standing;
use daybook::care::notices::sending::Ways;
use daybook::care::safeguarding::reporting::{NewReport, report, spoken_as, written_as};
use daybook::care::safeguarding::{helping, screen_text};
use daybook::db::Lane;
use daybook::edge::door;
use daybook::edge::problem::Problem;

use super::stage::{Stage, refused};
use super::story::{
    Acknowledge, CheckIn, Concern, Contact, Decide, Deed, HandoverNote, Help, Say, SetRhythm,
};

impl Stage {
    /// Does one deed.
    pub(super) async fn play(&mut self, deed: Deed) -> anyhow::Result<()> {
        match deed {
            Deed::Say(say) => self.say(say).await,
            Deed::SetRhythm(set) => self.set_rhythm(set).await,
            Deed::CheckIn(check_in) => self.check_in(check_in).await,
            Deed::Concern(concern) => self.report(concern).await,
            Deed::Help(help) => self.press_help(&help).await,
            Deed::Acknowledge(taken) => self.acknowledge(&taken).await,
            Deed::Decide(decision) => self.decide(decision).await,
            Deed::Contact(contact) => self.log(contact).await,
            Deed::HandoverNote(note) => self.hand_over(note).await,
        }
    }

    async fn say(&mut self, say: Say) -> anyhow::Result<()> {
        let claims = self.claims(&say.who)?;
        let author = claims.author.context("staff do not write here")?;
        let thread = self.thread(&say.family_member)?;
        let (conversation_id, read) = (thread.id, thread.last_seq);
        let body = MessageText::parse(&say.words)?;
        let lexicons = self.app().lexicons().clone();
        let outgoing = Outgoing {
            conversation_id,
            id: MessageId::new(),
            screened: Some(screen_text(
                lexicons.shipped(),
                body.as_str(),
                author,
                &claims.language,
            )),
            body,
            written_at: Some(self.now()),
        };
        self.act(&say.who, Lane::Rest, move |tx, caller| {
            mark_read(tx, caller, conversation_id, read)
        })
        .await?;
        let sent = self
            .act(&say.who, Lane::Talk, move |tx, caller| {
                send_message(tx, caller, &lexicons, &outgoing)
            })
            .await?;
        if let Sent::Stored(message) = sent {
            self.note_length(&say.family_member, message.seq);
        }
        self.look_at_inbox(&say.who).await
    }

    async fn set_rhythm(&self, set: SetRhythm) -> anyhow::Result<()> {
        let member = self.account(&set.about)?;
        self.act(&set.who, Lane::Talk, move |tx, caller| {
            rhythm::actions::set(tx, caller, (member, 0), &set.rhythm)
        })
        .await?;
        Ok(())
    }

    async fn check_in(&self, check_in: CheckIn) -> anyhow::Result<()> {
        let claims = self.claims(&check_in.who)?;
        let lexicons = self.app().lexicons().clone();
        let screened = match (&check_in.better, claims.author) {
            (Some(words), Some(author)) => Some(screen_text(
                lexicons.shipped(),
                words,
                author,
                &claims.language,
            )),
            _ => None,
        };
        let new = NewCheckIn {
            id: CheckInId::new(),
            scale: check_in.scale,
            parts: Parts::of([(Part::Better, check_in.better)]),
            wants_contact: check_in.wants_contact,
            someone_makes_me_unsafe: check_in.safety,
            template: None,
            corrects: None,
            screened,
        };
        self.act(&check_in.who, Lane::Talk, move |tx, caller| {
            check_ins::actions::check_in(tx, caller, &lexicons, &new)
        })
        .await?;
        self.look_at_inbox(&check_in.who).await
    }

    async fn report(&self, concern: Concern) -> anyhow::Result<()> {
        let claims = self.claims(&concern.who)?;
        let lexicons = self.app().lexicons().clone();
        let author = written_as(claims.author);
        let screened = screen_text(lexicons.shipped(), &concern.note, author, &claims.language);
        let new = NewReport {
            id: ReportId::new(),
            family_member_id: self.account(&concern.about)?,
            severity: concern.severity,
            category: concern.category,
            note: concern.note,
            message_id: None,
            about_mentor: false,
            implicates: BTreeSet::new(),
            screened: Some(screened),
        };
        self.act(&concern.who, Lane::Help, move |tx, caller| {
            report(tx, caller, &lexicons, &new)
        })
        .await?;
        Ok(())
    }

    async fn log(&self, contact: Contact) -> anyhow::Result<()> {
        let claims = self.claims(&contact.who)?;
        let lexicons = self.app().lexicons().clone();
        let words = Words {
            with_whom: contact.with_whom,
            note: contact.note,
        };
        let author = spoken_as(claims.author);
        let screened = words
            .joined()
            .map(|text| screen_text(lexicons.shipped(), &text, author, &claims.language));
        let new = NewEntry {
            id: ContactEntryId::new(),
            family_member_id: self.account(&contact.with)?,
            kind: contact.kind,
            outcome: contact.outcome,
            happened_at: self.now(),
            words,
            screened,
        };
        self.act(&contact.who, Lane::Talk, move |tx, caller| {
            contact_log::actions::log(tx, caller, &lexicons, &new)
        })
        .await?;
        Ok(())
    }

    async fn hand_over(&self, note: HandoverNote) -> anyhow::Result<()> {
        let claims = self.claims(&note.who)?;
        let lexicons = self.app().lexicons().clone();
        let prompts = Prompts {
            going_on: Some(note.going_on),
            promised: Some(note.promised),
            look_out_for: Some(note.look_out_for),
        };
        let (words, author) = (prompts.joined(), spoken_as(claims.author));
        let screened = screen_text(lexicons.shipped(), &words, author, &claims.language);
        let new = NewNote {
            id: HandoverNoteId::new(),
            family_member_id: self.account(&note.about)?,
            based_on: 0,
            prompts,
            screened: Some(screened),
        };
        self.act(&note.who, Lane::Talk, move |tx, caller| {
            save(tx, caller, &lexicons, &new)
        })
        .await?;
        Ok(())
    }

    async fn press_help(&self, help: &Help) -> anyhow::Result<()> {
        let id = HelpId::new();
        self.act(&help.who, Lane::Help, move |tx, caller| {
            helping::help(tx, caller, id, Ways::default())
        })
        .await?;
        Ok(())
    }

    /// Reads the alert, as a person does before saying "I have it", and says so.
    async fn acknowledge(&mut self, taken: &Acknowledge) -> anyhow::Result<()> {
        let id = self.alert(&taken.who, &taken.about, State::Open).await?;
        self.read(&taken.who, id).await?;
        self.act(&taken.who, Lane::Help, move |tx, caller| {
            alerts::acknowledge(tx, caller, id)
        })
        .await?;
        self.note_taken(id);
        self.look_at_inbox(&taken.who).await
    }

    async fn decide(&self, decision: Decide) -> anyhow::Result<()> {
        let Decide {
            who,
            about,
            outcome,
            rationale,
        } = decision;
        let id = self.alert(&who, &about, State::Acknowledged).await?;
        self.read(&who, id).await?;
        self.act(&who, Lane::Help, move |tx, caller| {
            deciding::decide(tx, caller, id, (outcome, &rationale))
        })
        .await?;
        self.look_at_inbox(&who).await
    }

    /// Reads an alert; its holder has then seen what came since they took it.
    async fn read(&self, who: &str, id: AlertId) -> anyhow::Result<()> {
        let shown = door::look_audited(
            self.app(),
            self.claims(who)?,
            move |rx, caller| reading::needs(rx, caller, id),
            move |rx, caller| reading::read(rx, caller, id),
        )
        .await
        .map_err(|problem| refused(who, &problem))?;
        let Shown::Whole(whole) = shown else {
            anyhow::bail!("{who} may not read alert {id}");
        };
        let seqs = || whole.occurrences.iter().map(|occurrence| occurrence.seq);
        let run = (seqs().min().unwrap_or(0), seqs().max().unwrap_or(0));
        self.act(who, Lane::Help, move |tx, caller| {
            alerts::see(tx, caller, id, run)
        })
        .await
    }

    /// What somebody sees about a family member that stands so.
    async fn alert(&self, who: &str, about: &str, state: State) -> anyhow::Result<AlertId> {
        let family_member = self.account(about)?;
        let claims = self.claims(who)?;
        for to_be_read in [false, true] {
            let listing = Listing {
                state: Some(state),
                to_be_read,
                after: None,
                limit: 200,
            };
            let items = door::look(self.app(), claims, move |rx, caller| {
                reading::list(rx, caller, &listing)
            })
            .await
            .map_err(|problem: Problem| refused(who, &problem))?;
            let found = items
                .iter()
                .find(|item| item.family_member.id == family_member);
            if let Some(item) = found {
                return Ok(item.alert.id);
            }
        }
        anyhow::bail!("{who} finds nothing {state:?} about {about}")
    }

    /// Whoever does something has seen what came before.
    async fn look_at_inbox(&self, who: &str) -> anyhow::Result<()> {
        self.act(who, Lane::Rest, |tx, caller| {
            let head = standing(tx, caller)?.head;
            note_seen(tx, caller, head)
        })
        .await
    }
}
