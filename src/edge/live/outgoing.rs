//! The way out of a live socket: frames, each within a time, and how it ends.
//!
//! What waits to be written is bounded. Whoever does not read in time loses the socket, not the
//! events: they are in the inbox and come with the next hello.

use std::time::Duration;

use actix_ws::{CloseCode, CloseReason, Session};
use tokio::time::timeout;

use super::frames::Frame;

/// A reader has this long to make room for a frame.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a live socket ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The client closed it.
    Asked,
    /// The client is gone, or reads too slowly.
    Gone,
    /// A fault of ours.
    Fault,
    /// The service stops; connect again.
    Restart,
    /// A frame that cannot be read, or not one of ours.
    Malformed,
    /// No valid token, or the device was signed out.
    SignInAgain,
    /// The account was suspended or has departed.
    NotActive,
    /// No hello in time.
    HelloLate,
    /// The same person has opened too many sockets since.
    GaveWay,
    /// They were moved to another pod: what they may see is another thing now; connect again.
    Moved,
    /// A frame that is too large.
    TooLarge,
    /// Too many frames.
    Flood,
}

impl Ending {
    /// Every ending that has a code of its own.
    pub const CODED: &'static [Self] = &[
        Self::Asked,
        Self::Fault,
        Self::Restart,
        Self::Malformed,
        Self::SignInAgain,
        Self::NotActive,
        Self::HelloLate,
        Self::GaveWay,
        Self::Moved,
        Self::TooLarge,
        Self::Flood,
    ];

    /// The close code and its reason; none if nobody is there to read it.
    #[must_use]
    pub const fn code(self) -> Option<(u16, &'static str)> {
        Some(match self {
            Self::Gone => return None,
            Self::Asked => (1000, "closed"),
            Self::Fault => (1011, "fault"),
            Self::Restart => (1012, "service restart"),
            Self::Malformed => (4400, "malformed"),
            Self::SignInAgain => (4401, "sign in again"),
            Self::NotActive => (4403, "not active"),
            Self::HelloLate => (4408, "no hello in time"),
            Self::GaveWay => (4409, "gave way to a newer socket"),
            Self::Moved => (4410, "moved to another pod"),
            Self::TooLarge => (4413, "frame too large"),
            Self::Flood => (4429, "too many frames"),
        })
    }
}

/// The way out.
pub(super) struct Wire {
    session: Session,
    /// The id of the request that opened the socket, for problems.
    request_id: Option<String>,
}

impl Wire {
    /// Over an open session.
    pub(super) fn new(session: Session, request_id: Option<String>) -> Self {
        Self {
            session,
            request_id,
        }
    }

    /// The id of the request that opened the socket.
    pub(super) fn request_id(&self) -> Option<String> {
        self.request_id.clone()
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// [`Ending::Gone`] if nobody reads it in time.
    pub(super) async fn send(&mut self, frame: &Frame) -> Result<(), Ending> {
        let text = serde_json::to_string(frame).map_err(|error| {
            tracing::error!(%error, "a frame cannot be written");
            Ending::Fault
        })?;
        in_time(self.session.text(text)).await
    }

    /// Asks the client for a sign of life.
    ///
    /// # Errors
    /// [`Ending::Gone`] if nobody reads it in time.
    pub(super) async fn ping(&mut self) -> Result<(), Ending> {
        in_time(self.session.ping(b"")).await
    }

    /// Gives a sign of life.
    ///
    /// # Errors
    /// [`Ending::Gone`] if nobody reads it in time.
    pub(super) async fn pong(&mut self, asked: &[u8]) -> Result<(), Ending> {
        in_time(self.session.pong(asked)).await
    }

    /// Ends the socket.
    pub(super) async fn close(self, ending: Ending) {
        if let Some((code, reason)) = ending.code() {
            let reason = CloseReason {
                code: CloseCode::from(code),
                description: Some(reason.to_owned()),
            };
            // Whoever does not read the reason is gone all the same.
            drop(timeout(PATIENCE, self.session.close(Some(reason))).await);
        }
    }
}

async fn in_time(
    sending: impl Future<Output = Result<(), actix_ws::Closed>>,
) -> Result<(), Ending> {
    match timeout(PATIENCE, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_closed)) => Err(Ending::Gone),
        Err(_late) => Err(Ending::Gone),
    }
}
