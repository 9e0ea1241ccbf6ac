-- What is known of a record without opening it stands apart from what is sealed. The narrow rows lie together by the
-- first purpose that a record was collected for (`home`, which never changes), so that all of a purpose are on few
-- pages, and changing them leaves the wide sealed rows alone.

CREATE TABLE record_metadata (
    account_id BLOB NOT NULL,
    home TEXT NOT NULL,
    record_id BLOB NOT NULL,
    subject_id BLOB NOT NULL,
    record_type TEXT NOT NULL,
    record_version INTEGER NOT NULL,
    version INTEGER NOT NULL,
    expires_at INTEGER,
    ends_by INTEGER,
    source TEXT NOT NULL,
    collected_for TEXT NOT NULL,
    shared_with TEXT NOT NULL,
    objections TEXT NOT NULL,
    automated TEXT NOT NULL,
    PRIMARY KEY (account_id, home, record_id)
) STRICT, WITHOUT ROWID;

-- Where the metadata of a record stands that was collected for a purpose besides its first.
CREATE TABLE further_purpose (
    account_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    record_id BLOB NOT NULL,
    home TEXT NOT NULL,
    PRIMARY KEY (account_id, purpose, record_id)
) STRICT, WITHOUT ROWID;

INSERT INTO record_metadata
    SELECT account_id, coalesce(json_extract(collected_for, '$[0]'), ''), id, subject_id, record_type, version, 1,
        expires_at, NULL, source, collected_for, shared_with, '[]', '[]'
    FROM record;
INSERT OR IGNORE INTO further_purpose
    SELECT r.account_id, purpose.value, r.id, json_extract(r.collected_for, '$[0]')
    FROM record r, json_each(r.collected_for) purpose
    WHERE purpose.key > 0 AND purpose.value <> json_extract(r.collected_for, '$[0]');

-- The record without it: a second copy would say something else after the first change.
ALTER TABLE record RENAME TO former_record;
CREATE TABLE record (
    id BLOB PRIMARY KEY,
    subject_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    record_type TEXT NOT NULL,
    class TEXT NOT NULL,
    home TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    fields BLOB NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO record
    SELECT id, subject_id, account_id, record_type, class, coalesce(json_extract(collected_for, '$[0]'), ''), version,
        created_at, changed_at, fields
    FROM former_record;
DROP TABLE former_record;

CREATE INDEX record_metadata_by_subject ON record_metadata (subject_id, record_id);
CREATE INDEX record_metadata_by_expiry ON record_metadata (expires_at) WHERE expires_at IS NOT NULL;
-- Few, however many subjects there are: what keeps a record from being matched is found at once.
CREATE INDEX subject_inactive ON subject (id) WHERE state <> 0;
