//! Whole stories, from the first word to the decision.

mod scared_to_go_home;
