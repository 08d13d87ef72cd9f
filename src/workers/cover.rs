//! Cover: lets shifts and leaves begin and be over when their time has come, looks to what somebody who has
//! covered for a mentor leaves behind, and says when the last day of a mentor's work is over. Runs on every node;
//! one that two nodes see due turns once. What came due while the service was down turns at once, and a shift that
//! was over meanwhile begins no more.

use super::Ran;
use crate::app::App;
use crate::care::handovers::matching::course;
use crate::care::handovers::{leave, shifts};
use crate::care::reminders::keeping;
use crate::db::{self, Lane};

/// At most so many of each turn in one unit.
const BATCH: i64 = 16;

/// Turns what is due.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let look = app.store().read(|rx| {
        let shifts = shifts::due(rx, BATCH)?;
        let leaves = leave::due(rx, BATCH)?;
        let covers = keeping::covers_over(rx, BATCH)?;
        Ok::<_, db::Error>((shifts, leaves, covers, course::due(rx, BATCH)?))
    });
    let ((shifts, next_shift), (leaves, next_leave), (covers, next_cover), (endings, next_ending)) =
        look.await?;
    if shifts.is_empty() && leaves.is_empty() && covers.is_empty() && endings.is_empty() {
        let next = [next_shift, next_leave, next_cover, next_ending];
        return Ok(Ran {
            next_due: next.into_iter().flatten().min(),
            ..Ran::default()
        });
    }
    let turn = app.store().write(Lane::Help, move |tx| {
        let begun = shifts::turn_over(tx, &shifts)?;
        let gone = leave::turn_over(tx, &leaves)?;
        let over = keeping::look_after_covers(tx, &covers)?;
        let told = course::tell_of_endings(tx, &endings)?;
        let all = [begun, gone, over, told];
        Ok::<_, db::Error>(all.into_iter().fold(0, usize::saturating_add))
    });
    let done = turn.await?;
    Ok(Ran {
        done,
        next_due: None,
        // Where another node has taken all of it meanwhile there may be more behind it.
        more: true,
    })
}
