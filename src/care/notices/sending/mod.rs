//! Calling people outside the open app: a call becomes one sending for each of a person's channels,
//! a sending is tried until it is accepted, and every try is a row with its outcome.
//!
//! Accepted means that a push service took it and nothing more: no alert stops climbing for it.
//! Nothing here is held in memory that a crash could lose; two nodes never make the same try.

pub mod actions;
mod queries;
pub mod ringing;
pub mod stopping;

use std::time::Duration;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::Serialize;

use crate::base::ids::{AccountId, SendingId, SubscriptionId};
use crate::base::secret::Secret;
use crate::base::time::Moment;
use crate::db::Urgency;
use crate::db::columns::text_column;

/// How somebody is called.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[diesel(sql_type = Text)]
pub enum Channel {
    /// Web Push to one of their devices.
    Push,
    /// A mail to their verified address.
    Email,
    /// A text or a call to their phone.
    Phone,
}

text_column!(Channel { Push = "push", Email = "email", Phone = "phone" });

/// In which ways beside pushes a node calls people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ways {
    /// It has a mail server.
    pub mail: bool,
    /// It has somebody who texts and rings.
    pub phone: bool,
}

impl Ways {
    /// The channels that are tried from here.
    fn channels(self) -> Vec<Channel> {
        let more = [(self.mail, Channel::Email), (self.phone, Channel::Phone)];
        let more = more.into_iter().filter(|(is_there, _)| *is_there);
        let mut all = vec![Channel::Push];
        all.extend(more.map(|(_, channel)| channel));
        all
    }
}

/// What a sending says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum What {
    /// That there is something new.
    Notice,
    /// The code of a way back in.
    WayBack,
    /// The code that verifies an address or a number.
    Verification,
}

text_column!(What {
    Notice = "notice",
    WayBack = "way_back",
    Verification = "verification",
});

/// How it stands with a sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum State {
    /// It is to be tried, or tried again.
    Due,
    /// The other side took it.
    Accepted,
    /// The other side will never take it.
    Failed,
    /// The place it was for is gone.
    Gone,
    /// It was tried until it was too late.
    Expired,
    /// It is not needed any more.
    Cancelled,
}

text_column!(State {
    Due = "due",
    Accepted = "accepted",
    Failed = "failed",
    Gone = "gone",
    Expired = "expired",
    Cancelled = "cancelled",
});

/// What came of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Outcome {
    /// Not known: it has begun, or a crash cut it off.
    Begun,
    /// The other side took it.
    Accepted,
    /// The other side will never take it: our key, our subject, our credentials.
    Refused,
    /// The place is gone.
    Gone,
    /// The other side wants us to come back later.
    Busy,
    /// The other side did not answer in time.
    TimedOut,
    /// The other side cannot be reached.
    Unreachable,
    /// A fault, theirs or ours.
    Fault,
}

text_column!(Outcome {
    Begun = "begun",
    Accepted = "accepted",
    Refused = "refused",
    Gone = "gone",
    Busy = "busy",
    TimedOut = "timed_out",
    Unreachable = "unreachable",
    Fault = "fault",
});

/// Somebody who is to be called, as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// Whom.
    pub account_id: AccountId,
    /// Since when it is due.
    pub due_at: Moment,
    /// How urgent.
    pub urgency: Urgency,
}

/// A sending that was seen to be due, at the try it stood at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub id: SendingId,
    /// How often it had been tried.
    pub tries: i32,
    /// Since when it is due.
    pub due_at: Moment,
}

/// One try that is ours to make.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// Of which sending.
    pub sending: SendingId,
    /// Which try: 1, 2, 3, …
    pub number: i32,
    /// Until then nobody else tries it.
    pub leased_until: Moment,
    /// After this it is too late.
    pub give_up_at: Moment,
    /// How urgent.
    pub urgency: Urgency,
    /// After this their phone may not ring any more; a push service must not keep it longer.
    pub ring_until: Option<Moment>,
    /// Whom.
    pub account_id: AccountId,
    /// The language they read.
    pub language: String,
    /// Where to.
    pub target: Target,
}

/// Where a try goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A device, by push.
    Push {
        /// Which subscription.
        subscription: SubscriptionId,
        /// Where it takes pushes.
        endpoint: String,
        /// Its public key.
        p256dh: Vec<u8>,
        /// The secret it shares with us.
        auth: Vec<u8>,
    },
    /// A mailbox.
    Mail {
        /// The address.
        to: String,
        /// What the letter says.
        letter: Letter,
    },
    /// A telephone.
    Phone {
        /// The number.
        to: String,
        /// What is said there.
        letter: Letter,
    },
}

/// What a letter or a call says. Never what happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Letter {
    /// That there is something new.
    Notice,
    /// The code of a way back in.
    WayBack(Secret),
    /// The code that verifies this address or number.
    Verification(Secret),
    /// To a family member: that there is something new, by text and never by voice.
    Knock,
    /// To a family member: the code that verifies their number, and no word beside it.
    BareCode(Secret),
}

impl Target {
    /// By which channel.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Push { .. } => Channel::Push,
            Self::Mail { .. } => Channel::Email,
            Self::Phone { .. } => Channel::Phone,
        }
    }

    /// Whether it is a push or a letter that says that there is something new.
    const fn is_notice(&self) -> bool {
        match self {
            Self::Push { .. } => true,
            Self::Mail { letter, .. } => matches!(letter, Letter::Notice),
            Self::Phone { .. } => false,
        }
    }
}

/// What a try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// The outcome.
    pub outcome: Outcome,
    /// The status the other side answered with.
    pub status: Option<u16>,
    /// How long the other side wants us to wait.
    pub retry_after: Option<Duration>,
}

/// A try that is not recorded as ended within this time was cut off, and is made again.
pub const LEASE: Duration = Duration::from_secs(30);

/// How long a push service may keep it: what is old news at night is none in the morning.
const fn time_to_live(urgency: Urgency) -> Duration {
    match urgency {
        Urgency::Now => Duration::from_mins(15),
        Urgency::Pressing => Duration::from_hours(1),
        Urgency::Quiet | Urgency::Usual => Duration::from_hours(24),
    }
}

/// A letter with a code is tried for so long: then the code is good for nothing.
const CODES_TRIED_FOR: Duration = Duration::from_mins(30);

/// Somebody who is needed at once is not written to, nor rung, more often than this, unless it grows more
/// urgent.
pub const PRESSING_LETTERS_APART: Duration = Duration::from_mins(1);

/// For what does not press nobody is written to more often than this.
pub const LETTERS_APART: Duration = Duration::from_hours(1);

impl Try {
    /// How long a push service may keep it, if it takes it now.
    #[must_use]
    pub fn time_to_live(&self, now: Moment) -> Duration {
        let most = time_to_live(self.urgency);
        self.ring_until
            .map_or(most, |until| until.since(now).min(most))
    }
}

/// How long a sending is tried. An alert nobody has goes on calling by new ones.
const fn patience(urgency: Urgency) -> Duration {
    match urgency {
        Urgency::Now => Duration::from_mins(30),
        Urgency::Pressing => Duration::from_hours(2),
        Urgency::Quiet | Urgency::Usual => Duration::from_hours(24),
    }
}

/// How long to wait after a try that did not work: twice as long each time, up to a bound, never
/// shorter than the other side asked for.
fn back_off(urgency: Urgency, number: i32, asked: Option<Duration>) -> Duration {
    let (first, most) = match urgency {
        Urgency::Now => (Duration::from_secs(5), Duration::from_mins(1)),
        Urgency::Pressing => (Duration::from_secs(15), Duration::from_mins(5)),
        Urgency::Quiet | Urgency::Usual => (Duration::from_secs(30), Duration::from_mins(30)),
    };
    let doublings = u32::try_from(number.saturating_sub(1)).unwrap_or(0).min(16);
    let wait = first.saturating_mul(1 << doublings).min(most);
    wait.max(asked.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_bound_and_heeds_what_was_asked_for() {
        let waits = |number| back_off(Urgency::Now, number, None).as_secs();

        assert_eq!(
            [1, 2, 3, 4, 5, 6, 99].map(waits),
            [5, 10, 20, 40, 60, 60, 60]
        );
        let asked = Some(Duration::from_secs(90));
        assert_eq!(back_off(Urgency::Now, 1, asked).as_secs(), 90);
        assert_eq!(
            back_off(Urgency::Usual, 1, Some(Duration::ZERO)).as_secs(),
            30
        );
    }
}
