//! What families read, language by language: the sentences of `languages/`, which the phone app is made
//! of too.

/// The files. The first is for whoever reads none of them.
pub const FILES: [(&str, &str); 8] = [
    ("en", include_str!("../../languages/en.ftl")),
    ("ar", include_str!("../../languages/ar.ftl")),
    ("cy", include_str!("../../languages/cy.ftl")),
    ("pl", include_str!("../../languages/pl.ftl")),
    ("pt", include_str!("../../languages/pt.ftl")),
    ("ro", include_str!("../../languages/ro.ftl")),
    ("uk", include_str!("../../languages/uk.ftl")),
    ("ur", include_str!("../../languages/ur.ftl")),
];

/// The language itself, without the place it is spoken in: `pl` of `pl-PL`.
#[must_use]
pub fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

/// A sentence of one line in a language; none if there is no such language, or it lacks the sentence.
#[must_use]
pub fn sentence(language: &str, id: &str) -> Option<&'static str> {
    let (_, file) = FILES.iter().find(|(name, _)| *name == language)?;
    file.lines()
        .find_map(|line| line.strip_prefix(id)?.strip_prefix(" = "))
}
