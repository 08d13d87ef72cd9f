//! Who is in the demo: `cast.toml`, read.

use serde::Deserialize;

use daybook::care::accounts::{Kind, Role};
use daybook::care::agencies::Agency;

const CAST: &str = include_str!("cast.toml");

/// Everybody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cast {
    pub(super) authority: String,
    pub(super) pod: String,
    pub(super) area: String,
    /// Who covers for the first supervising social worker, in order.
    pub(super) deputies: Vec<String>,
    pub(super) staff: Vec<Worker>,
    pub(super) family: Vec<FamilyOf>,
    pub(super) help_line: Vec<Line>,
    pub(super) agency_line: Vec<AgencyLine>,
}

/// Somebody of the staff, or a mentor. The first is the manager who brings in the others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Worker {
    /// As the story calls them.
    pub(super) name: String,
    pub(super) full_name: String,
    pub(super) role: Role,
    pub(super) email: String,
}

/// A family.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FamilyOf {
    pub(super) reference: String,
    pub(super) member: Vec<Member>,
}

/// Somebody of a family, with the mentor they are matched with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) kind: Kind,
    #[serde(default = "english")]
    pub(super) language: String,
    pub(super) mentor: String,
}

/// A help line of the place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) number: String,
    pub(super) hours: String,
}

/// A number of an agency, and what to say there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgencyLine {
    pub(super) agency: Agency,
    pub(super) name: String,
    pub(super) number: String,
    pub(super) hours: String,
    pub(super) script: String,
}

fn english() -> String {
    "en".to_owned()
}

impl Cast {
    /// Every family member.
    pub(super) fn members(&self) -> impl Iterator<Item = &Member> {
        self.family.iter().flat_map(|family| &family.member)
    }

    /// The names of those of a role, in order.
    pub(super) fn with_role(&self, role: Role) -> impl Iterator<Item = &Worker> {
        self.staff.iter().filter(move |worker| worker.role == role)
    }
}

/// Reads the cast.
pub(super) fn read() -> anyhow::Result<Cast> {
    Ok(toml::from_str(CAST)?)
}
