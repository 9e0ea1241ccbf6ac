//! Addresses: what is told by them, what is kept of them, and who may look.

mod access_log;
mod countries;
mod import;
