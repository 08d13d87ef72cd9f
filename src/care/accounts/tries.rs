//! Growing waits on wrong secrets, kept in the database so that they hold on every node.
//!
//! A try is counted before the secret is looked at and taken back if it was right, so guesses sent
//! at the same time are all counted. The first few are free: people mistype. An office or a school
//! shares one network address, so an address may err more often than a person before it waits.

use std::time::Duration;

use super::{places, queries};
use crate::base::ids::AccountId;
use crate::base::time::Moment;
use crate::db::{Answer, Tx, View};

/// After so long without a try the count starts over.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(24);
/// So many counts are forgotten in one unit.
const MOST_AT_ONCE: i64 = 500;

/// Too many tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitUntil {
    /// When the next one is looked at.
    pub until: Moment,
    /// What time it is.
    pub now: Moment,
}

/// What is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted<'a> {
    /// Passwords and one-time codes for one e-mail address from one network address, whether
    /// anybody has it or not.
    EmailFrom(&'a str, &'a str),
    /// The same from everywhere but the places from which its owner has signed in before. A stranger can
    /// make this wait too, so it is never long.
    Email(&'a str),
    /// Passwords from one network address. An office shares one, and people in it must be able to
    /// sign in when an alert comes, so this wait is never long either.
    PasswordsFrom(&'a str),
    /// Invitation codes from one network address. Phones of one network may share it. Not from
    /// everywhere: a code has 50 bits, and a stranger would keep families from joining.
    CodesFrom(&'a str),
    /// Ways back asked for by mail from one network address.
    WaysBackFrom(&'a str),
    /// Ways back by mail into one account, whether anybody has this e-mail or not: nobody's mailbox is
    /// filled.
    WayBackOf(&'a str),
    /// Codes asked for to verify the own e-mail.
    Verification(AccountId),
    /// Codes asked for to verify the own telephone.
    PhoneCode(AccountId),
    /// The own password or one-time code, given again by somebody signed in.
    Own(AccountId),
}

/// How many wrong tries are free, and the longest wait after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Allowance {
    free: i32,
    longest: Duration,
}

impl Counted<'_> {
    const fn allowance(self) -> Allowance {
        let (free, longest_s) = match self {
            Self::EmailFrom(..) | Self::Own(_) => (4, 15 * 60),
            Self::Email(_) => (100, 30),
            Self::PasswordsFrom(_) => (50, 30),
            Self::CodesFrom(_) => (10, 60),
            Self::WaysBackFrom(_) => (20, 15 * 60),
            Self::WayBackOf(_) | Self::Verification(_) | Self::PhoneCode(_) => (3, 15 * 60),
        };
        Allowance {
            free,
            longest: Duration::from_secs(longest_s),
        }
    }

    /// The name it is counted under; tells nothing about what it was made from.
    fn key(self, view: &impl View) -> [u8; 32] {
        let (kind, what, more): (&[u8], &[u8], &[u8]) = match &self {
            Self::EmailFrom(email, address) => {
                (b"e-mail from", email.as_bytes(), address.as_bytes())
            }
            Self::Email(email) => (b"e-mail", email.as_bytes(), b""),
            Self::PasswordsFrom(address) => (b"address", address.as_bytes(), b""),
            Self::CodesFrom(address) => (b"code from", address.as_bytes(), b""),
            Self::WaysBackFrom(address) => (b"way back from", address.as_bytes(), b""),
            Self::WayBackOf(email) => (b"way back", email.as_bytes(), b""),
            Self::Verification(account) => (b"verification", account.as_bytes(), b""),
            Self::PhoneCode(account) => (b"phone code", account.as_bytes(), b""),
            Self::Own(account) => (b"own", account.as_bytes(), b""),
        };
        view.keys().derive("tries", &[kind, what, more])
    }
}

/// Counts a try, or says how long to wait.
///
/// # Errors
/// If the store fails.
pub fn count(tx: &mut Tx<'_>, counted: Counted<'_>) -> Answer<Result<(), WaitUntil>> {
    let now = tx.now();
    let key = counted.key(tx);
    let (mut tries, last, until) = queries::known_tries(tx.conn(), &key, now)?;
    if now.since(last) >= FORGOTTEN_AFTER {
        tries = 0;
    } else if now < until {
        return Ok(Err(WaitUntil { until, now }));
    }
    let tries = tries.saturating_add(1);
    let wait = wait_after(tries, counted.allowance());
    queries::set_wrong_tries(tx.conn(), &key, (tries, now, now.plus(wait)))?;
    Ok(Ok(()))
}

/// Takes one count back: the secret was right. The others stay, so that a good sign-in from an
/// address does not wash away the guesses made from it.
///
/// # Errors
/// If the store fails.
pub fn take_back(tx: &mut Tx<'_>, counted: Counted<'_>) -> Answer<()> {
    let now = tx.now();
    let key = counted.key(tx);
    let (tries, last, _) = queries::known_tries(tx.conn(), &key, now)?;
    let tries = tries.saturating_sub(1).max(0);
    // Not `now`: for a unit that began a moment earlier on another node that would be a wait.
    queries::set_wrong_tries(tx.conn(), &key, (tries, last, Moment::ZERO))
}

/// Forgets every count: the person has proved who they are.
///
/// # Errors
/// If the store fails.
pub fn forgive(tx: &mut Tx<'_>, counted: Counted<'_>) -> Answer<()> {
    let key = counted.key(tx);
    queries::forget_wrong_tries(tx.conn(), &key)
}

/// Forgets some of the counts that would start over anyway, and of the places nobody has signed in from for
/// long; says how many.
///
/// # Errors
/// If the store fails.
pub fn forget_some(tx: &mut Tx<'_>) -> Answer<usize> {
    let old = tx.now().minus(FORGOTTEN_AFTER);
    let places = places::too_old(tx);
    queries::forget_old(tx.conn(), (old, places), MOST_AT_ONCE)
}

/// The wait after so many wrong tries: doubling, from one second.
fn wait_after(tries: i32, Allowance { free, longest }: Allowance) -> Duration {
    let over = u32::try_from(tries.saturating_sub(free)).unwrap_or(0);
    if over == 0 {
        return Duration::ZERO;
    }
    Duration::from_secs(1_u64 << over.saturating_sub(1).min(10)).min(longest)
}

/// The wait after so many wrong PINs on one device.
#[must_use]
pub fn wait_after_pins(wrong: i32) -> Duration {
    let allowance = Allowance {
        free: 3,
        longest: Duration::from_mins(15),
    };
    wait_after(wrong, allowance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_a_quarter_of_an_hour() {
        let allowance = Counted::EmailFrom("", "").allowance();
        let waits: Vec<u64> = (1..=20)
            .map(|tries| wait_after(tries, allowance).as_secs())
            .collect();

        assert_eq!(waits.get(..7), Some([0, 0, 0, 0, 1, 2, 4].as_slice()));
        assert_eq!(waits.last(), Some(&900));
        assert!(waits.is_sorted());
    }

    #[test]
    fn a_person_is_slowed_down_long_before_the_office_they_work_in() {
        let of = |counted: Counted<'_>| wait_after(20, counted.allowance());

        assert_eq!(of(Counted::PasswordsFrom("")), Duration::ZERO);
        assert!(of(Counted::EmailFrom("", "")) > Duration::ZERO);
    }

    #[test]
    fn a_stranger_keeps_nobody_from_signing_in_for_long() {
        for counted in [Counted::Email(""), Counted::PasswordsFrom("")] {
            let wait = wait_after(10_000, counted.allowance());

            assert_eq!(wait, Duration::from_secs(30));
        }
    }
}
