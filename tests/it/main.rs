//! Everything Daybook does, tried from outside: over HTTP, the live socket and the command line, on
//! both databases.

mod support;

mod conversations;
mod health;
mod live;
mod people;
