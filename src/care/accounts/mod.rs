//! Accounts: people, what they are here, and who is calling.
//!
//! Every verb of the domain is done by a [`Caller`], who is recognised anew in each unit of work:
//! a suspension or a lost phone takes effect on the very next request.

pub mod actions;
pub mod devices;
pub mod directory;
pub mod email;
pub mod invitations;
pub mod own;
pub mod phone;
mod places;
mod queries;
pub mod second_factor;
pub mod sign_in;
pub mod tries;

pub use crate::care::who::{Caller, Claims, Kind, Role, Status, author};
