//! The door: recognises the caller and runs one verb in one unit of work.
//!
//! Nothing reaches the domain by another way. The caller is looked up inside the same unit, so a
//! suspension that was committed before it counts.

use std::time::Duration;

use tokio::time::timeout;

use crate::app::App;
use crate::base::turns::Turn;
use crate::care::accounts::actions::{NotRecognised, recognise, recognise_even_if_suspended};
use crate::care::accounts::{Caller, Claims};
use crate::care::audit::{self, Line, Needs};
use crate::db::{self, Lane, Rx, Tx};

use super::problem::{Kind, Problem};

/// Why nothing was done: the caller was not recognised, or the verb refused.
#[derive(Debug, thiserror::Error)]
enum Refusal<E: std::error::Error + 'static> {
    #[error("not recognised")]
    NotRecognised(#[source] NotRecognised),
    #[error("refused")]
    Verb(#[source] E),
}

impl<E: std::error::Error + From<db::Error> + 'static> From<db::Error> for Refusal<E> {
    fn from(fault: db::Error) -> Self {
        Self::Verb(fault.into())
    }
}

impl<E: std::error::Error + Into<Problem>> From<Refusal<E>> for Problem {
    fn from(refusal: Refusal<E>) -> Self {
        match refusal {
            Refusal::NotRecognised(refusal) => refusal.into(),
            Refusal::Verb(refusal) => refusal.into(),
        }
    }
}

/// Does one deed as the caller, answered after it is on disk.
///
/// # Errors
/// 401 or 403 if the caller is not recognised, or what the deed says.
pub async fn act<T, E, F>(app: &App, claims: &Claims, lane: Lane, mut deed: F) -> Result<T, Problem>
where
    F: FnMut(&mut Tx<'_>, &Caller) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: std::error::Error + From<db::Error> + Into<Problem> + Send + 'static,
{
    let claims = claims.clone();
    let done = app.store().write(lane, move |tx| {
        let caller = recognise(tx, &claims).map_err(Refusal::NotRecognised)?;
        deed(tx, &caller).map_err(Refusal::Verb)
    });
    Ok(done.await?)
}

/// Like [`act`], but suspended and departed callers come through too: only for what they have to say.
///
/// # Errors
/// 401 if the device was ended, or what the deed says.
pub async fn act_even_if_suspended<T, E, F>(
    app: &App,
    claims: &Claims,
    lane: Lane,
    mut deed: F,
) -> Result<T, Problem>
where
    F: FnMut(&mut Tx<'_>, &Caller) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: std::error::Error + From<db::Error> + Into<Problem> + Send + 'static,
{
    let claims = claims.clone();
    let done = app.store().write(lane, move |tx| {
        let caller = recognise_even_if_suspended(tx, &claims).map_err(Refusal::NotRecognised)?;
        deed(tx, &caller).map_err(Refusal::Verb)
    });
    Ok(done.await?)
}

/// Asks one question as the caller.
///
/// # Errors
/// 401 or 403 if the caller is not recognised, or what the question says.
pub async fn look<T, E, F>(app: &App, claims: &Claims, question: F) -> Result<T, Problem>
where
    F: FnOnce(&mut Rx<'_>, &Caller) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: std::error::Error + From<db::Error> + Into<Problem> + Send + 'static,
{
    let claims = claims.clone();
    let _turn = turn(app, &claims).await?;
    let answer = app.store().read(move |rx| {
        let caller = recognise(rx, &claims).map_err(Refusal::NotRecognised)?;
        question(rx, &caller).map_err(Refusal::Verb)
    });
    Ok(answer.await?)
}

/// Asks one question whose answer is somebody else's words: audited first, read second.
///
/// `needs` says, after its own check of the caller's right, what the audit needs. The line is on
/// disk before `question` is asked, and `question` checks again, for it sees a later moment. Where
/// the audit needs nothing (the pair reading its own talk) both are one look at the database.
///
/// # Errors
/// 401 or 403 if the caller is not recognised, what `needs` or `question` say, and 503 if the line
/// cannot be written.
pub async fn look_audited<T, E, N, F>(
    app: &App,
    claims: &Claims,
    needs: N,
    question: F,
) -> Result<T, Problem>
where
    N: FnOnce(&mut Rx<'_>, &Caller) -> Result<Needs, E> + Send + 'static,
    F: FnOnce(&mut Rx<'_>, &Caller) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: std::error::Error + From<db::Error> + Into<Problem> + Send + 'static,
{
    let first = claims.clone();
    let turn = turn(app, claims).await?;
    let looked = app.store().read(move |rx| {
        let caller = recognise(rx, &first).map_err(Refusal::NotRecognised)?;
        let (line, wanted) = match needs(rx, &caller).map_err(Refusal::Verb)? {
            Needs::Nothing => {
                return question(rx, &caller)
                    .map(Looked::Answer)
                    .map_err(Refusal::Verb);
            }
            Needs::LineFirst(line) => (line, Wanted::Must),
            Needs::LineIfPossible(line) => (line, Wanted::Should),
        };
        Ok(Looked::Audit(line, wanted, question))
    });
    let looked = looked.await?;
    drop(turn);
    let (line, wanted, question) = match looked {
        Looked::Answer(answer) => return Ok(answer),
        Looked::Audit(line, wanted, question) => (line, wanted, question),
    };
    // A line that only should be there never makes a responder wait behind the day's talk.
    let (urgency, patience) = match wanted {
        Wanted::Should => (Lane::Help, Duration::from_secs(2)),
        Wanted::Must => (Lane::Rest, Duration::from_secs(30)),
    };
    let written = act(app, claims, urgency, move |tx, caller| {
        audit::actions::record(tx, caller, &line)
    });
    let written = timeout(patience, written)
        .await
        .unwrap_or_else(|_late| Err(Problem::new(Kind::Busy).retry_after(1)));
    match (written, wanted) {
        (Ok(()), _) => {}
        (Err(problem), Wanted::Should) if problem.kind().status() >= 500 => {
            tracing::error!(%problem, "read without an audit line: it could not be written");
        }
        (Err(problem), _) => return Err(problem.unless_saved()),
    }
    look(app, claims, question).await
}

async fn turn(app: &App, claims: &Claims) -> Result<Turn, Problem> {
    let turn = app.turns().take(claims.account_id).await;
    turn.map_err(|_too_much| Problem::new(Kind::TooMany).retry_after(1))
}

/// What the first look gave: the answer at once, or a line to write before it.
enum Looked<T, F> {
    Answer(T),
    Audit(Line, Wanted, F),
}

/// Whether the answer waits for its line.
#[derive(Clone, Copy)]
enum Wanted {
    Must,
    Should,
}
