-- The data store on PostgreSQL. Every column is an id, a time, a count, a word of a closed vocabulary, or sealed.
-- Times are microseconds since the Unix epoch. docs/formats.md describes the sealed columns byte by byte.
--
-- The comment on a table says how it lies on a distributed PostgreSQL (docs/scaling.md): by which column it is
-- distributed, or that every node has it whole. Each unique constraint holds the column of distribution.

CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);
COMMENT ON TABLE installation IS 'everywhere';

CREATE TABLE registry (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version BIGINT NOT NULL
);
COMMENT ON TABLE registry IS 'everywhere';
INSERT INTO registry VALUES (1, 0);

CREATE TABLE account (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    accepted_policy BIGINT
);
COMMENT ON TABLE account IS 'everywhere';

CREATE TABLE account_key (
    account_id UUID NOT NULL,
    version BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (account_id, version)
);
COMMENT ON TABLE account_key IS 'everywhere';

CREATE TABLE api_key (
    id UUID PRIMARY KEY,
    account_id UUID NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret_hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
COMMENT ON TABLE api_key IS 'everywhere';

CREATE TABLE policy_version (
    account_id UUID NOT NULL,
    number BIGINT NOT NULL,
    source TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, number)
);
COMMENT ON TABLE policy_version IS 'everywhere';

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder BYTEA NOT NULL,
    until BIGINT NOT NULL
);
COMMENT ON TABLE lease IS 'everywhere';

CREATE TABLE subject (
    bucket INTEGER NOT NULL,
    id UUID NOT NULL,
    account_id UUID NOT NULL,
    role TEXT NOT NULL,
    state SMALLINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    region TEXT,
    age SMALLINT NOT NULL,
    PRIMARY KEY (id, bucket)
);
COMMENT ON TABLE subject IS 'by bucket';
CREATE INDEX subject_by_account ON subject (account_id, id);
-- Few, however many subjects there are: what keeps a record from being matched is found at once.
CREATE INDEX subject_inactive ON subject (id) WHERE state <> 0;

CREATE TABLE subject_key (
    bucket INTEGER NOT NULL,
    subject_id UUID NOT NULL,
    class TEXT NOT NULL,
    slot BIGINT NOT NULL,
    PRIMARY KEY (subject_id, class, bucket)
);
COMMENT ON TABLE subject_key IS 'by bucket';

-- Slots of the key store that no binding names and that must be destroyed, whatever happens meanwhile.
CREATE TABLE condemned_slot (
    slot BIGINT PRIMARY KEY,
    account_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    class TEXT NOT NULL,
    at BIGINT NOT NULL
);
COMMENT ON TABLE condemned_slot IS 'everywhere';

CREATE TABLE record (
    bucket INTEGER NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    account_id UUID NOT NULL,
    record_type TEXT NOT NULL,
    class TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    fields BYTEA NOT NULL,
    PRIMARY KEY (id, bucket)
);
COMMENT ON TABLE record IS 'by bucket';

-- What is known of a record without opening it. What is set on many at once has no index and finds room on its page,
-- so that no index has to follow. `home` is the first purpose that the record was collected for.
CREATE TABLE record_metadata (
    bucket INTEGER NOT NULL,
    record_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    account_id UUID NOT NULL,
    record_type TEXT NOT NULL,
    record_version BIGINT NOT NULL,
    version BIGINT NOT NULL,
    expires_at BIGINT,
    ends_by BIGINT,
    source TEXT NOT NULL,
    home TEXT NOT NULL,
    collected_for TEXT NOT NULL,
    shared_with TEXT NOT NULL,
    objections TEXT NOT NULL,
    automated TEXT NOT NULL,
    PRIMARY KEY (record_id, bucket)
) WITH (fillfactor = 60);
COMMENT ON TABLE record_metadata IS 'by bucket';
CREATE INDEX record_metadata_by_home ON record_metadata (account_id, home, record_id);
CREATE INDEX record_metadata_by_subject ON record_metadata (subject_id, record_id);
CREATE INDEX record_metadata_by_expiry ON record_metadata (expires_at) WHERE expires_at IS NOT NULL;

-- Which records were collected for a purpose besides their first.
CREATE TABLE further_purpose (
    bucket INTEGER NOT NULL,
    account_id UUID NOT NULL,
    purpose TEXT NOT NULL,
    record_id UUID NOT NULL,
    PRIMARY KEY (account_id, purpose, record_id, bucket)
);
COMMENT ON TABLE further_purpose IS 'by bucket';
CREATE INDEX further_purpose_by_record ON further_purpose (record_id);

-- How many records a subject has of each type, kept with every change: an erasure must not count rows.
CREATE TABLE holding (
    bucket INTEGER NOT NULL,
    subject_id UUID NOT NULL,
    record_type TEXT NOT NULL,
    class TEXT NOT NULL,
    records BIGINT NOT NULL,
    last_expiry BIGINT,
    PRIMARY KEY (subject_id, record_type, class, bucket)
) WITH (fillfactor = 70);
COMMENT ON TABLE holding IS 'by bucket';

-- Who has a value: by its tag, so that a value is found without knowing whose it is.
CREATE TABLE blind_index (
    tag BYTEA NOT NULL,
    account_id UUID NOT NULL,
    record_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    PRIMARY KEY (tag, account_id, record_id)
);
COMMENT ON TABLE blind_index IS 'by tag';

-- The same the other way round: which tags a record has, beside the record.
CREATE TABLE record_tag (
    bucket INTEGER NOT NULL,
    record_id UUID NOT NULL,
    tag BYTEA NOT NULL,
    account_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    PRIMARY KEY (record_id, tag, bucket)
);
COMMENT ON TABLE record_tag IS 'by bucket';

CREATE TABLE replay (
    key BYTEA PRIMARY KEY,
    body BYTEA NOT NULL,
    result UUID NOT NULL,
    at BIGINT NOT NULL,
    bundle BIGINT,
    position INTEGER
);
COMMENT ON TABLE replay IS 'by key';
CREATE INDEX replay_by_time ON replay (at);

-- `begun_in` is the last transaction that moved the erasure on. The one that certifies it began after the tombstone was
-- committed, so whatever did not see the tombstone began before it, and may still write about the person while it runs.
CREATE TABLE erasure (
    bucket INTEGER NOT NULL,
    id UUID NOT NULL,
    subject_id UUID NOT NULL,
    account_id UUID NOT NULL,
    begun_in XID8 NOT NULL,
    inaccessible_at BIGINT NOT NULL,
    kept TEXT NOT NULL,
    certificate TEXT,
    bundle BIGINT,
    position INTEGER,
    purged_at BIGINT,
    PRIMARY KEY (id, bucket),
    UNIQUE (subject_id, bucket)
);
COMMENT ON TABLE erasure IS 'by bucket';
CREATE INDEX erasure_unfinished ON erasure (id) WHERE purged_at IS NULL;

-- Bundles are numbered before they are committed: a number may stay unused, and bundles may become visible in
-- another order than that of their numbers.
CREATE SEQUENCE bundle_number;
CREATE TABLE audit_bundle (
    number BIGINT PRIMARY KEY,
    first_index BIGINT,
    entries INTEGER NOT NULL,
    leaves BYTEA NOT NULL,
    details BYTEA NOT NULL
);
COMMENT ON TABLE audit_bundle IS 'by number';
CREATE INDEX audit_bundle_unsequenced ON audit_bundle (number) WHERE first_index IS NULL;
CREATE INDEX audit_bundle_by_index ON audit_bundle (first_index) WHERE first_index IS NOT NULL;

-- Who an entry is about: private, and dies with the person.
CREATE TABLE subject_entry (
    bucket INTEGER NOT NULL,
    subject_id UUID NOT NULL,
    bundle BIGINT NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (subject_id, bundle, position, bucket)
);
COMMENT ON TABLE subject_entry IS 'by bucket';

CREATE TABLE log_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch BIGINT NOT NULL,
    size BIGINT NOT NULL,
    checkpoint TEXT NOT NULL
);
COMMENT ON TABLE log_state IS 'everywhere';
INSERT INTO log_state VALUES (1, 0, 0, '');

CREATE TABLE log_tile (
    tile_index BIGINT NOT NULL,
    level SMALLINT NOT NULL,
    hashes BYTEA NOT NULL,
    PRIMARY KEY (tile_index, level)
);
COMMENT ON TABLE log_tile IS 'by tile_index';
