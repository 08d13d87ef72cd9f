//! A table as RFC 4180 writes it, safe to be opened by a spreadsheet.

use crate::care::evaluation::{Evaluation, Figure, definitions};

/// What each line holds. `line` says what it is: about the table, a figure, a definition.
const COLUMNS: [&str; 14] = [
    "line",
    "measure",
    "unit",
    "split",
    "code",
    "suppressed",
    "count",
    "of",
    "low",
    "high",
    "median_s",
    "p90_s",
    "worst_s",
    "text",
];

/// What a spreadsheet takes for a formula if a cell begins with it.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes the whole table.
pub(super) fn table(evaluation: &Evaluation) -> String {
    let mut lines = vec![COLUMNS.map(str::to_owned)];
    let pod = evaluation.pod.map_or_else(
        || "all pods of the reader".to_owned(),
        |pod| format!("pod {pod}"),
    );
    for text in [
        format!("definitions {}", definitions::VERSION),
        format!("from {}", evaluation.from),
        format!("to {}", evaluation.to),
        pod,
        format!("made at {}", evaluation.made_at),
    ] {
        lines.push(said("about", "", &text));
    }
    lines.extend(evaluation.figures.iter().map(figure));
    lines.push(said("definition", "", definitions::GENERAL));
    for measure in definitions::ALL {
        lines.push(said("definition", measure.as_str(), measure.means()));
    }
    lines.iter().map(|cells| line(cells)).collect()
}

fn said(kind: &str, measure: &str, text: &str) -> [String; 14] {
    let mut cells: [String; 14] = Default::default();
    let [line, name, .., last] = &mut cells;
    kind.clone_into(line);
    measure.clone_into(name);
    text.clone_into(last);
    cells
}

fn figure(figure: &Figure) -> [String; 14] {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let share = |share: Option<f64>| share.map(|share| format!("{share:.3}")).unwrap_or_default();
    let interval = figure.of.map(|(_, interval)| interval);
    let seconds = figure.spread;
    let suppressed = if figure.count.is_none() { "yes" } else { "no" };
    [
        "figure".to_owned(),
        figure.measure.as_str().to_owned(),
        figure.unit.as_str().to_owned(),
        figure
            .part
            .map_or("", |(split, _)| split.as_str())
            .to_owned(),
        figure.part.map_or("", |(_, code)| code).to_owned(),
        suppressed.to_owned(),
        number(figure.count.map(u64::from)),
        number(figure.of.map(|(of, _)| u64::from(of))),
        share(interval.map(|interval| interval.low)),
        share(interval.map(|interval| interval.high)),
        number(seconds.map(|seconds| seconds.median_s)),
        number(seconds.map(|seconds| seconds.p90_s)),
        number(seconds.map(|seconds| seconds.worst_s)),
        String::new(),
    ]
}

fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// One cell. What begins as a formula is led by an apostrophe, by which a spreadsheet knows a text.
fn cell(text: &str) -> String {
    let lead = if text.starts_with(FORMULA) { "'" } else { "" };
    if lead.is_empty() && !text.contains([',', '"', '\r', '\n']) {
        text.to_owned()
    } else {
        format!("\"{lead}{}\"", text.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_where_it_must_be_and_is_never_a_formula() {
        for (text, written) in [
            ("", ""),
            ("closure", "closure"),
            ("0.291", "0.291"),
            ("a, b", "\"a, b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=1+1", "\"'=1+1\""),
            ("+44", "\"'+44\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }
}
