//! What was said before, read again by other rules: newest first, in portions.
//!
//! What a text has raised stays raised. Reading it again only adds what was not found in it before.

use super::queries::{self, Row, Stretch};
use super::{Text, heed_report, text};
use crate::base::time::Moment;
use crate::care::alerts::{Mark, SourceKind, reading};
use crate::care::safeguarding::actions::heed;
use crate::care::safeguarding::{Reading, Said, Screened};
use crate::db::{Answer, Tx, View};

/// At most so many texts came in at one and the same moment.
const MOST_AT_ONCE: i64 = 50_000;

/// A portion of what was said.
#[derive(Debug, Default)]
pub struct Past {
    /// Its texts, as far as they were wanted and have words.
    pub texts: Vec<Text>,
    /// How many there were, wanted or not.
    pub looked: usize,
    /// Where the next portion ends; none if this was the last.
    pub before: Option<Moment>,
}

/// The newest portion of a stretch: about `most` texts of each kind, and of these the wanted ones.
///
/// # Errors
/// If a question fails.
pub(in crate::care::safeguarding) fn portion(
    view: &mut impl View,
    stretch: Stretch,
    most: i64,
    wants: impl Fn(&Row) -> bool,
) -> Answer<Past> {
    let fetched = queries::within(view.conn(), stretch, most)?;
    let is_full = |rows: &Vec<Row>| i64::try_from(rows.len()).is_ok_and(|count| count >= most);
    // Where a kind was cut off, nothing older than its last text is taken of any kind.
    let edges = fetched.iter().filter(|(_, rows)| is_full(rows));
    let before = edges
        .filter_map(|(_, rows)| rows.last())
        .map(|row| row.received_at)
        .max();
    let mut rows: Vec<(SourceKind, Row)> = Vec::new();
    for (kind, found) in fetched {
        let newer = found
            .into_iter()
            .filter(|row| before.is_none_or(|edge| row.received_at > edge));
        rows.extend(newer.map(|row| (kind, row)));
    }
    if let Some(edge) = before {
        // All of that moment, however many: the next portion ends before it.
        let moment = Stretch {
            from: edge,
            before: Moment::from_micros(edge.micros().saturating_add(1)),
            ..stretch
        };
        for (kind, found) in queries::within(view.conn(), moment, MOST_AT_ONCE)? {
            rows.extend(found.into_iter().map(|row| (kind, row)));
        }
    }
    let looked = rows.len();
    let mut texts = Vec::new();
    for (kind, row) in rows.into_iter().filter(|(_, row)| wants(row)) {
        let text = text(view, kind, row)?;
        if text.words.is_some() {
            texts.push(text);
        }
    }
    Ok(Past {
        texts,
        looked,
        before,
    })
}

/// How many texts there are in a stretch.
///
/// # Errors
/// If a question fails.
pub(in crate::care::safeguarding) fn total(view: &mut impl View, stretch: Stretch) -> Answer<i64> {
    queries::count_within(view.conn(), stretch)
}

/// Whether this text is one of a sample of one in so many, the same each time.
pub(in crate::care::safeguarding) fn is_sampled(row: &Row, one_in: u32) -> bool {
    let [.., a, b, c, d] = *row.id.as_bytes();
    u32::from_be_bytes([a, b, c, d]).is_multiple_of(one_in.max(1))
}

/// Stores what other rules say of a text and raises what was not found in it before; true if there
/// was something.
///
/// # Errors
/// If it cannot be stored.
pub fn settle_past(tx: &mut Tx<'_>, text: &Text, screened: &Screened) -> Answer<bool> {
    if !queries::settle(tx.conn(), text, screened)? {
        return Ok(false);
    }
    let known = reading::marks_of(tx, text.source)?;
    let is_known =
        |mark: &Mark, rule: &str, severity| mark.rule == rule && mark.severity >= severity;
    let is_new = screened.findings.iter().any(|found| {
        let rule: &str = &found.rule;
        !known
            .iter()
            .any(|mark| is_known(mark, rule, found.severity))
    });
    if !is_new && screened.reading != Reading::NotScreened {
        return Ok(false);
    }
    if text.source.kind == SourceKind::Report {
        heed_report(tx, text, screened)?;
    } else {
        // Whether there are rules for its language has not changed.
        let screened = Screened {
            unread: false,
            ..screened.clone()
        };
        let said = Said {
            about: text.about,
            source: text.source,
            screened: &screened,
            at: text.at,
        };
        heed(tx, &said)?;
    }
    Ok(true)
}
