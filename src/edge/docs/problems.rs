//! `api-spec/problems.md`, read and shown as pages.

use crate::edge::problem::Kind;

const TABLE: &str = include_str!("../../../api-spec/problems.md");

/// One line of the table.
#[derive(Debug, PartialEq, Eq)]
struct Line {
    slug: &'static str,
    status: &'static str,
    title: &'static str,
    meaning: &'static str,
}

/// The lines of the table, in order.
fn lines() -> impl Iterator<Item = Line> {
    TABLE.lines().filter_map(|line| {
        let cells = line.strip_prefix("| `")?.strip_suffix(" |")?;
        let (slug, rest) = cells.split_once("` | ")?;
        let (status, rest) = rest.split_once(" | ")?;
        let (title, meaning) = rest.split_once(" | ")?;
        Some(Line {
            slug,
            status,
            title,
            meaning,
        })
    })
}

/// The page of one kind.
pub(super) fn one_page(kind: Kind) -> String {
    let meaning = lines()
        .find(|line| line.slug == kind.slug())
        .map_or("", |line| line.meaning);
    page(
        kind.title(),
        &format!(
            "<h1>{}</h1>\n<p><code>/problems/{}</code> <span class=\"status bad\">{}</span></p>\n\
             <p>{}</p>\n<p class=\"links\"><a href=\"/problems\">every problem</a> \
             <a href=\"/api-spec\">every call</a></p>",
            shown(kind.title()),
            kind.slug(),
            kind.status(),
            shown(meaning),
        ),
    )
}

/// The page of all kinds.
pub(super) fn whole_page() -> String {
    let entries: Vec<String> = lines().map(|line| entry(&line)).collect();
    let body = format!(
        "<h1>Every problem</h1>\n<dl>\n{}\n</dl>\n\
         <p class=\"links\"><a href=\"/api-spec\">every call</a></p>",
        entries.join("\n")
    );
    page("Every problem", &body)
}

fn entry(line: &Line) -> String {
    let Line {
        slug,
        status,
        title,
        meaning,
    } = line;
    format!(
        "<dt><span class=\"status bad\">{status}</span> \
         <a href=\"/problems/{slug}\"><code>{slug}</code></a></dt>\n<dd>{}. {}</dd>",
        shown(title),
        shown(meaning),
    )
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>Daybook: {}</title>\n\
         <link rel=\"stylesheet\" href=\"/api-spec/page.css\">\n</head>\n<body>\n<main>\n{body}\n\
         </main>\n</body>\n</html>\n",
        shown(title),
    )
}

/// Text as HTML, with `code` in backquotes.
fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_code = false;
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '`' => {
                out.push_str(if in_code { "</code>" } else { "<code>" });
                in_code = !in_code;
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_problem_has_its_line_and_no_line_is_left_over() {
        let written: Vec<(&str, String, &str)> = lines()
            .map(|line| (line.slug, line.status.to_owned(), line.title))
            .collect();
        let known: Vec<(&str, String, &str)> = Kind::ALL
            .iter()
            .map(|kind| (kind.slug(), kind.status().to_string(), kind.title()))
            .collect();

        assert_eq!(written, known);
        assert!(lines().all(|line| line.meaning.len() > 20));
    }

    #[test]
    fn a_page_shows_code_as_code_and_lets_no_markup_through() {
        assert_eq!(
            shown("send `id` & <b>"),
            "send <code>id</code> &amp; &lt;b>"
        );
        assert!(one_page(Kind::Busy).contains("<code>Retry-After</code>"));
    }
}
