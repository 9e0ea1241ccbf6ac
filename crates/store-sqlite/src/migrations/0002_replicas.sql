-- What several processes need to know of each other: whether what they keep in memory has changed, and who does
-- which job.

CREATE TABLE registry (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO registry VALUES (1, 0);

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder BLOB NOT NULL,
    until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
