//! The stories, a file a path of the API; then what holds for every operation; then what the server must withstand.

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails where it stands")]

mod abuse;
mod accounts;
mod attestations;
mod audit;
mod backups;
mod beacons;
mod browsers;
mod bulk;
mod changes;
mod children;
mod choices;
mod clients;
mod command_line;
mod complaints;
mod console;
mod decisions;
mod demo;
mod erasure;
mod events;
mod every_operation;
mod health;
mod holds;
mod keys;
mod linking;
mod lookup;
mod mail;
mod merging;
mod never_here;
mod openapi;
mod packages;
mod passkeys;
mod policy;
mod privacy;
mod records;
mod replay;
mod requests;
mod retention;
mod scan;
mod security;
mod sensitive;
mod subjects;
mod tailoring;
mod tls;
mod visits;

mod fuzz;
mod tidy;
mod withstand;
