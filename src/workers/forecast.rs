//! Forecast: looks over the cover of each authority and tells of gaps. Runs on every node; what two
//! nodes see due is looked over once.

use super::Ran;
use crate::app::App;
use crate::care::handovers::forecast::watching::{due, look_over};
use crate::db::Lane;

/// At most so many authorities are looked over in one step, each in a unit of its own.
const BATCH: i64 = 8;

/// Looks over what is due.
///
/// # Errors
/// If the store fails; what was due is still due then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let (dues, next_due) = app.store().read(|rx| due(rx, BATCH)).await?;
    // Where another node has looked meanwhile there may be more behind it.
    let more = !dues.is_empty();
    let mut done: usize = 0;
    let ways = app.ways();
    for one in dues {
        let looked = app
            .store()
            .write(Lane::Rest, move |tx| look_over(tx, one, ways));
        done = done.saturating_add(usize::from(looked.await?));
    }
    Ok(Ran {
        done,
        next_due,
        more,
    })
}
