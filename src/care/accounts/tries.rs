//! Growing waits on wrong secrets, kept in the database so that they hold on every node.
//!
//! A try is counted before the secret is looked at and taken back if it was right, so guesses sent
//! at the same time are all counted. The first few are free: people mistype.

use std::time::Duration;

use super::queries;
use crate::base::time::Moment;
use crate::db::{Answer, Tx, View};

/// Wrong tries without a wait.
const FREE: i32 = 4;
/// The longest wait.
const LONGEST: Duration = Duration::from_mins(15);
/// After so long without a try the count starts over.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(24);

/// Too many tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitUntil {
    /// When the next one is looked at.
    pub until: Moment,
    /// What time it is.
    pub now: Moment,
}

/// What is counted together: an address of e-mail, of the network, a code's guesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted([u8; 32]);

/// Makes the name under which tries are counted; it tells nothing about what it was made from.
#[must_use]
pub fn counted(view: &impl View, kind: &str, what: &str) -> Counted {
    Counted(
        view.keys()
            .derive("tries", &[kind.as_bytes(), what.as_bytes()]),
    )
}

/// Counts a try, or says how long to wait.
///
/// # Errors
/// If the store fails.
pub fn count(tx: &mut Tx<'_>, counted: &Counted) -> Answer<Result<(), WaitUntil>> {
    let now = tx.now();
    let known = queries::wrong_tries(tx.conn(), &counted.0)?;
    let (tries, blocked_until) = match known {
        Some((tries, last, until)) if now.since(last) < FORGOTTEN_AFTER => (tries, until),
        _ => (0, Moment::ZERO),
    };
    if now < blocked_until {
        return Ok(Err(WaitUntil {
            until: blocked_until,
            now,
        }));
    }
    let tries = tries.saturating_add(1);
    queries::set_wrong_tries(
        tx.conn(),
        &counted.0,
        (tries, now, now.plus(wait_after(tries))),
    )?;
    Ok(Ok(()))
}

/// Takes one count back: the secret was right. The others stay, so that a good sign-in from an
/// address does not wash away the guesses made from it.
///
/// # Errors
/// If the store fails.
pub fn take_back(tx: &mut Tx<'_>, counted: &Counted) -> Answer<()> {
    let now = tx.now();
    let Some((tries, last, _)) = queries::wrong_tries(tx.conn(), &counted.0)? else {
        return Ok(());
    };
    let tries = tries.saturating_sub(1).max(0);
    queries::set_wrong_tries(tx.conn(), &counted.0, (tries, last, now))
}

/// Forgets every count: the person has proved who they are.
///
/// # Errors
/// If the store fails.
pub fn forgive(tx: &mut Tx<'_>, counted: &Counted) -> Answer<()> {
    queries::forget_wrong_tries(tx.conn(), &counted.0)
}

/// The wait after so many wrong tries: doubling, from one second.
#[must_use]
pub fn wait_after(tries: i32) -> Duration {
    let over = u32::try_from(tries.saturating_sub(FREE)).unwrap_or(0);
    if over == 0 {
        return Duration::ZERO;
    }
    Duration::from_secs(1_u64 << over.saturating_sub(1).min(10)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_a_quarter_of_an_hour() {
        let waits: Vec<u64> = (1..=20).map(|tries| wait_after(tries).as_secs()).collect();

        assert_eq!(waits.get(..7), Some([0, 0, 0, 0, 1, 2, 4].as_slice()));
        assert_eq!(waits.last(), Some(&900));
        assert!(waits.is_sorted());
    }
}
