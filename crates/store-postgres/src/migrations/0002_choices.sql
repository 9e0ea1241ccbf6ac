-- What a person chose last stands with the subject, as each decision needs it; the history stands apart. What they were
-- shown, and how they said it, is sealed in the entry that each choice names.
ALTER TABLE subject ADD COLUMN choices TEXT NOT NULL DEFAULT '{}';

CREATE TABLE choice (
    bucket INTEGER NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    version BIGINT NOT NULL,
    about TEXT NOT NULL,
    said TEXT NOT NULL,
    at BIGINT NOT NULL,
    bundle BIGINT,
    position INTEGER,
    PRIMARY KEY (id, bucket)
);
COMMENT ON TABLE choice IS 'by bucket';
CREATE UNIQUE INDEX choice_by_subject ON choice (subject_id, version, bucket);
