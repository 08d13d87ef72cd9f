//! The door: recognises the caller and runs one verb in one unit of work.
//!
//! Nothing reaches the domain by another way. The caller is looked up inside the same unit, so a
//! suspension that was committed before it counts.

use crate::app::App;
use crate::care::accounts::actions::{NotRecognised, recognise, recognise_even_if_suspended};
use crate::care::accounts::{Caller, Claims};
use crate::db::{self, Lane, Rx, Tx};

use super::problem::Problem;

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

/// Like [`act`], but suspended and departed callers come through too: only for sending.
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
    let answer = app.store().read(move |rx| {
        let caller = recognise(rx, &claims).map_err(Refusal::NotRecognised)?;
        question(rx, &caller).map_err(Refusal::Verb)
    });
    Ok(answer.await?)
}
