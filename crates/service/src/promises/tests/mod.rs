//! One test a promise, named after its id: kept on a sound system, broken once a saboteur was at work.

mod abuse;
mod attested;
mod complaints;
mod data;
mod evidence;
mod front;
mod missing;
mod outside;
mod people;
mod policies;
mod registry;
mod requests;
mod visits;
pub(crate) mod world;
