//! What a unit says last on PostgreSQL: the rows of the inboxes and the commit, as one message, so that
//! neither costs a journey over the network of its own.
//!
//! It is text, so what goes into it is numbers, ids in hexadecimal, and strings in which every quote is
//! doubled (`standard_conforming_strings` is set on each connection).

use std::fmt::Write as _;

use super::unit::{Telling, Urgency, most_urgent};
use crate::base::time::Moment;

/// The statements. The first does nothing but fail where an earlier statement of the unit has failed
/// and nobody heeded it: the commit itself would then roll back and say that all is well.
pub(super) fn of(tellings: &[Telling], now: Moment) -> String {
    let mut words = String::from("select 1; ");
    for mine in tellings.chunk_by(|a, b| a.to == b.to) {
        if let Some(first) = mine.first() {
            let whose = bytes(first.to.as_bytes());
            tell(&mut words, (&whose, mine), now);
        }
    }
    words.push_str("commit");
    words
}

/// Moves a person's head and writes the rows behind it; what [`super::unit::Tx::finish`] does in two
/// statements.
fn tell(words: &mut String, (whose, mine): (&str, &[Telling]), now: Moment) {
    let by = mine.len();
    let called = called(most_urgent(mine), now);
    let rows: Vec<String> = (1..).zip(mine).map(row).collect();
    let (rows, now) = (rows.join(", "), now.micros());
    // A String takes whatever is written to it.
    let _written = write!(
        words,
        "with head as (insert into inbox_heads as h (account_id, seq, seen_seq) \
         values ({whose}, {by}, 0) on conflict (account_id) do update set seq = h.seq + {by}{called} \
         returning seq) \
         insert into inbox (account_id, seq, event, subject_id, subject_seq, detail, urgency, at) \
         select {whose}, head.seq - {by} + told.place, told.event, told.subject, told.subject_seq, \
         told.detail, told.urgency, {now} from head, (values {rows}) \
         as told (place, event, subject, subject_seq, detail, urgency); "
    );
}

/// That a person is to be called, if they can be: a call that is pending already only becomes more
/// urgent and earlier.
fn called(urgency: Urgency, now: Moment) -> String {
    if urgency == Urgency::Quiet {
        return String::new();
    }
    let (due, number) = (now.plus(urgency.waits()).micros(), urgency.number());
    format!(
        ", call_due_at = case when h.has_channel and (h.call_due_at is null or h.call_due_at > {due}) \
         then {due} else h.call_due_at end, \
         call_urgency = case when h.has_channel and h.call_urgency < {number} \
         then {number} else h.call_urgency end"
    )
}

fn row((place, telling): (i32, &Telling)) -> String {
    let detail = telling.detail.as_deref().map(text);
    format!(
        "({place}, {}, {}, {}::bigint, {}::text, {})",
        text(telling.event),
        bytes(telling.subject.as_bytes()),
        telling.subject_seq,
        detail.as_deref().unwrap_or("null"),
        telling.urgency.number(),
    )
}

fn bytes(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(bytes.len().saturating_mul(2).saturating_add(12));
    hex.push_str("'\\x");
    for byte in bytes {
        let _written = write!(hex, "{byte:02x}");
    }
    hex.push_str("'::bytea");
    hex
}

fn text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
