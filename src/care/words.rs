//! The words in which a worry is graded: severity, category, and who wrote the text.
//!
//! They are the field's own (glossary in the README) and appear unchanged on the wire, in the
//! database and in the lexicon. Nothing here decides anything.

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use crate::db::columns::text_column;

/// How soon a person must see a worry. Ordered: a later variant is more serious.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Seen on the next working day; a pattern to follow.
    Watch,
    /// A supervising social worker must see it the same day.
    Urgent,
    /// Someone may be seriously harmed now or today.
    Immediate,
}

/// What a worry is about. The most serious or most specific one wins where several fit.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Thoughts, plans or attempts of taking one's own life.
    Suicide,
    /// Hurting oneself, disordered eating included.
    SelfHarm,
    /// Being hit or otherwise hurt in body.
    PhysicalAbuse,
    /// Sexual harm or pressure, grooming included.
    SexualAbuse,
    /// Threats, humiliation, rejection.
    EmotionalAbuse,
    /// Food, warmth, care or supervision missing.
    Neglect,
    /// Violence or control between partners or in the home.
    DomesticAbuse,
    /// County lines, trafficking, labour or sexual exploitation.
    Exploitation,
    /// Drugs or alcohol.
    Substance,
    /// Gone from home or care, or about to go.
    Missing,
    /// Weapons, gangs, serious violence.
    WeaponViolence,
    /// Harm that comes by phone or internet.
    OnlineHarm,
    /// Drawn towards violent extremism.
    Radicalisation,
    /// Genital mutilation, forced marriage, so-called honour.
    FgmForcedMarriage,
    /// Overwhelmed, cannot go on, without a named harm.
    AcuteDistress,
    /// A mentor stepping over a limit: secrecy, money, private numbers, meetings.
    MentorBoundary,
}

/// Who wrote the text. It matters: a mentor asking for secrecy is a boundary, a child is not.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
    utoipa::ToSchema,
)]
#[diesel(sql_type = Text)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A child or young person old enough for an account.
    YoungPerson,
    /// A parent.
    Parent,
    /// Somebody else who looks after a child.
    Carer,
    /// The trained helper with lived experience.
    PeerMentor,
}

text_column!(Severity {
    Watch = "watch",
    Urgent = "urgent",
    Immediate = "immediate",
});

text_column!(Category {
    Suicide = "suicide",
    SelfHarm = "self_harm",
    PhysicalAbuse = "physical_abuse",
    SexualAbuse = "sexual_abuse",
    EmotionalAbuse = "emotional_abuse",
    Neglect = "neglect",
    DomesticAbuse = "domestic_abuse",
    Exploitation = "exploitation",
    Substance = "substance",
    Missing = "missing",
    WeaponViolence = "weapon_violence",
    OnlineHarm = "online_harm",
    Radicalisation = "radicalisation",
    FgmForcedMarriage = "fgm_forced_marriage",
    AcuteDistress = "acute_distress",
    MentorBoundary = "mentor_boundary",
});

text_column!(Author {
    YoungPerson = "young_person",
    Parent = "parent",
    Carer = "carer",
    PeerMentor = "peer_mentor",
});
