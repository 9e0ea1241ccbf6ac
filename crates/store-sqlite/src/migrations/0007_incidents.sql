-- Reports of suspected misuse, each sealed, and where their handling stands.

CREATE TABLE incident (
    id BLOB PRIMARY KEY,
    account_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    aware_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    closed INTEGER NOT NULL,
    report BLOB NOT NULL,
    bundle INTEGER,
    position INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_by_account ON incident (account_id, id);
CREATE INDEX incident_unclosed ON incident (id) WHERE closed = 0;

-- Whom the entries of some time are about is asked once the log has to say whom someone has touched. It is of the rows
-- that die with the person, and dies with them.
CREATE INDEX subject_entry_by_bundle ON subject_entry (bundle);
