//! Who may still be told of what. Asked in the moment an event is shown, and not when it happened: a
//! match may have ended by then, a family may have moved to another pod, a shift may be over.

use std::collections::BTreeMap;

use crate::base::ids::{AccountId, ConversationId, PodId};
use crate::care::accounts::Caller;
use crate::care::conversations::history;
use crate::care::families::ties;
use crate::care::pods::rota::actions as rota;
use crate::db::{Answer, Rx};

/// What an event is about, as far as somebody can lose the right to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// Its reader, or something that was asked before.
    Reader,
    /// A family member.
    Member(AccountId),
    /// The family member whose conversation it is.
    MemberOf(ConversationId),
    /// A conversation in which its reader has a part, or will have.
    Part(ConversationId),
    /// Who covers a pod.
    Rota(PodId),
}

/// What one reader may be told of, as of one unit of work: each thing is asked for once.
#[derive(Debug, Default)]
pub(super) struct Rights {
    known: BTreeMap<About, bool>,
}

impl Rights {
    /// Whether the reader may be told of it.
    ///
    /// # Errors
    /// If the store fails.
    pub(super) fn reach(&mut self, rx: &mut Rx<'_>, caller: &Caller, about: About) -> Answer<bool> {
        if let Some(known) = self.known.get(&about) {
            return Ok(*known);
        }
        let may = match about {
            About::Reader => true,
            About::Member(member) => ties::between(rx, caller, member)?.is_some(),
            About::MemberOf(conversation) => match history::whose(rx, caller, conversation)? {
                Some(member) => self.reach(rx, caller, About::Member(member))?,
                None => false,
            },
            About::Part(conversation) => history::has_a_part(rx, caller, conversation)?,
            About::Rota(pod) => rota::may_see(rx, caller, pod)?,
        };
        self.known.insert(about, may);
        Ok(may)
    }
}
