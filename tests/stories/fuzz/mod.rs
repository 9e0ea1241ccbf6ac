//! Short runs of the fuzzers: what a parser is given is a good example, changed at random, so that it goes deep.
//! `cargo bolero test` runs any of them for as long as wanted, guided by coverage.

mod identifiers;
mod log;
mod mutation;
mod policies;
mod visits;
