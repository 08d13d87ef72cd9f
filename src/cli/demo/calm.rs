//! False alarms of the demo. Screening cries wolf now and then, and what it finds in these three
//! weeks may change with the lexicon: what the story does not know of is read by the supervising
//! social worker within minutes, as it would be, and closed with a rationale. So every alert of the
//! demo has somebody's name on it, but for the one that has just come in.

use std::time::Duration;

use daybook::base::ids::AlertId;
use daybook::base::time::Moment;
use daybook::care::alerts::reading::{self, Listing};
use daybook::care::alerts::{Outcome, State, actions as alerts, deciding};
use daybook::care::words::Severity;
use daybook::db::Lane;
use daybook::edge::door;

use super::stage::{Stage, refused};

/// So long until she has looked.
const LOOKS_WITHIN: Duration = Duration::from_mins(4);
/// And so long until she has decided.
const DECIDES_WITHIN: Duration = Duration::from_mins(3);
/// What somebody of the story takes within so long is theirs.
const STORY_WITHIN: Duration = Duration::from_hours(3);

const RATIONALE: &str = "Read in its place in the conversation: an everyday turn of phrase, nothing \
    in it that worries us. False alarm.";

/// Somebody of the story takes what is about a family member at a moment.
pub(super) type Planned = (Moment, String);

impl Stage {
    /// Has `who` look at what the story does not know of, if there is time before the next deed.
    pub(super) async fn calm(
        &self,
        who: &str,
        (next, planned): (Moment, &[Planned]),
    ) -> anyhow::Result<()> {
        let now = self.now();
        let looked = now.plus(LOOKS_WITHIN);
        let decided = looked.plus(DECIDES_WITHIN);
        if decided >= next {
            return Ok(());
        }
        let unforeseen = self.unforeseen(who, planned).await?;
        if unforeseen.is_empty() {
            return Ok(());
        }
        self.wait_until(looked).await?;
        for (id, _) in &unforeseen {
            let id = *id;
            self.act(who, Lane::Help, move |tx, caller| {
                alerts::acknowledge(tx, caller, id)
            })
            .await?;
        }
        self.wait_until(decided).await?;
        for (id, severity) in unforeseen {
            // What was raised again was taken by the story, which decides it too.
            if self.was_taken(id) {
                continue;
            }
            // "No concern" about something immediate takes two.
            let outcome = if severity == Severity::Immediate {
                Outcome::Advice
            } else {
                Outcome::NoConcern
            };
            self.act(who, Lane::Help, move |tx, caller| {
                deciding::decide(tx, caller, id, (outcome, RATIONALE))
            })
            .await?;
        }
        Ok(())
    }

    /// What is open and taken by nobody of the story soon.
    async fn unforeseen(
        &self,
        who: &str,
        planned: &[Planned],
    ) -> anyhow::Result<Vec<(AlertId, Severity)>> {
        let now = self.now();
        let soon = now.plus(STORY_WITHIN);
        let is_planned = |name: &str| {
            planned
                .iter()
                .any(|(at, about)| about == name && *at >= now && *at <= soon)
        };
        let listing = Listing {
            state: Some(State::Open),
            to_be_read: false,
            after: None,
            limit: 200,
        };
        let claims = self.claims(who)?;
        let items = door::look(self.app(), claims, move |rx, caller| {
            reading::list(rx, caller, &listing)
        })
        .await
        .map_err(|problem| refused(who, &problem))?;
        Ok(items
            .into_iter()
            .filter(|item| !is_planned(&item.family_member.display_name))
            .map(|item| (item.alert.id, item.alert.severity))
            .collect())
    }
}
