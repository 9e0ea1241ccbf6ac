-- What a person chose last stands with the subject, as each decision needs it; the history stands apart. What they were
-- shown, and how they said it, is sealed in the entry that each choice names.

ALTER TABLE subject ADD COLUMN choices TEXT NOT NULL DEFAULT '{}';

CREATE TABLE choice (
    id BLOB PRIMARY KEY,
    subject_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    about TEXT NOT NULL,
    said TEXT NOT NULL,
    at INTEGER NOT NULL,
    bundle INTEGER,
    position INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX choice_by_subject ON choice (subject_id, version);
