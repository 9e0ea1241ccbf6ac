-- Who asked for what. Who it was is sealed under the key of the account and day, and so is what leads from an address to a tag.
-- It lies where its account does.
CREATE TABLE access_line (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    day INTEGER NOT NULL,
    tag BYTEA NOT NULL,
    at BIGINT NOT NULL,
    method TEXT NOT NULL,
    route TEXT NOT NULL,
    status INTEGER NOT NULL,
    event TEXT,
    caller UUID,
    sealed BYTEA NOT NULL
);
COMMENT ON TABLE access_line IS 'by bucket';
CREATE INDEX access_line_of_address ON access_line (account_id, day, tag, at);
CREATE INDEX access_line_of_late ON access_line (at);

-- The days of each account that have lines.
CREATE TABLE access_day (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    day INTEGER NOT NULL,
    lines BIGINT NOT NULL,
    PRIMARY KEY (account_id, day, bucket)
);
COMMENT ON TABLE access_day IS 'by bucket';

-- What stands out in them.
CREATE TABLE access_signal (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    day INTEGER NOT NULL,
    signal TEXT NOT NULL,
    tag BYTEA NOT NULL,
    times BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account_id, day, signal, tag, bucket)
);
COMMENT ON TABLE access_signal IS 'by bucket';
