//! Reconciling: looks which version of each authority's lexicon is live, and screens again the texts
//! whose screening failed. Runs on every node; a text that two nodes read is settled once.
//!
//! Each text is a unit of its own, and its words are read, screened and dropped outside of it. One
//! that fails keeps no other from being read, and is never given up: it is tried later and later.

use super::Ran;
use crate::app::App;
use crate::care::safeguarding::Screened;
use crate::care::safeguarding::rereading::{Text, not_screened, put_off, settle};
use crate::db::{self, Lane};

/// At most so many texts of each kind are read in one step.
const BATCH: i64 = 16;

/// Screens what is to be screened again.
///
/// # Errors
/// If the store fails; what was to be read is still to be read then.
pub async fn run_due(app: App) -> anyhow::Result<Ran> {
    let known = app.lexicons().clone();
    let (texts, next_due) = app
        .store()
        .read(move |rx| {
            known.refresh(rx)?;
            not_screened(rx, BATCH)
        })
        .await?;
    let mut done: usize = 0;
    let mut last = None;
    for text in texts {
        match read_again(&app, text).await {
            Ok(settled) => done = done.saturating_add(usize::from(settled)),
            Err(fault) => last = Some(fault),
        }
    }
    match last {
        Some(fault) if done == 0 => Err(fault.into()),
        _ => Ok(Ran {
            done,
            next_due,
            more: done > 0,
        }),
    }
}

/// Screens one text and stores what came of it. If that cannot be stored though the store works, the
/// text is put off, so that it stands in nobody's way.
async fn read_again(app: &App, text: Text) -> Result<bool, db::Error> {
    let (text, screened) = screen(app, text).await?;
    let stored = text.clone();
    let settled = app
        .store()
        .write(Lane::Talk, move |tx| settle(tx, &stored, &screened));
    match settled.await {
        Err(fault) if fault.is_our_mistake() => {
            tracing::error!(error = %fault, "a text that was screened again was not stored");
            app.store()
                .write(Lane::Talk, move |tx| put_off(tx, &text))
                .await
        }
        settled => settled,
    }
}

async fn screen(app: &App, text: Text) -> Result<(Text, Screened), db::Error> {
    let lexicon = app.lexicons().expected(Some(text.authority_id()));
    let screened = tokio::task::spawn_blocking(move || {
        let screened = text.screen(&lexicon);
        (text, screened)
    });
    screened.await.map_err(|_stopped| db::Error::Busy)
}
