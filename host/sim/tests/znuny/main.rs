//! The simulated Znuny and OTOBO, from outside: what real systems were recorded to say, and what only the wire shows.

mod client;
mod control;
mod replay;
mod rights;
mod search;
mod session;
mod wire;
