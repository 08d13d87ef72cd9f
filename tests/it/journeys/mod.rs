//! Whole stories, from the first word to the decision.

mod a_month;
mod dead_push;
mod into_other_hands;
mod scared_to_go_home;
mod the_clocks_change;
mod the_power_fails;
