//! Time: moments at rest, the clock that gives them, civil time in a zone.
//!
//! A moment is microseconds since 1970 in UTC. A unit of work has one `now`. The clock never goes
//! back: it is the later of the wall and what it said last plus the time that has truly passed.
//! Nobody else in the crate may ask the operating system what time it is.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, LocalResult, NaiveDateTime, SecondsFormat, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A jump of the wall clock, or an offset to the database's, beyond this is an alarm.
const SUSPICIOUS_JUMP: Duration = Duration::from_secs(5);

/// A point in time: microseconds since 1970-01-01 00:00 UTC.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[diesel(sql_type = BigInt)]
#[schema(value_type = String, format = DateTime, example = "2026-11-22T09:30:00.000000Z")]
pub struct Moment(i64);

impl Moment {
    /// The beginning: 1970-01-01.
    pub const ZERO: Self = Self(0);

    /// From microseconds since 1970 in UTC.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970 in UTC.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This moment plus a span; stops at the end of time rather than wrapping.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// This moment minus a span.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)),
        )
    }

    /// The time from `earlier` to here; zero if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// As chrono's UTC time, for civil-time arithmetic.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        Utc.timestamp_micros(self.0)
            .single()
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// From chrono's time in any zone, cut to microseconds.
    #[must_use]
    pub fn from_datetime<Z: TimeZone>(time: &DateTime<Z>) -> Self {
        Self(time.timestamp_micros())
    }

    /// What the clocks on the wall show in `zone` at this moment.
    #[must_use]
    pub fn on_the_wall(self, zone: Tz) -> NaiveDateTime {
        self.utc().with_timezone(&zone).naive_local()
    }

    /// The moment at which the clocks on the wall of `zone` show `time`. The one place where gap
    /// and fold are decided: a time that is skipped is the next minute that exists, a time that
    /// comes twice is the first of the two.
    #[must_use]
    pub fn at_wall(time: NaiveDateTime, zone: Tz) -> Self {
        let mut tried = time;
        // No zone of the database ever skipped more than a day.
        for _ in 0..=24 * 60 {
            match zone.from_local_datetime(&tried) {
                LocalResult::Single(found) | LocalResult::Ambiguous(found, _) => {
                    return Self::from_datetime(&found);
                }
                LocalResult::None => {
                    let Some(next) = tried.checked_add_signed(TimeDelta::minutes(1)) else {
                        break;
                    };
                    tried = next;
                }
            }
        }
        Self::from_datetime(&time.and_utc())
    }

    /// Parses RFC 3339; `None` if it is not that.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .map(|time| Self::from_datetime(&time))
    }
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_rfc3339(&text)
            .ok_or_else(|| serde::de::Error::custom("not a time as RFC 3339 writes it"))
    }
}

impl<DB: diesel::backend::Backend> ToSql<BigInt, DB> for Moment
where
    i64: ToSql<BigInt, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        <i64 as ToSql<BigInt, DB>>::to_sql(&self.0, out)
    }
}

impl<DB: diesel::backend::Backend> FromSql<BigInt, DB> for Moment
where
    i64: FromSql<BigInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        <i64 as FromSql<BigInt, DB>>::from_sql(value).map(Self)
    }
}

/// Gives the time. Cloned cheaply; all clones agree.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    System(System),
    Manual(AtomicI64),
}

/// The machine's clock, kept from going back.
#[derive(Debug)]
struct System {
    /// The latest moment given, and when that was by the clock that only goes forward.
    last: Mutex<(Moment, Instant)>,
    /// How far the database's clock is ahead of the machine's.
    offset_micros: AtomicI64,
    /// Whether a database shared with other nodes has the say over the time.
    follows: AtomicBool,
    jumped: AtomicBool,
    /// How far the machine's clock is wrong: for tests.
    skew_micros: AtomicI64,
}

impl System {
    fn wall(&self) -> Moment {
        let offset = self.offset_micros.load(Ordering::Relaxed);
        let skew = self.skew_micros.load(Ordering::Relaxed);
        Moment(wall().0.saturating_add(offset).saturating_add(skew))
    }

    fn last(&self) -> MutexGuard<'_, (Moment, Instant)> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Moment {
        let mut last = self.last();
        let passed = last.0.plus(last.1.elapsed());
        let wall = self.wall();
        let is_far = passed.since(wall).max(wall.since(passed)) > SUSPICIOUS_JUMP;
        if is_far && !self.jumped.swap(true, Ordering::Relaxed) {
            tracing::error!(
                "the wall clock is not where it was: see that it is right and restart; if it \
                 was ahead before, stop every node and run `daybook clock put-right`"
            );
        }
        // A machine that slept is right to jump forward. Where other nodes share the database, it
        // has the say, and until it is asked time only passes: a step taken an hour early cannot be
        // taken back.
        let now = if is_far && self.follows.load(Ordering::Relaxed) {
            passed
        } else {
            passed.max(wall)
        };
        *last = (now, Instant::now());
        now
    }

    /// The database says what time it is when the machine's clock says `wall`.
    fn follow(&self, theirs: Moment, wall: Moment) {
        let change = theirs.0.saturating_sub(wall.0);
        // What a busy machine and the way there and back can make of a right clock.
        if change.unsigned_abs() > 50_000 {
            let known = self.offset_micros.load(Ordering::Relaxed);
            let offset = known.saturating_add(change);
            self.offset_micros.store(offset, Ordering::Relaxed);
            if Duration::from_micros(offset.unsigned_abs()) > SUSPICIOUS_JUMP {
                tracing::error!(
                    clock.offset_us = offset,
                    "this node's clock is not the database's"
                );
                self.jumped.store(true, Ordering::Relaxed);
            }
        }
    }
}

impl Clock {
    /// The machine's clock, kept from going back.
    #[must_use]
    pub fn system() -> Self {
        Self::skewed(0)
    }

    /// The clock of a machine that is so many microseconds ahead, for tests.
    #[must_use]
    pub fn skewed(skew_micros: i64) -> Self {
        Self(Arc::new(Kind::System(System {
            last: Mutex::new((Moment(wall().0.saturating_add(skew_micros)), Instant::now())),
            offset_micros: AtomicI64::new(0),
            follows: AtomicBool::new(false),
            jumped: AtomicBool::new(false),
            skew_micros: AtomicI64::new(skew_micros),
        })))
    }

    /// Sets by how many microseconds the machine is ahead, for tests: as when somebody puts its clock back.
    pub fn skew(&self, micros: i64) {
        if let Kind::System(system) = &*self.0 {
            system.skew_micros.store(micros, Ordering::Relaxed);
        }
    }

    /// A clock that stands still until it is advanced, for tests.
    #[must_use]
    pub fn manual(start: Moment) -> Self {
        Self(Arc::new(Kind::Manual(AtomicI64::new(start.micros()))))
    }

    /// What time it is. Never earlier than any time this clock has given before.
    #[must_use]
    pub fn now(&self) -> Moment {
        match &*self.0 {
            Kind::Manual(micros) => Moment(micros.load(Ordering::SeqCst)),
            Kind::System(system) => system.now(),
        }
    }

    /// What the machine's own clock shows, put right by the database's. It may go back; it is what
    /// somebody else's clock is compared with.
    #[must_use]
    pub fn wall(&self) -> Moment {
        match &*self.0 {
            Kind::Manual(micros) => Moment(micros.load(Ordering::SeqCst)),
            Kind::System(system) => system.wall(),
        }
    }

    /// From now on the database has the say over the time, which it says is `theirs`. Called before
    /// this clock has given any.
    pub fn start_from(&self, theirs: Moment) {
        if let Kind::System(system) = &*self.0 {
            system.follow(theirs, system.wall());
            system.follows.store(true, Ordering::Relaxed);
            *system.last() = (theirs, Instant::now());
        }
    }

    /// Tells the clock the latest moment known to be stored: it will give nothing earlier.
    pub fn not_before(&self, stored: Moment) {
        if let Kind::System(system) = &*self.0 {
            let mut last = system.last();
            if stored > last.0 {
                *last = (stored, Instant::now());
            }
        }
    }

    /// The database said `theirs` when [`Clock::wall`] said `wall`: from now on they agree.
    pub fn agree(&self, theirs: Moment, wall: Moment) {
        if let Kind::System(system) = &*self.0 {
            system.follow(theirs, wall);
            self.not_before(theirs);
        }
    }

    /// Whether the clock has jumped back or stands far from the database's: readiness is red then.
    #[must_use]
    pub fn is_suspicious(&self) -> bool {
        matches!(&*self.0, Kind::System(system) if system.jumped.load(Ordering::Relaxed))
    }

    /// Moves a manual clock forward; a system clock ignores it.
    pub fn advance(&self, span: Duration) {
        if let Kind::Manual(micros) = &*self.0 {
            micros.fetch_add(
                i64::try_from(span.as_micros()).unwrap_or(0),
                Ordering::SeqCst,
            );
        }
    }

    /// Whether this is a manual clock: workers then wait for a bell, not for time.
    #[must_use]
    pub fn is_manual(&self) -> bool {
        matches!(&*self.0, Kind::Manual(_))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the wall clock"
)]
fn wall() -> Moment {
    Moment::from_datetime(&Utc::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_rfc_3339_and_read_back() {
        let moment = Moment::from_micros(1_763_000_000_123_456);

        assert_eq!(moment.to_string(), "2025-11-13T02:13:20.123456Z");
        assert_eq!(Moment::parse_rfc3339(&moment.to_string()), Some(moment));
    }

    #[test]
    fn a_skipped_time_is_the_next_that_exists_and_a_doubled_one_the_first() {
        for (wall, utc) in [
            ("2026-03-29T01:30:00", "2026-03-29T01:00:00Z"),
            ("2026-10-25T01:30:00", "2026-10-25T00:30:00Z"),
            ("2027-03-28T01:00:00", "2027-03-28T01:00:00Z"),
            ("2027-10-31T02:00:00", "2027-10-31T02:00:00Z"),
        ] {
            let moment = Moment::at_wall(wall.parse().unwrap(), chrono_tz::Europe::London);

            assert_eq!(Some(moment), Moment::parse_rfc3339(utc), "{wall}");
        }
    }

    #[test]
    fn the_clock_never_gives_less_than_what_is_stored() {
        let clock = Clock::system();
        let ahead = clock.now().plus(Duration::from_hours(1));

        clock.not_before(ahead);

        assert!(clock.now() >= ahead);
        assert!(clock.is_suspicious());
    }

    const HOUR: i64 = 3_600_000_000;

    fn is_about(one: Moment, other: Moment) -> bool {
        one.since(other).max(other.since(one)) < Duration::from_secs(1)
    }

    #[test]
    fn a_node_whose_machine_is_an_hour_ahead_or_behind_has_the_databases_time() {
        for skew in [HOUR, -HOUR] {
            let theirs = Clock::system().now();
            let clock = Clock::skewed(skew);

            clock.start_from(theirs);

            assert!(is_about(clock.now(), theirs), "{} {theirs}", clock.now());
            assert!(clock.is_suspicious());
            for _ in 0..3 {
                clock.agree(Clock::system().now(), clock.wall());
                assert!(is_about(clock.now(), theirs), "it does not run away");
            }
        }
    }

    #[test]
    fn a_machine_that_jumps_is_not_believed_until_the_database_says_so() {
        let theirs = Clock::system().now();
        let clock = Clock::skewed(0);
        clock.start_from(theirs);
        clock.skew(HOUR);

        assert!(is_about(clock.now(), theirs));
        assert!(clock.is_suspicious());
        // The machine had slept: an hour has passed for everybody.
        clock.agree(theirs.plus(Duration::from_hours(1)), clock.wall());
        assert!(is_about(clock.now(), theirs.plus(Duration::from_hours(1))));
    }
}
