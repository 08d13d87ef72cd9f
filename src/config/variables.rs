//! Variables that look like settings and are none: a slip of the finger in `DAYBOOK_PUBLIC_URL` would
//! otherwise leave a server open in silence.

use clap::{Args, Command};

use super::Settings;

/// Kubernetes hands these to every container beside a service of the name `daybook`.
const OF_KUBERNETES: [&str; 2] = ["DAYBOOK_SERVICE_", "DAYBOOK_PORT"];

/// The names among these that begin as our variables do and are none of them, in their order.
///
/// They are named and not refused: what else runs on the machine may have set them.
#[must_use]
pub fn unknown_variables(names: impl Iterator<Item = String>) -> Vec<String> {
    let command = Settings::augment_args(Command::new("daybook"));
    let ours: Vec<&str> = command
        .get_arguments()
        .filter_map(|argument| argument.get_env()?.to_str())
        .collect();
    let is_strange = |name: &String| {
        name.starts_with("DAYBOOK_")
            && !ours.contains(&name.as_str())
            && !OF_KUBERNETES.iter().any(|begins| name.starts_with(begins))
    };
    let mut strange: Vec<String> = names.filter(is_strange).collect();
    strange.sort();
    strange
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_no_setting_is_named() {
        let names = [
            "DAYBOOK_PUBLIC_URI",
            "DAYBOOK_LISTEN",
            "HOME",
            "DAYBOOK_PORT_8080_TCP",
            "DAYBOOK_SERVICE_HOST",
        ];

        let found = unknown_variables(names.map(str::to_owned).into_iter());

        assert_eq!(found, ["DAYBOOK_PUBLIC_URI"]);
    }
}
