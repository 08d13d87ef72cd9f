//! Figures: percentiles, medians over rounds, and how they are printed.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

/// Prints a line. Standard output is what a benchmark is for.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody reads any more: then there is nobody to tell either.
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}

/// A count as a figure; exact up to 2^53.
pub(crate) fn figure(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}

/// The value below which `per_mille` of a thousand lie, in milliseconds.
pub(crate) fn percentile_ms(sorted: &[Duration], per_mille: usize) -> f64 {
    let at = sorted.len().saturating_mul(per_mille) / 1000;
    let at = at.min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |d| d.as_secs_f64() * 1e3)
}

/// One figure over all rounds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rounds(Vec<f64>);

impl Rounds {
    pub(crate) fn add(&mut self, figure: f64) {
        self.0.push(figure);
    }

    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = sorted.get(middle).copied().unwrap_or(f64::NAN);
        if sorted.len() % 2 == 1 {
            return upper;
        }
        let lower = middle.checked_sub(1).and_then(|at| sorted.get(at));
        lower.map_or(upper, |lower| f64::midpoint(*lower, upper))
    }

    fn least(&self) -> f64 {
        self.0.iter().copied().fold(f64::NAN, f64::min)
    }

    fn most(&self) -> f64 {
        self.0.iter().copied().fold(f64::NAN, f64::max)
    }

    /// The median, and the least and the most where there are several.
    pub(crate) fn spread(&self, digits: usize) -> String {
        let median = self.median();
        if self.0.len() < 2 {
            return format!("{median:.digits$}");
        }
        let (least, most) = (self.least(), self.most());
        format!("{median:.digits$} ({least:.digits$}..{most:.digits$})")
    }

    /// This, divided by another one round by round.
    pub(crate) fn over(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a / b).collect())
    }
}

/// A table that can be pasted into a page.
#[derive(Debug)]
pub(crate) struct Table(Vec<Vec<String>>);

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        Self(vec![header.iter().map(|cell| (*cell).to_owned()).collect()])
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.push(cells.into_iter().collect());
    }

    pub(crate) fn print(&self) {
        let columns = self.0.iter().map(Vec::len).max().unwrap_or(0);
        let width = |at: usize| {
            let cells = self.0.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.0.iter().enumerate() {
            let mut line = String::from("|");
            for (cell, width) in row.iter().zip(&widths) {
                let _fits = write!(line, " {cell:<width$} |");
            }
            say(&line);
            if number == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
                say(&format!("|{}|", rules.join("|")));
            }
        }
    }
}

/// A goal: what must be reached and what would be good.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    /// The figure must be this or more.
    AtLeast(f64, f64),
    /// The figure must be this or less.
    AtMost(f64, f64),
}

/// Prints a figure beside its goal, and says which of the two it reaches.
pub(crate) fn beside_goal(what: &str, reached: &Rounds, goal: Goal) {
    let median = reached.median();
    let (sign, must, good, met) = match goal {
        Goal::AtLeast(must, good) => (">=", must, good, (median >= must, median >= good)),
        Goal::AtMost(must, good) => ("<=", must, good, (median <= must, median <= good)),
    };
    let verdict = match met {
        (_, true) => "good",
        (true, false) => "reached",
        (false, false) => "MISSED",
    };
    let spread = reached.spread(3);
    say(&format!(
        "  {what}: {spread}   goal {sign} {must}, good {sign} {good}: {verdict}"
    ));
}
