//! Settings with several values: in the file as a list, or in one string separated by commas as in a flag
//! or a variable.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

#[derive(Deserialize)]
#[serde(untagged, expecting = "a list of strings, or one string with commas")]
enum Given {
    List(Vec<String>),
    Line(String),
}

/// Reads several values.
///
/// # Errors
/// If it is neither, or one of them is not what it should be.
pub(super) fn list<'de, D, T>(from: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: std::fmt::Display>,
{
    let items = match Given::deserialize(from)? {
        Given::List(items) => items,
        Given::Line(line) => line.split(',').map(str::to_owned).collect(),
    };
    let read = items.iter().map(|item| item.trim().parse());
    read.collect::<Result<_, _>>()
        .map(Some)
        .map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use crate::config::Settings;

    #[test]
    fn several_values_may_stand_in_a_list_or_on_a_line() {
        let roles = ["peer_mentor", "service_manager"].map(str::to_owned);
        for text in [
            "require_second_factor = ['peer_mentor', 'service_manager']",
            "require_second_factor = 'peer_mentor, service_manager'",
        ] {
            let read: Settings = toml::from_str(text).unwrap();

            assert_eq!(read.require_second_factor.as_deref(), Some(&roles[..]));
        }
        let hosts: Settings = toml::from_str("push_host = 'push.example.org'").unwrap();
        assert_eq!(hosts.push_host.map(|hosts| hosts.len()), Some(1));
        assert!(toml::from_str::<Settings>("push_host = 7").is_err());
    }
}
