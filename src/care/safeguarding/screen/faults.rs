//! A fault of screening made on purpose, for tests of what then becomes of a text.
//!
//! Where nothing was asked for it costs one look at a number.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many of the next screenings are to panic.
#[derive(Debug, Default)]
pub(super) struct Faults(AtomicUsize);

impl Faults {
    pub(super) fn fail_next(&self, times: usize) {
        self.0.store(times, Ordering::SeqCst);
    }

    /// Panics, if that was asked for.
    #[expect(clippy::panic, reason = "it stands for a mistake in the engine")]
    pub(super) fn trip(&self) {
        if self.0.load(Ordering::Relaxed) == 0 {
            return;
        }
        let left = |times: usize| times.checked_sub(1);
        if self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
            .is_ok()
        {
            panic!("screening was told to fail");
        }
    }
}
