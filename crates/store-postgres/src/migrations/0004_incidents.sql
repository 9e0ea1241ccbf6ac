-- Reports of suspected misuse, each sealed, and where their handling stands.
CREATE TABLE incident (
    bucket INTEGER NOT NULL,
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    version BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    aware_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    closed BOOLEAN NOT NULL,
    report BYTEA NOT NULL,
    bundle BIGINT,
    position INTEGER,
    PRIMARY KEY (id, bucket)
);
COMMENT ON TABLE incident IS 'by bucket';
CREATE INDEX incident_by_account ON incident (account_id, id);
CREATE INDEX incident_unclosed ON incident (id) WHERE NOT closed;

-- Whom the entries of some time are about is asked once the log has to say whom someone has touched. It is of the rows
-- that die with the person, and dies with them.
CREATE INDEX subject_entry_by_bundle ON subject_entry (bundle);
