//! The data store as rows: out of a database that servers may be writing, and into one without data.
//!
//! A backup has the columns of the embedded engine. The bucket by which tables are distributed stands in each id, and is
//! put back from there; the purpose by which metadata lies together is joined to what does not repeat it here.

mod dump;
mod load;

pub use self::{dump::snapshot, load::load};

/// The name of this engine in a backup.
pub const ENGINE: &str = "postgresql";

/// Columns that only this engine has.
const OWN: [&str; 2] = ["bucket", "begun_in"];
/// The tables that lack the column `home` here.
const WITHOUT_HOME: [&str; 2] = ["record", "further_purpose"];
/// The tables of the key store, which may stand in the same database, and what says which steps the schemas have gone
/// through. None of them is data.
const NOT_DATA: [&str; 6] =
    ["key_store_header", "key_slot_next", "key_slot", "deletion_journal", "visit_salt", "schema_step"];

/// The columns of a table, each with its type.
const COLUMNS: &str = "
    SELECT attname::text, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum";
