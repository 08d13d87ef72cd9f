//! Has the binary built again when the phone app was (`make app`): the binary carries it. A machine
//! without Node.js builds the API all the same.

use std::path::Path;

fn main() {
    // A folder that is not there would count as changed each time.
    let built = Path::new("app/dist").is_dir();
    let watched = if built { "app/dist" } else { "app" };
    println!("cargo::rerun-if-changed={watched}");
}
