//! Cover: lets shifts and leaves begin and be over when their time has come. Runs on every node; one that
//! two nodes see due turns once. What came due while the service was down turns at once, and a shift that
//! was over meanwhile begins no more.

use super::Ran;
use crate::app::App;
use crate::care::handovers::{leave, shifts};
use crate::db::{self, Lane};

/// At most so many shifts, and so many leaves, turn in one unit.
const BATCH: i64 = 16;

/// Turns what is due.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let look = app.store().read(|rx| {
        let shifts = shifts::due(rx, BATCH)?;
        Ok::<_, db::Error>((shifts, leave::due(rx, BATCH)?))
    });
    let ((shifts, next_shift), (leaves, next_leave)) = look.await?;
    if shifts.is_empty() && leaves.is_empty() {
        return Ok(Ran {
            next_due: [next_shift, next_leave].into_iter().flatten().min(),
            ..Ran::default()
        });
    }
    let turn = app.store().write(Lane::Help, move |tx| {
        let begun = shifts::turn_over(tx, &shifts)?;
        let gone = leave::turn_over(tx, &leaves)?;
        Ok::<_, db::Error>(begun.saturating_add(gone))
    });
    let done = turn.await?;
    Ok(Ran {
        done,
        next_due: None,
        // Where another node has taken all of it meanwhile there may be more behind it.
        more: true,
    })
}
