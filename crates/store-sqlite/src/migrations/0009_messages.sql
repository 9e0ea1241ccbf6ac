-- What is told to people by mail is a case like any other, with a clock of its own: each kind is woken by itself. A Client is
-- written to where a record says that the operator holds of someone there.
CREATE INDEX case_awake_by_kind ON case_file (kind, wake_at) WHERE wake_at IS NOT NULL;

CREATE TABLE account_contact (
    account_id BLOB PRIMARY KEY,
    record_id BLOB NOT NULL,
    field TEXT NOT NULL
) STRICT, WITHOUT ROWID;
