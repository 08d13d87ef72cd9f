//! Where keys lie if nobody says.

use std::path::PathBuf;

use crate::db::Address;

/// Keys never lie in the database's own folder on a server (see the README), but a first start must
/// work with nothing said: beside the SQLite file, or in the user's data folder under a name made
/// from the PostgreSQL address without its password.
pub(super) fn default_keys(database: &Address) -> PathBuf {
    match database {
        Address::Sqlite(path) => {
            let mut name = path.clone().into_os_string();
            name.push(".keys");
            PathBuf::from(name)
        }
        Address::Postgres(_) => {
            let shown = database.shown();
            let name: String = shown
                .split_once("://")
                .map_or(shown.as_str(), |(_, rest)| rest)
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
                .collect();
            data_folder().join("daybook").join(format!("{name}.keys"))
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this file is our way to the environment"
)]
fn data_folder() -> PathBuf {
    std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")))
        .unwrap_or_else(|| PathBuf::from("."))
}

/// Where the service manager puts what it hands over (systemd's `LoadCredential=`).
#[expect(
    clippy::disallowed_methods,
    reason = "this file is our way to the environment"
)]
pub(super) fn credentials_folder() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_becomes_part_of_a_file_name() {
        let keys = default_keys(&Address::Postgres("postgres://me:hunter2@db/x".to_owned()));

        assert!(!keys.to_string_lossy().contains("hunter2"));
        assert!(keys.to_string_lossy().contains("me-db-x"));
    }
}
