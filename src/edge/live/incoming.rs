//! What comes in on a live socket: how much is let in, and what a refusal means for the socket.

use std::io::ErrorKind;
use std::time::Duration;

use actix_ws::ProtocolError;
use tokio::time::Instant;

use super::gate::is_too_large;
use super::outgoing::Ending;
use crate::edge::problem::{Kind, Problem};

/// No frame is larger: 4,000 characters, each escaped as two `\uXXXX`, and room around them.
pub(super) const MOST_FRAME_BYTES: usize = 64 * 1024;
/// So many frames may come at once.
const BURST: u32 = 1000;
/// One more frame may come after each of these.
const PACE: Duration = Duration::from_millis(2);

/// How many frames a client may still send just now. Whoever sends more is no client of ours.
///
/// Messages that were taken are not counted: they have a limit of their own, which answers 429 and
/// ends nothing.
#[derive(Debug)]
pub(super) struct Allowance {
    left: u32,
    since: Instant,
}

impl Allowance {
    /// A full one.
    #[must_use]
    pub(super) fn new(now: Instant) -> Self {
        Self {
            left: BURST,
            since: now,
        }
    }

    /// Takes one frame from it.
    ///
    /// # Errors
    /// [`Ending::Flood`] if there is nothing left.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Ending> {
        let passed = now.duration_since(self.since);
        if passed >= PACE {
            let earned = passed.as_micros() / PACE.as_micros();
            let earned = u32::try_from(earned).unwrap_or(BURST);
            self.left = self.left.saturating_add(earned).min(BURST);
            self.since = now;
        }
        self.left = self.left.checked_sub(1).ok_or(Ending::Flood)?;
        Ok(())
    }
}

/// Whether the stream ends here, and not a frame is broken: the connection was cut, or too much came. `actix-ws` says so before it hands out
/// the frames that came in with the cut, and hands them out if asked again.
#[must_use]
pub(super) fn is_cut(error: &ProtocolError) -> bool {
    matches!(error, ProtocolError::Io(cause) if cause.kind() == ErrorKind::Other)
}

/// What a broken frame means for the socket.
#[must_use]
pub(super) fn ending_of(error: &ProtocolError) -> Ending {
    match error {
        _ if is_too_large(error) => Ending::TooLarge,
        ProtocolError::Overflow => Ending::TooLarge,
        ProtocolError::Io(inner) if inner.kind() != ErrorKind::InvalidData => Ending::Gone,
        ProtocolError::Io(_)
        | ProtocolError::UnmaskedFrame
        | ProtocolError::MaskedFrame
        | ProtocolError::InvalidOpcode(_)
        | ProtocolError::InvalidLength(_)
        | ProtocolError::BadOpCode
        | ProtocolError::ContinuationNotStarted
        | ProtocolError::ContinuationStarted
        | ProtocolError::ContinuationFragment(_) => Ending::Malformed,
    }
}

/// What a refusal means for the socket, where it means its end.
#[must_use]
pub(super) fn refused(problem: &Problem) -> Ending {
    let kind = problem.kind();
    if kind == Kind::SignInAgain {
        Ending::SignInAgain
    } else if kind == Kind::NotActive {
        Ending::NotActive
    } else if kind == Kind::TooMany {
        // They read too much at once elsewhere, and may come back.
        Ending::Flood
    } else if kind.status() >= 500 {
        Ending::Fault
    } else {
        Ending::Malformed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_reads_too_much_at_once_has_sent_nothing_wrong() {
        let refused = |kind| refused(&Problem::new(kind));

        assert_eq!(refused(Kind::TooMany), Ending::Flood);
        assert_eq!(refused(Kind::NotValid), Ending::Malformed);
        assert_eq!(refused(Kind::Busy), Ending::Fault);
    }

    #[test]
    fn a_burst_is_let_in_and_a_flood_is_not() {
        let now = Instant::now();
        let mut allowance = Allowance::new(now);

        assert!((0..BURST).all(|_| allowance.take(now).is_ok()));
        assert_eq!(allowance.take(now), Err(Ending::Flood));
        let later = now + PACE;
        assert_eq!(allowance.take(later), Ok(()));
        assert_eq!(allowance.take(later), Err(Ending::Flood));
    }
}
