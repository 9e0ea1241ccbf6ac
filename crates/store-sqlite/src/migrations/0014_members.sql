-- Whether an account goes on: a row where it does not, as it did from the beginning.
CREATE TABLE account_state (
    account_id BLOB PRIMARY KEY,
    state TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- When an API key was last used, to within a day.
CREATE TABLE api_key_use (
    key_id BLOB PRIMARY KEY,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
