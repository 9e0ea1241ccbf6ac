-- Who asked for what. Who it was is sealed under the key of the account and day, and so is what leads from an address to a tag.
CREATE TABLE access_line (
    account_id BLOB NOT NULL,
    day INTEGER NOT NULL,
    tag BLOB NOT NULL,
    at INTEGER NOT NULL,
    method TEXT NOT NULL,
    route TEXT NOT NULL,
    status INTEGER NOT NULL,
    event TEXT,
    caller BLOB,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX access_line_of_address ON access_line (account_id, day, tag, at);
CREATE INDEX access_line_of_late ON access_line (at);

-- The days of each account that have lines.
CREATE TABLE access_day (
    account_id BLOB NOT NULL,
    day INTEGER NOT NULL,
    lines INTEGER NOT NULL,
    PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;

-- What stands out in them.
CREATE TABLE access_signal (
    account_id BLOB NOT NULL,
    day INTEGER NOT NULL,
    signal TEXT NOT NULL,
    tag BLOB NOT NULL,
    times INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (account_id, day, signal, tag)
) STRICT, WITHOUT ROWID;
