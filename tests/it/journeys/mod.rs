//! Whole stories, from the first word to the decision.

mod dead_push;
mod scared_to_go_home;
