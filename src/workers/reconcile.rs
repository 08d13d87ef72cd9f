//! Reconciling: looks which version of each authority's lexicon is live, and screens again the texts
//! whose screening failed. Runs on every node; a text that two nodes read is settled once.
//!
//! It also goes on with what managers have set going: counting what a draft would match, and screening
//! again what a withdrawn version has screened, one portion at a time.
//!
//! Each text is a unit of its own, and its words are read, screened and dropped outside of it. One
//! that fails keeps no other from being read, and is never given up: it is tried later and later.

use super::Ran;
use crate::app::App;
use crate::base::time::Moment;
use crate::care::safeguarding::Screened;
use crate::care::safeguarding::lexicons::actions::rules_of;
use crate::care::safeguarding::lexicons::jobs::{self, Found, Job, Kind};
use crate::care::safeguarding::rereading::{
    Past, Text, not_screened, put_off, settle, settle_past,
};
use crate::db::{self, Lane, View};

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
    if let Some(fault) = last
        && done == 0
    {
        return Err(fault.into());
    }
    let next_job = work_on(&app).await?;
    Ok(Ran {
        done,
        next_due: [next_due, next_job].into_iter().flatten().min(),
        more: done > 0,
    })
}

/// Does one portion of a job that is due, if one is; says when the next is.
async fn work_on(app: &App) -> Result<Option<Moment>, db::Error> {
    let (next, now) = next_job(app).await?;
    if next.is_none_or(|due| due > now) {
        return Ok(next);
    }
    if let Some(job) = app.store().write(Lane::Rest, jobs::take).await? {
        portion(app, job).await?;
    }
    let (next, _) = next_job(app).await?;
    Ok(next)
}

/// When the next portion of a job is due, and what time it is.
async fn next_job(app: &App) -> Result<(Option<Moment>, Moment), db::Error> {
    app.store()
        .read(|rx| Ok((jobs::next_due(rx)?, rx.now())))
        .await
}

async fn portion(app: &App, job: Job) -> Result<(), db::Error> {
    let (job, past) = app.store().read(move |rx| jobs::look(rx, job)).await?;
    let read = (past.looked, past.before);
    let found = match job.kind {
        Kind::Count => count(app, &job, past).await?,
        Kind::Reread => Found {
            raised: reread(app, past).await?,
            ..Found::default()
        },
    };
    app.store()
        .write(Lane::Rest, move |tx| jobs::move_on(tx, &job, read, found))
        .await
}

/// Counts by the rules that are live and by the draft. One that compiles no more matches nothing.
async fn count(app: &App, job: &Job, past: Past) -> Result<Found, db::Error> {
    let id = job.version_id;
    let rules = app.store().read(move |rx| rules_of(rx, id)).await?;
    let live = app.lexicons().expected(Some(job.authority_id));
    let counted = app
        .at_length(move |lexicons| {
            let tried = lexicons.try_out(id, &rules).ok()?;
            Some(jobs::counted(&past, &live, &tried.lexicon))
        })
        .await?;
    Ok(counted.unwrap_or_default())
}

/// Screens each text by the rules that are live now; says in how many something new was found.
async fn reread(app: &App, past: Past) -> Result<i64, db::Error> {
    let mut raised: i64 = 0;
    for text in past.texts {
        let (text, screened) = screen(app, text).await?;
        let settled = app
            .store()
            .write(Lane::Rest, move |tx| settle_past(tx, &text, &screened));
        raised = raised.saturating_add(i64::from(settled.await?));
    }
    Ok(raised)
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
