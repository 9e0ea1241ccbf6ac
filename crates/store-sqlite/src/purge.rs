//! Purging: the rows of an erased subject go in batches, so that one person with a million records holds no one
//! up.

use domain::SubjectId;
use rusqlite::{Connection, params};
use store::CommitError;

use crate::{apply::run, rows::json};

pub(crate) fn purge(
    connection: &Connection,
    subject: SubjectId,
    keep: &[String],
    audit: bool,
    limit: u32,
) -> Result<u64, CommitError> {
    let kept = json(&keep)?;
    // The counts go first: from here on only what is kept is held.
    let counts = "DELETE FROM holding WHERE subject_id = ?1
                  AND record_type NOT IN (SELECT value FROM json_each(?2))";
    run(connection, counts, params![subject.as_bytes(), kept])?;
    let doomed = "FROM record_metadata WHERE subject_id = ?1
                  AND record_type NOT IN (SELECT value FROM json_each(?2)) ORDER BY record_id LIMIT ?3";
    let mut removed = 0;
    // The metadata, which says what is doomed, goes last.
    for removal in [
        format!("DELETE FROM blind_index WHERE record_id IN (SELECT record_id {doomed})"),
        format!(
            "DELETE FROM further_purpose WHERE (account_id, purpose, record_id) IN
             (SELECT account_id, purpose.value, record_id FROM
              (SELECT account_id, record_id, collected_for {doomed}), json_each(nullif(collected_for, '')) AS purpose
              WHERE purpose.key > 0)"
        ),
        format!("DELETE FROM record WHERE id IN (SELECT record_id {doomed})"),
        format!(
            "DELETE FROM record_metadata WHERE (account_id, home, record_id) IN
             (SELECT account_id, home, record_id {doomed})"
        ),
    ] {
        removed = run(connection, &removal, params![subject.as_bytes(), kept, limit])?;
    }
    // What was chosen binds nothing any more, whatever an exception keeps.
    let choices = "DELETE FROM choice WHERE id IN (SELECT id FROM choice WHERE subject_id = ?1 LIMIT ?2)";
    removed += run(connection, choices, params![subject.as_bytes(), limit])?;
    let standing = "UPDATE subject SET choices = '{}' WHERE id = ?1 AND choices <> '{}'";
    run(connection, standing, params![subject.as_bytes()])?;
    if audit {
        let entries = "DELETE FROM subject_entry WHERE (subject_id, bundle, position) IN
                       (SELECT subject_id, bundle, position FROM subject_entry WHERE subject_id = ?1 LIMIT ?2)";
        removed += run(connection, entries, params![subject.as_bytes(), limit])?;
    }
    if removed == 0 && audit {
        // Nothing needs the row any more; the erasure's own row still says that the subject was erased.
        run(connection, "DELETE FROM subject WHERE id = ?1", [subject.as_bytes()])?;
    }
    Ok(removed as u64)
}
