//! Who must have a second factor: every role of staff where people come in from outside, unless the
//! setting names others. A service without a public address is somebody trying it on their own machine.
//!
//! Families unlock an enrolled device with a PIN, so there is none that they could have.

use super::BadConfig;
use crate::care::accounts::Role;

/// Whoever reads what families write, and decides about it, shows more than a password.
pub const STAFF: [Role; 3] = [
    Role::FamilyPractitioner,
    Role::SupervisingSocialWorker,
    Role::ServiceManager,
];

/// What the setting may say: roles, or that nobody must.
pub(super) const MAY_SAY: [&str; 5] = [
    NOBODY,
    Role::PeerMentor.as_str(),
    Role::FamilyPractitioner.as_str(),
    Role::SupervisingSocialWorker.as_str(),
    Role::ServiceManager.as_str(),
];

/// Nobody must have one.
pub const NOBODY: &str = "none";

/// The roles a setting names.
///
/// # Errors
/// If one of them is none that could have one, or somebody is named beside nobody.
pub(super) fn roles(said: Option<&[String]>, is_public: bool) -> Result<Vec<Role>, BadConfig> {
    let wrong = |why| BadConfig::Value {
        name: "require_second_factor",
        why,
    };
    let Some(said) = said else {
        return Ok(if is_public {
            STAFF.to_vec()
        } else {
            Vec::new()
        });
    };
    if said.iter().any(|name| name == NOBODY) {
        return if said.len() == 1 {
            Ok(Vec::new())
        } else {
            Err(wrong("none must stand alone"))
        };
    }
    let roles = said.iter().map(|name| match name.parse() {
        Ok(Role::FamilyMember) => Err(wrong(
            "must not name family_member: families have no second factor",
        )),
        Ok(role) => Ok(role),
        Err(_unknown) => Err(wrong("names something that is no role of staff or mentor")),
    });
    roles.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str]) -> Result<Vec<Role>, BadConfig> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        roles(Some(&names), true)
    }

    #[test]
    fn whoever_says_nothing_wants_it_of_the_staff_who_come_in_from_outside() {
        assert_eq!(roles(None, true).unwrap(), STAFF);
        assert_eq!(roles(None, false).unwrap(), []);
        assert!(
            STAFF
                .iter()
                .all(|role| !matches!(role, Role::FamilyMember | Role::PeerMentor))
        );
    }

    #[test]
    fn the_roles_that_are_named_take_the_place_of_the_staff() {
        let mentors = [Role::PeerMentor, Role::ServiceManager];

        assert_eq!(named(&["peer_mentor", "service_manager"]).unwrap(), mentors);
        assert_eq!(named(&["none"]).unwrap(), []);
        assert_eq!(named(&[]).unwrap(), []);
    }

    #[test]
    fn families_and_what_is_no_role_are_refused() {
        for names in [
            &["family_member"][..],
            &["manager"],
            &["none", "peer_mentor"],
        ] {
            assert!(named(names).is_err(), "{names:?}");
        }
    }
}
