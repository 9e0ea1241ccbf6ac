-- Whatever is opened, watched by a clock and closed again: one shape for every noun of that kind. `facts` is the noun, as
-- JSON without personal data. What must not be deleted stands with the subject, as each decision needs it.
ALTER TABLE subject ADD COLUMN freezes TEXT NOT NULL DEFAULT '[]';

CREATE TABLE case_file (
    bucket INTEGER NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    account_id UUID NOT NULL,
    subject_id UUID,
    is_open BOOLEAN NOT NULL,
    due_at BIGINT NOT NULL,
    wake_at BIGINT,
    version BIGINT NOT NULL,
    facts TEXT NOT NULL,
    bundle BIGINT,
    position INTEGER,
    PRIMARY KEY (id, bucket)
);
COMMENT ON TABLE case_file IS 'by bucket';
CREATE INDEX case_queue ON case_file (account_id, kind, is_open, due_at, id);
CREATE INDEX case_by_subject ON case_file (subject_id, kind, id) WHERE subject_id IS NOT NULL;
CREATE INDEX case_awake ON case_file (wake_at) WHERE wake_at IS NOT NULL;
