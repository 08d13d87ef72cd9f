//! How far a proportion may lie from what was counted: Wilson's score interval, 95 %.
//!
//! E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
//! American Statistical Association 22 (1927): it stays within 0 and 1 and says something true of few and
//! of none, where the usual one does not.

/// A standard normal value lies within so many deviations in 95 of 100 cases.
const Z: f64 = 1.959_963_984_540_054;

/// Between what and what a proportion lies, as parts of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Not below this.
    pub low: f64,
    /// Not above this.
    pub high: f64,
}

/// The interval of so many of so many; none of none.
#[must_use]
pub fn wilson(count: u32, of: u32) -> Option<Interval> {
    if of == 0 || count > of {
        return None;
    }
    let (count, n) = (f64::from(count), f64::from(of));
    let share = count / n;
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    // Of none and of all one end is exact, and rounding must not lead past it.
    Some(Interval {
        low: ((middle - half) / whole).max(0.0),
        high: ((middle + half) / whole).min(1.0),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_what_the_literature_says() {
        // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263, 15 of 148,
        // 0 of 20, 1 of 29.
        for (count, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0000, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let interval = wilson(count, of).unwrap();
            assert!((interval.low - low).abs() < 0.000_05, "{count} of {of}");
            assert!((interval.high - high).abs() < 0.000_05, "{count} of {of}");
        }
        assert_eq!((wilson(0, 0), wilson(2, 1)), (None, None));
    }

    proptest! {
        #[test]
        fn it_holds_the_share_within_nought_and_one(
            (of, count) in (1_u32..100_000).prop_flat_map(|of| (Just(of), 0..=of)),
        ) {
            let interval = wilson(count, of).unwrap();

            let share = f64::from(count) / f64::from(of);
            prop_assert!(0.0 <= interval.low && interval.high <= 1.0);
            prop_assert!(interval.low <= share + 1e-12 && share <= interval.high + 1e-12);
            prop_assert!(interval.low < interval.high);
            // What is counted and what is left mirror each other.
            let rest = wilson(of - count, of).unwrap();
            prop_assert!((interval.low - (1.0 - rest.high)).abs() < 1e-9);
            // Of ten times as many of the same share it is narrower.
            let more = wilson(count * 10, of * 10).unwrap();
            prop_assert!(more.high - more.low < interval.high - interval.low);
        }
    }
}
