//! Appending a message: the next place in its conversation, and its row there.
//!
//! On PostgreSQL both are one statement, because each one more is a journey over the network for every
//! message there is. SQLite knows no statement that changes two tables, and no network.

use diesel::prelude::*;

use crate::base::ids::{AccountId, ConversationId, MessageId};
use crate::base::time::Moment;
use crate::care::safeguarding::Screened;
use crate::db::schema::{conversations, messages};
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
}

/// A place in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable)]
pub(in crate::care::conversations) struct Place {
    pub(in crate::care::conversations) seq: i64,
    pub(in crate::care::conversations) at: Moment,
}

/// Stores a message at the next place of a conversation; not if that has ended and `even_if_ended` is
/// not set. The lock on the conversation's row is what makes the sequence gapless, and its times never
/// fall.
pub(in crate::care::conversations) fn append(
    conn: &mut Conn,
    conversation: ConversationId,
    new: &NewMessage<'_>,
    (now, even_if_ended): (Moment, bool),
) -> Answer<Option<Place>> {
    match conn {
        #[cfg(feature = "postgres")]
        Conn::Pg(conn) => {
            let append = at_once::Append {
                conversation,
                new,
                now,
                even_if_ended,
            };
            Ok(append.get_result(conn).optional()?)
        }
        Conn::Sqlite(_) => {
            let place = advance(conn, conversation, (now, even_if_ended))?;
            if let Some(place) = place {
                insert(conn, conversation, new, place)?;
            }
            Ok(place)
        }
    }
}

fn advance(
    conn: &mut Conn,
    conversation: ConversationId,
    (now, even_if_ended): (Moment, bool),
) -> Answer<Option<Place>> {
    let later = diesel::dsl::case_when(
        conversations::last_received_at.gt(now),
        conversations::last_received_at,
    )
    .otherwise(now);
    let open = conversations::ended_at.is_null();
    Ok(diesel::update(conversations::table.find(conversation))
        .filter(open.or(even_if_ended.into_sql::<diesel::sql_types::Bool>()))
        .set((
            conversations::last_seq.eq(conversations::last_seq + 1),
            conversations::last_received_at.eq(later),
        ))
        .returning((conversations::last_seq, conversations::last_received_at))
        .get_result(conn)
        .optional()?)
}

fn insert(
    conn: &mut Conn,
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

/// The statement that does both. It is a query of its own and not `sql_query`, which would be prepared
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
            out.push_sql(") where id = ");
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
