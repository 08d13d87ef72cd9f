//! Ids: one type per noun, a UUID inside, hyphenated on the wire, 16 bytes at rest.
//!
//! An id is never a secret and never proves a right. The server makes version 7; what a client
//! makes itself (a message's id) may be any UUID but the nil one.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Binary;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use uuid::fmt::Hyphenated;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            AsExpression, FromSqlRow, utoipa::ToSchema,
        )]
        #[diesel(sql_type = Binary)]
        #[schema(value_type = String, format = Uuid)]
        pub struct $name(#[serde(with = "uuid::serde::hyphenated")] Uuid);

        impl $name {
            /// Makes a new id: UUID version 7, unique without asking anybody.
            #[must_use]
            #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// Takes an id that somebody else made.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The 16 bytes as they are stored.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// The UUID inside.
            #[must_use]
            pub const fn uuid(&self) -> Uuid {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse::<Hyphenated>().map(|id| Self(id.into_uuid()))
            }
        }

        impl<DB: diesel::backend::Backend> ToSql<Binary, DB> for $name
        where
            [u8]: ToSql<Binary, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <[u8] as ToSql<Binary, DB>>::to_sql(self.0.as_bytes(), out)
            }
        }

        impl<DB: diesel::backend::Backend> FromSql<Binary, DB> for $name
        where
            Vec<u8>: FromSql<Binary, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let bytes = <Vec<u8> as FromSql<Binary, DB>>::from_sql(bytes)?;
                Ok(Self(Uuid::from_slice(&bytes)?))
            }
        }
    )*};
}

id! {
    /// A council: the tenant to which every other row belongs.
    AuthorityId
    /// A pod: the small group under one supervising social worker.
    PodId
    /// A shift in which somebody covers a pod, made by the manager's client.
    ShiftId
    /// Two people who are close to each other, marked by a manager's client.
    ConnectionId
    /// A request to take a shift over, made by the client of whoever asks.
    SwapId
    /// When somebody is away, made by their client or their manager's.
    LeaveId
    /// A family.
    FamilyId
    /// A person's account, staff and family alike.
    AccountId
    /// An enrolled phone or browser.
    DeviceId
    /// An invitation, which carries a code.
    InvitationId
    /// A match of a family member and a peer mentor.
    MatchId
    /// A private conversation.
    ConversationId
    /// A message, made by its author's client; unique per author.
    MessageId
    /// A check-in, made by the family member's client.
    CheckInId
    /// What a check-in asks of a person.
    FollowUpId
    /// A concern reported by a person, made by the reporter's client.
    ReportId
    /// A press of the help button, made by the client.
    HelpId
    /// An alert.
    AlertId
    /// A version of an authority's waits.
    PolicyId
    /// A line of help-line information.
    HelpLineId
    /// A number of another agency, and what to say there.
    AgencyLineId
    /// A telephone call about an alert, made by whoever logs it.
    CallId
    /// What is to be done about an alert by somebody, made by the client of whoever asks for it.
    ActionId
    /// A place where a device takes pushes.
    SubscriptionId
    /// A date agreed with a family member, made by its maker's client.
    DateId
    /// What a date said from one change to the next.
    DateVersionId
    /// A reply to a date, made by the family member's client.
    DateReplyId
    /// A goal, made by its maker's client.
    GoalId
    /// What somebody adds to a goal, made by their client.
    GoalEntryId
    /// A case of a family, made by the client of whoever opens it.
    CaseId
    /// What happened to a case, made by the client of whoever records it; the opening has the case's own.
    CaseEventId
    /// A visit, call or other contact outside of Daybook, made by the client of whoever logs it.
    ContactEntryId
    /// A version of a handover note, made by its writer's client.
    HandoverNoteId
    /// That all contact with a family member is stopped.
    ContactStopId
    /// A call on its way to a person by one channel.
    SendingId
    /// A version of an authority's own rules, drafted or published.
    LexiconVersionId
    /// A line of the audit.
    AuditLineId
    /// Anything an inbox row or an occurrence may point at.
    SubjectId
}

macro_rules! subject {
    ($($name:ident)*) => {$(
        impl From<$name> for SubjectId {
            fn from(id: $name) -> Self {
                Self(id.0)
            }
        }

        impl From<SubjectId> for $name {
            fn from(id: SubjectId) -> Self {
                Self(id.0)
            }
        }
    )*};
}

subject! { PodId ShiftId SwapId LeaveId ConnectionId FamilyId AccountId DeviceId InvitationId MatchId ConversationId MessageId CheckInId FollowUpId ReportId HelpId AlertId PolicyId HelpLineId AgencyLineId CallId ActionId SubscriptionId DateId DateVersionId DateReplyId GoalId GoalEntryId ContactEntryId HandoverNoteId LexiconVersionId }
