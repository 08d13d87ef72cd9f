//! Putting right what was stored while the clock was ahead.
//!
//! What was begun or ended by a deed bears the moment of the deed, and that moment is still to come: a family
//! member matched in that time could not write, cover begun in it would not answer, and whoever was taken off
//! would be on again. What waits was to be told by a clock that is not reached for as long. Both come earlier by
//! the difference. What people have planned (a shift from six o'clock, a date, a check-in) was planned by the
//! clock on the wall, and stays.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::connection::Conn;
use super::error::Answer;
use crate::base::time::Moment;

/// What comes earlier in one table.
struct Change {
    table: &'static str,
    /// When something was done: by now at the latest, also where the clock went on a little after it was last
    /// written down.
    done: &'static [&'static str],
    /// When something is due.
    due: &'static [&'static str],
    /// In which rows; `$2` is what the time is: later than that nothing can have happened.
    which: &'static str,
}

const CHANGES: &[Change] = &[
    Change {
        table: "inbox_heads",
        done: &[],
        due: &["call_due_at"],
        which: "call_due_at > $2",
    },
    Change {
        table: "sendings",
        done: &["made_at"],
        due: &["due_at", "give_up_at"],
        which: "due_at is not null and made_at > $2",
    },
    Change {
        table: "conversations",
        done: &["waiting_since"],
        due: &["hand_up_at"],
        which: "waiting_since > $2",
    },
    Change {
        table: "follow_ups",
        done: &["opened_at"],
        due: &["hand_up_at"],
        which: "done_at is null and opened_at > $2",
    },
    Change {
        table: "screening_tries",
        done: &[],
        due: &["due_at"],
        which: "due_at > $2",
    },
    Change {
        table: "cover_watches",
        done: &[],
        due: &["due_at"],
        which: "due_at > $2",
    },
    Change {
        table: "shifts",
        done: &[],
        due: &["next_due_at"],
        which: "next_due_at = from_at and from_at = made_at and made_at > $2",
    },
    Change {
        table: "shifts",
        done: &["from_at", "made_at"],
        due: &[],
        which: "from_at = made_at and made_at > $2",
    },
    Change {
        table: "shifts",
        done: &["over_at", "ended_at"],
        due: &[],
        which: "over_at = ended_at and ended_at > $2",
    },
    Change {
        table: "leaves",
        done: &[],
        due: &["next_due_at"],
        which: "next_due_at = from_at and from_at = made_at and made_at > $2",
    },
    Change {
        table: "leaves",
        done: &["from_at", "made_at"],
        due: &[],
        which: "from_at = made_at and made_at > $2",
    },
    Change {
        table: "leaves",
        done: &["over_at", "ended_at"],
        due: &[],
        which: "over_at = ended_at and ended_at > $2",
    },
    // Cover has no row that says when it was made: its times stay.
    Change {
        table: "conversation_members",
        done: &["from_at"],
        due: &[],
        which: "part <> 'cover_mentor' and from_at > $2",
    },
    Change {
        table: "conversation_members",
        done: &["until_at"],
        due: &[],
        which: "part <> 'cover_mentor' and until_at > $2",
    },
];

impl Change {
    /// As SQL. SQLite counts parameters as they come, so that `$1`, the difference, stands before `$2`.
    fn words(&self) -> String {
        let done = self.done.iter().map(|column| {
            format!("{column} = case when {column} - $1 > $2 then $2 else {column} - $1 end")
        });
        let due = self.due.iter();
        let due = due.map(|column| format!("{column} = {column} - $1"));
        let set: Vec<String> = done.chain(due).collect();
        let (table, which) = (self.table, self.which);
        format!("update {table} set {} where {which}", set.join(", "))
    }
}

/// Lets everything come earlier by this difference that was begun or ended, or has waited, since the time that
/// it is now.
///
/// # Errors
/// If it cannot be stored.
pub fn bring_forward(conn: &mut Conn, (by, now): (i64, Moment)) -> Answer<()> {
    for change in CHANGES {
        sql_query(change.words())
            .bind::<BigInt, _>(by)
            .bind::<BigInt, _>(now.micros())
            .execute(conn)?;
    }
    Ok(())
}
