-- Whatever is opened, watched by a clock and closed again: one shape for every noun of that kind. `facts` is the noun, as
-- JSON without personal data. What must not be deleted stands with the subject, as each decision needs it.

ALTER TABLE subject ADD COLUMN freezes TEXT NOT NULL DEFAULT '[]';

CREATE TABLE case_file (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    account_id BLOB NOT NULL,
    subject_id BLOB,
    is_open INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    wake_at INTEGER,
    version INTEGER NOT NULL,
    facts TEXT NOT NULL,
    bundle INTEGER,
    position INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX case_queue ON case_file (account_id, kind, is_open, due_at, id);
CREATE INDEX case_by_subject ON case_file (subject_id, kind, id) WHERE subject_id IS NOT NULL;
CREATE INDEX case_awake ON case_file (wake_at) WHERE wake_at IS NOT NULL;
