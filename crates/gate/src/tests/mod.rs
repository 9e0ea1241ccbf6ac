//! The gate over the embedded stores, with a clock that tests move and dice that fall the same way each time.

mod certificates;
mod children;
mod choices;
mod crashes;
mod damage;
mod erasure;
mod expiry;
mod faults;
mod holds;
mod installing;
mod isolation;
mod log;
mod lookups;
mod metadata;
mod overtaken;
mod policies;
mod reading;
mod repetition;
mod replica_histories;
mod replica_keys;
mod replicas;
mod rotation;
mod screening;
mod world;
mod writing;
