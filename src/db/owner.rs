//! Whose the files are. Commands are often typed as root beside a service that has a user of its own, which
//! must be able to open whatever they leave.

use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;

use rustix::process::geteuid;

/// Gives a file that root has made to whoever owns `like`. Nobody else may give files away, and has no
/// need to.
///
/// # Errors
/// If one of them cannot be looked at, or the file not be given away.
pub fn give_to_owner_of(like: &Path, file: &Path) -> io::Result<()> {
    let theirs = like.metadata()?;
    let ours = file.metadata()?;
    let is_theirs = (theirs.uid(), theirs.gid()) == (ours.uid(), ours.gid());
    if is_theirs || !geteuid().is_root() {
        return Ok(());
    }
    chown(file, Some(theirs.uid()), Some(theirs.gid()))
}

/// The folder a file lies in.
#[must_use]
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
