//! Appending a message: the next place in its conversation, and its row there.
//!
//! On PostgreSQL both are one statement, because each one more is a journey over the network for every
//! message there is. SQLite knows no statement that changes two tables, and no network.

use diesel::prelude::*;

use crate::base::ids::{AccountId, ConversationId, MessageId};
use crate::base::time::Moment;
use crate::care::safeguarding::Screened;
use crate::db::schema::messages;
use crate::db::{Answer, Conn};

/// A message but for its place.
#[derive(Debug, Clone, Copy)]
pub(in crate::care::conversations) struct NewMessage<'a> {
    pub(in crate::care::conversations) author_id: AccountId,
    pub(in crate::care::conversations) id: MessageId,
    /// Its words, sealed.
    pub(in crate::care::conversations) sealed: &'a [u8],
    pub(in crate::care::conversations) written_at: Option<Moment>,
    pub(in crate::care::conversations) screened: &'a Screened,
    pub(in crate::care::conversations) voice: Voice,
}

/// Who speaks: a family member's words wait for an answer, anybody else's are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::care::conversations) enum Voice {
    /// The family member; if nobody has answered by this moment, it is handed up.
    Asks(Moment),
    /// A mentor, of the pair or in cover.
    Answers,
}

/// A place in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(in crate::care::conversations) struct Place {
    pub(in crate::care::conversations) seq: i64,
    pub(in crate::care::conversations) at: Moment,
}

/// Stores a message at the next place of a conversation; not if that has ended and `even_if_ended` is
/// not set. The lock on the conversation's row is what makes the sequence gapless, and its times never
/// fall. The first message without an answer starts the wait for one, and an answer ends it, in the
/// same statement: a message costs no more for it.
pub(in crate::care::conversations) fn append(
    conn: &mut Conn,
    conversation: ConversationId,
    new: &NewMessage<'_>,
    (now, even_if_ended): (Moment, bool),
) -> Answer<Option<Place>> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(conn) => {
            let hand_up_at = match new.voice {
                Voice::Asks(hand_up_at) => Some(hand_up_at),
                Voice::Answers => None,
            };
            let append = at_once::Append {
                conversation,
                new,
                now,
                even_if_ended,
                asks: hand_up_at.is_some(),
                hand_up_at,
            };
            Ok(append.get_result(conn).optional()?)
        }
        Conn::Sqlite(conn) => {
            let advance = one_by_one::Advance {
                conversation,
                now,
                even_if_ended,
                hand_up_at: match new.voice {
                    Voice::Asks(hand_up_at) => Some(hand_up_at),
                    Voice::Answers => None,
                },
            };
            let place = advance.get_result::<Place>(conn).optional()?;
            if let Some(place) = place {
                insert(conn, conversation, new, place)?;
            }
            Ok(place)
        }
    }
}

fn insert(
    conn: &mut SqliteConnection,
    conversation: ConversationId,
    new: &NewMessage<'_>,
    place: Place,
) -> Answer<()> {
    diesel::insert_into(messages::table)
        .values((
            messages::conversation_id.eq(conversation),
            messages::seq.eq(place.seq),
            messages::author_id.eq(new.author_id),
            messages::id.eq(new.id),
            messages::body.eq(new.sealed),
            messages::written_at.eq(new.written_at),
            messages::received_at.eq(place.at),
            messages::verdict.eq(new.screened.reading),
            messages::unread.eq(new.screened.unread),
            messages::lexicon_version.eq(&new.screened.lexicon_version),
        ))
        .execute(conn)?;
    Ok(())
}

/// The first of the two on SQLite. Written out, because Diesel prepares an `update` anew each time.
mod one_by_one {
    use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable};
    use diesel::sqlite::Sqlite;
    use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

    use crate::base::ids::ConversationId;
    use crate::base::time::Moment;

    /// Takes the next place of a conversation.
    #[derive(Debug, Clone, Copy)]
    pub(super) struct Advance {
        pub(super) conversation: ConversationId,
        pub(super) now: Moment,
        pub(super) even_if_ended: bool,
        /// When whoever asks is handed up; none for an answer.
        pub(super) hand_up_at: Option<Moment>,
    }

    impl QueryId for Advance {
        type QueryId = Self;

        const HAS_STATIC_QUERY_ID: bool = true;
    }

    impl Query for Advance {
        type SqlType = (BigInt, BigInt);
    }

    impl RunQueryDsl<SqliteConnection> for Advance {}

    impl QueryFragment<Sqlite> for Advance {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
            out.push_sql(
                "update conversations set last_seq = last_seq + 1, \
                 last_received_at = max(last_received_at, ",
            );
            out.push_bind_param::<BigInt, _>(&self.now)?;
            out.push_sql("), waiting_since = case when ");
            out.push_bind_param::<Nullable<BigInt>, _>(&self.hand_up_at)?;
            out.push_sql(" is not null then coalesce(waiting_since, max(last_received_at, ");
            out.push_bind_param::<BigInt, _>(&self.now)?;
            out.push_sql(")) end, hand_up_at = case when waiting_since is null then ");
            out.push_bind_param::<Nullable<BigInt>, _>(&self.hand_up_at)?;
            out.push_sql(" when ");
            out.push_bind_param::<Nullable<BigInt>, _>(&self.hand_up_at)?;
            out.push_sql(" is not null then hand_up_at end, waiting_messages = case when ");
            out.push_bind_param::<Nullable<BigInt>, _>(&self.hand_up_at)?;
            out.push_sql(
                " is not null then waiting_messages + 1 else 0 end, handed_up = case when ",
            );
            out.push_bind_param::<Nullable<BigInt>, _>(&self.hand_up_at)?;
            out.push_sql(" is not null then handed_up else 0 end where id = ");
            out.push_bind_param::<Binary, _>(&self.conversation)?;
            out.push_sql(" and (ended_at is null or ");
            out.push_bind_param::<Bool, _>(&self.even_if_ended)?;
            out.push_sql(") returning last_seq, last_received_at");
            Ok(())
        }
    }
}

/// The statement that does both on PostgreSQL. It is a query of its own and not `sql_query`, which would be prepared
/// anew each time.
#[cfg(feature = "postgres")]
mod at_once {
    use diesel::pg::Pg;
    use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use diesel::{PgConnection, QueryResult, RunQueryDsl};

    use super::NewMessage;
    use crate::base::ids::ConversationId;
    use crate::base::time::Moment;

    pub(super) struct Append<'a> {
        pub(super) conversation: ConversationId,
        pub(super) new: &'a NewMessage<'a>,
        pub(super) now: Moment,
        pub(super) even_if_ended: bool,
        pub(super) asks: bool,
        pub(super) hand_up_at: Option<Moment>,
    }

    impl QueryId for Append<'_> {
        type QueryId = Append<'static>;

        const HAS_STATIC_QUERY_ID: bool = true;
    }

    impl Query for Append<'_> {
        type SqlType = (BigInt, BigInt);
    }

    impl RunQueryDsl<PgConnection> for Append<'_> {}

    impl QueryFragment<Pg> for Append<'_> {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
            let new = self.new;
            out.push_sql(
                "with head as (update conversations set last_seq = last_seq + 1, \
                 last_received_at = greatest(last_received_at, ",
            );
            out.push_bind_param::<BigInt, _>(&self.now)?;
            out.push_sql("), waiting_since = case when ");
            out.push_bind_param::<Bool, _>(&self.asks)?;
            out.push_sql(" then coalesce(waiting_since, greatest(last_received_at, ");
            out.push_bind_param::<BigInt, _>(&self.now)?;
            out.push_sql(")) end, hand_up_at = case when waiting_since is null then ");
            out.push_bind_param::<Nullable<BigInt>, _>(&self.hand_up_at)?;
            out.push_sql(" when ");
            out.push_bind_param::<Bool, _>(&self.asks)?;
            out.push_sql(" then hand_up_at end, waiting_messages = case when ");
            out.push_bind_param::<Bool, _>(&self.asks)?;
            out.push_sql(" then waiting_messages + 1 else 0 end, handed_up = case when ");
            out.push_bind_param::<Bool, _>(&self.asks)?;
            out.push_sql(" then handed_up else 0 end where id = ");
            out.push_bind_param::<Binary, _>(&self.conversation)?;
            out.push_sql(" and (ended_at is null or ");
            out.push_bind_param::<Bool, _>(&self.even_if_ended)?;
            out.push_sql(
                ") returning id, last_seq, last_received_at), \
                 message as (insert into messages (conversation_id, seq, received_at, author_id, id, \
                 body, written_at, verdict, unread, lexicon_version) \
                 select id, last_seq, last_received_at, ",
            );
            out.push_bind_param::<Binary, _>(&new.author_id)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(&new.id)?;
            out.push_sql(", ");
            out.push_bind_param::<Binary, _>(new.sealed)?;
            out.push_sql(", ");
            out.push_bind_param::<Nullable<BigInt>, _>(&new.written_at)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&new.screened.reading)?;
            out.push_sql(", ");
            out.push_bind_param::<Bool, _>(&new.screened.unread)?;
            out.push_sql(", ");
            out.push_bind_param::<Text, _>(&new.screened.lexicon_version)?;
            out.push_sql(" from head) select last_seq, last_received_at from head");
            Ok(())
        }
    }
}
