//! What comes in on a live socket: how much is let in, and what a refusal means for the socket.

use std::time::Duration;

use actix_ws::ProtocolError;
use tokio::time::Instant;

use super::outgoing::Ending;
use crate::edge::problem::{Kind, Problem};

/// No frame is larger: 4,000 characters, each escaped as two `\uXXXX`, and room around them.
pub const MOST_FRAME_BYTES: usize = 64 * 1024;
/// So many frames may come at once.
const BURST: u32 = 240;
/// One more frame may come after each of these.
const PACE: Duration = Duration::from_millis(20);

/// How many frames a client may still send just now. Above that it is no client of ours.
#[derive(Debug)]
pub struct Allowance {
    burst: u32,
    left: u32,
    since: Instant,
}

impl Allowance {
    /// A full one, for somebody who may do so many deeds a minute.
    #[must_use]
    pub fn new(deeds_per_minute: u32, now: Instant) -> Self {
        let burst = deeds_per_minute.max(BURST);
        Self {
            burst,
            left: burst,
            since: now,
        }
    }

    /// Takes one frame from it.
    ///
    /// # Errors
    /// [`Ending::Flood`] if there is nothing left.
    pub fn take(&mut self, now: Instant) -> Result<(), Ending> {
        let passed = now.duration_since(self.since);
        if passed >= PACE {
            let scale = u128::from(self.burst.div_ceil(BURST));
            let earned = passed.as_millis().saturating_mul(scale) / PACE.as_millis();
            let earned = u32::try_from(earned).unwrap_or(u32::MAX);
            self.left = self.left.saturating_add(earned).min(self.burst);
            self.since = now;
        }
        self.left = self.left.checked_sub(1).ok_or(Ending::Flood)?;
        Ok(())
    }
}

/// What a broken frame means for the socket.
#[must_use]
pub fn ending_of(error: &ProtocolError) -> Ending {
    match error {
        ProtocolError::Overflow => Ending::TooLarge,
        ProtocolError::Io(inner) if inner.kind() != std::io::ErrorKind::InvalidData => Ending::Gone,
        _ => Ending::Malformed,
    }
}

/// What a refusal means for the whole socket, where it means that.
#[must_use]
pub fn refused(problem: &Problem) -> Ending {
    match problem.kind() {
        Kind::SignInAgain => Ending::SignInAgain,
        Kind::NotActive => Ending::NotActive,
        Kind::NotSaved | Kind::Busy | Kind::Fault => Ending::Fault,
        _ => Ending::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_in_and_a_flood_is_not() {
        let now = Instant::now();
        let mut allowance = Allowance::new(60, now);

        assert!((0..BURST).all(|_| allowance.take(now).is_ok()));
        assert_eq!(allowance.take(now), Err(Ending::Flood));
        let later = now + PACE;
        assert_eq!(allowance.take(later), Ok(()));
        assert_eq!(allowance.take(later), Err(Ending::Flood));
    }
}
