//! How much one person may do in a minute. The help button is never limited.
//!
//! Counted per account and in this process only: it keeps one client from taking the service from
//! everybody else. A limited sender gets a clear 429 and keeps the message; nothing is dropped.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::problem::{Kind, Problem};
use crate::base::ids::AccountId;

/// Above this many people the ones long idle are forgotten.
const MOST_REMEMBERED: usize = 50_000;

/// The limiter of one process.
#[derive(Debug)]
pub struct Limits(DefaultKeyedRateLimiter<AccountId>);

impl Limits {
    /// Lets each person do so many deeds a minute, all at once if they like.
    #[must_use]
    pub fn per_minute(deeds: u32) -> Self {
        let deeds = NonZeroU32::new(deeds).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::keyed(Quota::per_minute(deeds)))
    }

    /// Counts one deed.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count(&self, account: AccountId) -> Result<(), Problem> {
        if self.0.len() > MOST_REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&account).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            Problem::new(Kind::TooMany).retry_after(wait.as_secs().saturating_add(1))
        })
    }
}
