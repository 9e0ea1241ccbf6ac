//! The data store as rows: out of a database that a server may be writing, and into an empty one.

mod dump;
mod load;

pub use self::{dump::snapshot, load::load};

/// The name of this engine in a backup.
pub const ENGINE: &str = "sqlite";

/// The lists in a record's metadata. This engine leaves out what most of them would say; a backup spells it out.
const LISTS: [&str; 4] = ["shared_with", "objections", "automated", "flags"];
