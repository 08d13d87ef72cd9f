//! The gate of a live socket: no more of one message than we take is ever let into memory.
//!
//! `actix-ws` looks at a frame's size only once all of it has come, and collects what comes until then;
//! a fragmented message that is too long it drops without a word. So the sizes are read here first, from
//! the frames' own headers, as the bytes come in. After a frame that is too large nothing more is let in.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::dev::Payload as Source;
use actix_web::error::PayloadError;
use actix_web::web::{Bytes, Payload};
use actix_web::{FromRequest, HttpRequest};
use actix_ws::ProtocolError;
use futures_util::Stream;

use super::incoming::MOST_FRAME_BYTES;

/// A message and its frames' headers may take this much together: the longest we take, and the largest
/// header there is.
const MOST: usize = MOST_FRAME_BYTES.saturating_add(MOST_HEADER);
/// Two bytes, eight for the length, four for the mask (RFC 6455, section 5.2).
const MOST_HEADER: usize = 14;

/// Puts the gate before what a request brings.
pub(super) async fn behind_gate(
    request: &HttpRequest,
    body: Payload,
) -> Result<Payload, actix_web::Error> {
    let gate = Gate {
        source: body.into_inner(),
        meter: Meter::default(),
        has_said: false,
    };
    let mut gated: Source = Source::Stream {
        payload: Box::pin(gate),
    };
    Payload::from_request(request, &mut gated).await
}

/// Whether it was the gate that ended the stream.
pub(super) fn is_too_large(error: &ProtocolError) -> bool {
    let ProtocolError::Io(cause) = error else {
        return false;
    };
    let inner = cause.get_ref().and_then(|inner| inner.downcast_ref());
    matches!(inner, Some(PayloadError::Overflow))
}

struct Gate {
    source: Source,
    meter: Meter,
    has_said: bool,
}

impl Stream for Gate {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.meter.is_closed {
            let came = Pin::new(&mut self.source).poll_next(cx);
            let Poll::Ready(Some(Ok(bytes))) = came else {
                return came;
            };
            let fits = self.meter.let_in(&bytes);
            if fits > 0 || bytes.is_empty() {
                return Poll::Ready(Some(Ok(bytes.slice(..fits))));
            }
        }
        if self.has_said {
            return Poll::Ready(None);
        }
        self.has_said = true;
        Poll::Ready(Some(Err(PayloadError::Overflow)))
    }
}

/// Follows the frames in a stream of bytes.
#[derive(Debug, Default)]
struct Meter {
    header: [u8; MOST_HEADER],
    /// So much of the next header has come.
    known: usize,
    /// So much of the present frame is still to come.
    to_come: usize,
    /// So much has the present message taken.
    message: usize,
    is_closed: bool,
}

impl Meter {
    /// How many of these bytes come in: all, unless a frame begins in them that makes its message too
    /// large; then what comes before it, and nothing any more.
    fn let_in(&mut self, came: &[u8]) -> usize {
        let mut bytes = came;
        let mut whole = 0;
        while let Some((&first, rest)) = bytes.split_first() {
            if self.to_come > 0 {
                let here = self.to_come.min(bytes.len());
                bytes = bytes.get(here..).unwrap_or_default();
                self.to_come = self.to_come.saturating_sub(here);
                continue;
            }
            if self.known == 0 {
                whole = came.len().saturating_sub(bytes.len());
            }
            bytes = rest;
            if let Some(place) = self.header.get_mut(self.known) {
                *place = first;
                self.known = self.known.saturating_add(1);
            }
            let Some((header, payload)) = self.frame() else {
                continue;
            };
            let opcode = self.header.first().copied().unwrap_or_default() & 0x0F;
            let size = payload.saturating_add(header);
            // Control frames may come between the parts of a message; a part goes on with opcode 0.
            let taken = match opcode {
                8.. => size,
                0 => {
                    self.message = self.message.saturating_add(size);
                    self.message
                }
                _ => {
                    self.message = size;
                    size
                }
            };
            if taken > MOST {
                self.is_closed = true;
                return whole;
            }
            self.to_come = payload;
            self.known = 0;
        }
        came.len()
    }

    /// The sizes of a frame's header and of what it carries, once all of the header is known.
    fn frame(&self) -> Option<(usize, usize)> {
        let known = self.header.get(..self.known)?;
        let second = *known.get(1)?;
        let long = match second & 0x7F {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let mask = if second & 0x80 == 0 { 0 } else { 4 };
        let size = 2_usize.saturating_add(long).saturating_add(mask);
        if known.len() < size {
            return None;
        }
        let carried = if long == 0 {
            usize::from(second & 0x7F)
        } else {
            let length = known.iter().skip(2).take(long);
            let length = length.fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            usize::try_from(length).unwrap_or(usize::MAX)
        };
        Some((size, carried))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A masked frame as a client sends it.
    fn frame(first: u8, payload: usize) -> Vec<u8> {
        let mut frame = vec![first];
        match payload {
            0..126 => frame.push(0x80 | u8::try_from(payload).unwrap()),
            126..65_536 => {
                frame.push(0xFE);
                frame.extend(u16::try_from(payload).unwrap().to_be_bytes());
            }
            _ => {
                frame.push(0xFF);
                frame.extend(u64::try_from(payload).unwrap().to_be_bytes());
            }
        }
        frame.extend([1, 2, 3, 4]);
        frame.resize(frame.len() + payload, 0x81);
        frame
    }

    /// Whether all of it is let in, however it is cut.
    fn is_let_in(bytes: &[u8]) -> bool {
        let cut = |size| {
            let mut meter = Meter::default();
            bytes
                .chunks(size)
                .all(|part| meter.let_in(part) == part.len())
        };
        let whole = cut(bytes.len());
        for size in [1, 2, 3, 7, 1_000] {
            assert_eq!(cut(size), whole);
        }
        whole
    }

    #[test]
    fn what_we_take_is_let_in_and_a_byte_more_is_not() {
        let most = MOST_FRAME_BYTES;
        let several: Vec<u8> = [0, 1, 125, 126, 4_000, most]
            .into_iter()
            .flat_map(|size| frame(0x81, size))
            .collect();

        assert!(is_let_in(&several));
        assert!(!is_let_in(&frame(0x81, most + 1)));
    }

    #[test]
    fn a_claim_alone_is_enough_to_be_refused() {
        let mut meter = Meter::default();
        let claims = [0x81, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];

        assert_eq!(
            meter.let_in(&[&frame(0x81, 10)[..], &claims].concat()),
            16,
            "what comes before is kept"
        );
    }

    #[test]
    fn parts_count_together_and_so_do_empty_ones() {
        let parts = |sizes: &[usize]| -> Vec<u8> {
            let rest = sizes.iter().skip(1).flat_map(|size| frame(0x00, *size));
            frame(0x01, sizes[0]).into_iter().chain(rest).collect()
        };

        assert!(is_let_in(&parts(&[20_000, 20_000, 20_000])));
        assert!(!is_let_in(&parts(&[30_000, 30_000, 30_000])));
        assert!(!is_let_in(&parts(&vec![0; 12_000])));
        // A new message begins anew, and a ping between the parts of one is none of them.
        let ping = frame(0x89, 125);
        let two = [
            parts(&[40_000]),
            ping,
            frame(0x80, 20_000),
            frame(0x81, 60_000),
        ]
        .concat();
        assert!(is_let_in(&two));
    }
}
